"""Many small pools in place of a large one, for a library whose pool slows down as it fills.

httpx looks through its whole pool for every request: with 1,000 in flight it answers 13 requests
per second, with 8 in flight 977 (docs/engines.md). So each pool gets few requests at a time, and
there are as many pools as are needed: nothing ever waits, and an open stream blocks nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Place(Generic[P]):
    """A place in a pool, to be given back once."""

    pool: P
    number: int


class Shards(Generic[P]):
    """Pools made when they are needed; of those that have room, the oldest is taken."""

    def __init__(self, make: Callable[[int], P], *, places: int) -> None:
        self._make = make
        self._places = places
        self._pools: list[P] = []
        self._used: list[int] = []
        self._lock = threading.Lock()
        self._open = True

    def take(self) -> Place[P] | None:
        """A place, which always exists; None only after the end."""
        with self._lock:
            if not self._open:
                return None
            number = next((n for n, used in enumerate(self._used) if used < self._places), None)
            if number is None:
                number = len(self._pools)
                self._pools.append(self._make(number))
                self._used.append(0)
            self._used[number] += 1
            return Place(self._pools[number], number)

    def give(self, place: Place[P]) -> None:
        """Give a place back."""
        with self._lock:
            self._used[place.number] -= 1

    def drain(self) -> list[P]:
        """All pools, to be closed; the first call is the end, and later ones get none."""
        with self._lock:
            self._open = False
            pools, self._pools = self._pools, []
            return pools


class Lent(Generic[P]):
    """One pool that belongs to somebody else: always has room, and is never closed."""

    def __init__(self, pool: P) -> None:
        self._pool = pool
        self._open = True

    def take(self) -> Place[P] | None:
        """A place; None after the end."""
        return Place(self._pool, 0) if self._open else None

    def give(self, place: Place[P]) -> None:
        """Nothing to count."""

    def drain(self) -> list[P]:
        """The end; there is nothing to close."""
        self._open = False
        return []
