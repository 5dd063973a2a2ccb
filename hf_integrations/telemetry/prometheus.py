"""The `hf_*` metrics for Prometheus: a listener of events that counts them there.

It is a `Counter`: a call that goes well and comes whole costs no record (docs/telemetry.md).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import prometheus_client as library

from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import About
from hf_integrations.routing.scaling import is_endpoint_host
from hf_integrations.telemetry.catalogue import METRICS, Metric
from hf_integrations.telemetry.gauges import Gauges, Watched
from hf_integrations.telemetry.labels import OTHERS, Few, label
from hf_integrations.transport.telemetry import (
    CacheLookup,
    CircuitChange,
    ColdStart,
    Counter,
    EndpointSeen,
    Event,
    Exchange,
    Failover,
    Repeat,
)

C = TypeVar("C", bound=Watched)

MOST_SERIES = 200
_OPEN = {"closed": 0.0, "half-open": 0.5, "open": 1.0}
_LATE = ("InferenceTimeoutError", "GatewayTimeoutError", "ColdStartTimeoutError")


class PrometheusMetrics(Counter):
    """Counts what clients do, for Prometheus: pass it to them as `on_event=`.

    One may serve any number of clients, in any number of threads and event loops.

    Args:
        registry: where the metrics are registered; one of its own if left out, as `registry`.
        most_series: so many combinations of provider, model and task are told apart; those that
            come later are counted as `others`. The same bound holds for endpoints.

    Raises:
        ConfigurationError: the registry has these metrics already.

    >>> from hf_integrations import HfInferenceClient
    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.telemetry import PrometheusMetrics
    >>> metrics = PrometheusMetrics()
    >>> with Emulator() as emulator:
    ...     with HfInferenceClient(base_url=emulator.url, token="hf_x", on_event=metrics) as client:
    ...         answer = client.chat.complete("Hello", model="org/name")
    >>> [line for line in metrics.text().splitlines() if line.startswith("hf_requests_total")]
    ['hf_requests_total{model="org/name",outcome="ok",provider="127.0.0.1:...",task="..."} 1.0']
    """

    def __init__(
        self,
        registry: library.CollectorRegistry | None = None,
        *,
        most_series: int = MOST_SERIES,
    ) -> None:
        super().__init__()
        self.registry = registry if registry is not None else library.CollectorRegistry()
        self._most = most_series
        self._series: dict[tuple[str, str, str], _Series] = {}
        self._endpoints, self._names = Few(most_series), Few(most_series)
        self._states: dict[str, str] = {}
        self._gauges = Gauges()
        try:
            self._metrics = {metric.name: _made(metric, self.registry) for metric in METRICS}
            self.registry.register(self._gauges)
        except ValueError as error:
            raise ConfigurationError(
                "registry has hf_* metrics already.",
                hint="Pass the PrometheusMetrics that is there to all clients; it serves many.",
            ) from error

    def watch(self, client: C) -> C:
        """Tell the connections and the caches of a client, too, as long as it is there."""
        self._gauges.watch(client)
        return client

    def text(self) -> str:
        """All metrics, as Prometheus reads them."""
        return library.generate_latest(self.registry).decode()

    def __call__(self, event: Event) -> None:
        """Count an event."""
        count = _COUNTED.get(type(event))
        if count is not None:
            count(self, event)

    def answered(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        """Count an answer to the first attempt."""
        series = self._of(whose, about.model, about.task)
        series.ok.inc()
        series.duration.observe(seconds)
        if read:
            series.input.inc(read)
        if written:
            series.output.inc(written)

    def __reduce__(self) -> tuple[Any, ...]:
        return _elsewhere, ()

    def _of(self, provider: str, model: str, task: str = "") -> _Series:
        key = (provider, model, task)
        found = self._series.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._series and len(self._series) >= self._most:
                key = (OTHERS, OTHERS, task)
            return self._series.setdefault(key, _Series(self._metrics, *map(label, key)))

    def _count(self, name: str, *labels: str, by: float = 1) -> None:
        self._metrics[name].labels(*labels).inc(by)

    def _exchange(self, event: Exchange) -> None:
        series = self._of(event.provider or event.host, event.model, event.task)
        series.outcome("cached" if event.cached else "error" if event.error else "ok").inc()
        if not event.cached:  # a look into memory says nothing of a server
            series.duration.observe(event.seconds)
            series.input.inc(event.input_tokens or 0)
            series.output.inc(event.output_tokens or 0)
        if event.streamed:
            self._stream(event, series)
        if event.error:
            self._error(event, series)

    def _stream(self, event: Exchange, series: _Series) -> None:
        series.chunks.inc(event.items)
        for name, number in (
            ("hf_stream_malformed_chunks_total", event.malformed),
            ("hf_stream_backpressure_total", event.pauses),
            ("hf_streams_interrupted_total", event.error == "StreamInterruptedError"),
        ):
            self._count(name, *series.labels, by=number)
        if event.first_item is not None:
            series.first.observe(event.first_item)

    def _error(self, event: Exchange, series: _Series) -> None:
        self._count("hf_errors_total", *series.labels, label(event.error))
        self._failure(event, series)
        if event.error.startswith("Endpoint") or is_endpoint_host(f"https://{event.host}/"):
            self._count("hf_endpoint_errors_total", self._endpoints(event.host), event.error)

    def _repeat(self, event: Repeat) -> None:
        series = self._of(event.provider or event.host, event.model, event.task)
        self._count("hf_retries_total", *series.labels[:2], label(event.error))
        self._failure(event, series)

    def _failure(self, event: Exchange | Repeat, series: _Series) -> None:
        """What is counted of each failure, whether it is repeated or not."""
        if event.error in _LATE:
            self._count("hf_timeouts_total", *series.labels)
        if event.error == "RateLimitedError":
            self._count("hf_rate_limited_total", *series.labels[:2])

    def _cold_start(self, event: ColdStart) -> None:
        if not event.over:
            return
        whom = self._of(event.provider or event.host, event.model).labels[:2]
        late = event.error == "ColdStartTimeoutError"
        outcome = "timeout" if late else "error" if event.error else "ok"
        self._count("hf_cold_starts_total", *whom, outcome)
        self._count("hf_cold_start_timeouts_total", *whom, by=late)
        self._metrics["hf_cold_start_duration_seconds"].labels(*whom).observe(event.waited)

    def _circuit(self, event: CircuitChange) -> None:
        whom = self._of(event.provider or event.host, event.model).labels[:2]
        self._count("hf_circuit_changes_total", *whom, event.after)
        self._metrics["hf_circuit_open"].labels(*whom).set(_OPEN.get(event.after, 0.0))

    def _failover(self, event: Failover) -> None:
        names = self._names(event.name), self._names(event.following)
        self._count("hf_failovers_total", *names, label(event.error))

    def _lookup(self, event: CacheLookup) -> None:
        self._count("hf_cache_hits_total", event.cache, by=event.hits)
        self._count("hf_cache_misses_total", event.cache, by=event.misses)

    def _endpoint(self, event: EndpointSeen) -> None:
        name, state = self._endpoints(event.endpoint), label(event.state)
        gauge = self._metrics["hf_endpoint_state"]
        with self._lock:
            before, self._states[name] = self._states.get(name), state
        if before is not None and before != state:
            gauge.labels(name, before).set(0)
        gauge.labels(name, state).set(1)
        for kind, number in (("ready", event.ready), ("target", event.target)):
            self._metrics["hf_endpoint_replicas"].labels(name, kind).set(number)
        if event.error:
            self._count("hf_endpoint_errors_total", name, label(event.error))


_COUNTED: dict[type, Callable[[PrometheusMetrics, Any], None]] = {
    Exchange: PrometheusMetrics._exchange,
    Repeat: PrometheusMetrics._repeat,
    ColdStart: PrometheusMetrics._cold_start,
    CircuitChange: PrometheusMetrics._circuit,
    Failover: PrometheusMetrics._failover,
    CacheLookup: PrometheusMetrics._lookup,
    EndpointSeen: PrometheusMetrics._endpoint,
}


class _Series:
    """The metrics of one provider, model and task, found once."""

    def __init__(self, metrics: dict[str, Any], provider: str, model: str, task: str) -> None:
        self.labels = (provider, model, task)
        self._metrics = metrics

    @cached_property
    def ok(self) -> Any:
        return self.outcome("ok")

    @cached_property
    def duration(self) -> Any:
        return self._metrics["hf_request_duration_seconds"].labels(*self.labels)

    @cached_property
    def input(self) -> Any:
        return self._metrics["hf_tokens_total"].labels(*self.labels, "input")

    @cached_property
    def output(self) -> Any:
        return self._metrics["hf_tokens_total"].labels(*self.labels, "output")

    @cached_property
    def chunks(self) -> Any:
        return self._metrics["hf_stream_chunks_total"].labels(*self.labels)

    @cached_property
    def first(self) -> Any:
        return self._metrics["hf_stream_first_chunk_seconds"].labels(*self.labels)

    def outcome(self, name: str) -> Any:
        return self._metrics["hf_requests_total"].labels(*self.labels, name)


def _made(metric: Metric, registry: library.CollectorRegistry) -> Any:
    """A metric of the library; what is looked up in clients is made when it is asked for."""
    if metric.name in ("hf_pool_connections", "hf_cache_entries", "hf_cache_bytes"):
        return None
    arguments = (metric.name, metric.help, metric.labels)
    if metric.kind == "counter":
        return library.Counter(*arguments, registry=registry)
    if metric.kind == "gauge":
        return library.Gauge(*arguments, registry=registry, multiprocess_mode="mostrecent")
    return library.Histogram(*arguments, registry=registry, buckets=metric.buckets)


def _elsewhere() -> PrometheusMetrics:
    """The one of another process: that counts for itself, and shares it among its clients."""
    global _of_this_process
    if _of_this_process is None:
        _of_this_process = PrometheusMetrics()
    return _of_this_process


_of_this_process: PrometheusMetrics | None = None
