"""Settings of who else may serve a call, when whom it was meant for does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from hf_integrations.config.guards import GuardSettings
from hf_integrations.config.words import checked_url
from hf_integrations.credentials import as_token
from hf_integrations.errors import ConfigurationError

FailoverStrategy: TypeAlias = Literal["priority", "round_robin", "random", "sticky"]


class Alternative(Struct, frozen=True, kw_only=True):
    """Somebody else who may serve a call.

    Attributes:
        provider: a provider, at the router; None at a server of one's own.
        base_url: that server; with a provider, what stands for the router. None is the router of
            whom the call is for: Hugging Face's, or a `base_url` where providers are asked.
        model: the model's name there; None for the same.
        token: a token for it, instead of the client's.
    """

    provider: str | None = None
    base_url: str | None = None
    model: str | None = None
    token: Any = None

    @property
    def name(self) -> str:
        """How it is called in errors and answers."""
        host = (self.base_url or "").partition("://")[2]
        return "/".join(part for part in (host, self.provider) if part)

    def __repr__(self) -> str:
        return f"Alternative({self.name})"


class FailoverSettings(GuardSettings, frozen=True, kw_only=True):
    """Who else may serve a call.

    Attributes:
        failover: providers or URLs, or dicts of `provider`, `base_url` or both, `model` and
            `token`; they are tried after a 5xx, a timeout, no connection, or an open circuit,
            when repeats have not helped. A provider alone is asked at Hugging Face's router,
            unless calls go to providers at a `base_url`. Empty for nobody.
        failover_strategy: who is first: `priority` keeps the order, after whom the call is for;
            `round_robin` takes turns; `random` draws; `sticky` keeps to who answered last.
    """

    failover: Sequence[Alternative] = ()
    failover_strategy: FailoverStrategy = "priority"


def checked_chain(chain: Any) -> tuple[Alternative, ...]:
    """Alternatives as they may be written; what cannot be one is named."""
    if isinstance(chain, (str, Mapping)) or not isinstance(chain, Sequence):
        raise ConfigurationError("failover must be a list of providers, URLs or dicts.")
    found = tuple(_alternative(index, one) for index, one in enumerate(chain))
    names = [(one.name, one.model) for one in found]
    if len(set(names)) < len(names):
        raise ConfigurationError("failover names somebody twice; leave one of them out.")
    return found


def _alternative(index: int, one: Any) -> Alternative:
    where = f"failover[{index}]"
    if isinstance(one, Alternative):
        return _with_secret(one)
    if isinstance(one, str):
        one = {"base_url" if "://" in one else "provider": one}
    if not isinstance(one, Mapping) or not one.keys() <= set(Alternative.__struct_fields__):
        raise ConfigurationError(
            f"{where} must be a provider, a URL, or a dict of provider, base_url, model, token."
        )
    provider, url = one.get("provider"), one.get("base_url")
    if provider is None and url is None:
        raise ConfigurationError(f"{where} must have a provider, a base_url, or both.")
    if provider is not None and (not isinstance(provider, str) or not provider.strip()):
        raise ConfigurationError(f"{where}: provider must be a provider's name.")
    if url is not None:
        checked_url(f"{where}: base_url", url, ConfigurationError)
    return _with_secret(Alternative(**one))


def _with_secret(one: Alternative) -> Alternative:
    """The same with its token as what is never shown, and stays behind when it is pickled."""
    return one if one.token is None else replace(one, token=as_token(one.token))
