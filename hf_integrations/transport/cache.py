"""Answers that are remembered: bounded in bytes, each for a time, the least used making room."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from hf_integrations.transport.locked import Locked

V = TypeVar("V")

OVERHEAD = 250  # bytes that an entry takes besides its value, as measured on CPython 3.11


class CacheStats(Struct, frozen=True):
    """How a cache fares.

    Attributes:
        hits: look-ups that found something.
        misses: those that did not.
        entries: how many answers are kept.
        bytes: how much room they take.
        evicted: how many made room for others.
        expired: how many were too old when they were asked for.
    """

    hits: int = 0
    misses: int = 0
    entries: int = 0
    bytes: int = 0
    evicted: int = 0
    expired: int = 0

    @property
    def hit_rate(self) -> float:
        """The share of look-ups that found something, from 0 to 1."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 0.0


class Tier(Protocol):
    """A second, larger and slower place for vectors, such as a table in PostgreSQL.

    It is called in a thread beside an event loop; what it raises is logged, and the vectors are
    asked for as if it had nothing.
    """

    def get(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        """What is kept under n keys, in their order; None where there is nothing."""

    def put(self, entries: Sequence[tuple[str, bytes]], model: str) -> None:
        """Keep values of one model."""

    def clear(self, model: str | None) -> None:
        """Forget those of one model, or all."""


class Cache(Locked, Generic[V]):
    """Answers by key; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._kept: OrderedDict[bytes, tuple[V, int, float, str]] = OrderedDict()
        self._clock = clock
        self._bytes = self._hits = self._misses = self._evicted = self._expired = 0

    def get(self, key: bytes) -> V | None:
        """What is remembered and not yet too old."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self._misses += 1
                return None
            if kept[2] <= self._clock():
                self._drop(key)
                self._expired += 1
                self._misses += 1
                return None
            self._kept.move_to_end(key)
            self._hits += 1
            return kept[0]

    def put(
        self, key: bytes, value: V, *, size: int, seconds: float, most: int, model: str
    ) -> None:
        """Remember a value of `size` bytes for so many seconds, within `most` bytes in all."""
        self.put_all([(key, value, size)], seconds=seconds, most=most, model=model)

    def put_all(
        self, entries: Iterable[tuple[bytes, V, int]], *, seconds: float, most: int, model: str
    ) -> None:
        """Remember many: keys, values and their sizes."""
        with self._lock:
            until = self._clock() + seconds
            for key, value, size in entries:
                if size + OVERHEAD > most:
                    continue
                if key in self._kept:
                    self._drop(key)
                self._kept[key] = (value, size + OVERHEAD, until, model)
                self._bytes += size + OVERHEAD
                while self._bytes > most:
                    self._drop(next(iter(self._kept)))
                    self._evicted += 1

    def clear(self, model: str | None = None) -> int:
        """Forget the answers of a model, or all; how many they were."""
        with self._lock:
            keys = [key for key, kept in self._kept.items() if model is None or kept[3] == model]
            for key in keys:
                self._drop(key)
            return len(keys)

    def stats(self) -> CacheStats:
        """How it fares."""
        with self._lock:
            return CacheStats(
                self._hits, self._misses, len(self._kept), self._bytes, self._evicted,
                self._expired,
            )  # fmt: skip

    def _drop(self, key: bytes) -> None:
        self._bytes -= self._kept.pop(key)[1]
