"""From bytes to items: what is bad is left out, what is lost is reported."""

from __future__ import annotations

import logging

import pytest

from hf_integrations.errors import (
    HfError,
    NetworkError,
    ServerError,
    ServiceUnavailableError,
    StreamInterruptedError,
    ValidationError,
)
from hf_integrations.flow import About
from hf_integrations.models.chat import ChatChunk, ChatResponse
from hf_integrations.models.shapes import decode, encode
from hf_integrations.transport.assembling import ChatAssembly
from hf_integrations.transport.reading import START, Reader
from tests.playing import request

ABOUT = About("chat-completion", "groq", "org/name")
BAD = b'data: {"choices": [\n\n'
DONE = b"data: [DONE]\n\n"
ERROR = b'data: {"error": {"message": "no GPU for: secret word", "type": "server_error"}}\n\n'


def reader() -> Reader[ChatChunk, ChatResponse]:
    """A reader of chat chunks, of a conversation that is nobody's business."""
    made = Reader(lambda data: decode(data, ChatChunk), ABOUT, ChatAssembly())
    made.request = request(encode({"messages": [{"content": "secret word"}]}), about=ABOUT)
    return made


def event(text: str, reason: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"delta": {"content": text}, "finish_reason": reason}
    return b"data: " + encode({"choices": [choice]}) + b"\n\n"


def texts(of: Reader[ChatChunk, ChatResponse]) -> list[str]:
    """The texts of the items that are ready."""
    return [item.text for item in of.ready]


def test_items_are_ready_as_soon_as_they_are_complete() -> None:
    """In order, with the text so far."""
    found = reader()
    found.feed(event("a") + event("b")[:9])
    assert texts(found) == ["a"]

    found.feed(event("b")[9:] + DONE)
    found.finish()
    assert texts(found) == ["a", "b"]
    assert found.text == "ab"
    assert found.done


@pytest.mark.parametrize("end", [DONE, b"data: [DONE] \r\n\r\n", b"data:[DONE]", b""])
def test_a_stream_may_end_without_done_when_it_says_why(
    end: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A finish reason is enough."""
    found = reader()
    found.feed(event("a", "stop") + end)
    found.finish()

    assert caplog.records == []
    assert found.done is bool(end)


def test_a_stream_that_just_stops_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a finish reason nor [DONE]: it may be cut, and cannot be known to be."""
    found = reader()
    found.feed(event("a"))
    found.finish()

    assert [record.message for record in caplog.records] == [
        "A stream ended without saying so (task chat-completion)."
    ]
    assert caplog.records[0].name == "hf_integrations"


def test_an_answer_without_events_is_kept_as_it_begins(caplog: pytest.LogCaptureFixture) -> None:
    """A little of it, for the error; the first event ends that."""
    found = reader()
    found.feed(b'{"choices": ')
    found.feed(b"x" * 2 * START)
    found.finish()
    assert found.start is not None
    assert found.start.startswith(b'{"choices": xxx')
    assert len(found.start) == START
    assert caplog.records == []

    found = reader()
    found.feed(b": a comment\n\n")
    assert found.start == b": a comment\n\n"
    found.feed(DONE)
    assert found.start is None


def test_a_bad_event_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Two in a row too; a good one in between starts the count anew."""
    found = reader()
    found.feed(event("a") + BAD + BAD + event("b") + BAD + BAD + event("c") + DONE)

    assert texts(found) == ["a", "b", "c"]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4


def test_three_bad_events_in_a_row_are_the_end() -> None:
    """What came before is ready, and in the error."""
    found = reader()
    with pytest.raises(StreamInterruptedError, match="3 events in a row") as caught:
        found.feed(event("a") + BAD * 2 + b"data: \xff\n\n" + event("b"))
    assert texts(found) == ["a"]
    assert caught.value.partial == "a"


def test_an_empty_event_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Some servers keep a stream alive with it."""
    found = reader()
    found.feed(b"data:\n\ndata\n\ndata: \n\n: ping\n\n" + event("a"))

    assert texts(found) == ["a"]
    assert caplog.records == []
    assert not found.done


def test_an_error_in_place_of_an_item_is_raised_with_its_reason() -> None:
    """Without the prompt, which it may quote; with what was asked, and the text so far."""
    found = reader()
    with pytest.raises(StreamInterruptedError, match="on the way: no GPU for:") as caught:
        found.feed(event("a") + ERROR)
    error = caught.value
    assert "secret" not in repr(error)
    assert (error.partial, error.task, error.provider, error.model) == (
        "a",
        "chat-completion",
        "groq",
        "org/name",
    )
    assert texts(found) == ["a"]
    assert isinstance(error.__cause__, ServerError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (b'{"error": "Input is too long", "error_type": "validation"}', ValidationError),
        (b'{"object": "error", "message": "Input is too long", "code": 400}', ValidationError),
        (b'{"error": {"message": "Input is too long", "code": 503}}', ServiceUnavailableError),
        (b'{"error": {"message": "Input is too long"}, "choices": []}', ServerError),
    ],
)
def test_an_error_in_place_of_the_first_item_is_that_error(
    error: bytes, kind: type[HfError]
) -> None:
    """As TGI, vLLM and gateways write it; nothing has broken off."""
    found = reader()
    with pytest.raises(kind, match="Input is too long") as caught:
        found.feed(b"data: " + error + b"\n\n" + event("b"))
    assert (caught.value.model, texts(found)) == ("org/name", [])


def test_a_text_about_errors_is_none(caplog: pytest.LogCaptureFixture) -> None:
    """Nor is a field for it that is empty."""
    found = reader()
    found.feed(event('{"error": "x"}') + b'data: {"choices": [], "error": null}\n\n' + DONE)
    assert found.text == '{"error": "x"}'
    assert caplog.records == []


def test_what_comes_after_the_end_is_no_part_of_the_answer() -> None:
    """Some gateways go on; neither text nor errors count."""
    found = reader()
    found.feed(event("a", "stop") + DONE + event("b"))
    found.feed(event("c") + ERROR)
    found.finish()
    assert (texts(found), found.text) == (["a"], "a")


def test_a_slow_reader_holds_so_many_items_and_no_more() -> None:
    """What came with them waits as it came; a bad one among them is found in its turn."""
    few = Reader(lambda data: decode(data, ChatChunk), ABOUT, ChatAssembly(), 3)
    few.feed(b"".join(event(str(number)) for number in range(7)) + ERROR)
    counts = [len(few.ready)]
    for _ in range(2):
        few.ready.clear()
        if len(few.waiting) > 2:
            few.more()
            counts.append(len(few.ready))
    assert (counts, few.text) == ([3, 3], "012345")
    with pytest.raises(StreamInterruptedError):
        few.more()
    assert (texts(few), few.text) == (["6"], "0123456")


def test_an_error_at_the_very_end_is_found() -> None:
    """Though its server hung up without an empty line."""
    found = reader()
    found.feed(event("a") + ERROR.rstrip())
    with pytest.raises(StreamInterruptedError):
        found.finish()


def test_a_break_is_reported_with_the_text_so_far() -> None:
    """And with what broke."""
    found = reader()
    found.feed(event("Once u"))
    error = found.interrupted(NetworkError("the answer of host broke off"))

    assert str(error).startswith("The stream broke off: the answer of host broke off")
    assert error.partial == "Once u"
    assert (
        Reader(lambda data: decode(data, ChatChunk), About(), ChatAssembly())
        .interrupted(error)
        .task
        is None
    )
