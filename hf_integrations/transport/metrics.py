"""Figures about what was done, kept in the process: `client.metrics()`.

Durations go into buckets that grow by a twelfth of a doubling, so that any percentile is known to
within 6 % and memory does not grow with the calls.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable

from msgspec import Struct

from hf_integrations.transport.telemetry import CircuitChange, Event, Exchange

_PER_DOUBLING = 12
MOST_SERIES = 1_000  # beyond, models are counted together


class Figures(Struct, frozen=True):
    """Figures of some exchanges; durations are in seconds.

    Attributes:
        count: exchanges that are over.
        errors: those that ended in an error, by its class.
        attempts: requests sent for them.
        p50: half of them took no longer.
        p95: 95 of 100 took no longer.
        p99: 99 of 100 took no longer.
        per_second: exchanges per second since the first.
        input_tokens: as far as servers counted them.
        output_tokens: the same of the answers.
        streams: how many were streamed.
        items: pieces of these.
        waited: seconds spent waiting before repeats and for turns.
        cold_starts: how many waited for a model.
        cold_start_seconds: how long they waited, in all.
        cached: answers that were remembered.
    """

    count: int = 0
    errors: dict[str, int] = {}
    attempts: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    per_second: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    streams: int = 0
    items: int = 0
    waited: float = 0.0
    cold_starts: int = 0
    cold_start_seconds: float = 0.0
    cached: int = 0

    @property
    def error_rate(self) -> float:
        """The share that ended in an error, from 0 to 1."""
        return sum(self.errors.values()) / self.count if self.count else 0.0


class Snapshot(Struct, frozen=True):
    """All figures at one moment.

    Attributes:
        total: of all exchanges.
        by_target: of each provider and model; provider is the host at a server of one's own.
        by_task: of each task.
        circuit_changes: how often a circuit breaker went into each state.
        seconds: since the counting began.
    """

    total: Figures
    by_target: dict[tuple[str, str], Figures]
    by_task: dict[str, Figures]
    circuit_changes: dict[str, int]
    seconds: float


class _Series:
    """What is counted of some exchanges."""

    __slots__ = ("buckets", "errors", "sums")

    def __init__(self) -> None:
        self.buckets: dict[int, int] = {}
        self.errors: Counter[str] = Counter()
        self.sums = [0, 0, 0, 0, 0, 0, 0.0, 0, 0.0, 0]

    def add(self, bucket: int, one: Exchange) -> None:
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        if one.error:
            self.errors[one.error] += 1
        sums = self.sums
        sums[0] += 1
        sums[1] += one.attempts
        sums[2] += one.input_tokens or 0
        sums[3] += one.output_tokens or 0
        if one.streamed:
            sums[4] += 1
            sums[5] += one.items
        if one.waited:
            sums[6] += one.waited
        if one.cold_start:
            sums[7] += 1
            sums[8] += one.cold_start
        sums[9] += one.cached

    def figures(self, seconds: float) -> Figures:
        (
            count, attempts, read, written, streams, items, waited, colds, cold, cached,
        ) = self.sums  # fmt: skip
        return Figures(
            int(count), dict(self.errors), int(attempts),
            self.percentile(0.50), self.percentile(0.95), self.percentile(0.99),
            count / seconds if seconds > 0 else 0.0, int(read), int(written), int(streams),
            int(items), waited, int(colds), cold, int(cached),
        )  # fmt: skip

    def percentile(self, share: float) -> float:
        """The upper bound of the bucket in which it lies."""
        left = share * self.sums[0]
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 1e-9:
                return 2.0 ** (bucket / _PER_DOUBLING)
        return 0.0


class Metrics:
    """A listener that counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._clear()

    def __call__(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Exchange):
            self._count(event)
        elif isinstance(event, CircuitChange):
            with self._lock:
                self._changes[event.after] += 1

    def snapshot(self) -> Snapshot:
        """All figures, as they are now."""
        with self._lock:
            seconds = self._clock() - self._began
            return Snapshot(
                self._total.figures(seconds),
                {target: series.figures(seconds) for target, series in self._targets.items()},
                {task: series.figures(seconds) for task, series in self._tasks.items()},
                dict(self._changes),
                seconds,
            )

    def clear(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._began = self._clock()
        self._total = _Series()
        self._targets: dict[tuple[str, str], _Series] = {}
        self._tasks: dict[str, _Series] = {}
        self._changes: Counter[str] = Counter()

    def _count(self, one: Exchange) -> None:
        bucket = math.ceil(math.log2(one.seconds) * _PER_DOUBLING) if one.seconds > 0 else -999
        target = (one.provider or one.host, one.model)
        with self._lock:
            if target not in self._targets and len(self._targets) >= MOST_SERIES:
                target = ("others", "")
            self._total.add(bucket, one)
            self._targets.setdefault(target, _Series()).add(bucket, one)
            self._tasks.setdefault(one.task, _Series()).add(bucket, one)
