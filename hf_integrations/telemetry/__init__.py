"""What a program is told of its calls: records, metrics for Prometheus, spans for OpenTelemetry.

The two libraries are loaded when a name that needs them is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOME = {  # the module of each, and its extra
    "EventLog": ("logs", ""),
    "OpenTelemetry": ("otel", "otel"),
    "PrometheusMetrics": ("prometheus", "prometheus"),
}

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
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, extra = _HOME[name]
    try:
        value = getattr(import_module(f"{__name__}.{module}"), name)
    except ModuleNotFoundError as error:
        if not extra or str(error.name).startswith("hf_integrations"):
            raise
        raise ModuleNotFoundError(
            f"{name} needs the extra {extra}: pip install 'hf-integrations[{extra}]'",
            name=error.name,
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
