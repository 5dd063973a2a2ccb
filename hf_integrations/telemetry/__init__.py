"""What a program is told of its calls: records, metrics for Prometheus, spans for OpenTelemetry.

The two libraries are loaded when a name that needs them is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hf_integrations._names import loaded
from hf_integrations.transport.telemetry import (
    CacheLookup,
    CircuitChange,
    ColdStart,
    EndpointSeen,
    Event,
    Exchange,
    Failover,
    Listener,
    Repeat,
)

if TYPE_CHECKING:
    from hf_integrations.telemetry.logs import EventLog
    from hf_integrations.telemetry.otel import OpenTelemetry
    from hf_integrations.telemetry.prometheus import PrometheusMetrics

_HOME = {"EventLog": "logs", "OpenTelemetry": "otel", "PrometheusMetrics": "prometheus"}
_EXTRAS = {"OpenTelemetry": "otel", "PrometheusMetrics": "prometheus"}

__all__ = [
    "CacheLookup",
    "CircuitChange",
    "ColdStart",
    "EndpointSeen",
    "Event",
    "EventLog",
    "Exchange",
    "Failover",
    "Listener",
    "OpenTelemetry",
    "PrometheusMetrics",
    "Repeat",
]


def __getattr__(name: str) -> Any:
    try:
        return loaded(__name__, _HOME, name)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(name)
        if extra is None or str(error.name).startswith("hf_integrations"):
            raise
        raise ModuleNotFoundError(
            f"{name} needs the extra {extra}: pip install 'hf-integrations[{extra}]'",
            name=error.name,
        ) from error


def __dir__() -> list[str]:
    return __all__
