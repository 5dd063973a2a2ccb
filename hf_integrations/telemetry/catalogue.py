"""Every metric that Prometheus may be told, as a table: name, kind, labels, meaning.

The one place for names: the exporter, docs/telemetry.md and the dashboard are held to it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]

# Seconds. A call may be as short as a look into a cache, and as long as a cold start.
DURATIONS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


class Metric(Struct, frozen=True):
    """One metric.

    Attributes:
        name: as it is asked for in Prometheus; a histogram has `_bucket`, `_sum` and `_count` too.
        labels: what its series differ in.
        help: what a reader of the metrics page is told.
        buckets: upper bounds of a histogram, in seconds.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """The names under which values of it are found."""
        if self.kind != "histogram":
            return (self.name,)
        return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))


_WHOM = ("provider", "model")
_WHAT = (*_WHOM, "task")

METRICS = (
    Metric("hf_requests_total", "counter", (*_WHAT, "outcome"),
           "Calls that are over: ok, error, or cached where nothing was sent."),
    Metric("hf_request_duration_seconds", "histogram", _WHAT,
           "How long a call took, with its repeats and waits; a stream until it was closed.",
           DURATIONS),
    Metric("hf_tokens_total", "counter", (*_WHAT, "direction"),
           "Tokens, input or output, as servers count them; of streams that say none, estimated."),
    Metric("hf_errors_total", "counter", (*_WHAT, "error"),
           "Calls that ended in an error, by its class."),
    Metric("hf_retries_total", "counter", (*_WHOM, "error"),
           "Failures after which a request was sent again, by the class of the error."),
    Metric("hf_timeouts_total", "counter", _WHAT,
           "Times that nothing came in time, repeated or not."),
    Metric("hf_rate_limited_total", "counter", _WHOM,
           "Times that a rate limit was met, repeated or not."),
    Metric("hf_cold_starts_total", "counter", (*_WHOM, "outcome"),
           "Waits for a model to be loaded that are over: ok, timeout or error."),
    Metric("hf_cold_start_duration_seconds", "histogram", _WHOM,
           "How long a model was waited for.", WAITS),
    Metric("hf_cold_start_timeouts_total", "counter", _WHOM,
           "Waits that were given up."),
    Metric("hf_stream_chunks_total", "counter", _WHAT, "Pieces of streams."),
    Metric("hf_stream_malformed_chunks_total", "counter", _WHAT,
           "Events of streams that could not be read, and were left out."),
    Metric("hf_stream_backpressure_total", "counter", _WHAT,
           "Times that a server was made to wait, as its stream was not read fast enough."),
    Metric("hf_stream_first_chunk_seconds", "histogram", _WHAT,
           "How long it took until a stream began to answer.", DURATIONS),
    Metric("hf_streams_interrupted_total", "counter", _WHAT, "Streams that broke off."),
    Metric("hf_failovers_total", "counter", ("provider", "following", "error"),
           "Calls that went on to the next target of a chain."),
    Metric("hf_circuit_changes_total", "counter", (*_WHOM, "state"),
           "Changes of circuit breakers, by the state they went into."),
    Metric("hf_circuit_open", "gauge", _WHOM,
           "1 while a target is left alone, 0.5 while it is tried, 0 while all is well."),
    Metric("hf_cache_hits_total", "counter", ("cache",), "Answers that were remembered."),
    Metric("hf_cache_misses_total", "counter", ("cache",), "Answers that were not."),
    Metric("hf_cache_entries", "gauge", ("cache",), "Answers in the caches of watched clients."),
    Metric("hf_cache_bytes", "gauge", ("cache",), "The room they take."),
    Metric("hf_endpoint_state", "gauge", ("endpoint", "state"),
           "1 for the state that the management API told last, 0 for those before."),
    Metric("hf_endpoint_replicas", "gauge", ("endpoint", "kind"),
           "Replicas of a dedicated endpoint: ready, and wanted as target."),
    Metric("hf_endpoint_errors_total", "counter", ("endpoint", "error"),
           "Calls of dedicated endpoints that ended in an error, by host or name."),
    Metric("hf_pool_connections", "gauge", ("state",),
           "Connections of watched clients: idle or in_use."),
)  # fmt: skip

BY_NAME = {metric.name: metric for metric in METRICS}
