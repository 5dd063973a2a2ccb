"""Jobs: work that is queued, asked after, and done after a given number of questions.

Not after a time: so that a test neither waits nor depends on the clock.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

MOST_JOBS = 1_000


@dataclass(slots=True)
class Job:
    """One piece of work.

    Attributes:
        result: what it will have made, in the words of its provider.
        left: questions that are still answered with "not yet".
        failed: whether it ends badly.
    """

    id: str
    model: str
    result: Any
    left: int
    failed: bool = False

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.left <= 0

    def state(self, running: str, done: str, failed: str) -> str:
        """Return how far it is, in the words of its provider."""
        if not self.done:
            return running
        return failed if self.failed else done


class Jobs:
    """All jobs, the oldest of too many forgotten."""

    def __init__(self, *, most: int = MOST_JOBS) -> None:
        self._kept: OrderedDict[str, Job] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def start(self, job: Job) -> Job:
        """Keep a new job; one with the same id, of the same request, begins anew."""
        with self._lock:
            self._kept[job.id] = job
            self._kept.move_to_end(job.id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return job

    def look(self, ident: str) -> Job | None:
        """Return a job without asking after it."""
        with self._lock:
            return self._kept.get(ident)

    def ask(self, ident: str) -> Job | None:
        """Return a job as it is now; each time, it comes nearer to its end."""
        with self._lock:
            job = self._kept.get(ident)
            if job is None:
                return None
            now = replace(job)
            job.left -= 1
            return now

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
