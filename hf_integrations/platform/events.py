"""What an adapter tells of its work, as records without prompts, answers and tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from hf_integrations.transport.telemetry import Event, pass_on


class Rerouted(Struct, frozen=True, kw_only=True):
    """A `ModelRouter` asks the next adapter, as one could not answer.

    Attributes:
        provider: the id of the one that could not.
        following: the id of the next.
        kind: what was asked for.
        error: the class of the error.
    """

    provider: str
    following: str
    kind: str
    error: str


AdapterEvent: TypeAlias = Event | Rerouted
Listener: TypeAlias = Callable[[AdapterEvent], None]


class Listeners:
    """Who wants to be told; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[object, Listener] = {}

    def add(self, listener: Listener) -> Callable[[], None]:
        """Tell somebody of every event from now on; call what is returned to stop."""
        key = object()
        with self._lock:
            self._all[key] = listener

        def stop() -> None:
            with self._lock:
                self._all.pop(key, None)

        return stop

    def __call__(self, event: AdapterEvent) -> None:
        """Tell all of them; one that raises is logged and disturbs nobody."""
        with self._lock:
            listeners = tuple(self._all.values())
        pass_on(listeners, event)
