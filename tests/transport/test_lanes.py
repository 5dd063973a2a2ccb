"""What is known of targets: apart for each, shared by all who ask, forgotten by a fork."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hf_integrations.config import RateLimit
from hf_integrations.errors import CircuitOpenError
from hf_integrations.flow import About
from hf_integrations.transport.breaker import BreakerRules
from hf_integrations.transport.lanes import MOST_LANES, Lanes
from hf_integrations.transport.telemetry import CircuitChange, Event
from tests.playing import REQUEST

RULES = BreakerRules(rate=0.5, window=4, least=2, reset=30.0, probes=1)
GROQ = replace(REQUEST, about=About("conversational", "groq", "org/name"))


def test_each_target_has_a_lane_and_keeps_it() -> None:
    """By host, provider, model and account; the task does not matter."""
    lanes = Lanes()
    same = replace(GROQ, url="https://host/other", about=About("x", "groq", "org/name"))
    other = replace(GROQ, about=About("conversational", "groq", "org/other"))

    assert lanes.of(GROQ) is lanes.of(same)
    assert lanes.of(other) is not lanes.of(GROQ)
    assert lanes.of(other).buckets is lanes.of(GROQ).buckets
    assert lanes.of(REQUEST).buckets is not lanes.of(GROQ).buckets
    assert lanes.of(REQUEST).whose == "host"


def test_accounts_share_a_target_and_not_what_it_said_to_one_of_them() -> None:
    """A breaker is about the target; how often one may ask is about who asks, and for what."""
    lanes = Lanes()
    ours = lanes.of(replace(GROQ, about=replace(GROQ.about, account="a")))
    theirs = lanes.of(replace(GROQ, about=replace(GROQ.about, account="b")))
    elsewhere = lanes.of(replace(GROQ, about=About("", "groq", "org/other", account="a")))
    ours.hold(9.0, 0.0)

    waits = [lane.reserve(None, 0.0, 60.0) for lane in (ours, theirs, elsewhere)]
    assert waits == [9, 0, 0]
    assert ours.breaker is theirs.breaker is not elsewhere.breaker
    assert (ours.warming, ours.gate) == (theirs.warming, elsewhere.gate)
    assert len(lanes.circuits()) == 2


def test_a_turn_that_is_too_far_away_is_not_taken() -> None:
    """So that it stays for who is patient."""
    lane, limit = Lanes().of(GROQ), RateLimit(per_minute=1)
    lane.reserve(limit, 0.0, 60.0)

    assert [lane.reserve(limit, 0.0, 1.0) for _ in range(2)] == [60, 60]


def test_an_open_circuit_says_whom_it_is_about_and_is_observed() -> None:
    """And for how long it will stay so."""
    lanes, events = Lanes(), list[Event]()
    lane, told = lanes.of(GROQ), (events.append,)
    for _ in range(2):
        lane.record(RULES, lane.admit(RULES, 0.0, told), False, 0.0, told)

    with pytest.raises(CircuitOpenError, match="groq failed too often") as caught:
        lane.admit(RULES, 10.0, told)
    assert (caught.value.provider, caught.value.retry_after) == ("groq", 20)
    lane.record(RULES, lane.admit(RULES, 31.0, told), True, 31.0, told)
    changes = [(one.before, one.after) for one in events if isinstance(one, CircuitChange)]
    assert changes == [("closed", "open"), ("open", "half-open"), ("half-open", "closed")]
    assert [one.state for one in lanes.circuits()] == ["closed"]


def test_targets_without_end_are_forgotten_again() -> None:
    """The oldest first; memory stays bounded."""
    lanes = Lanes()
    for number in range(MOST_LANES + 5):
        lanes.of(replace(REQUEST, about=About(model=str(number))))

    circuits = lanes.circuits()
    assert len(circuits) == MOST_LANES
    assert circuits[0].model == "5"


def test_a_forked_process_begins_anew() -> None:
    """A lock may have been held, and requests in flight never end here."""
    lanes = Lanes()
    lane = lanes.of(GROQ)
    lanes.lock.acquire()
    lanes.begin_anew()

    assert lanes.of(GROQ) is not lane
    lanes.pay(0.1)
