"""Records as lines of a log: their fields apart, a level that says how much they matter."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.telemetry import (
    CacheLookup,
    CircuitChange,
    ColdStart,
    EndpointSeen,
    Event,
    EventLog,
    Failover,
)
from tests.telemetry.records import exchange, repeat

WHOM: dict[str, Any] = {"host": "h", "provider": "groq", "model": "org/name"}
START: dict[str, Any] = {**WHOM, "waited": 1.0, "next_wait": 0.0, "deadline": 9.0}
LEVELS: list[tuple[Event, int]] = [
    (exchange(), logging.INFO),
    (exchange(error="ServerError"), logging.WARNING),
    (repeat("ServerError"), logging.WARNING),
    (Failover(name="a", following="b", error="ServerError"), logging.WARNING),
    (CacheLookup(cache="answers", model="m", hits=0, misses=1), logging.DEBUG),
    (CircuitChange(**WHOM, before="closed", after="open"), logging.WARNING),
    (CircuitChange(**WHOM, before="open", after="half-open"), logging.INFO),
    (ColdStart(**START), logging.INFO),
    (ColdStart(**START, over=True, error="ColdStartTimeoutError"), logging.WARNING),
    (EndpointSeen(endpoint="me/a", state="running"), logging.INFO),
]


@pytest.mark.parametrize(("event", "level"), LEVELS, ids=range(len(LEVELS)))
def test_each_kind_is_logged_as_it_matters(
    event: Event, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    """With its name, and its fields beside the words."""
    with caplog.at_level(logging.DEBUG, "hf_integrations.events"):
        EventLog()(event)
    (record,) = caplog.records
    assert record.levelno == level
    assert vars(record)["hf_event"] == type(event).__name__
    assert record.getMessage().startswith(type(event).__name__)


def test_fields_are_short_and_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a model is called."""
    with caplog.at_level(logging.INFO, "hf_integrations.events"):
        EventLog()(exchange(model="a\nb" * 900, seconds=0.1234567891))
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert len(vars(record)["hf_model"]) == 100
    assert vars(record)["hf_seconds"] == 0.123457


def test_a_client_logs_through_a_logger_of_yours(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing below its level."""
    log = EventLog(logging.getLogger("mine"))
    known: dict[str, Any] = {"base_url": emulator.url, "token": "hf_very_secret", "on_event": log}
    emulator.fail("500, fine")
    client = HfInferenceClient(**known, retry_base_delay=0.0)
    with caplog.at_level(logging.WARNING, "mine"), client:
        client.chat.complete("Hello", model="org/name")
    assert [vars(record)["hf_event"] for record in caplog.records] == ["Repeat"]
