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
    in which they came. A watcher that raises undoes the change, and its error is the caller's;
    those that were told before it are told the old settings again. Neither a validator nor a
    watcher may change settings itself: the next watcher would be told of two changes at once.

    >>> from hf_integrations import HfInferenceConfig
    >>> dynamic = DynamicConfig(HfInferenceConfig(token="hf_example"))
    >>> stop = dynamic.watch(lambda new: print(new.max_retries))
    >>> changed = dynamic.update(max_retries=5)
    5
    >>> before = dynamic.rollback()
    3

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
        self._changing = False
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
            ConfigurationError: they cannot work, a validator refuses them, or another change is
                being told by this thread.
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
        if self._changing:
            raise ConfigurationError(
                "A watcher or a validator changes the settings that it is told of.",
                hint="Change them after update() has returned.",
            )
        self._changing = True
        try:
            for validator in list(self._validators):
                validator(config)
            self._tell(Version(self.version + 1, config, changed))
        finally:
            self._changing = False
        del self._history[: -self._most]
        return config

    def _tell(self, version: Version) -> None:
        """Let a version apply, and tell it; nothing has happened if a watcher raises."""
        before, told = self.current, list[Watcher]()
        self._history.append(version)
        try:
            for watcher in list(self._watchers):
                watcher(version.config)
                told.append(watcher)
        except BaseException:
            self._history.pop()
            for watcher in told:
                _told_again(watcher, before)
            raise


def _told_again(watcher: Watcher, before: HfInferenceConfig) -> None:
    """Tell the old settings; what comes of it is logged: the caller is told what undid the new."""
    try:
        watcher(before)
    except Exception as error:  # noqa: BLE001 - the others have to be told, too
        import logging  # here, so that a program that logs nothing need not load it

        logging.getLogger("hf_integrations").warning(
            "A watcher of settings raised %s when a change was undone.", type(error).__name__
        )


def _differences(one: HfInferenceConfig, other: HfInferenceConfig) -> tuple[str, ...]:
    return tuple(
        name
        for name in HfInferenceConfig.__struct_fields__
        if getattr(one, name) != getattr(other, name)
    )
