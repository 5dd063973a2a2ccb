"""Requests to the management API of endpoints, and to the health routes of endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from hf_integrations.config import MANAGEMENT_URL, HfInferenceConfig
from hf_integrations.errors import AuthenticationError, ValidationError
from hf_integrations.flow import About, Request, Timeout
from hf_integrations.models.shapes import encode
from hf_integrations.routing.targets import is_router, root_of
from hf_integrations.routing.tokens import account_of, is_hugging_face, may_see

_PART = re.compile(r"(?!\.+$)[\w.-]{1,96}")
HEALTH_TIMEOUT = 10.0  # seconds; an engine that is ready answers at once


def management_request(
    config: HfInferenceConfig, method: str, *parts: str,
    query: Iterable[tuple[str, str]] = (), body: Mapping[str, Any] | None = None,
) -> Request:  # fmt: skip
    """A question or an order to the management API.

    Args:
        parts: of the path, each of them one step of it.

    Raises:
        AuthenticationError: there is no token, or it may not go there.
    """
    path = "/".join(quote(part, safe="") for part in parts)
    words = urlencode(list(query))
    url = f"{management_root(config)}/{path}" + (f"?{words}" if words else "")
    headers, hint = _headers(config, url)
    if "authorization" not in headers:
        raise AuthenticationError(
            "Endpoints are managed with a token, and none was given or found for this address.",
            hint="Set HF_TOKEN, or pass token=; https://huggingface.co/settings/tokens makes one.",
        )
    if body is not None:
        headers["content-type"] = "application/json"
    return Request(
        method, url, Timeout(config.connection_timeout, total=config.management_timeout),
        headers=tuple(headers.items()), body=b"" if body is None else encode(body),
        about=_about("endpoint management", headers, hint), most=config.max_answer_bytes,
    )  # fmt: skip


def management_root(config: HfInferenceConfig) -> str:
    """Where the API is: `management_url`, or at the `base_url` that stands for Hugging Face."""
    if config.management_url is not None:
        return config.management_url
    base = config.base_url
    if base is None or is_router(base) or is_hugging_face(base):
        return MANAGEMENT_URL
    return f"{root_of(base)}/v2"


def health_request(config: HfInferenceConfig, url: str) -> Request:
    """The question whether an endpoint is well."""
    headers, hint = _headers(config, url)
    return Request(
        "GET", url, Timeout(config.connection_timeout, total=HEALTH_TIMEOUT),
        headers=tuple(headers.items()), about=_about("health", headers, hint),
        most=config.max_answer_bytes,
    )  # fmt: skip


def split_name(name: object, namespace: object = None) -> tuple[str | None, str]:
    """Namespace and name of an endpoint, given together or apart.

    Raises:
        ValidationError: one of them cannot be a part of a path, or there are two namespaces.
    """
    if not isinstance(name, str):
        raise ValidationError("name: give an endpoint's name, or 'namespace/name'.")
    before, slash, last = name.rpartition("/")
    if slash and namespace is not None and namespace != before:
        raise ValidationError(f"namespace is {namespace!r}, and the name says {before!r}.")
    owner = before if slash else namespace
    for what, value in (("name", last), ("namespace", owner)):
        if value is not None and not (isinstance(value, str) and _PART.fullmatch(value)):
            raise ValidationError(
                f"{what}: {value!r} is none; write 'name' or 'namespace/name', of letters, digits "
                "and hyphens."
            )
    return (owner if isinstance(owner, str) else None), last


def _about(task: str, headers: Mapping[str, str], hint: str) -> About:
    return About(task=task, token_hint=hint, account=account_of(headers))


def _headers(config: HfInferenceConfig, url: str) -> tuple[dict[str, str], str]:
    """What is sent along, and what to say of the token when it is not accepted."""
    headers = {"accept": "application/json, text/plain;q=0.9, */*;q=0.8",
               "user-agent": config.user_agent}  # fmt: skip
    headers |= {name.lower(): value for name, value in config.headers.items()}
    token = config.credential
    if token is None or not may_see(url, token.ambient):
        return headers, "No token was sent; pass token=."
    headers["authorization"] = f"Bearer {token.reveal()}"
    return headers, f"The token came from {token.origin}."
