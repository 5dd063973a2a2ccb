"""What is put on a span: how something ended, and what happened on the way; never a message."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict
from opentelemetry.trace import Span
from opentelemetry.trace.status import Status, StatusCode

from hf_integrations.errors import HfError
from hf_integrations.telemetry import conventions as names
from hf_integrations.telemetry.labels import label

_EVENTS = {
    "Repeat": "hf.retry", "Failover": "hf.failover", "ColdStart": "hf.cold_start",
    "CircuitChange": "hf.circuit_change", "CacheLookup": "hf.cache_lookup",
    "EndpointSeen": "hf.endpoint",
}  # fmt: skip


def fail(span: Span, kind: str) -> None:
    """The class of an error and no word of it: its message may quote what was said."""
    span.set_attribute(names.ERROR_TYPE, kind)
    span.set_status(Status(StatusCode.ERROR, kind))


def kind_of(error: BaseException) -> str:
    """The class of an error; a flow that is given up is closed by `GeneratorExit`."""
    return "cancelled" if isinstance(error, GeneratorExit) else type(error).__name__


def facts_of(error: HfError) -> dict[str, Any]:
    """The numbers and names of an error."""
    known = {names.HTTP_STATUS: error.status, names.REQUEST_ID: error.request_id}
    return {name: told(value) for name, value in known.items() if value is not None}


def event_of(event: Any) -> tuple[str, dict[str, Any]]:
    """A record of `transport.telemetry` as an event of a span: its name and its attributes."""
    said = {f"hf.{name}": told(value) for name, value in asdict(event).items()}
    name = _EVENTS.get(type(event).__name__, "hf.event")
    return name, {name: value for name, value in said.items() if value != ""}


def told(value: Any) -> Any:
    """A value as an attribute takes it; nothing for what is neither text nor number."""
    if isinstance(value, str):
        return label(value)
    return value if isinstance(value, (bool, int, float)) else ""
