"""A streamed answer in both colours: nothing lost, nothing repeated, nothing left open."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeAlias

import pytest

from hf_integrations.errors import (
    DecodeError,
    NetworkError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
)
from hf_integrations.flow import Response
from tests.transport.bodies import (
    DONE,
    AsyncScriptedBody,
    AsyncScriptedEngine,
    Looped,
    Plain,
    ScriptedBody,
    ScriptedEngine,
    astream,
    event,
    stream,
)

Make: TypeAlias = Callable[..., Plain | Looped]
WHOLE = [event("a") + event("b")[:7], event("b")[7:], event("c", "stop") + DONE]


@pytest.fixture(params=[Plain, Looped])
def streamed(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes a stream of either colour from the answers of its engine."""
    made: list[Any] = []

    def make(*answers: Any) -> Any:
        made.append(request.param(answers))
        return made[-1]

    yield make
    for one in made:
        getattr(one, "end", lambda: None)()


def test_items_come_one_by_one_and_the_body_is_closed_at_its_end(streamed: Make) -> None:
    """With the text so far and the headers of the response."""
    one = streamed(WHOLE)
    assert one.stream.headers == {}

    one.read()

    assert one.texts == ["a", "b", "c"]
    assert (one.stream.text, one.failure) == ("abc", None)
    assert one.stream.headers == {"x-request-id": "abc"}
    assert one.body.closed == 1


def test_nothing_is_asked_before_the_first_item_is_wanted(streamed: Make) -> None:
    """Making a stream costs nothing; a second reading finds the end."""
    one = streamed(WHOLE)
    assert one.engine.asked == 0

    one.read()
    one.read()
    assert one.engine.asked == 1
    assert one.texts == ["a", "b", "c"]


def test_opening_is_repeated_and_reading_never(streamed: Make) -> None:
    """Before the first item a failure costs a wait, after it the stream is broken."""
    busy = Response(503, {}, b"busy")
    one = streamed(busy, [event("a"), NetworkError("gone")])
    one.read()

    assert one.engine.asked == 2
    assert one.texts == ["a"]
    assert isinstance(one.failure, StreamInterruptedError)


def test_a_break_hands_out_what_came_and_then_raises_once(streamed: Make) -> None:
    """The error has the text so far, its cause, and the id of the request; then it is over."""
    broken = NetworkError("the answer of host broke off")
    one = streamed([event("a") + event("b") + event("half")[:9], broken])
    one.read()

    assert one.texts == ["a", "b"]
    assert isinstance(one.failure, StreamInterruptedError)
    assert one.failure.partial == "ab"
    assert one.failure.__cause__ is broken
    assert one.failure.request_id == "abc"
    assert one.body.closed == 1

    one.failure = None
    one.read()
    assert (one.failure, one.texts) == (None, ["a", "b"])


def test_a_break_after_the_last_word_is_no_break(streamed: Make) -> None:
    """All had been said."""
    one = streamed([event("a") + DONE, NetworkError("reset")])
    one.read()

    assert (one.texts, one.failure) == (["a"], None)


def test_an_error_of_the_server_midway_comes_after_the_items(streamed: Make) -> None:
    """In its place in the stream."""
    error = b'data: {"error": {"type": "overloaded", "message": "no room"}}\n\n'
    one = streamed([event("a") + error + event("b")])
    one.read()

    assert one.texts == ["a"]
    assert isinstance(one.failure, StreamInterruptedError)
    assert "no room" in str(one.failure)
    assert one.failure.request_id == "abc"
    assert one.body.closed == 1


@pytest.mark.parametrize(
    "parts",
    [[b'data: {"error": {"code": 400, "message": "too long"}}\n\n' + DONE],
     [b'{"error": {"code": 400, "message"', b': "too long"}}']],
)  # fmt: skip
def test_an_error_in_place_of_all_items_is_that_error(streamed: Make, parts: list[bytes]) -> None:
    """As an event or as a whole answer; the caller learns what to change."""
    one = streamed(parts)
    one.read()

    assert isinstance(one.failure, ValidationError)
    assert one.failure.message == "too long"
    assert (one.failure.request_id, one.body.closed) == ("abc", 1)


def test_more_items_than_are_held_ready_come_in_order(streamed: Make) -> None:
    """However many came at once; leaving early leaves them."""
    many = [event(str(number)) for number in range(250)]
    one = streamed([b"".join(many) + DONE])
    one.read(5)
    assert one.stream.text == "".join(map(str, range(100)))
    one.read()
    assert one.texts == [str(number) for number in range(250)]
    assert one.failure is None

    error = b'data: {"error": {"message": "no room"}}\n\n'
    one = streamed([b"".join(many) + error + event("b") * 200])
    one.read()
    assert len(one.texts) == 250
    assert isinstance(one.failure, StreamInterruptedError)
    assert one.body.closed == 1


def test_three_bad_events_end_a_stream(streamed: Make) -> None:
    """What came before is handed out."""
    one = streamed([event("a") + b"data: {\n\n" * 3])
    one.read()

    assert one.texts == ["a"]
    assert isinstance(one.failure, StreamInterruptedError)


def test_a_stream_without_an_end_is_warned_of(
    streamed: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """And gives what it had."""
    one = streamed([event("a")])
    one.read()

    assert (one.texts, one.failure) == (["a"], None)
    assert "ended without saying so" in caplog.text


@pytest.mark.parametrize("parts", [[b'{"choices": []}'], [b"<html>", b"log in</html>"], []])
def test_an_answer_that_is_no_stream_is_an_error(streamed: Make, parts: list[bytes]) -> None:
    """Never a silent empty answer."""
    one = streamed(parts)
    one.read()

    assert one.texts == []
    assert isinstance(one.failure, DecodeError)
    assert one.failure.request_id == "abc"
    assert "log in" not in str(one.failure)
    assert one.body.closed == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([Response(422, {}, b'{"error": "too long"}')], ValidationError),
        ([NetworkError("gone"), NetworkError("gone")], NetworkError),
        ([Response(500), Response(500)], ServerError),
    ],
)
def test_a_stream_that_cannot_be_opened_raises_as_a_whole_exchange_does(
    streamed: Make, answers: list[Any], kind: type[Exception]
) -> None:
    """Nothing has been interrupted; and asking again does not ask the server again."""
    one = streamed(*answers)
    one.read()
    assert type(one.failure) is kind

    one.failure = None
    one.read()
    assert (one.failure, one.texts) == (None, [])
    assert one.engine.answers == []


def test_a_bug_flies_through_and_closes_the_body(streamed: Make) -> None:
    """It is no interruption."""
    one = streamed([event("a"), ZeroDivisionError()])
    one.read()

    assert one.texts == ["a"]
    assert isinstance(one.failure, ZeroDivisionError)
    assert one.body.closed == 1


def test_leaving_early_closes_the_body_once(streamed: Make) -> None:
    """Closing twice does nothing; the text so far stays."""
    one = streamed(WHOLE)
    one.read(most=1)
    assert one.body.closed == 0

    one.close()
    one.close()
    assert one.body.closed == 1
    assert one.body.given == 1
    assert one.stream.text == "a"


def test_closing_before_it_was_opened_asks_nothing(streamed: Make) -> None:
    """And there is nothing to read."""
    one = streamed(WHOLE)
    one.close()
    one.read()

    assert (one.texts, one.failure, one.engine.asked) == ([], None, 0)


def test_an_abandoned_stream_lets_its_connection_go() -> None:
    """Nobody closed it, and nobody can any more."""
    body = ScriptedBody(WHOLE)
    one = stream(ScriptedEngine([body]))
    next(one)
    gone = weakref.ref(one)
    del one
    gc.collect()

    assert gone() is None
    assert body.closed == 1


def test_an_abandoned_stream_in_asyncio_lets_its_connection_go() -> None:
    """Without a loop to await in."""
    body = AsyncScriptedBody(WHOLE)

    async def main() -> None:
        await anext(astream(AsyncScriptedEngine([body])))

    asyncio.run(main())
    gc.collect()
    assert (body.abandoned, body.closed) == (1, 0)


@pytest.mark.parametrize("make", [stream, astream])
def test_a_stream_that_was_never_used_leaves_nothing(make: Callable[[Any], object]) -> None:
    """Not even a warning."""
    gone = weakref.ref(make(ScriptedEngine([])))
    gc.collect()

    assert gone() is None


def test_a_block_opens_and_closes() -> None:
    """Entering sends the request, leaving closes it, also on an error."""
    body = ScriptedBody(WHOLE)
    engine = ScriptedEngine([body])
    with stream(engine) as one:
        assert engine.asked == 1
        assert one.headers == {"x-request-id": "abc"}
        assert next(one).text == "a"
    assert body.closed == 1

    other = ScriptedBody(WHOLE)
    with pytest.raises(KeyError), stream(ScriptedEngine([other])):
        raise KeyError
    assert other.closed == 1


def test_a_block_that_cannot_open_raises_at_its_door() -> None:
    """And the stream is over."""
    one = stream(ScriptedEngine([Response(404)]))
    with pytest.raises(Exception, match="404"), one:
        pytest.fail("must not be entered")
    assert list(one) == []


async def test_a_block_in_asyncio_opens_and_closes() -> None:
    """As the plain one."""
    body = AsyncScriptedBody(WHOLE)
    async with astream(AsyncScriptedEngine([body])) as one:
        assert one.headers == {"x-request-id": "abc"}
        assert [item.text async for item in one] == ["a", "b", "c"]
    assert body.closed == 1

    one = astream(AsyncScriptedEngine([Response(404)]))
    with pytest.raises(Exception, match="404"):
        async with one:
            pytest.fail("must not be entered")
    assert [item async for item in one] == []


async def test_a_cancelled_reader_closes_the_body() -> None:
    """However deep in the reading it was."""

    class Waiting(AsyncScriptedBody):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield event("a")
            await asyncio.Event().wait()

    slow = Waiting([])
    one = astream(AsyncScriptedEngine([slow]))
    assert (await anext(one)).text == "a"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(one)
    assert slow.closed == 1


async def test_closing_while_it_opens_closes_what_was_opened() -> None:
    """By another task: nothing is left open, and the reader finds the end."""
    body = AsyncScriptedBody(WHOLE)
    one = astream(AsyncScriptedEngine([body]))
    reading = asyncio.ensure_future(anext(one, None))
    await asyncio.sleep(0)  # it is opening now

    await one.close()
    assert await reading is None
    assert body.closed == 1


def test_closing_while_it_opens_closes_what_was_opened_in_plain_python() -> None:
    """By another thread, which here is the engine itself."""
    body = ScriptedBody(WHOLE)

    class Closing(ScriptedEngine):
        def open(self, request: Any) -> Any:
            one.close()
            return body

    one = stream(Closing([]))
    assert list(one) == []
    assert body.closed == 1


async def test_closing_while_it_is_read_ends_the_reading() -> None:
    """What the cut connection raises then is no failure."""
    cut = asyncio.Event()

    class Cut(AsyncScriptedBody):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield event("a")
            await cut.wait()
            raise NetworkError("cut")

        async def close(self) -> None:  # type: ignore[override]
            cut.set()

    one = astream(AsyncScriptedEngine([Cut([])]))
    assert (await anext(one)).text == "a"
    reading = asyncio.ensure_future(anext(one, None))
    await asyncio.sleep(0)

    await one.close()
    assert await reading is None
