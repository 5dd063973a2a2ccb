"""The metrics for Prometheus: each event where it belongs, few series, nothing that disturbs."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.flow import About
from hf_integrations.telemetry import (
    CacheLookup,
    CircuitChange,
    ColdStart,
    EndpointSeen,
    Event,
    Failover,
    PrometheusMetrics,
)
from hf_integrations.telemetry.catalogue import BY_NAME, METRICS
from tests.colours import Colour, Looped, Plain
from tests.playing import elsewhere
from tests.telemetry.records import exchange, repeat

MODEL = "org/name"
ROOT = Path(__file__).parent.parent.parent
WHOM = {"provider": "groq", "model": MODEL}
WHAT = {**WHOM, "task": "chat-completion"}
HOSTILE = ['a"b', "a\nb", "a\\b", "{x=1}", "\ud800", "\x00\x1b[31m", "é" * 500, "", " "]


def read(metrics: PrometheusMetrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample, as Prometheus would read it."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def value(metrics: PrometheusMetrics, name: str, **labels: str) -> float | None:
    """One of them; None if it is not there."""
    return read(metrics).get((name, tuple(sorted(labels.items()))))


@pytest.fixture
def metrics() -> PrometheusMetrics:
    """Nothing counted yet."""
    return PrometheusMetrics()


def test_a_call_is_counted_with_its_time_and_tokens(metrics: PrometheusMetrics) -> None:
    """Whether a record of it was made or not."""
    metrics(exchange(seconds=0.3, input_tokens=5, output_tokens=7))
    metrics.answered("groq", About("chat-completion", "groq", MODEL), 0.2, 1, None)

    assert value(metrics, "hf_requests_total", **WHAT, outcome="ok") == 2
    assert value(metrics, "hf_request_duration_seconds_count", **WHAT) == 2
    assert value(metrics, "hf_request_duration_seconds_sum", **WHAT) == pytest.approx(0.5)
    assert value(metrics, "hf_request_duration_seconds_bucket", **WHAT, le="0.25") == 1
    assert value(metrics, "hf_tokens_total", **WHAT, direction="input") == 6
    assert value(metrics, "hf_tokens_total", **WHAT, direction="output") == 7


def test_a_remembered_answer_is_no_call_of_a_server(metrics: PrometheusMetrics) -> None:
    """Its time would make servers look faster than they are."""
    metrics(exchange(cached=True))

    assert value(metrics, "hf_requests_total", **WHAT, outcome="cached") == 1
    assert value(metrics, "hf_request_duration_seconds_count", **WHAT) is None


def test_failures_are_counted_whether_repeated_or_not(metrics: PrometheusMetrics) -> None:
    """A rate limit that a retry got over is one that was met."""
    metrics(repeat("RateLimitedError", status=429))
    metrics(exchange(error="RateLimitedError"))
    metrics(repeat("InferenceTimeoutError"))
    metrics(exchange(error="GatewayTimeoutError"))

    assert value(metrics, "hf_rate_limited_total", **WHOM) == 2
    assert value(metrics, "hf_timeouts_total", **WHAT) == 2
    assert value(metrics, "hf_retries_total", **WHOM, error="RateLimitedError") == 1
    assert value(metrics, "hf_errors_total", **WHAT, error="RateLimitedError") == 1
    assert value(metrics, "hf_requests_total", **WHAT, outcome="error") == 2


def test_streams_are_counted_by_their_pieces(metrics: PrometheusMetrics) -> None:
    """And by what was wrong with them."""
    metrics(exchange(streamed=True, items=9, malformed=2, pauses=1, first_item=0.4))
    metrics(exchange(streamed=True, error="StreamInterruptedError"))

    assert value(metrics, "hf_stream_chunks_total", **WHAT) == 9
    assert value(metrics, "hf_stream_malformed_chunks_total", **WHAT) == 2
    assert value(metrics, "hf_stream_backpressure_total", **WHAT) == 1
    assert value(metrics, "hf_streams_interrupted_total", **WHAT) == 1
    assert value(metrics, "hf_stream_first_chunk_seconds_count", **WHAT) == 1


def test_a_cold_start_is_counted_once_when_it_is_over(metrics: PrometheusMetrics) -> None:
    """With how long it took, and how it ended."""
    start: dict[str, Any] = {**WHOM, "host": "h", "next_wait": 2.0, "deadline": 300.0}
    ways: tuple[dict[str, Any], ...] = (
        {"waited": 0.0}, {"waited": 6.0, "over": True},
        {"waited": 300.0, "over": True, "error": "ColdStartTimeoutError"},
        {"waited": 1.0, "over": True, "error": "ServerError"},
    )  # fmt: skip
    for told in ways:
        metrics(ColdStart(**start, **told))

    for outcome in ("ok", "timeout", "error"):
        assert value(metrics, "hf_cold_starts_total", **WHOM, outcome=outcome) == 1
    assert value(metrics, "hf_cold_start_timeouts_total", **WHOM) == 1
    assert value(metrics, "hf_cold_start_duration_seconds_sum", **WHOM) == 307


def test_breakers_caches_chains_and_endpoints_are_told(metrics: PrometheusMetrics) -> None:
    """Each as it is now, and how often."""
    states = ("closed", "open"), ("open", "half-open")
    for before, after in states:
        metrics(CircuitChange(host="h", **WHOM, before=before, after=after))
    metrics(CacheLookup(cache="embeddings", model=MODEL, hits=3, misses=1))
    metrics(Failover(name="groq", following="together", error="ServerError"))
    for state in ("initializing", "running"):
        metrics(EndpointSeen(endpoint="me/mine", state=state, ready=1, target=2))
    metrics(EndpointSeen(endpoint="me/mine", state="failed", error="EndpointFailedError"))

    assert value(metrics, "hf_circuit_open", **WHOM) == 0.5
    assert value(metrics, "hf_circuit_changes_total", **WHOM, state="open") == 1
    assert value(metrics, "hf_cache_hits_total", cache="embeddings") == 3
    assert value(metrics, "hf_cache_misses_total", cache="embeddings") == 1
    chain = {"provider": "groq", "following": "together", "error": "ServerError"}
    assert value(metrics, "hf_failovers_total", **chain) == 1
    states_now = {
        state: value(metrics, "hf_endpoint_state", endpoint="me/mine", state=state)
        for state in ("initializing", "running", "failed")
    }
    assert states_now == {"initializing": 0, "running": 0, "failed": 1}
    trouble = {"endpoint": "me/mine", "error": "EndpointFailedError"}
    assert value(metrics, "hf_endpoint_errors_total", **trouble) == 1


def test_an_error_of_an_endpoint_is_one_by_host_or_by_kind(metrics: PrometheusMetrics) -> None:
    """Its proxy answers for it, too; an error of the router is none."""
    host = "abc.us-east-1.aws.endpoints.huggingface.cloud"
    metrics(exchange(provider="", host=host, error="ServerError"))
    metrics(exchange(provider="", host="localhost", error="EndpointPausedError"))
    metrics(exchange(error="ServerError"))

    found = {
        labels for name, labels in read(metrics) if name.startswith("hf_endpoint_errors_total")
    }
    assert len(found) == 2
    assert value(metrics, "hf_endpoint_errors_total", endpoint=host, error="ServerError") == 1


def test_hostile_names_are_labels_like_any(metrics: PrometheusMetrics) -> None:
    """Whatever a model is called, the page can be read, and its lines are short."""
    for name in HOSTILE:
        metrics(exchange(model=name, provider=name, error=name and "ServerError"))
        metrics(EndpointSeen(endpoint=name, state=name))
        metrics(Failover(name=name, following=name, error="x"))

    assert read(metrics)
    assert max(map(len, metrics.text().splitlines())) < 1_000


def test_there_are_never_more_series_than_the_bound() -> None:
    """The rest is counted together, and nothing is lost."""
    metrics = PrometheusMetrics(most_series=5)
    for number in range(100):
        metrics(exchange(model=f"org/{number}"))
        metrics(EndpointSeen(endpoint=f"me/{number}", state="running"))
    found = read(metrics)

    counts = [count for (name, _), count in found.items() if name == "hf_requests_total"]
    assert len(counts) == 6
    assert sum(counts) == 100
    assert len([1 for name, _ in found if name == "hf_endpoint_state"]) == 6


def test_threads_count_together(metrics: PrometheusMetrics) -> None:
    """No event is lost, and none is counted twice."""

    def work() -> None:
        for number in range(200):
            metrics(exchange(model=f"org/{number % 7}", error="ServerError"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = read(metrics)
    assert sum(n for (name, _), n in found.items() if name == "hf_errors_total") == 800


def test_two_in_one_registry_are_an_error_that_says_what_to_do() -> None:
    """In place of what the library says."""
    registry = prometheus_client.CollectorRegistry()
    PrometheusMetrics(registry)
    with pytest.raises(ConfigurationError, match="hf_\\* metrics already"):
        PrometheusMetrics(registry)


def test_another_process_counts_for_itself(metrics: PrometheusMetrics) -> None:
    """All clients that arrive there share one."""
    config = elsewhere(HfInferenceClient(token="hf_x", on_event=metrics).config)
    other = elsewhere(HfInferenceClient(token="hf_x", on_event=metrics).config)

    assert isinstance(config.on_event, PrometheusMetrics)
    assert config.on_event is other.on_event is not metrics


def test_every_sample_is_in_the_catalogue(metrics: PrometheusMetrics) -> None:
    """And every name of the catalogue is told, with its own labels."""
    metrics.watch(HfInferenceClient(token="hf_x"))
    families = {family.name: family for family in metrics.registry.collect()}

    told = {
        name + ("_total" if family.type == "counter" else "") for name, family in families.items()
    }
    assert told == set(BY_NAME)
    assert all(family.documentation == BY_NAME[name].help
               for name, family in families.items() if name in BY_NAME)  # fmt: skip
    assert len(METRICS) == len(BY_NAME)


def test_a_client_that_is_gone_is_not_asked(metrics: PrometheusMetrics) -> None:
    """It is not kept alive for its figures, either."""
    client = metrics.watch(HfInferenceClient(token="hf_x"))
    client.close()
    del client
    gc.collect()

    assert value(metrics, "hf_pool_connections", state="idle") == 0


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
def test_a_client_counts_all_it_meets(
    emulator: Emulator, metrics: PrometheusMetrics, colour: Colour
) -> None:
    """In either colour, over a real port: calls, repeats, cold starts, streams, caches, errors."""
    heard: list[Event] = []
    settings: dict[str, Any] = {
        "base_url": emulator.url, "token": "hf_test", "on_event": [metrics, heard.append],
        "retry_base_delay": 0.0, "check_endpoints": False,
    }  # fmt: skip
    whose = {"provider": emulator.url.partition("://")[2], "model": MODEL}
    what = {**whose, "task": "chat-completion"}

    emulator.fail("500, rate_limited_bare, fine, malformed(insert_after=1), 401")
    colour(lambda client: client.chat.complete("Hello", model=MODEL), **settings)
    colour.items(lambda client: client.chat.stream("Hello", model=MODEL), **settings)
    with pytest.raises(HfError):
        colour(lambda client: client.chat.complete("Hello", model=MODEL), **settings)

    assert value(metrics, "hf_requests_total", **what, outcome="ok") == 2
    assert value(metrics, "hf_retries_total", **whose, error="ServerError") == 1
    assert value(metrics, "hf_rate_limited_total", **whose) == 1
    assert value(metrics, "hf_errors_total", **what, error="AuthenticationError") == 1
    assert value(metrics, "hf_stream_malformed_chunks_total", **what) == 1
    assert (value(metrics, "hf_stream_chunks_total", **what) or 0) > 1
    assert {type(event).__name__ for event in heard} == {"Exchange", "Repeat"}


def test_the_page_lists_every_metric() -> None:
    """With its labels and what it means."""
    page = (ROOT / "docs" / "telemetry.md").read_text(encoding="utf-8")
    for metric in METRICS:
        line = f"| `{metric.name}` | {metric.kind} | {', '.join(metric.labels)} | {metric.help} |"
        assert line in page


SEVERAL = """
import sys
from hf_integrations.telemetry import PrometheusMetrics
from tests.telemetry.records import exchange
metrics = PrometheusMetrics()
for _ in range(int(sys.argv[1])):
    metrics(exchange(input_tokens=2))
"""


def test_processes_add_up_as_the_library_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers of a server write beside one another, and one of them is asked."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for count in ("2", "3"):
        subprocess.run([sys.executable, "-c", SEVERAL, count], check=True, cwd=ROOT)  # noqa: S603
    registry = prometheus_client.CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = prometheus_client.generate_latest(registry).decode()
    (line,) = [one for one in text.splitlines() if one.startswith("hf_requests_total{")]
    assert line.endswith(" 5.0")
