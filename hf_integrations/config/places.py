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

Server: TypeAlias = Literal[
    "auto", "tei", "tgi", "vllm", "sglang", "llama.cpp", "openai", "endpoint"
]


def from_environment(setting: str, default: Any = None) -> Any:
    """A field that the environment may fill; what the caller says always wins."""
    return field(default_factory=lambda: found_in(os.environ, setting)[0] or default)


def _is_set(variable: str) -> bool:
    """Whether a flag is set, as huggingface_hub reads it (`constants.py`)."""
    return os.environ.get(variable, "").upper() in {"1", "ON", "YES", "TRUE"}


class Places(Struct, frozen=True, kw_only=True):
    """Where requests go.

    Attributes:
        token: the access token, or a function that returns it; False sends none. A token given
            here goes to `base_url`, wherever that is; one from the environment, a secrets file or
            the Hub's token file goes only to Hugging Face's hosts.
        base_url: where inference goes: the router by default, or the URL of a server of your own,
            with or without `/v1`.
        hub_url: the Hub. None is Hugging Face's, or your `base_url` where that stands for all of
            Hugging Face, as the emulator does.
        management_url: the management API of dedicated endpoints. None is Hugging Face's, or `/v2`
            at your `base_url` where that stands for all of Hugging Face.
        default_provider: who serves a model when a call does not say; `auto` leaves it to the
            router.
        default_namespace: the account that owns the dedicated endpoints.
        bill_to: the organisation that pays for routed calls.
        headers: sent along with every request.
        user_agent: what the client calls itself.
        server: what answers at a `base_url` of your own; `auto` asks it once, at the first call
            for which it matters; `openai` is any that speaks as OpenAI does, `endpoint` one model
            behind `/`.
        resolve_models: look up on the Hub who serves a model, under which name and for which task,
            before a provider is asked; else the name is used as it is, unchecked.
        model_cache_ttl: how long that and the profiles of models are remembered, in seconds.
        use_default_models: where a call names no model, take the one the Hub shows for the task.
        hub_offline: ask Hugging Face's Hub nothing; servers of your own are asked all the same.
        job_timeout: how long queued work of a provider is waited for, in seconds.
    """

    token: str | Token | Callable[[], str] | Literal[False] | None = None
    base_url: str | None = from_environment("base_url")
    hub_url: str | None = from_environment("hub_url")
    management_url: str | None = None
    default_provider: str = from_environment("default_provider", "auto")
    default_namespace: str | None = from_environment("default_namespace")
    bill_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = f"hf-integrations/{__version__}"
    server: Server = "auto"
    resolve_models: bool = True
    model_cache_ttl: float = 3600.0
    use_default_models: bool = False
    hub_offline: bool = field(default_factory=lambda: _is_set("HF_HUB_OFFLINE"))
    job_timeout: float = 600.0
