"""The shapes of a chat, with everything servers have been seen to send."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.chat import (
    ROLES,
    ChatChunk,
    ChatMessage,
    ChatRequest,
    ChatResponse,
    FunctionCall,
    FunctionSpec,
    TokenUsage,
    Tool,
    ToolCall,
    as_messages,
)
from hf_integrations.models.shapes import as_dict, decode, encode

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


@pytest.mark.parametrize("arguments", ['{"a"', "", None])
def test_arguments_come_in_pieces(arguments: str | None) -> None:
    """As they are written; a piece is no JSON yet."""
    delta = chunk({"tool_calls": [{"function": {"arguments": arguments}}]}).choices[0].delta

    assert isinstance(delta.tool_calls, list)
    assert delta.tool_calls[0].function is not None
    assert delta.tool_calls[0].function.arguments == arguments
    assert delta.tool_calls[0].index is None


def test_a_call_goes_back_whole() -> None:
    """A server needs `arguments` even when there are none."""
    message = ChatMessage("assistant", tool_calls=[ToolCall("1", FunctionCall("f"))])

    assert as_dict(message) == {
        "role": "assistant",
        "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": ""}, "type": "function"}],
    }


def test_a_tool_is_written_as_servers_read_it() -> None:
    """What was not said is not sent."""
    tool = Tool(FunctionSpec("f", parameters={"type": "object"}))

    assert as_dict(tool) == {
        "type": "function",
        "function": {"name": "f", "parameters": {"type": "object"}},
    }


def test_a_chunk_without_choices_has_usage_and_no_text() -> None:
    """The last one of a stream."""
    last = decode(b'{"choices": [], "usage": {"total_tokens": 3}}', ChatChunk)

    assert (last.text, last.finish_reason) == ("", None)
    assert last.usage == TokenUsage(total_tokens=3)


def test_a_chunk_speaks_for_the_first_choice_only() -> None:
    """Texts of several answers are not mixed; two entries for one choice are both read."""
    several = decode(
        b'{"choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"},'
        b' {"index": 0, "delta": {"content": "a"}}, {"index": 0, "delta": {"content": "A"},'
        b' "finish_reason": "length"}]}',
        ChatChunk,
    )

    assert (several.text, several.finish_reason) == ("aA", "length")
    assert chunk({"content": None}).text == ""
    assert chunk({"content": "x"}, finish_reason="stop").finish_reason == "stop"


def test_usage_counts_what_was_cached_and_thought() -> None:
    """Where a server says so."""
    usage = decode(
        b'{"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4},'
        b' "completion_tokens_details": {"reasoning_tokens": null}}',
        TokenUsage,
    )

    assert (usage.cached_tokens, usage.reasoning_tokens) == (4, 0)
    assert (TokenUsage().cached_tokens, TokenUsage().reasoning_tokens) == (0, 0)


def test_messages_are_taken_in_every_form() -> None:
    """A string, a message, dicts, a tuple, a generator."""
    user = ChatMessage("user", "hi")
    plain = {"role": "user", "content": "hi"}

    assert as_messages("hi") == as_messages(user) == as_messages((user,)) == [user]
    assert as_messages(plain) == as_messages(one for one in [plain]) == [plain]
    assert as_messages([plain, user]) == [plain, user]


def test_what_the_caller_passed_is_not_changed() -> None:
    """A thought is not sent back, and stays in the caller's message."""
    thinking = ChatMessage("assistant", "yes", reasoning="hm")
    found = as_messages([thinking])[0]

    assert isinstance(found, ChatMessage)
    assert found.reasoning is None
    assert thinking.reasoning == "hm"
    assert b"hm" not in encode(found)


@pytest.mark.parametrize("content", ["", [], [{"type": "text", "text": "x"}]])
@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_may_say_something(role: str, content: Any) -> None:
    """Even nothing."""
    assert as_messages([{"role": role, "content": content}])
    assert as_messages([ChatMessage(role, content)])


def test_a_call_needs_no_words() -> None:
    """An assistant may just call a tool."""
    assert as_messages([{"role": "assistant", "tool_calls": [{}]}])
    assert as_messages([ChatMessage("assistant", tool_calls=ToolCall("1"))])


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (None, "messages: give a string or a list of at least one message."),
        ([], "messages: give a string or a list of at least one message."),
        (5, "messages: give a string"),
        ([5], "messages[0] must be a dict or a ChatMessage, not int."),
        (["hi"], "messages[0] must be a dict or a ChatMessage, not str."),
        (b"hi", "messages[0] must be a dict or a ChatMessage, not int."),
        ([{}], "messages[0].role must be one of assistant, "),
        ([{"role": "bot", "content": SECRET}], "messages[0].role must be one of"),
        ([{"role": ["user"], "content": SECRET}], "messages[0].role must be one of"),
        ([{"role": "user"}], "messages[0] has no content."),
        ([{"role": "user", "tool_calls": [{}]}], "messages[0] has no content."),
        ([ChatMessage("assistant")], "messages[0] has no content."),
        ([{"role": "user", "content": {"text": SECRET}}], "messages[0].content must be a string"),
        ([{"role": "user", "content": 5}], "messages[0].content must be a string"),
        ([{"role": "user", "content": [SECRET]}], "messages[0].content[0] must be a dict, not str"),
        (["x", {"role": "user", "content": "x"}], "messages[0] must be"),
        ([{"role": "user", "content": "x"}, None], "messages[1] must be"),
    ],
)
def test_a_message_that_cannot_be_one_is_named_and_not_shown(messages: Any, said: str) -> None:
    """By its index, before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        as_messages(messages)
    assert str(caught.value).startswith(said)
    assert SECRET not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["role", "content", "x"]), inner)
        ),
    )
)
def test_anything_is_messages_or_an_error_of_ours(messages: Any) -> None:
    """Nothing else is ever raised."""
    try:
        found = as_messages(messages)
    except ValidationError as error:
        assert error.message.startswith("messages")  # noqa: PT017
    else:
        assert found


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
