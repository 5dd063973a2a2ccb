"""The Hub's limits of requests, and the headers that tell of them.

Source: https://huggingface.co/docs/hub/rate-limits: fixed windows of five minutes.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

WINDOW = 300  # seconds
MOST_BEARERS = 1_000


class Quota:
    """Counts requests to the Hub's API, for each bearer."""

    def __init__(self, limit: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._used: OrderedDict[str, int] = OrderedDict()
        self._began = clock()
        self._lock = threading.Lock()

    def take(self, bearer: str) -> dict[str, str] | None:
        """Count a request; return the headers that tell what is left, or None when nothing was."""
        with self._lock:
            self._turn()
            used = self._used.get(bearer, 0)
            if used >= self._limit:
                return None
            self._used[bearer] = used + 1
            self._used.move_to_end(bearer)
            if len(self._used) > MOST_BEARERS:
                self._used.popitem(last=False)
            return self.headers(self._limit - used - 1)

    def headers(self, left: int = 0) -> dict[str, str]:
        """Return the headers for so many requests left."""
        return {
            "RateLimit": f'"api";r={left};t={self.seconds()}',
            "RateLimit-Policy": f'"fixed window";"api";q={self._limit};w={WINDOW}',
        }

    def seconds(self) -> int:
        """Return the seconds until the window ends."""
        return max(1, round(WINDOW - (self._clock() - self._began)))

    def clear(self) -> None:
        """Begin a new window."""
        with self._lock:
            self._used.clear()
            self._began = self._clock()

    def _turn(self) -> None:
        if self._clock() - self._began >= WINDOW:
            self._used.clear()
            self._began = self._clock()
