"""A gate that lets so many pass at a time; the others wait in a fair queue.

A place is a ticket: a flow waits for it with `Wait`, in either colour.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Place:
    """A place behind the gate, or in the queue before it."""

    __slots__ = ("_call", "_gate", "called")

    def __init__(self, gate: Gate, *, called: bool) -> None:
        self._gate = gate
        self._call: Callable[[], None] | None = None
        self.called = called

    def when_called(self, call: Callable[[], None]) -> None:
        """Call `call` once it is this one's turn; from whichever thread makes room."""
        with self._gate.lock:
            if not self.called:
                self._call = call
                return
        call()

    def turn(self) -> Callable[[], None] | None:
        """Let it in; what is to be called then. The lock of the gate is held."""
        self.called = True
        return self._call


class Gate:
    """So many at a time, first come first served."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._inside = 0
        self._queue: deque[Place] = deque()

    @property
    def waiting(self) -> int:
        """How many are in the queue."""
        return len(self._queue)

    @property
    def inside(self) -> int:
        """How many have passed and not left."""
        return self._inside

    def take(self, most: int) -> Place:
        """A place; it is `called` if there was room."""
        with self.lock:
            room = self._inside < most and not self._queue
            place = Place(self, called=room)
            if room:
                self._inside += 1
            else:
                self._queue.append(place)
            return place

    def give(self, place: Place) -> None:
        """Leave, from behind the gate or from the queue; a second call does nothing."""
        with self.lock:
            if not place.called:
                if place in self._queue:
                    self._queue.remove(place)
                return
            place.called = False
            call = None
            if self._queue:
                call = self._queue.popleft().turn()
            else:
                self._inside -= 1
        if call is not None:
            call()
