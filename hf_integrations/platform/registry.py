"""Adapters by name: those that were registered, and those that installed packages bring.

A package brings one by an entry point of the group `hf_integrations.model_adapters`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from hf_integrations.errors import ConfigurationError
from hf_integrations.platform.adapter import ModelAdapter

GROUP = "hf_integrations.model_adapters"
_LOCK = threading.Lock()
_MADE_BY: dict[str, Callable[..., ModelAdapter]] = {}
_OURS = EntryPoint(
    "hf-inference-endpoints", "hf_integrations.platform.hf:HfInferenceAdapter", GROUP
)


def register_adapter(name: str, factory: Callable[..., ModelAdapter]) -> None:
    """Make an adapter known by name.

    Args:
        name: its provider id.
        factory: makes one of the settings that `make_adapter` is given; a class, usually.

    Raises:
        ConfigurationError: the name is taken by another.
    """
    if not name or not callable(factory):
        raise ConfigurationError("register_adapter takes a name and a class or function.")
    with _LOCK:
        if _MADE_BY.setdefault(name, factory) is not factory:
            raise ConfigurationError(
                f"There is an adapter {name!r} already.", hint="unregister_adapter() removes it."
            )


def unregister_adapter(name: str) -> None:
    """Forget an adapter that was registered; one that is not known is no error."""
    with _LOCK:
        _MADE_BY.pop(name, None)


def adapter_names() -> list[str]:
    """All names, in order; no adapter is loaded for it."""
    return sorted(_MADE_BY.keys() | _installed().keys())


def make_adapter(name: str, **settings: Any) -> ModelAdapter:
    """An adapter by name; one that was registered goes before one that was installed.

    Raises:
        ConfigurationError: there is none of the name, or what was installed cannot be loaded.
    """
    factory = _MADE_BY.get(name)
    if factory is None:
        entry = _installed().get(name)
        if entry is None:
            raise ConfigurationError(
                f"There is no adapter {str(name)[:80]!r}.",
                hint=f"There are {', '.join(adapter_names())}.",
            )
        factory = _loaded(entry)
    return factory(**settings)


def _installed() -> dict[str, EntryPoint]:
    """By name; ours is there in a copy of the source too, where no package is installed."""
    return {entry.name: entry for entry in entry_points(group=GROUP)} | {_OURS.name: _OURS}


def _loaded(entry: EntryPoint) -> Callable[..., ModelAdapter]:
    try:
        factory: Callable[..., ModelAdapter] = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"The adapter {entry.name!r} cannot be loaded from {entry.value}."
        ) from error
    return factory
