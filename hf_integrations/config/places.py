"""Settings of where requests go, who asks, and who pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

from hf_integrations._version import __version__
from hf_integrations.credentials import Token, found_in

ROUTER_URL = "https://router.huggingface.co"
HUB_URL = "https://huggingface.co"
MANAGEMENT_URL = "https://api.endpoints.huggingface.cloud/v2"

Server: TypeAlias = Literal["auto", "tei", "tgi", "openai", "endpoint"]


def from_environment(setting: str, default: Any = None) -> Any:
    """A field that the environment may fill; what the caller says always wins."""
    return field(default_factory=lambda: found_in(os.environ, setting)[0] or default)


class Places(Struct, frozen=True, kw_only=True):
    """Where requests go.

    Attributes:
        token: the access token, or a function that returns it; False sends none. A token given
            here goes to `base_url`, wherever that is; one from the environment, a secrets file or
            the Hub's token file goes only to Hugging Face's hosts.
        base_url: where inference goes: the router by default, or the URL of a server of your own,
            with or without `/v1`.
        hub_url: the Hub.
        management_url: the management API of dedicated endpoints.
        default_provider: who serves a model when a call does not say; `auto` leaves it to the
            router.
        default_namespace: the account that owns the dedicated endpoints.
        bill_to: the organisation that pays for routed calls.
        headers: sent along with every request.
        user_agent: what the client calls itself.
        server: what answers at a `base_url` of your own; `auto` asks it once, at the first call
            for which it matters; `endpoint` is one model behind `/`.
    """

    token: str | Token | Callable[[], str] | Literal[False] | None = None
    base_url: str | None = from_environment("base_url")
    hub_url: str = from_environment("hub_url", HUB_URL)
    management_url: str = MANAGEMENT_URL
    default_provider: str = from_environment("default_provider", "auto")
    default_namespace: str | None = from_environment("default_namespace")
    bill_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = f"hf-integrations/{__version__}"
    server: Server = "auto"
