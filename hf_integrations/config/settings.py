"""The settings together, checked, and the ways to make them."""

from __future__ import annotations

import os
from copy import copy
from pathlib import Path
from typing import Any

from msgspec.structs import force_setattr, replace

from hf_integrations.config.checks import check
from hf_integrations.config.connections import ConnectionSettings
from hf_integrations.config.failover import checked_chain
from hf_integrations.config.guards import checked_limits
from hf_integrations.config.words import LeftBehind, checked_headers
from hf_integrations.credentials import (
    ENVIRONMENT,
    Token,
    ambient,
    as_token,
    found_in,
    read_secrets,
)
from hf_integrations.errors import ConfigurationError

THIN: dict[str, Any] = {
    "max_retries": 0, "auto_wait_for_model": False, "server": "openai",
    "auto_optimize_images": False, "auto_chunk_long_audio": False,
    "think_tags": "keep", "return_reasoning": "never",
    "circuit_breaker": False, "adaptive_rate_limits": False, "collect_metrics": False,
    "embedding_cache": False,
    "resolve_models": False, "model_cache_ttl": 0.0, "check_endpoints": False,
    "endpoint_cache_ttl": 0.0, "telemetry": "off",
}  # fmt: skip


class HfInferenceConfig(ConnectionSettings, frozen=True, kw_only=True):
    """Every setting, each with its default; a setting left out is looked up in the environment.

    docs/settings.md lists them; each is described in the room it belongs to, in
    `hf_integrations.config`.
    """

    def __post_init__(self) -> None:
        force_setattr(self, "token", as_token(self.token))
        if not isinstance(self.headers, LeftBehind):
            headers = checked_headers("headers", self.headers, ConfigurationError)
            force_setattr(self, "headers", headers)
        force_setattr(self, "failover", checked_chain(self.failover))
        force_setattr(self, "provider_rate_limits", checked_limits(self.provider_rate_limits))
        check(self)

    @classmethod
    def thin(cls, **settings: Any) -> HfInferenceConfig:
        """Settings under which nothing happens by itself: one call is one request.

        >>> thin = HfInferenceConfig.thin(token="hf_example")
        >>> thin.max_retries, thin.auto_wait_for_model, thin.circuit_breaker
        (0, False, False)
        """
        return cls(**known(THIN | settings))

    @classmethod
    def from_file(cls, path: str | Path, **settings: Any) -> HfInferenceConfig:
        """Settings with a secrets file behind the environment.

        Args:
            path: a file of `NAME=value` lines, `export NAME=value` allowed, with the names of the
                environment.
            **settings: as in code; they come first.
        """
        given: object = path
        if not isinstance(given, (str, os.PathLike)):
            raise ConfigurationError(f"path must be that of a file, not {type(given).__name__}.")
        values = read_secrets(Path(path).expanduser())
        for setting in ENVIRONMENT:
            value, name = found_in(values, setting)
            if value and setting not in settings and not found_in(os.environ, setting)[0]:
                settings[setting] = (
                    ambient(value, f"{name} in {path}") if setting == "token" else value
                )
        return cls(**known(settings))

    def with_options(self, **settings: Any) -> HfInferenceConfig:
        """The same settings but for those named here."""
        return replace(self, **known(settings))

    @property
    def credential(self) -> Token | None:
        """The token with its origin, or None."""
        return self.token if isinstance(self.token, Token) else None

    def with_secret(self, secret: str) -> HfInferenceConfig:
        """The same settings, with the token as it was given just now."""
        token = self.credential
        now = token.settled(secret) if token is not None else None
        if now is token:
            return self
        found = copy(self)  # nothing else has to be checked anew
        force_setattr(found, "token", now)
        return found

    def __deepcopy__(self, memo: dict[int, Any]) -> HfInferenceConfig:
        return self  # it never changes

    def __reduce__(self) -> tuple[Any, ...]:
        settings = {name: getattr(self, name) for name in NAMES}
        if self.headers:  # like the token, they do not leave this process
            settings["headers"] = LeftBehind(tuple(self.headers))
        return _elsewhere, (settings,)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: all but the headers, which may hold a secret."""
        return [(name, getattr(self, name)) for name in NAMES if name != "headers"]

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"HfInferenceConfig({', '.join(shown)})"


NAMES = HfInferenceConfig.__struct_fields__


def _elsewhere(settings: dict[str, Any]) -> HfInferenceConfig:
    return HfInferenceConfig(**settings)


def known(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`, if each of them is one; else an error that names the nearest."""
    for name in settings:
        if name not in NAMES:
            raise ConfigurationError(f"There is no setting {name!r}.", hint=_near(name))
    return settings


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, NAMES, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "docs/settings.md lists them all."
