"""Figures in the process: right for every percentile, whole under threads, bounded."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.metrics import MOST_SERIES, Metrics
from hf_integrations.transport.telemetry import CacheLookup, CircuitChange, Exchange, Failover
from tests.clocks import Clock
from tests.telemetry.records import repeat


def one(seconds: float = 1.0, **facts: Any) -> Exchange:
    """A record."""
    named = {"task": "conversational", "provider": "groq", "model": "org/name", "host": "host"}
    return Exchange(**{**named, "began": 0, "seconds": seconds, **facts})


@given(st.lists(st.floats(1e-6, 1e4), min_size=1, max_size=200))
def test_a_percentile_is_right_to_within_six_percent(seconds: list[float]) -> None:
    """And never too small."""
    metrics = Metrics()
    for duration in seconds:
        metrics(one(duration))
    found = metrics.snapshot().total.p95
    exact = sorted(seconds)[max(0, -(-95 * len(seconds) // 100) - 1)]

    assert exact * 0.999 <= found <= exact * 1.06


def test_what_is_counted() -> None:
    """In all, by target and by task."""
    clock = Clock()
    metrics = Metrics(clock)
    metrics(one(attempts=3, waited=2.0, input_tokens=5, output_tokens=7))
    metrics(one(error="NetworkError", task="x", provider="", model=""))
    metrics(one(streamed=True, items=9, cold_start=4.0, cached=True))
    metrics(CircuitChange(host="h", provider="", model="", before="closed", after="open"))
    metrics(one(streamed=True, malformed=2, pauses=3, first_item=0.5, seconds=0.0))
    metrics(repeat("RateLimitedError", task="conversational"))
    metrics(Failover(name="a", following="b", error="ServerError"))
    metrics(CacheLookup(cache="answers", model="", hits=1, misses=2))
    clock.now += 2
    found = metrics.snapshot()

    total = found.total
    assert (total.count, total.attempts, total.errors) == (4, 6, {"NetworkError": 1})
    assert (total.input_tokens, total.output_tokens, total.waited) == (5, 7, 2)
    assert (total.streams, total.items, total.cached) == (2, 9, 1)
    assert (total.malformed, total.pauses) == (2, 3)
    assert (total.first_p50, total.repeats) == (0.5, {"RateLimitedError": 1})
    assert (total.cold_starts, total.cold_start_seconds) == (1, 4)
    assert total.error_rate == pytest.approx(1 / 4)
    assert (total.per_second, found.seconds) == (2, 2)
    assert found.by_target["groq", "org/name"].count == 3
    assert found.by_target["host", ""].count == 1
    assert found.by_task["x"].count == 1
    assert found.circuit_changes == {"open": 1}
    assert found.failovers == {"ServerError": 1}
    assert found.lookups == {"answers": (1, 2)}


def test_nothing_yet_is_nothing() -> None:
    """No division by it."""
    metrics = Metrics(Clock())
    metrics.clear()
    total = metrics.snapshot().total

    assert (total.count, total.p50, total.error_rate, total.per_second) == (0, 0, 0, 0)
    metrics(one(0.0))
    assert metrics.snapshot().total.p99 == 0


def test_models_without_end_are_counted_together() -> None:
    """Memory stays bounded, and nothing is lost."""
    metrics = Metrics()
    for number in range(MOST_SERIES + 10):
        metrics(one(model=str(number)))
    found = metrics.snapshot()

    assert found.total.count == MOST_SERIES + 10
    assert found.by_target["others", ""].count == 10


def test_threads_lose_nothing() -> None:
    """They count side by side."""
    metrics = Metrics()

    def work() -> None:
        for _ in range(500):
            metrics(one())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert metrics.snapshot().total.count == 4000
