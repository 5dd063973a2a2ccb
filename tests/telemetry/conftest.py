"""Providers of their own for each test, that keep what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hf_integrations.telemetry import OpenTelemetry


class Told:
    """What OpenTelemetry was told.

    Attributes:
        otel: what to pass to a client as `telemetry=`.
    """

    def __init__(self) -> None:
        self._spans, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._meters = MeterProvider([self._reader])
        self.otel = OpenTelemetry(self.tracers, self._meters)

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that have ended, in that order."""
        return list(self._spans.get_finished_spans())

    def of(self, name: str) -> list[ReadableSpan]:
        """Those of a name."""
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        """The only one of a name."""
        (span,) = self.of(name)
        return span

    def tree(self) -> list[tuple[str, str]]:
        """The name of each, and that of the one it is within."""
        by_id = {span.get_span_context().span_id: span.name for span in self.spans}  # type: ignore[union-attr]
        return [(span.name, by_id.get(span.parent.span_id, "?") if span.parent else "")
                for span in self.spans]  # fmt: skip

    def points(self, name: str) -> list[Any]:
        """What a metric has come to."""
        data = self._reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def all_of_it(self) -> str:
        """Every word of it."""
        data = self._reader.get_metrics_data()
        spans = "\n".join(span.to_json() for span in self.spans)
        return spans + (data.to_json() if data else "")

    def close(self) -> None:
        """Nothing more is told."""
        self.tracers.shutdown()
        self._meters.shutdown()


@pytest.fixture
def told() -> Iterator[Told]:
    """Nothing yet."""
    found = Told()
    yield found
    found.close()
