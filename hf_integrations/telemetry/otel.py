"""Where spans and metrics go: the providers of OpenTelemetry's SDK, global ones or your own."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cached_property
from typing import Any

from opentelemetry import metrics
from opentelemetry import trace as tracing

from hf_integrations._version import __version__
from hf_integrations.config import HfInferenceConfig
from hf_integrations.telemetry import conventions as names
from hf_integrations.telemetry.spans import Operation

_NAME = "hf_integrations"


class OpenTelemetry:
    """Tells OpenTelemetry of calls, in the GenAI semantic conventions.

    A client makes one of its own for the global providers (the setting `telemetry`); pass one as
    `telemetry=` to have spans and metrics go to providers of yours.

    Args:
        tracer_provider: where spans go; the global one if left out.
        meter_provider: where metrics go; the global one if left out.
    """

    def __init__(
        self,
        tracer_provider: tracing.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
    ) -> None:
        self._tracer_provider = tracer_provider
        self._meter_provider = meter_provider

    def trace(
        self, config: HfInferenceConfig, name: str, args: tuple[Any, ...], kwargs: dict[str, Any],
        *, streamed: bool,
    ) -> Operation:  # fmt: skip
        """The trace of a call; it has spans if it is within a trace, or drawn to begin one."""
        within = tracing.get_current_span().get_span_context().is_valid
        rate = config.telemetry_sample_rate
        sampled = within or rate >= 1 or random.random() < rate  # noqa: S311 - no secret
        return Operation(self, config, name, args, kwargs, streamed=streamed, sampled=sampled)

    @cached_property
    def tracer(self) -> tracing.Tracer:
        """What makes spans."""
        return tracing.get_tracer(_NAME, __version__, self._tracer_provider, names.SCHEMA)

    @cached_property
    def duration(self) -> metrics.Histogram:
        """How long calls take."""
        return self._histogram(names.DURATION, "s", "GenAI operation duration.", names.SECONDS)

    @cached_property
    def tokens(self) -> metrics.Histogram:
        """How many tokens they use."""
        text = "Number of input and output tokens used."
        return self._histogram(names.TOKEN_USAGE, "{token}", text, names.TOKENS)

    @cached_property
    def first_chunk(self) -> metrics.Histogram:
        """When streams begin."""
        text = "Time to receive the first chunk."
        return self._histogram(names.TIME_TO_FIRST_CHUNK, "s", text, names.SECONDS)

    @cached_property
    def each_chunk(self) -> metrics.Histogram:
        """How they go on."""
        text = "Time per output chunk after the first."
        return self._histogram(names.TIME_PER_CHUNK, "s", text, names.CHUNK_SECONDS)

    @cached_property
    def _meter(self) -> metrics.Meter:
        return metrics.get_meter(_NAME, __version__, self._meter_provider, names.SCHEMA)

    def _histogram(
        self, name: str, unit: str, text: str, bounds: tuple[float, ...]
    ) -> metrics.Histogram:
        return self._meter.create_histogram(
            name, unit, text, explicit_bucket_boundaries_advisory=bounds
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return OpenTelemetry, ()  # another process has providers of its own

    def __copy__(self) -> OpenTelemetry:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> OpenTelemetry:
        return self


_shared = OpenTelemetry()
_is_set_up = False


def of_the_process(*, always: bool = False) -> OpenTelemetry | None:
    """What tells the global providers; None until one of them is set up."""
    global _is_set_up
    if not (always or _is_set_up):
        _is_set_up = _tracers() is not None or _meters() is not None
    return _shared if always or _is_set_up else None


def _set(module: Any, name: str, look: Callable[[], Any]) -> Callable[[], Any]:
    """A look at a global provider: None while a proxy stands in for it.

    The public function also looks into the environment, at each call, which takes ten times as
    long as all else; so it is asked once, for a provider that the environment names.
    """
    look()
    if hasattr(module, name):
        return lambda: getattr(module, name)
    return lambda: None if "Proxy" in type(found := look()).__name__ else found


_tracers = _set(tracing, "_TRACER_PROVIDER", tracing.get_tracer_provider)
_meters = _set(getattr(metrics, "_internal", None), "_METER_PROVIDER", metrics.get_meter_provider)
