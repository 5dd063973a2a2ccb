"""The emulator's clock: it can be put forward, made to run faster, or stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from hf_integrations.errors import ConfigurationError

FASTEST = 1_000_000.0
_GLANCE = 0.02  # seconds between two looks of one who waits


class Clock:
    """The time by which endpoints start, fall asleep and are updated.

    It begins at the real time and runs as fast as that, until it is told otherwise.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._restart()

    def _restart(self) -> None:
        self._base, self._since, self._speed = time.time(), time.monotonic(), 1.0

    def now(self) -> float:
        """Return the time: seconds since 1970."""
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> float:
        """Put the clock forward; it never goes back. Return the new time."""
        return self.set(speed=None, forward=_number("seconds", seconds, 1e9))

    @property
    def speed(self) -> float:
        """How many of its seconds pass in a real one; 0 is a clock that stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.set(speed=_number("speed", speed, FASTEST), forward=0.0)

    def stop(self) -> None:
        """Let the time stand still, but for `advance`."""
        self.speed = 0.0

    def set(self, *, speed: float | None, forward: float) -> float:
        """Change both at once; return the new time."""
        with self._lock:
            self._base, self._since = self._now() + forward, time.monotonic()
            self._speed = self._speed if speed is None else speed
            return self._base

    def clear(self) -> None:
        """Go back to the real time."""
        with self._lock:
            self._restart()

    def shown(self) -> dict[str, Any]:
        """Return the clock as a JSON object."""
        return {"now": self.now(), "speed": self._speed}

    async def wait(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            real = left / self._speed if self._speed else _GLANCE
            await asyncio.sleep(min(real, _GLANCE))

    def _now(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed


def _number(name: str, value: Any, most: float) -> float:
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not good or not 0 <= value <= most:
        raise ConfigurationError(f"{name} must be a number from 0 to {most:,.0f}.")
    return float(value)
