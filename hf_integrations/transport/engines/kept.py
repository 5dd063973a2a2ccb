"""Connections that are open and unused, by where they lead."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Hashable

from msgspec import Struct


class Pool(Struct, frozen=True):
    """Connections that are open.

    Attributes:
        idle: those that wait for the next request.
        in_use: those that carry one.
    """

    idle: int = 0
    in_use: int = 0

    def __add__(self, other: Pool) -> Pool:
        return Pool(self.idle + other.idle, self.in_use + other.in_use)


class Kept:
    """Keeps so many for each place, for so long; never limits how many are in use.

    Attributes:
        in_use: those that carry a request.
        open: whether any may be kept; False after the end.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._idle: defaultdict[Hashable, list[tuple[float, socket.socket]]] = defaultdict(list)
        self._lock = threading.Lock()
        self.in_use: set[socket.socket] = set()
        self.open = True

    def take(self, key: Hashable) -> socket.socket | None:
        """The one that was used last, if it can be used again; those that cannot are closed."""
        idle = self._idle.get(key)
        while idle:
            try:
                since, link = idle.pop()
            except IndexError:  # another thread was faster
                break
            if time.monotonic() - since < self._seconds and not has_news(link):
                return link
            link.close()
        return None

    def give(self, key: Hashable, link: socket.socket) -> None:
        """Keep a connection whose last answer was read to its end."""
        with self._lock:
            if self.open and len(self._idle[key]) < self._size:
                self._idle[key].append((time.monotonic(), link))
                return
        link.close()

    def pool(self) -> Pool:
        """How many there are."""
        with self._lock:
            return Pool(sum(map(len, self._idle.values())), len(self.in_use))

    def close(self) -> None:
        """Close all, and keep none from now on."""
        with self._lock:
            self.open = False
            lines = list(self._idle.values())
            self._idle.clear()
        for line in lines:
            while line:
                try:
                    line.pop()[1].close()  # as in `take`: it is either taken or closed
                except IndexError:
                    break


def has_news(link: socket.socket) -> bool:
    """Whether an unused connection can be read from: then it was closed at the other end."""
    if _POLL is None:
        return bool(select.select([link], [], [], 0)[0])
    watch = _POLL()
    watch.register(link, select.POLLIN)
    return bool(watch.poll(0))


_POLL = getattr(select, "poll", None)  # Windows has none
