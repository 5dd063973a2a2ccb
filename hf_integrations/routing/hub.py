"""Requests to the Hub: where it is, and which token goes there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from hf_integrations.config import HUB_URL, ROUTER_URL, HfInferenceConfig
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.flow import About, Request, Timeout
from hf_integrations.routing.targets import MODEL_NAME, is_router, root_of
from hf_integrations.routing.tokens import (
    HUGGING_FACE_TOKEN,
    account_of,
    is_hugging_face,
    may_see,
)


def hub_root(config: HfInferenceConfig) -> str:
    """Where the Hub's API is asked: `hub_url`, or the `base_url` that stands in for all of it."""
    base = config.base_url
    if config.hub_url is None and base and not (is_router(base) or is_hugging_face(base)):
        return root_of(base)
    return config.hub_url or HUB_URL


def router_root(config: HfInferenceConfig) -> str:
    """Where the router is."""
    return root_of(config.base_url or ROUTER_URL)


def is_offline(config: HfInferenceConfig) -> bool:
    """Whether the Hub is not to be asked; one that is no host of Hugging Face's always may."""
    return config.hub_offline and is_hugging_face(hub_root(config))


def hub_request(
    config: HfInferenceConfig, path: str, query: Iterable[tuple[str, str]] = (), *,
    root: str | None = None, model: str = "",
) -> Request:  # fmt: skip
    """A question to the Hub, or to the router at `root`.

    A token that is not one of Hugging Face's, such as a provider's own, does not go to it.

    Raises:
        ConfigurationError: the Hub is not to be asked.
    """
    if root is None and is_offline(config):
        raise ConfigurationError(
            "The Hub is not asked, as hub_offline is set; HF_HUB_OFFLINE sets it too.", model=model
        )
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
        headers=tuple(headers.items()),
        about=About(model=model, token_hint=hint, account=account_of(headers)),
        most=config.max_answer_bytes,
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
