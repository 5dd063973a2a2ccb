"""Whether settings can work, alone and together: how each is checked follows from its type."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, get_args

from msgspec.structs import force_setattr

from hf_integrations.config.connections import ConnectionSettings, HttpEngine
from hf_integrations.config.content import ReturnReasoning, ThinkTags
from hf_integrations.config.failover import FailoverStrategy
from hf_integrations.config.patience import FIRST_COLD_WAIT
from hf_integrations.config.places import Server
from hf_integrations.config.telemetry import Propagation
from hf_integrations.config.words import checked_url, sendable
from hf_integrations.credentials import ENVIRONMENT, found_in
from hf_integrations.errors import ConfigurationError

LARGEST = 1e9  # seconds or bytes; beyond, the clocks of some HTTP libraries run over

# The type of each setting, as it is written.
TYPES: dict[str, str] = {
    name: text
    for room in reversed(ConnectionSettings.__mro__)
    for name, text in getattr(room, "__annotations__", {}).items()
}
_KINDS: dict[str, type[float] | type[int]] = {
    "int": int, "int | None": int, "float": float, "float | None": float,
}  # fmt: skip
NUMBERS = {name: _KINDS[text] for name, text in TYPES.items() if text in _KINDS}
ZERO = {  # these may be 0
    "max_retries", "retry_base_delay", "retry_max_delay", "retry_budget", "audio_overlap", "budget",
    "model_cache_ttl", "endpoint_cache_ttl",
    "timeout_per_100_tokens", "timeout_per_100_inputs", "pool_wave_timeout",
    "telemetry_sample_rate",
}  # fmt: skip
SHARES = {"breaker_failure_rate", "retry_budget", "telemetry_sample_rate"}  # these are at most 1
CHOICES = {
    "Server": get_args(Server), "HttpEngine": get_args(HttpEngine),
    "FailoverStrategy": get_args(FailoverStrategy),
    "ThinkTags": get_args(ThinkTags), "ReturnReasoning": get_args(ReturnReasoning),
    "Propagation": get_args(Propagation),
}  # fmt: skip


def check(config: ConnectionSettings) -> None:
    """Raise a ConfigurationError, which names the setting, if one is wrong; make numbers numbers.

    Numbers may come as text from the environment.
    """
    for name, kind in NUMBERS.items():
        _check_number(config, name, kind)
    for one in _CHECKS:
        one(config)


def _check_number(config: ConnectionSettings, name: str, kind: type[float] | type[int]) -> None:
    value = getattr(config, name)
    if value is None and TYPES[name].endswith("None"):
        return
    number = _number(kind, value)
    most = 1.0 if name in SHARES else LARGEST
    if not (0 < number <= most or (name in ZERO and number == 0)):
        what = "a whole number" if kind is int else "a number"
        bound = "0 or more" if name in ZERO else "more than 0"
        bound += ", at most 1" if name in SHARES else ""
        raise ConfigurationError(
            f"{name} must be {what}, {bound}, not {value!r}.",
            hint=_whence(config, name),
        )
    force_setattr(config, name, number)


def _number(kind: type[float] | type[int], value: Any) -> float:
    """`value` as a number of that kind; -1 when it is none, or not a whole one."""
    try:
        number = -1 if isinstance(value, bool) else kind(value)
        return number if isinstance(value, str) or number == value else -1
    except (TypeError, ValueError, OverflowError):
        return -1


def _check_pairs(config: ConnectionSettings) -> None:
    """Settings that contradict each other; both are named."""
    for large, small in (
        ("retry_max_delay", "retry_base_delay"),
        ("breaker_window", "breaker_minimum"),
        ("total_timeout", "retry_base_delay"),
    ):
        more, less = getattr(config, large), getattr(config, small)
        idle = large == "total_timeout" and not config.max_retries
        if more is not None and more < less and not idle:
            raise ConfigurationError(
                f"{large} ({more:g}{_unit(large)}) is below {small} ({less:g}{_unit(small)}); "
                "make the first the larger one."
            )
    if config.auto_wait_for_model and config.cold_start_timeout < FIRST_COLD_WAIT:
        raise ConfigurationError(
            f"cold_start_timeout ({config.cold_start_timeout:g} s) is below the first wait of "
            f"auto_wait_for_model ({FIRST_COLD_WAIT:g} s); raise the one, or set the other to "
            "False.",
            hint=_whence(config, "cold_start_timeout"),
        )
    if config.audio_overlap > config.audio_window / 2:
        raise ConfigurationError("audio_overlap is more than half of audio_window; shorten it.")


def _unit(name: str) -> str:
    return " s" if name.endswith(("_delay", "_timeout")) else ""


def _check_functions(config: ConnectionSettings) -> None:
    store = config.embedding_cache_store
    if store is not None and not all(hasattr(store, name) for name in ("get", "put", "clear")):
        raise ConfigurationError(
            f"embedding_cache_store must have get, put and clear; {type(store).__name__} has not."
        )
    telemetry = config.telemetry
    if telemetry not in ("auto", "on", "off") and not hasattr(telemetry, "trace"):
        raise ConfigurationError(
            "telemetry must be auto, on, off, or an OpenTelemetry of hf_integrations.telemetry, "
            f"not {str(telemetry)[:20]!r}."
        )
    for name, text in TYPES.items():
        value = getattr(config, name)
        if text.startswith("Callable[") and value is not None:
            several = "Sequence[" in text and isinstance(value, (tuple, list))
            for one in value if several else (value,):
                if not callable(one):
                    what = type(one).__name__
                    raise ConfigurationError(f"{name} must be a function, not {what}.")
            if several:
                force_setattr(config, name, tuple(value))  # it may not change any more


def _whence(config: ConnectionSettings, name: str) -> str | None:
    """The variable of the environment a bad value came from, if it did."""
    if name not in ENVIRONMENT:
        return None
    value, variable = found_in(os.environ, name)
    return f"{variable} sets it." if value and value == getattr(config, name) else None


def _check_texts(config: ConnectionSettings) -> None:
    if any(name.lower() == "authorization" for name in config.headers):
        raise ConfigurationError("headers: pass the token as token=, not as a header.")
    for name in ("default_provider", "default_namespace", "bill_to", "endpoint", "user_agent"):
        value = getattr(config, name)
        optional = name in {"default_namespace", "bill_to", "endpoint"}
        if value is None and optional:
            continue
        if not isinstance(value, str) or not value or not sendable(value):
            raise ConfigurationError(
                f"{name} must be a line of plain ASCII text{', or None' if optional else ''}.",
                hint=_whence(config, name),
            )


def _check_urls(config: ConnectionSettings) -> None:
    for name in ("base_url", "hub_url", "management_url"):
        if getattr(config, name) is None:
            continue
        try:
            url = checked_url(name, getattr(config, name), ConfigurationError)
        except ConfigurationError as error:
            error.hint = _whence(config, name)
            raise
        force_setattr(config, name, url)


def _check_hosts(config: ConnectionSettings) -> None:
    """Hosts that media are fetched from; a text would be taken for a list of its letters."""
    hosts: object = config.trusted_hosts
    good = isinstance(hosts, (tuple, list)) and all(
        isinstance(host, str) and re.fullmatch(r"[^\s/@?#]+", host) for host in hosts
    )
    if not good:
        raise ConfigurationError(
            "trusted_hosts must be a list of hosts as they stand in URLs, such as "
            "'media.local:8080'."
        )
    force_setattr(config, "trusted_hosts", tuple(config.trusted_hosts))


def _check_choices(config: ConnectionSettings) -> None:
    for name, text in TYPES.items():
        value = getattr(config, name)
        if text == "bool" and not isinstance(value, bool):
            raise ConfigurationError(f"{name} must be True or False, not {value!r}.")
        if text in CHOICES and value not in CHOICES[text]:
            choices = ", ".join(CHOICES[text])
            raise ConfigurationError(f"{name} must be one of {choices}, not {value!r}.")


def _check_files(config: ConnectionSettings) -> None:
    for name in ("ca_file", "client_cert"):
        path = getattr(config, name)
        if path is None:
            continue
        if not isinstance(path, (str, os.PathLike)):
            raise ConfigurationError(f"{name} must be a path, not {type(path).__name__}.")
        if not Path(path).is_file():
            raise ConfigurationError(f"{name}: there is no file {path}.")


_CHECKS = (
    _check_pairs,
    _check_texts,
    _check_urls,
    _check_choices,
    _check_functions,
    _check_files,
    _check_hosts,
)
