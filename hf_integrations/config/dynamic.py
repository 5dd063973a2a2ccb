"""Settings that change while a program runs: checked before they apply, watched, and undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from hf_integrations.config.settings import HfInferenceConfig
from hf_integrations.errors import ConfigurationError

Watcher: TypeAlias = Callable[[HfInferenceConfig], None]


class Version(Struct, frozen=True):
    """What the settings were from some moment on.

    Attributes:
        number: counts from 1.
        changed: the names of the settings that changed.
    """

    number: int
    config: HfInferenceConfig
    changed: tuple[str, ...] = ()


class DynamicConfig:
    """Settings with a history.

    A change is one step: the new settings are checked as a whole, then every validator may
    refuse them with an error, and only then do they apply and the watchers are told, in the order
    in which they came. A watcher that raises undoes the change, and its error is the caller's.

    Args:
        config: the first settings.
        most: how many versions are kept, at least 1.
    """

    def __init__(self, config: HfInferenceConfig | None = None, *, most: int = 100) -> None:
        if most < 1:
            raise ConfigurationError("most must be at least 1.")
        self._history = [Version(1, config or HfInferenceConfig())]
        self._most = most
        self._lock = threading.RLock()
        self._watchers: list[Watcher] = []
        self._validators: list[Watcher] = []

    @property
    def current(self) -> HfInferenceConfig:
        """The settings that apply."""
        return self._history[-1].config

    @property
    def version(self) -> int:
        """The number of the settings that apply."""
        return self._history[-1].number

    @property
    def history(self) -> list[Version]:
        """The versions that are kept, oldest first."""
        return list(self._history)

    def update(self, **settings: Any) -> HfInferenceConfig:
        """Change settings; all of them, or none.

        Raises:
            ConfigurationError: they cannot work, or a validator refuses them.
        """
        with self._lock:
            return self._apply(self.current.with_options(**settings), tuple(settings))

    def rollback(self, version: int | None = None) -> HfInferenceConfig:
        """Go back to a version, or to the one before this; that is a change too.

        Raises:
            ConfigurationError: there is no such version, or it is kept no longer.
        """
        with self._lock:
            wanted = self.version - 1 if version is None else version
            for one in self._history[:-1]:
                if one.number == wanted:
                    return self._apply(one.config, _differences(self.current, one.config))
            kept = ", ".join(str(one.number) for one in self._history[:-1]) or "none"
            raise ConfigurationError(f"There is no version {wanted} to go back to; kept: {kept}.")

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Have a function called with the settings after each change; returns how to stop it."""
        return self._add(self._watchers, watcher)

    def validate(self, validator: Watcher) -> Callable[[], None]:
        """Have a function asked before each change; it raises to refuse. Returns how to stop it."""
        return self._add(self._validators, validator)

    def _add(self, place: list[Watcher], one: Watcher) -> Callable[[], None]:
        if not callable(one):
            raise ConfigurationError(f"A watcher must be a function, not {type(one).__name__}.")
        with self._lock:
            place.append(one)

        def stop() -> None:
            with self._lock:
                if one in place:
                    place.remove(one)

        return stop

    def _apply(self, config: HfInferenceConfig, changed: tuple[str, ...]) -> HfInferenceConfig:
        for validator in list(self._validators):
            validator(config)
        before = self.current
        told: list[Watcher] = []
        try:
            for watcher in list(self._watchers):
                told.append(watcher)
                watcher(config)
        except Exception:
            for watcher in told[:-1]:
                watcher(before)
            raise
        self._history.append(Version(self.version + 1, config, changed))
        del self._history[: -self._most]
        return config


def _differences(one: HfInferenceConfig, other: HfInferenceConfig) -> tuple[str, ...]:
    return tuple(
        name
        for name in HfInferenceConfig.__struct_fields__
        if getattr(one, name) != getattr(other, name)
    )
