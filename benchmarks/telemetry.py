"""What it costs to be told of a call; the engine answers at once.

`python -m benchmarks telemetry`. The looks that every call takes while nothing is told are timed by
themselves; whole calls take turns, and count by what they take more than one with all of it off.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.path import AtOnce
from benchmarks.peers.asked import MESSAGES, MODEL, TOKEN
from benchmarks.table import Goal, Table
from hf_integrations import HfInferenceClient, HfInferenceConfig
from hf_integrations.services.tracing import tracer
from hf_integrations.transport.tracing import current

LOOKS, CALLS = 50_000, 100


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    del data
    return [_looks(), _calls(rounds=5 if quick else 40)]


def _looks() -> Table:
    """Each in a process of its own: what is loaded stays loaded."""
    ways = {
        "no SDK loaded, `auto`": ("auto", ""),
        "`off`": ("off", ""),
        "SDK loaded, not set up, `auto`": ("auto", "sdk"),
    }
    looks = {}
    for name, arguments in ways.items():
        command = [sys.executable, "-m", "benchmarks.telemetry", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        looks[name] = float(done.stdout)
    return Table(
        "Telemetry that is off, by call",
        ("while", "ns"),
        [[name, f"{seconds * 1e9:.0f}"] for name, seconds in looks.items()],
        f"CPU time for finding out that nobody is to be told; best of 20 times {LOOKS:,}.",
        goals=[Goal("off, µs by call", max(looks.values()) * 1e6, at_most=1)],
    )


def look(telemetry: str, loaded: str) -> float:
    """Seconds for the looks of one call: at the setting and the modules, and in the exchange."""
    if loaded:
        import opentelemetry.sdk.metrics
        import opentelemetry.sdk.trace  # noqa: F401
    config = HfInferenceConfig(token=TOKEN, telemetry=telemetry)
    best, empty = float("inf"), float("inf")
    for _ in range(20):
        began = time.process_time()
        for _ in range(LOOKS):
            if config.telemetry != "off" and tracer(config) is not None:
                raise AssertionError("an SDK is set up")
            current()  # in the exchange
            current()  # where its course begins
        best = min(best, time.process_time() - began)
        began = time.process_time()
        for _ in range(LOOKS):
            pass
        empty = min(empty, time.process_time() - began)
    return (best - empty) / LOOKS


def _calls(rounds: int) -> Table:
    """Whole calls under each way of being told."""
    with _clients() as clients:
        times: dict[str, list[float]] = {name: [] for name in clients}
        for turn in range(-1, rounds):
            for name, client in clients.items():
                took = _took(client)
                if turn >= 0:
                    times[name].append(took)
    least = {name: min(found) for name, found in times.items()}
    off = least["nothing"]
    return Table(
        "Telemetry that is on, by call",
        ("told", "CPU µs by call", "more than nothing, µs"),
        [[name, f"{one * 1e6:.1f}", f"{(one - off) * 1e6:.1f}"] for name, one in least.items()],
        f"The best of {rounds} rounds of {CALLS} chat calls, in turns; the engine answers at once. "
        "Spans are ended and dropped: what an exporter does with them is its own.",
    )


def _took(client: HfInferenceClient) -> float:
    """Seconds of CPU time for one call: the machine has other work to do."""
    complete: Callable[..., Any] = client.chat.complete
    began = time.process_time()
    for _ in range(CALLS):
        complete(MESSAGES, model=MODEL)
    return (time.process_time() - began) / CALLS


@contextmanager
def _clients() -> Iterator[dict[str, HfInferenceClient]]:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider

    from hf_integrations.telemetry import OpenTelemetry, PrometheusMetrics

    off: dict[str, Any] = {"telemetry": "off", "collect_metrics": False}
    otel = OpenTelemetry(TracerProvider(), MeterProvider([InMemoryMetricReader()]))
    ways: dict[str, dict[str, Any]] = {
        "nothing": off,
        "`client.metrics()`": {"telemetry": "off"},
        "and records, to an empty function": {"telemetry": "off", "on_event": lambda event: None},
        "Prometheus": {**off, "on_event": PrometheusMetrics()},
        "OpenTelemetry, metrics alone": {**off, "telemetry": otel, "telemetry_sample_rate": 0.0},
        "OpenTelemetry, spans and metrics": {
            **off, "telemetry": otel, "telemetry_sample_rate": 1.0,
        },
    }  # fmt: skip
    clients = {
        name: HfInferenceClient(
            base_url="http://127.0.0.1:1", token=TOKEN, server="openai", **settings
        )
        for name, settings in ways.items()
    }
    for client in clients.values():
        client._connections.engine = AtOnce  # type: ignore[method-assign, assignment]
    yield clients
    for client in clients.values():
        client.close()


if __name__ == "__main__":
    print(look(sys.argv[1], sys.argv[2]))
