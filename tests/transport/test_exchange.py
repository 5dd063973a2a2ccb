"""A request until it succeeds, the error is final, or patience ends."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.errors import (
    ColdStartTimeoutError,
    DecodeError,
    HfError,
    InferenceTimeoutError,
    ModelLoadingError,
    NetworkError,
    RateLimitedError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from hf_integrations.flow import About, Ask, Open, Request, Response, Send, Sleep, Timeout
from hf_integrations.transport.exchange import answered, exchange, opening
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import Event, Exchange
from tests.playing import REQUEST, play
from tests.test_flow import BODY

OK = Response(200, {}, b"{}")
BUSY = Response(503, {}, b"Service Unavailable")
LOADING = Response(503, {}, b'{"error": "Model x is currently loading", "estimated_time": 9.0}')
PATIENCE = Patience(Retry(3, 1.0, 30.0, lambda: 1.0), Warmup(20.0))
NONE = Patience(Retry(0, 1.0, 30.0, lambda: 1.0), Warmup(0.0))
ONCE = Request("POST", "https://host", Timeout(1.0), repeat_after_timeout=False)


def failing(kind: type[HfError], answers: list[Any], patience: Patience = PATIENCE) -> list[Ask]:
    """The steps of an exchange that fails."""
    steps: list[Ask] = []
    with pytest.raises(kind):
        play(exchange(REQUEST, patience), answers, steps)
    return steps


def test_a_good_answer_is_taken_at_once() -> None:
    """One request, no wait; any 2xx is good."""
    assert play(exchange(REQUEST, PATIENCE), [OK]) == (OK, [Send(REQUEST)])
    created = Response(201)
    assert play(exchange(REQUEST, PATIENCE), [created])[0] is created


def test_overload_costs_a_wait_and_nobody_sees_it() -> None:
    """The waits double."""
    answer, steps = play(exchange(REQUEST, PATIENCE), [BUSY, None, BUSY, None, OK])

    assert answer is OK
    assert steps == [Send(REQUEST), Sleep(1), Send(REQUEST), Sleep(2), Send(REQUEST)]


def test_a_network_error_is_treated_the_same() -> None:
    """No answer is no answer."""
    _, steps = play(exchange(REQUEST, PATIENCE), [NetworkError("gone"), None, OK])

    assert steps == [Send(REQUEST), Sleep(1), Send(REQUEST)]


def test_patience_ends_with_the_last_error() -> None:
    """Three repeats after the first failure."""
    steps = failing(ServiceUnavailableError, [BUSY, None, BUSY, None, BUSY, None, BUSY])

    assert [step for step in steps if isinstance(step, Sleep)] == [Sleep(1), Sleep(2), Sleep(4)]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 413, 418, 422, 424, 451])
def test_a_wrong_request_is_not_repeated(status: int) -> None:
    """It would be as wrong again."""
    assert failing(HfError, [Response(status)]) == [Send(REQUEST)]


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 304])
def test_a_redirect_is_neither_followed_nor_repeated(status: int) -> None:
    """The token would go along."""
    assert failing(HfError, [Response(status, {"location": "https://evil"})]) == [Send(REQUEST)]


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520, 599])
def test_a_failing_server_is_asked_again(status: int) -> None:
    """Each 5xx."""
    assert play(exchange(REQUEST, PATIENCE), [Response(status), None, OK])[0] is OK


def test_a_server_says_when_to_come_back() -> None:
    """Its word, and some jitter on top."""
    limited = Response(429, {"retry-after": "7"})
    _, steps = play(exchange(REQUEST, PATIENCE), [limited, None, OK])

    assert steps[1] == Sleep(8)


def test_a_server_that_wants_too_long_a_pause_gets_no_repeat() -> None:
    """The error says how long it wants."""
    with pytest.raises(RateLimitedError) as caught:
        play(exchange(REQUEST, PATIENCE), [Response(429, {"retry-after": "31"})])
    assert caught.value.retry_after == 31


def test_a_generation_is_not_repeated_after_a_timeout() -> None:
    """It may still be running; what does no harm is repeated."""
    late = InferenceTimeoutError("late")
    steps: list[Ask] = []
    with pytest.raises(InferenceTimeoutError):
        play(exchange(ONCE, PATIENCE), [late], steps)
    assert steps == [Send(ONCE)]

    assert play(exchange(REQUEST, PATIENCE), [late, None, OK])[0] is OK


def test_a_model_that_loads_is_waited_for() -> None:
    """By the schedule; this costs no retries."""
    answer, steps = play(
        exchange(REQUEST, PATIENCE), [LOADING, None, LOADING, None, BUSY, None, LOADING, None, OK]
    )

    assert answer is OK
    waits = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert waits == [2, 4, 1, 8]


def test_a_model_that_never_loads_ends_at_the_deadline() -> None:
    """20 s here: 2 + 4 + 8 + the 6 that are left."""
    steps = failing(ColdStartTimeoutError, [*[LOADING, None] * 4, LOADING])

    assert [step.seconds for step in steps if isinstance(step, Sleep)] == [2, 4, 8, 6]


def test_without_patience_one_call_is_one_request() -> None:
    """As thin settings have it."""
    for answer in (BUSY, LOADING, NetworkError("gone"), Response(429)):
        assert failing(HfError, [answer], NONE) == [Send(REQUEST)]
    with pytest.raises(ModelLoadingError) as caught:
        play(exchange(REQUEST, NONE), [LOADING])
    assert caught.value.retry_after == 9


def test_opening_a_stream_is_repeated_until_it_is_open() -> None:
    """A refusal comes whole."""
    body, steps = play(opening(REQUEST, PATIENCE), [BUSY, None, NetworkError("x"), None, BODY])

    assert body is BODY
    assert steps == [Open(REQUEST), Sleep(1), Open(REQUEST), Sleep(2), Open(REQUEST)]


def test_a_stream_that_is_refused_is_an_error() -> None:
    """As a whole exchange would be."""
    with pytest.raises(ValidationError) as caught:
        play(opening(REQUEST, PATIENCE), [Response(422, {}, b'{"error": "too long"}')])
    assert caught.value.message == "too long"


def number(response: Response) -> int:
    """An answer that is a number."""
    if not response.body.isdigit():
        raise DecodeError("no number", status=response.status)
    return int(response.body)


def test_an_answer_is_read_on_its_way() -> None:
    """What cannot be read is the end of it, and told as a failure."""
    assert play(answered(REQUEST, PATIENCE, number), [Response(200, {}, b"7")])[0] == 7
    events: list[Event] = []
    told = replace(PATIENCE, listeners=(events.append,))
    with pytest.raises(DecodeError, match="no number"):
        play(answered(REQUEST, told, number), [Response(200, {}, b"<html>")])
    assert [one.error for one in events if isinstance(one, Exchange)] == ["DecodeError"]


@pytest.mark.parametrize("provider", ["", "groq"])
def test_what_cannot_be_read_is_an_error_with_its_facts(provider: str) -> None:
    """With a hint at a server of one's own, as mostly something else is at that address."""
    request = replace(REQUEST, about=About("chat-completion", provider, "org/name"))
    with pytest.raises(DecodeError, match="no number") as caught:
        play(answered(request, PATIENCE, number), [Response(200, {"inference-id": "abc"}, b"no")])
    error = caught.value
    assert (error.status, error.request_id) == (200, "abc")
    assert (error.task, error.provider, error.model) == (
        "chat-completion", provider or None, "org/name",
    )  # fmt: skip
    assert ("correct base_url" in str(error)) is (not provider)


def test_an_error_in_a_good_answer_is_met_like_any_other() -> None:
    """Some servers answer 200 and mean 503: it costs a wait; and what is wrong stays wrong."""
    busy = Response(200, {}, b'{"error": {"message": "overloaded", "code": 503}}')
    found, steps = play(answered(REQUEST, PATIENCE, number), [busy, None, Response(200, {}, b"7")])
    assert (found, steps[1]) == (7, Sleep(1.0))

    wrong = Response(200, {"x-request-id": "r1"}, b'{"error": "no such voice"}')
    with pytest.raises(ServerError, match="no such voice") as caught:
        play(answered(REQUEST, PATIENCE, number), [wrong])
    assert (caught.value.status, caught.value.retryable) == (200, False)
    assert caught.value.request_id == "r1"
