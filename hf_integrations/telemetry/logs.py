"""Records as lines of a log, with their fields beside the words, for formatters that write JSON."""

from __future__ import annotations

import logging
from typing import Any

from msgspec.structs import asdict

from hf_integrations.telemetry.labels import label
from hf_integrations.transport.telemetry import (
    CacheLookup,
    CircuitChange,
    ColdStart,
    EndpointSeen,
    Event,
    Exchange,
    Failover,
    Repeat,
)


class EventLog:
    """Logs what happens: pass it to a client as `on_event=`.

    A line has the name of the event and its fields as attributes of the log record, `hf_event`,
    `hf_model`, `hf_seconds` and so on; none holds a prompt, an answer or a token. What goes well is
    logged at INFO, looks into caches at DEBUG, and what does not go well at WARNING.

    Args:
        logger: whom to tell; `hf_integrations.events` if left out.

    >>> import logging, sys
    >>> from hf_integrations import HfInferenceClient
    >>> from hf_integrations.telemetry import EventLog
    >>> client = HfInferenceClient(token="hf_x", on_event=EventLog(logging.getLogger("mine")))
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("hf_integrations.events")

    def __call__(self, event: Event) -> None:
        """Log a record."""
        level = _level(event)
        if not self._logger.isEnabledFor(level):
            return
        name = type(event).__name__
        facts = {field: _shown(value) for field, value in asdict(event).items()}
        facts = {field: value for field, value in facts.items() if value not in ("", None)}
        words = " ".join(f"{field}={value}" for field, value in facts.items())
        extra = {"hf_event": name, **{f"hf_{field}": value for field, value in facts.items()}}
        self._logger.log(level, "%s %s", name, words, extra=extra)


def _level(event: Event) -> int:
    """How much it matters."""
    match event:
        case CacheLookup():
            return logging.DEBUG
        case Exchange(error=error) | ColdStart(error=error) | EndpointSeen(error=error):
            return logging.WARNING if error else logging.INFO
        case CircuitChange(after=after):
            return logging.WARNING if after == "open" else logging.INFO
        case Repeat() | Failover():
            return logging.WARNING


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return label(value)
    return round(value, 6) if isinstance(value, float) else value
