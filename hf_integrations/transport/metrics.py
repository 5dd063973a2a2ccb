"""Figures about what was done, kept in the process: `client.metrics()`.

Durations go into buckets that grow by a twelfth of a doubling, so that any percentile is known to
within 6 % and memory does not grow with the calls.
"""

from __future__ import annotations

import math
import time
from collections import Counter as Counts
from collections.abc import Callable
from math import ceil, log2

from msgspec import Struct

from hf_integrations.flow import About
from hf_integrations.transport.telemetry import (
    CacheLookup,
    CircuitChange,
    Event,
    Exchange,
    Failover,
    Gathering,
    Repeat,
)

_PER_DOUBLING = 12
_NO_TIME = -10_000  # the bucket of what took no time at all
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
        malformed: events of streams that could not be read.
        pauses: how often servers were made to wait, as streams were not read fast enough.
        first_p50: half of the streams began to answer after so many seconds.
        first_p95: 95 of 100 did.
        repeats: failures after which a request was sent again, by the class of the error.
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
    malformed: int = 0
    pauses: int = 0
    first_p50: float = 0.0
    first_p95: float = 0.0
    repeats: dict[str, int] = {}

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
        failovers: calls that went on to the next of a chain, by the class of the error.
        lookups: what was found in each cache, and what was not.
    """

    total: Figures
    by_target: dict[tuple[str, str], Figures]
    by_task: dict[str, Figures]
    circuit_changes: dict[str, int]
    seconds: float
    failovers: dict[str, int] = {}
    lookups: dict[str, tuple[int, int]] = {}

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import table

        names = ("count", "error_rate", "p50", "p95", "p99", "attempts", "cold_starts", "cached")
        named = [(*target, figures) for target, figures in self.by_target.items()]
        rows = [
            (*who, *(getattr(figures, name) for name in names))
            for *who, figures in [*named, ("all", "", self.total)]
        ]
        return table(("provider", "model", *names), rows)


class _Series:
    """What is counted of some exchanges."""

    __slots__ = (
        "attempts", "buckets", "cached", "cold", "colds", "count", "errors", "firsts", "items",
        "malformed", "pauses", "read", "repeats", "streams", "waited", "written",
    )  # fmt: skip

    def __init__(self) -> None:
        self.buckets: Counts[int] = Counts()
        self.firsts: Counts[int] = Counts()
        self.errors: Counts[str] = Counts()
        self.repeats: Counts[str] = Counts()
        self.count = self.attempts = self.read = self.written = 0
        self.streams = self.items = self.colds = self.cached = self.malformed = self.pauses = 0
        self.waited = self.cold = 0.0

    def add(self, one: Exchange) -> None:
        """Count one; what is rare is looked at once."""
        self.add_answer(one.seconds, one.attempts, one.input_tokens, one.output_tokens)
        if one.error or one.streamed or one.waited or one.cold_start or one.cached:
            self._add_rest(one)

    def add_answer(
        self, seconds: float, attempts: int, read: int | None, written: int | None
    ) -> None:
        """Count what every exchange has."""
        bucket = _bucket(seconds)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.attempts += attempts
        if read is not None:
            self.read += read
        if written is not None:
            self.written += written

    def merge(self, other: _Series) -> None:
        """Count all that another has counted."""
        for name in _COUNTS:
            getattr(self, name).update(getattr(other, name))
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self, seconds: float) -> Figures:
        """The figures, when it was counted for so long."""
        return Figures(
            count=self.count, errors=dict(self.errors), attempts=self.attempts,
            p50=_percentile(self.buckets, 0.50), p95=_percentile(self.buckets, 0.95),
            p99=_percentile(self.buckets, 0.99),
            per_second=self.count / seconds if seconds > 0 else 0.0,
            input_tokens=self.read, output_tokens=self.written, streams=self.streams,
            items=self.items, waited=self.waited, cold_starts=self.colds,
            cold_start_seconds=self.cold, cached=self.cached,
            malformed=self.malformed, pauses=self.pauses,
            first_p50=_percentile(self.firsts, 0.50), first_p95=_percentile(self.firsts, 0.95),
            repeats=dict(self.repeats),
        )  # fmt: skip

    def _add_rest(self, one: Exchange) -> None:
        if one.error:
            self.errors[one.error] += 1
        if one.streamed:
            self._add_stream(one)
        self.colds += one.cold_start > 0
        self.waited += one.waited
        self.cold += one.cold_start
        self.cached += one.cached

    def _add_stream(self, one: Exchange) -> None:
        self.streams += 1
        self.items += one.items
        self.malformed += one.malformed
        self.pauses += one.pauses
        if one.first_item is not None:
            self.firsts[_bucket(one.first_item)] += 1


_COUNTS = ("buckets", "firsts", "errors", "repeats")
_SUMS = tuple(name for name in _Series.__slots__ if name not in _COUNTS)


def _bucket(seconds: float) -> int:
    return ceil(log2(seconds) * _PER_DOUBLING) if seconds > 0 else _NO_TIME


def _percentile(buckets: Counts[int], share: float) -> float:
    """The upper bound of the bucket in which it lies."""
    left = share * buckets.total()
    for bucket in sorted(buckets):
        left -= buckets[bucket]
        if left <= 1e-9:
            return math.exp2(bucket / _PER_DOUBLING) if bucket != _NO_TIME else 0.0
    return 0.0


class Metrics(Gathering):
    """Counts, by provider, model and task."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        super().__init__()
        self.clear()

    def __call__(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Exchange):
            key = (event.provider or event.host, event.model, event.task)
            with self._lock:
                (self._series.get(key) or self._new(key)).add(event)
        elif isinstance(event, Repeat):
            key = (event.provider or event.host, event.model, event.task)
            with self._lock:
                (self._series.get(key) or self._new(key)).repeats[event.error] += 1
        else:
            with self._lock:
                self._add_rare(event)

    def _add_rare(self, event: Event) -> None:
        if isinstance(event, CircuitChange):
            self._changes[event.after] += 1
        elif isinstance(event, Failover):
            self._failovers[event.error] += 1
        elif isinstance(event, CacheLookup):
            hits, misses = self._lookups.get(event.cache, (0, 0))
            self._lookups[event.cache] = hits + event.hits, misses + event.misses

    def snapshot(self) -> Snapshot:
        """All figures, as they are now."""
        with self._lock:
            self._count_noted()
            seconds = self._clock() - self._began
            by_target: dict[tuple[str, str], _Series] = {}
            by_task: dict[str, _Series] = {}
            total = _Series()
            for (provider, model, task), series in self._series.items():
                total.merge(series)
                by_target.setdefault((provider, model), _Series()).merge(series)
                by_task.setdefault(task, _Series()).merge(series)
            rare = dict(self._changes), seconds, dict(self._failovers), dict(self._lookups)
        return Snapshot(
            total.figures(seconds),
            {target: series.figures(seconds) for target, series in by_target.items()},
            {task: series.figures(seconds) for task, series in by_task.items()},
            *rare,
        )

    def clear(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._noted.clear()
            self._began = self._clock()
            self._series: dict[tuple[str, str, str], _Series] = {}
            self._changes: Counts[str] = Counts()
            self._failovers: Counts[str] = Counts()
            self._lookups: dict[str, tuple[int, int]] = {}

    def _count(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        key = (whose, about.model, about.task)
        series = self._series.get(key) or self._new(key)
        series.add_answer(seconds, 1, read, written)

    def _new(self, key: tuple[str, str, str]) -> _Series:
        if len(self._series) >= MOST_SERIES:
            key = ("others", "", key[2])
        return self._series.setdefault(key, _Series())
