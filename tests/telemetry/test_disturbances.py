"""Whoever is told can fail, hang on, or be gone: the calls do not notice."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import (
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.flow import About
from hf_integrations.telemetry import Event, OpenTelemetry, PrometheusMetrics
from hf_integrations.transport.telemetry import Counter
from tests.colours import Colour, Looped, Plain

MODEL = "org/name"
SECRET = "hf_secret_of_the_listener"
BOTH = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])


class Down(SpanExporter):
    """An exporter whose collector is not there."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Fail."""
        raise ConnectionError("the collector is down")  # which the SDK logs as it is


class Broken(SpanProcessor):
    """A processor with a fault."""

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Fail."""
        raise RuntimeError(SECRET)

    def on_end(self, span: ReadableSpan) -> None:
        """Fail."""
        raise RuntimeError(SECRET)


class Failing(Counter):
    """A counter with a fault."""

    def __call__(self, event: Event) -> None:
        """Fail."""
        raise RuntimeError(SECRET)

    def answered(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        """Fail."""
        raise RuntimeError(SECRET)


def work(colour: Colour, emulator: Emulator, **settings: Any) -> None:
    """A call, a repeat and a stream, all of which go well."""
    known: dict[str, Any] = {"base_url": emulator.url, "token": "hf_x", "retry_base_delay": 0.0}
    emulator.fail("500, fine")
    colour(lambda one: one.chat.complete("Hello", model=MODEL), **known, **settings)
    colour.items(lambda one: one.chat.stream("Hello", model=MODEL), **known, **settings)
    colour(lambda one: one.embeddings.create(["a"], model=MODEL), **known, **settings)


@BOTH
@pytest.mark.parametrize("listener", [Failing(), Failing().__call__], ids=["counter", "function"])
def test_a_listener_that_raises_is_logged_without_its_words(
    emulator: Emulator, colour: Colour, listener: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """As often as it does."""
    with caplog.at_level(logging.WARNING, "hf_integrations"):
        work(colour, emulator, on_event=[listener])
    assert "A listener of events raised RuntimeError." in caplog.messages
    assert SECRET not in caplog.text


@BOTH
@pytest.mark.parametrize("processor", [Broken(), SimpleSpanProcessor(Down())],
                         ids=["processor", "exporter"])  # fmt: skip
def test_a_collector_that_is_down_breaks_no_call(
    emulator: Emulator, colour: Colour, processor: SpanProcessor
) -> None:
    """Nor does a fault of what stands before it."""
    provider = TracerProvider()
    provider.add_span_processor(processor)
    work(colour, emulator, telemetry=OpenTelemetry(provider), telemetry_sample_rate=1.0)


def test_a_provider_that_was_shut_down_is_told_nothing(emulator: Emulator) -> None:
    """As at the end of a program."""
    provider = TracerProvider()
    provider.shutdown()
    work(Plain(), emulator, telemetry=OpenTelemetry(provider), telemetry_sample_rate=1.0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_counts_on_by_itself(emulator: Emulator) -> None:
    """The locks of the parent are not its own."""
    metrics = PrometheusMetrics()
    client = HfInferenceClient(base_url=emulator.url, token="hf_x", on_event=metrics)
    client.chat.complete("Hello", model=MODEL)
    with metrics._lock:
        child = os.fork()
        if child == 0:
            client.chat.complete("Hello", model="org/other")
            os._exit(0 if 'model="org/other"' in metrics.text() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert 'model="org/other"' not in metrics.text()
    client.close()
