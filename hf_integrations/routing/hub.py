"""Requests to the Hub: where it is, and which token goes there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from hf_integrations.config import HUB_URL, ROUTER_URL, HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.flow import About, Request, Timeout
from hf_integrations.routing.targets import is_hugging_face, is_router, may_see
from hf_integrations.routing.tasks import HUGGING_FACE_TOKEN, MODEL_NAME


def hub_root(config: HfInferenceConfig) -> str:
    """Where the Hub's API is asked: `hub_url`, or the `base_url` that stands in for all of it."""
    if config.hub_url == HUB_URL and config.base_url and not is_router(config.base_url):
        return config.base_url.removesuffix("/v1").rstrip("/")
    return config.hub_url


def router_root(config: HfInferenceConfig) -> str:
    """Where the router is."""
    return (config.base_url or ROUTER_URL).removesuffix("/v1").rstrip("/")


def hub_request(
    config: HfInferenceConfig, path: str, query: Iterable[tuple[str, str]] = (), *,
    root: str | None = None, model: str = "",
) -> Request:  # fmt: skip
    """A question to the Hub, or to the router at `root`.

    A token that is not one of Hugging Face's, such as a provider's own, stays here.
    """
    url = (hub_root(config) if root is None else root) + path
    words = urlencode(list(query))
    headers = {"accept": "application/json", "user-agent": config.user_agent}
    headers |= {name.lower(): value for name, value in config.headers.items()}
    token = config.credential
    hint = "No token was sent; pass token=."
    if token is not None and may_see(url, token.ambient):
        secret = token.reveal()
        if secret.startswith(HUGGING_FACE_TOKEN) or not is_hugging_face(url):
            headers["authorization"] = f"Bearer {secret}"
            hint = f"The token came from {token.origin}."
    return Request(
        "GET", f"{url}?{words}" if words else url,
        Timeout(config.connection_timeout, total=config.request_timeout),
        headers=tuple(headers.items()), about=About("", "", model, hint),
    )  # fmt: skip


def model_path(model: object) -> str:
    """The name of a model as a part of a path, without what a suffix says of providers.

    Raises:
        ValidationError: it is no name.
    """
    name = model.partition(":")[0] if isinstance(model, str) else ""
    if not MODEL_NAME.fullmatch(name):
        raise ValidationError("model: give 'organisation/name', as the Hub spells it.")
    return quote(name, safe="/")
