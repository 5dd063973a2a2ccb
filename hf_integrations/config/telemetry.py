"""Settings of spans and metrics for OpenTelemetry."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from hf_integrations.config.memory import MemorySettings

Propagation: TypeAlias = Literal["own", "all", "off"]


class TelemetrySettings(MemorySettings, frozen=True, kw_only=True):
    """What OpenTelemetry is told.

    Attributes:
        telemetry: `auto`, once its SDK is set up in this process; `on`, always; `off`; or an
            `OpenTelemetry` of `hf_integrations.telemetry` with providers of your own.
        telemetry_content: put prompts and answers into spans; else nothing of them is told.
        telemetry_sample_rate: the share of calls that get spans when they begin a trace; a call
            within a trace follows that. Metrics count all.
        telemetry_propagation: whose servers are told of the trace (`traceparent`): `own`, those of
            your own and dedicated endpoints; `all`; or `off`. Baggage is never sent.
    """

    telemetry: Any = "auto"
    telemetry_content: bool = False
    telemetry_sample_rate: float = 0.1
    telemetry_propagation: Propagation = "own"
