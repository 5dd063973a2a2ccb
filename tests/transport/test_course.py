"""The course of a request: limiter, gate, breaker, send; then cold start or retry."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.config import RateLimit
from hf_integrations.errors import (
    HfError,
    InferenceTimeoutError,
    NetworkError,
    RateLimitedError,
    ServerError,
    ServiceUnavailableError,
)
from hf_integrations.flow import Flow, Open, Request, Response, Send, Sleep, Timeout, Wait
from hf_integrations.transport.breaker import BreakerRules
from hf_integrations.transport.exchange import exchange, opening
from hf_integrations.transport.lanes import Lanes
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.retry import RESERVE, Retry, Warmup
from tests.clocks import Clock
from tests.playing import REQUEST
from tests.test_flow import BODY

OK = Response(200)
BUSY = Response(503)
RULES = BreakerRules(rate=0.5, window=10, least=4, reset=30.0, probes=2)
ONCE = replace(REQUEST, repeat_after_timeout=False)


def guarded(clock: Clock, retries: int = 3, **rules: Any) -> Patience:
    """Rules by which something happens; the dice always show the most."""
    retry = rules.pop("retry", Retry(retries, 1.0, 30.0, lambda: 1.0))
    return Patience(retry, Warmup(0.0), lanes=Lanes(), clock=clock, **rules)


def asked(request: Request, patience: Patience, answers: list[Any], clock: Clock) -> str:
    """What comes of an exchange: `ok`, or the class of its error."""
    try:
        clock.play(exchange(request, patience), answers)
    except HfError as error:
        return type(error).__name__
    return "ok"


def test_a_target_that_fails_too_often_is_left_alone() -> None:
    """Nothing is sent; after a while probes are, and when they succeed all is well."""
    clock = Clock()
    rules = guarded(clock, 0, breaker=RULES)
    for _ in range(4):
        assert asked(REQUEST, rules, [BUSY], clock) == "ServiceUnavailableError"

    assert asked(REQUEST, rules, [], clock) == "CircuitOpenError"
    clock.now += 30
    assert [asked(REQUEST, rules, [OK], clock) for _ in range(2)] == ["ok", "ok"]
    assert rules.lanes is not None
    assert rules.lanes.circuits()[0].state == "closed"


def test_a_circuit_that_opens_under_way_ends_the_call_with_what_it_met() -> None:
    """The failure says more than that nobody is asked any more."""
    clock = Clock()
    rules = guarded(clock, 9, breaker=RULES)

    assert asked(REQUEST, rules, [BUSY] * 4, clock) == "ServiceUnavailableError"
    assert asked(REQUEST, rules, [], clock) == "CircuitOpenError"


@pytest.mark.parametrize(
    ("answer", "opens"),
    [
        (Response(500), True), (Response(502), True), (Response(504), True),
        (NetworkError("gone"), True), (InferenceTimeoutError("late"), True),
        (Response(400), False), (Response(401), False), (Response(404), False),
        (Response(424), False), (Response(429), False),
        (Response(503, {}, b'{"error": "loading", "estimated_time": 1}'), False),
    ],
)  # fmt: skip
def test_what_speaks_against_a_target(answer: Any, opens: bool) -> None:
    """Failing and not answering; not a wrong request, nor being busy or still loading."""
    clock = Clock()
    rules = guarded(clock, 0, breaker=RULES)
    for _ in range(6):
        if rules.lanes is not None and rules.lanes.of(REQUEST).breaker.state == "closed":
            asked(REQUEST, rules, [answer], clock)

    assert (asked(REQUEST, rules, [OK] * (not opens), clock) == "CircuitOpenError") is opens


def test_a_cancelled_probe_lets_another_try() -> None:
    """Nothing can be said of it."""
    clock = Clock()
    rules = guarded(clock, 0, breaker=RULES)
    for _ in range(4):
        asked(REQUEST, rules, [BUSY], clock)
    clock.now += 30
    probes = [exchange(REQUEST, rules) for _ in range(2)]
    assert all(isinstance(next(probe), Send) for probe in probes)
    assert asked(REQUEST, rules, [], clock) == "CircuitOpenError"
    probes[0].close()

    assert asked(REQUEST, rules, [OK], clock) == "ok"
    probes[1].close()


def test_repeats_are_paid_for() -> None:
    """A reserve first; then each request pays for a part of one."""
    clock = Clock()
    rules = guarded(clock, 1, budget=0.5)
    outcomes = [asked(REQUEST, rules, [BUSY, OK], clock) for _ in range(int(RESERVE))]
    assert set(outcomes) == {"ok"}

    sent = 0
    for _ in range(1000):
        flow, outcome = exchange(REQUEST, rules), list[str]()
        next(flow)
        sent += 1
        while not outcome:
            try:
                sent += isinstance(flow.send(BUSY), Sleep) and isinstance(flow.send(None), Send)
            except ServiceUnavailableError:
                outcome.append("over")
    assert sent <= 1000 * 1.5 + RESERVE


def test_all_attempts_together_end_in_time() -> None:
    """Each has no more time than is left, and no wait passes the deadline."""
    clock = Clock()
    rules = guarded(clock, 9, deadline=5.0)
    flow = exchange(replace(REQUEST, timeout=Timeout(10.0, total=60.0)), rules)
    first = next(flow)
    assert isinstance(first, Send)
    assert first.request.timeout == Timeout(5.0, total=5.0)

    clock.now += 3
    assert flow.send(BUSY) == Sleep(1)
    clock.now += 1
    second = flow.send(None)
    assert isinstance(second, Send)
    assert second.request.timeout.total == 1.0
    with pytest.raises(ServiceUnavailableError):
        flow.send(BUSY)


def test_a_deadline_that_passed_in_line_is_a_timeout() -> None:
    """Nothing was sent."""
    clock = Clock()
    rules = guarded(clock, 0, deadline=5.0, concurrency=1)
    first, second = exchange(REQUEST, rules), exchange(REQUEST, rules)
    next(first)
    clock.now += 1
    waiting = next(second)
    assert isinstance(waiting, Wait)
    assert waiting.seconds == 5.0
    clock.now += 5

    with pytest.raises(InferenceTimeoutError, match="total_timeout"):
        second.send(None)
    first.close()


def test_who_follows_another_waits_no_longer_than_its_own_deadline() -> None:
    """However long the one who asks for the model goes on."""
    clock = Clock()
    patient = replace(guarded(clock), warmup=Warmup(300.0))
    leader = exchange(REQUEST, patient)
    next(leader)
    assert isinstance(leader.send(Response(503, {}, b'{"estimated_time": 20}')), Sleep)
    follower = exchange(REQUEST, replace(patient, deadline=5.0))
    waiting = next(follower)
    assert isinstance(waiting, Wait)
    assert waiting.seconds == 5.0
    clock.now += 5

    with pytest.raises(InferenceTimeoutError, match="total_timeout"):
        follower.send(None)
    leader.close()


def test_requests_wait_for_their_turn() -> None:
    """Two at once, then one each half second; the next provider does not wait."""
    clock = Clock()
    rules = guarded(clock, limits={"host": RateLimit(per_second=2)})
    began = clock.now
    for _ in range(4):
        assert asked(REQUEST, rules, [OK], clock) == "ok"

    assert clock.now - began == pytest.approx(1.0)
    elsewhere = replace(REQUEST, url="https://other/path")
    assert rules.limit_of(rules.lanes.of(elsewhere)) is None if rules.lanes else False


def test_a_turn_that_is_too_far_away_is_an_error_of_ours() -> None:
    """Unsent, with the time it would have taken."""
    clock = Clock()
    rules = guarded(clock, limits={"*": RateLimit(per_hour=1)})
    asked(REQUEST, rules, [OK], clock)
    with pytest.raises(RateLimitedError, match="too long to wait") as caught:
        clock.play(exchange(REQUEST, rules), [])

    assert caught.value.retry_after == pytest.approx(3600)
    assert caught.value.status is None


def test_what_servers_say_of_their_limits_is_heeded_by_all() -> None:
    """After a 429 with Retry-After nobody asks before; scarce turns are spread."""
    clock = Clock()
    rules = guarded(clock, 0, adaptive=True)
    assert asked(REQUEST, rules, [Response(429, {"retry-after": "9"})], clock) == "RateLimitedError"
    began = clock.now
    assert asked(REQUEST, rules, [OK], clock) == "ok"
    assert clock.now - began == 9

    scarce = {"ratelimit": '"a";r=4;t=8', "ratelimit-policy": '"a";q=100'}
    asked(REQUEST, rules, [Response(200, scarce)], clock)
    began = clock.now
    asked(REQUEST, rules, [OK], clock)
    assert clock.now - began == 2


def test_so_many_at_a_time_the_others_in_line() -> None:
    """A place is free again after an answer, an error, and a cancellation."""
    clock = Clock()
    rules = guarded(clock, 0, concurrency=1)
    for ending in (OK, BUSY, None):
        first, second = exchange(REQUEST, rules), exchange(REQUEST, rules)
        assert isinstance(next(first), Send)
        waiting = next(second)
        assert isinstance(waiting, Wait)
        called: list[str] = []
        waiting.ticket.when_called(lambda called=called: called.append("now"))  # type: ignore[misc]
        assert called == []
        _end(first, ending)
        assert called == ["now"]
        assert isinstance(second.send(None), Send)
        _end(second, ending)
    assert rules.lanes is not None
    gate = rules.lanes.of(REQUEST).gate
    assert (gate.inside, gate.waiting) == (0, 0)


def _end(flow: Flow[Any], ending: Response | None) -> None:
    if ending is None:
        flow.close()
        return
    with pytest.raises((StopIteration, ServerError)):
        flow.send(ending)


def test_a_stream_keeps_its_place_until_it_is_closed() -> None:
    """Its connection is in use."""
    clock = Clock()
    rules = guarded(clock, concurrency=1)
    body: Any = clock.play(opening(REQUEST, rules), [BODY])
    waiting = opening(REQUEST, rules)
    assert isinstance(next(waiting), Wait)
    body.close()
    body.close()

    assert isinstance(waiting.send(None), Open)
    waiting.close()
    assert rules.lanes is not None
    assert rules.lanes.of(REQUEST).gate.inside == 0


def test_a_generation_is_repeated_after_a_timeout_only_when_asked() -> None:
    """But always when nothing had been sent yet, and after a cut connection."""
    clock = Clock()
    late, unsent = InferenceTimeoutError("late"), InferenceTimeoutError("no connection")
    late.phase, unsent.phase = "total", "connect"
    willing = Retry(3, 1.0, 30.0, lambda: 1.0, after_timeout=True)

    assert asked(ONCE, guarded(clock), [late], clock) == "InferenceTimeoutError"
    assert asked(ONCE, guarded(clock, retry=willing), [late, OK], clock) == "ok"
    assert asked(ONCE, guarded(clock), [unsent, OK], clock) == "ok"
    assert asked(ONCE, guarded(clock), [NetworkError("cut"), OK], clock) == "ok"


def test_who_can_help_is_asked_first_and_believed_once() -> None:
    """A paused endpoint is woken, and the request sent again."""
    clock = Clock()
    seen: list[str] = []

    def wake(request: Request, failure: HfError) -> Flow[HfError | None]:
        seen.append(type(failure).__name__)
        yield Sleep(1.0)
        return None

    rules = guarded(clock, 0, recover=wake)
    paused = Response(400, {}, b'{"error": "Bad Request: Invalid state"}')
    assert asked(REQUEST, rules, [paused, OK], clock) == "ok"
    assert asked(REQUEST, rules, [paused, paused], clock) == "EndpointPausedError"
    assert seen == ["EndpointPausedError"] * 2


def test_nothing_is_known_where_all_is_off() -> None:
    """One call is one request, and no state is kept."""
    thin = Patience(Retry(0, 1.0, 30.0), Warmup(0.0))
    clock = Clock()
    for _ in range(30):
        assert asked(REQUEST, thin, [BUSY], clock) == "ServiceUnavailableError"
