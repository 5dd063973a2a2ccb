"""What was looked up, remembered for a while: bounded, shared, and asked for only once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from hf_integrations.flow import Flow, sleep

V = TypeVar("V")

_STEP = 0.01  # seconds between two looks at what somebody else is asking for
_STALE = 60.0  # seconds after which whoever asked is taken to be gone


class Lookups(Generic[V]):
    """Answers by key, the least recently used making room; safe to share between threads."""

    def __init__(self, *, most: int = 1_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._asking: dict[Hashable, float] = {}
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> V | None:
        """What is remembered and not yet too old."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] > self._clock() else None

    def keep(self, key: Hashable, value: V, seconds: float) -> None:
        """Remember for so many seconds."""
        with self._lock:
            self._kept[key] = (self._clock() + seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def claim(self, key: Hashable) -> bool:
        """Whether the caller is the one to ask; then it must `leave` in the end."""
        with self._lock:
            now = self._clock()
            if self._asking.get(key, -_STALE) + _STALE > now:
                return False
            self._asking[key] = now
            return True

    def leave(self, key: Hashable) -> None:
        """Ask no longer."""
        with self._lock:
            self._asking.pop(key, None)

    def drop(self, key: Hashable) -> None:
        """Forget one."""
        with self._lock:
            self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


def looked_up(
    lookups: Lookups[V], key: Hashable, ask: Callable[[], Flow[tuple[V, float]]]
) -> Flow[V]:
    """What is remembered, else what `ask` gives and for how many seconds it holds.

    Of callers who want the same at the same time, one asks and the others wait for it.
    """
    while (known := lookups.find(key)) is None:
        if not lookups.claim(key):
            yield from sleep(_STEP)
            continue
        try:
            value, seconds = yield from ask()
            lookups.keep(key, value, seconds)
            return value
        finally:
            lookups.leave(key)
    return known
