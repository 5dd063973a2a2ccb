"""The same request gets the same answer, and nothing is sent."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response, Send
from hf_integrations.transport.cache import Cache
from hf_integrations.transport.engines.errands import Recalled
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.remembered import remembered
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import Event, Exchange
from tests.playing import REQUEST, play

OK = Response(200, {"x-request-id": "r1"}, b"answer")


def same(response: Response) -> Response:
    """An answer as it is."""
    return response


def test_the_second_time_nothing_is_sent() -> None:
    """It is told as an exchange of its own."""
    events: list[Event] = []
    rules = Patience(Retry(0, 1, 1), Warmup(0), listeners=(events.append,))
    cache: Cache[Response] = Cache()

    first, steps = play(remembered(REQUEST, rules, cache, same, seconds=9, most=9999), [OK])
    second, [step] = play(remembered(REQUEST, rules, cache, same, seconds=9, most=9999), [OK])
    assert first == second == OK
    assert steps == [Send(REQUEST)]
    assert isinstance(step, Send)
    assert isinstance(step.request, Recalled)
    assert (step.request.url, step.request.answer) == (REQUEST.url, OK)
    told = [(one.cached, one.attempts) for one in events if isinstance(one, Exchange)]
    assert told == [(False, 1), (True, 0)]


def test_an_answer_that_cannot_be_read_is_not_remembered() -> None:
    """Else the error would come again and again, long after the server is well."""
    rules = Patience(Retry(0, 1, 1), Warmup(0))
    cache: Cache[Response] = Cache()

    def read(response: Response) -> bytes:
        if response.body == b"broken":
            raise DecodeError("no")
        return response.body

    broken = Response(200, {}, b"broken")
    with pytest.raises(DecodeError):
        play(remembered(REQUEST, rules, cache, read, seconds=9, most=9999), [broken])
    assert cache.stats().entries == 0
    found, _ = play(remembered(REQUEST, rules, cache, read, seconds=9, most=9999), [OK])
    assert found == b"answer"


def test_what_somebody_does_to_the_headers_of_an_answer_is_seen_by_nobody_else() -> None:
    """Neither of the first, nor of one that was remembered."""
    rules = Patience(Retry(0, 1, 1), Warmup(0))
    cache: Cache[Response] = Cache()
    first, _ = play(remembered(REQUEST, rules, cache, same, seconds=9, most=9999), [OK])
    first.headers["x-request-id"] = "changed"
    for _ in range(2):
        flow = remembered(REQUEST, rules, cache, same, seconds=9, most=9999)
        ask = next(flow)
        assert isinstance(ask, Send)
        assert isinstance(ask.request, Recalled)
        assert ask.request.answer.headers == {"x-request-id": "r1"}
        ask.request.answer.headers.clear()
    first.headers["x-request-id"] = "r1"


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
        play(remembered(one, rules, cache, same, seconds=9, most=9999), [OK])
    assert cache.stats().misses == 4
    assert cache.clear("host") == 4
