"""The same request gets the same answer, and nothing is sent."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.flow import Response, Send
from hf_integrations.transport.cache import Cache
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.remembered import remembered
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import Event, Exchange
from tests.playing import REQUEST, play

OK = Response(200, {}, b"answer")


def test_the_second_time_nothing_is_sent() -> None:
    """It is told as an exchange of its own."""
    events: list[Event] = []
    rules = Patience(Retry(0, 1, 1), Warmup(0), listeners=(events.append,))
    cache: Cache[Response] = Cache()

    first, steps = play(remembered(REQUEST, rules, cache, seconds=9, most=9999), [OK])
    second, more = play(remembered(REQUEST, rules, cache, seconds=9, most=9999), [])
    assert first is second is OK
    assert (steps, more) == ([Send(REQUEST)], [])
    told = [(one.cached, one.attempts) for one in events if isinstance(one, Exchange)]
    assert told == [(False, 1), (True, 0)]


def test_another_body_place_or_token_is_another_question() -> None:
    """Nobody gets the answer of somebody else."""
    rules = Patience(Retry(0, 1, 1), Warmup(0))
    cache: Cache[Response] = Cache()
    others = [
        REQUEST,
        replace(REQUEST, body=b"x"),
        replace(REQUEST, url="https://host/other"),
        replace(REQUEST, headers=(("authorization", "Bearer other"),)),
    ]
    for one in others:
        play(remembered(one, rules, cache, seconds=9, most=9999), [OK])
    assert cache.stats().misses == 4
    assert cache.clear("host") == 4
