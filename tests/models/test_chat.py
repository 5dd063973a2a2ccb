"""The shapes of a chat, with everything servers have been seen to send."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hf_integrations.models.chat import (
    ChatChunk,
    ChatMessage,
    ChatRequest,
    ChatResponse,
)
from hf_integrations.models.shapes import decode, encode

SECRET = "a very secret text"


def response(message: dict[str, Any], **rest: Any) -> ChatResponse:
    """A whole answer with one message."""
    return decode(encode({"choices": [{"message": message, **rest}]}), ChatResponse)


def chunk(delta: dict[str, Any], **rest: Any) -> ChatChunk:
    """A piece of an answer."""
    return decode(encode({"choices": [{"delta": delta, **rest}]}), ChatChunk)


def test_the_text_of_an_answer_is_at_hand() -> None:
    """With why it ended."""
    answer = response({"role": "assistant", "content": "Hello"}, finish_reason="stop")

    assert (answer.text, answer.finish_reason, answer.tool_calls) == ("Hello", "stop", [])


def test_an_answer_without_choices_is_empty() -> None:
    """And no error: a filter may have taken them all."""
    answer = decode(b'{"choices": []}', ChatResponse)

    assert (answer.text, answer.finish_reason, answer.tool_calls) == ("", None, [])
    assert answer.message == ChatMessage("assistant")


def test_text_may_come_in_parts() -> None:
    """Parts that are not text have none."""
    parts = [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": None}]

    assert response({"role": "assistant", "content": parts}).text == "a"
    assert response({"role": "assistant", "content": None}).text == ""


@pytest.mark.parametrize("word", ["reasoning", "reasoning_content"])
def test_reasoning_has_two_names(word: str) -> None:
    """Whole and in pieces."""
    assert response({"role": "assistant", word: "hm"}).message.reasoning == "hm"
    assert chunk({word: "hm"}).choices[0].delta.reasoning == "hm"


@pytest.mark.parametrize(
    ("arguments", "text", "parsed"),
    [
        ('{"a": 1}', '{"a": 1}', {"a": 1}),
        ({"a": 1}, '{"a":1}', {"a": 1}),
        ("", "", {}),
        (None, "", {}),
        ("[1]", "[1]", {}),
        ('{"a": ', '{"a": ', {}),
    ],
)
def test_arguments_of_a_call_are_text_and_can_be_read(
    arguments: Any, text: str, parsed: dict[str, Any]
) -> None:
    """Servers send text, objects and nothing; models write what is not JSON."""
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    found = response({"role": "assistant", "tool_calls": [call]}).tool_calls[0]

    assert (found.name, found.function.arguments, found.arguments) == ("f", text, parsed)


@pytest.mark.parametrize("identity", [{}, {"id": None}, {"id": ""}])
def test_a_call_may_lack_its_id(identity: dict[str, Any]) -> None:
    """It is still a call."""
    call = identity | {"function": {"name": "f"}}

    assert response({"role": "assistant", "tool_calls": [call]}).tool_calls[0].name == "f"


def test_old_tgi_sends_a_call_that_is_no_list() -> None:
    """Whole and in pieces, and arguments as an object."""
    call = {"id": "1", "function": {"name": "f", "arguments": {"a": 1}}}
    delta = chunk({"tool_calls": call}).choices[0].delta

    assert response({"role": "assistant", "tool_calls": call}).tool_calls[0].arguments == {"a": 1}
    assert isinstance(delta.tool_calls, list)
    assert delta.tool_calls[0].function is not None
    assert delta.tool_calls[0].function.arguments == '{"a":1}'


def test_the_model_comes_first() -> None:
    """Routers read only so far to pick a provider."""
    request = ChatRequest(messages=[{"role": "user", "content": SECRET}], model="org/name", seed=0)

    assert encode(request).startswith(b'{"model":"org/name","messages":')
    assert msgspec.json.decode(encode(request))["seed"] == 0


def test_a_request_does_not_show_what_was_said() -> None:
    """Only how much."""
    request = ChatRequest(messages=[{"role": "user", "content": SECRET}], model="org/name")

    assert repr(request) == "ChatRequest(model='org/name', 1 messages)"
    assert SECRET not in str(request.__rich_repr__())
