"""Many wait for one model, and one of them asks."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.errors import ColdStartTimeoutError, ModelLoadingError
from hf_integrations.flow import Response, Send, Sleep, Wait
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.lanes import Lanes
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import ColdStart
from hf_integrations.transport.warming import Warming
from tests.clocks import Clock
from tests.playing import REQUEST

LOADING = Response(503, {}, b'{"error": "Model x is currently loading", "estimated_time": 9.0}')
OK = Response(200)


def patience(clock: Clock, deadline: float = 20.0, **rules: Any) -> Patience:
    """Nothing but patience with a model."""
    retry = Retry(0, 1.0, 30.0)
    return Patience(retry, Warmup(deadline), lanes=Lanes(), clock=clock, **rules)


def test_one_leads_and_the_others_follow_until_the_end() -> None:
    """All go on at once."""
    warming, gone_on = Warming(), list[int]()
    assert warming.lead("a")
    assert not warming.lead("b")
    followers = [warming.follow() for _ in range(3)]
    for number, follower in enumerate(followers):
        follower.when_called(lambda number=number: gone_on.append(number))  # type: ignore[misc]
    warming.leave("b")
    assert (gone_on, warming.led) == ([], True)
    warming.leave("a")

    assert gone_on == [0, 1, 2]
    followers[0].when_called(lambda: gone_on.append(9))
    assert gone_on[-1] == 9
    warming.follow().when_called(lambda: gone_on.append(10))
    assert gone_on[-1] == 10


def test_who_comes_later_does_not_even_ask() -> None:
    """While somebody waits for the model, one request at a time is enough."""
    clock = Clock()
    rules = patience(clock)
    first, second = exchange(REQUEST, rules), exchange(REQUEST, rules)
    assert isinstance(next(first), Send)
    assert first.send(LOADING) == Sleep(2)

    waiting = next(second)
    assert isinstance(waiting, Wait)
    called: list[str] = []
    waiting.ticket.when_called(lambda: called.append("now"))
    assert isinstance(first.send(None), Send)
    assert called == []
    with pytest.raises(StopIteration):
        first.send(OK)
    assert called == ["now"]
    assert isinstance(second.send(None), Send)
    second.close()


def test_who_is_cancelled_hands_over() -> None:
    """The next one asks, and waits no longer than its own patience."""
    clock = Clock()
    rules = patience(clock, 5.0)
    first, second = exchange(REQUEST, rules), exchange(REQUEST, rules)
    next(first)
    first.send(LOADING)
    next(second)
    clock.now += 4.0
    first.close()

    assert isinstance(second.send(None), Send)
    assert second.send(LOADING) == Sleep(1)
    assert isinstance(second.send(None), Send)
    with pytest.raises(ColdStartTimeoutError):
        second.send(LOADING)


def test_progress_is_told_before_each_wait_and_at_the_end() -> None:
    """With the server's estimate."""
    clock, seen = Clock(), list[ColdStart]()
    rules = patience(clock, on_cold_start=seen.append)
    clock.play(exchange(REQUEST, rules), [LOADING, LOADING, OK])

    assert [(one.waited, one.next_wait, one.over) for one in seen] == [
        (0, 2, False), (2, 4, False), (6, 0, True),
    ]  # fmt: skip
    assert (seen[0].estimate, seen[0].deadline, seen[0].host) == (9, 20, "host")


def test_the_total_deadline_ends_a_wait_that_would_pass_it() -> None:
    """At once, with the server's word: after 2 s, 4 more would be too many."""
    clock = Clock()
    rules = replace(patience(clock), deadline=5.0)
    with pytest.raises(ModelLoadingError):
        clock.play(exchange(REQUEST, rules), [LOADING, LOADING])
    assert clock.now == 1002
