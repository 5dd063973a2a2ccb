"""Answers as servers in the wild write them, byte by byte over a real socket, in both colours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hf_integrations import (
    DecodeError,
    EndpointPausedError,
    HfError,
    NotFoundError,
    ServerError,
    StreamInterruptedError,
)
from tests.colours import Colour, Looped, Plain
from tests.transport.engines.scripted import END, STREAM, Peer, Server, answer, chunk

both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
CALL = {"id": 0, "type": "function", "function": {"name": "f", "arguments": {"x": 1}}}
JSON = "content-type: application/json\r\n"
SECRET = "what nobody should read"


@contextmanager
def saying(reply: bytes) -> Iterator[dict[str, Any]]:
    """The settings for a server that says the same to everybody."""

    def script(peer: Peer) -> None:
        while True:
            peer.hear()
            peer.say(reply)

    server = Server(script)
    try:
        yield {"base_url": server.url, "server": "openai", "max_retries": 0}
    finally:
        server.close()


@contextmanager
def serving(pages: dict[str, bytes]) -> Iterator[str]:
    """The URL of a server that has these pages, by their paths, and no others."""

    def script(peer: Peer) -> None:
        while True:
            path = peer.hear().target.partition("?")[0]
            peer.say(pages.get(path, answer(b"Not Found", status="404 Not Found")))

    server = Server(script)
    try:
        yield server.url
    finally:
        server.close()


def whole(body: Any) -> bytes:
    """An answer in JSON."""
    return answer(json.dumps(body).encode(), headers=JSON)


def stream(*events: bytes) -> bytes:
    """An answer in events."""
    return STREAM + b"".join(map(chunk, events)) + END


def event(delta: dict[str, Any], reason: str | None = None) -> bytes:
    """A piece of a chat."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


@both
def test_a_call_may_have_a_number_and_a_message_no_role(colour: Colour) -> None:
    """As of text-generation-inference 2.0: the call counts, and its id is a text."""
    choice = {"message": {"content": None, "tool_calls": [CALL]}, "finish_reason": "stop"}
    with saying(whole({"choices": [choice]})) as settings:
        got = colour(lambda c: c.chat.complete("x", model="m"), **settings)

    assert got.message.role == "assistant"
    assert [(one.id, one.name, one.arguments) for one in got.tool_calls] == [("0", "f", {"x": 1})]


@both
def test_a_call_may_have_a_number_in_a_stream_too(colour: Colour) -> None:
    """No piece is left out."""
    pieces = [event({"tool_calls": [{"index": 0, **CALL}]}), event({}, "stop"), b"data: [DONE]\n\n"]
    with saying(stream(*pieces)) as settings:
        got = colour.items(lambda c: c.chat.stream("x", model="m"), **settings)

    told = [call for one in got for call in one.choices[0].delta.tool_calls or []]
    assert [(one.id, one.function.name, one.function.arguments) for one in told] == [
        ("0", "f", '{"x":1}')
    ]


@both
def test_what_stands_beside_an_answer_cannot_spoil_it(colour: Colour) -> None:
    """Dates as texts, counts in words: the text was paid for."""
    odd = {"created": "today", "model": 5, "usage": {"prompt_tokens": "few"}, "id": {}}
    choice = {"message": {"role": "assistant", "content": "here"}, "logprobs": []}
    with saying(whole({"choices": [choice], **odd})) as settings:
        got = colour(lambda c: c.chat.complete("x", model="m"), **settings)

    assert got.text == "here"
    assert (got.created, got.model, got.usage, got.id) == (None, None, None, None)


@both
def test_choices_stand_in_the_order_of_their_index(colour: Colour) -> None:
    """As they are counted, not as they were finished."""
    choices = [{"index": at, "message": {"content": str(at)}} for at in (2, 0, 1)]
    with saying(whole({"choices": choices})) as settings:
        got = colour(lambda c: c.chat.complete("x", model="m", n=3), **settings)

    assert [choice.message.text for choice in got.choices] == ["0", "1", "2"]
    assert got.text == "0"


MID = [
    b'data: {"message": "no memory left", "type": "BadRequestError", "code": 400}\n\n',
    b'data: {"message": "no memory left", "object": "error"}\n\n',
    b'data: {"detail": "no memory left"}\n\n',
    b'error: {"code": 400, "message": "no memory left", "type": "exceed_context_size"}\n\n',
    b"event: error\ndata: no memory left\n\n",
    b'event: error\ndata: {"type": "error", "error": {"message": "no memory left"}}\n\n',
]


@both
@pytest.mark.parametrize("told", MID)
def test_an_error_on_the_way_is_never_passed_over(told: bytes, colour: Colour) -> None:
    """In whatever form it is told, with the text so far; in place of the first item, at once."""
    late = pytest.raises(StreamInterruptedError, match="no memory left")
    with saying(stream(event({"content": "he"}), told)) as settings, late as caught:
        colour.items(lambda c: c.chat.stream(SECRET, model="m"), **settings)
    assert caught.value.partial == "he"
    assert SECRET not in str(caught.value)

    with saying(stream(told)) as settings, pytest.raises(HfError, match="no memory left") as first:
        colour.items(lambda c: c.chat.stream("x", model="m"), **settings)
    assert not isinstance(first.value, StreamInterruptedError)
    assert first.value.task == "chat-completion"


CALLS: dict[str, Callable[[Any], Any]] = {
    "chat-completion": lambda c: c.chat.complete("x", model="m"),
    "feature-extraction": lambda c: c.embeddings.create("x", model="m"),
    "text-generation": lambda c: c.text_generation.generate("x", model="m"),
    "text-ranking": lambda c: c.text.rank("x", ["a", "b"], model="m"),
}


@both
@pytest.mark.parametrize("task", CALLS)
@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[]", b"<html>Log in</html>", b"\xff"])
def test_what_cannot_be_read_says_whose_call_it_was(body: bytes, task: str, colour: Colour) -> None:
    """Task, model, status and request id, whatever came in place of an answer."""
    reply = answer(body, headers="x-request-id: r-1\r\n")
    with saying(reply) as settings, pytest.raises(DecodeError) as caught:
        colour(CALLS[task], **settings)

    error = caught.value
    assert (error.task, error.model, error.status, error.request_id) == (task, "m", 200, "r-1")
    assert ("page for browsers" in str(error)) is body.startswith(b"<")


@both
@pytest.mark.parametrize("body", [{"error": "out"}, {"message": "out"}, {"detail": "out"}])
def test_an_error_with_status_200_is_an_error(body: dict[str, str], colour: Colour) -> None:
    """In each of the forms that errors have."""
    with saying(whole(body)) as settings, pytest.raises(ServerError, match="out") as caught:
        colour(CALLS["chat-completion"], **settings)
    assert not caught.value.retryable


ENDPOINT = {"name": "mine", "status": {"state": "paused", "message": ""}}
MINE = "/v2/endpoint/me/mine"


@both
@pytest.mark.parametrize("page", ["open-metrics", "metrics"])
def test_an_endpoint_may_tell_its_metrics_at_the_older_place(page: str, colour: Colour) -> None:
    """The newer one is not there for everybody."""
    with serving({f"{MINE}/{page}": answer(b"# EOF\n")}) as url:
        assert (
            colour(lambda c: c.endpoints.metrics("me/mine"), base_url=url, token="hf_x")
            == "# EOF\n"
        )


@both
def test_an_endpoint_without_metrics_is_still_there(colour: Colour) -> None:
    """The error does not say that there is no such endpoint."""
    pages = {"/v2/endpoint/me": whole({"items": [ENDPOINT]})}
    with serving(pages) as url, pytest.raises(NotFoundError, match="me/mine has no metrics"):
        colour(lambda c: c.endpoints.metrics("me/mine"), base_url=url, token="hf_x")


@both
def test_a_call_to_a_paused_endpoint_says_which_task_it_was(colour: Colour) -> None:
    """Though nothing was sent to the endpoint itself."""
    with serving({MINE: whole(ENDPOINT)}) as url, pytest.raises(EndpointPausedError) as caught:
        colour(lambda c: c.chat.complete("x"), base_url=url, token="hf_x", endpoint="me/mine")
    assert caught.value.task == "chat-completion"


@both
@pytest.mark.parametrize(
    ("status", "taken"), [("200 OK", True), ("401 Unauthorized", False), ("404 Not Found", True)]
)
def test_a_token_is_checked_where_health_is_open_to_everybody(
    status: str, taken: bool, colour: Colour
) -> None:
    """As vLLM and llama.cpp do it: what lists the models wants the key."""
    pages = {"/health": answer(), "/v1/models": answer(b"{}", status=status)}
    with serving(pages) as url:
        found = colour(lambda c: c.health_check(), base_url=url, token="any")
        assert (found["api"].ok, found["token"].ok) == (True, taken)
        assert found["token"].detail
        assert colour(lambda c: c.health_check(), base_url=url, token=False).healthy
