"""Messages on their way out and in; LangChain's own converters are the second opinion."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
    convert_to_messages,
    convert_to_openai_messages,
)
from langchain_core.messages.tool import tool_call

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.messages import ai_message, tool_calls, wire_messages
from hf_integrations.models import chat as wire

TEXTS = st.text(max_size=20)
NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,10}", fullmatch=True)
IMAGES = st.just({"type": "image_url", "image_url": {"url": "https://x/y.png"}})
TEXT_PARTS = st.builds(lambda text: {"type": "text", "text": text}, TEXTS)
# With an image, because LangChain's converter joins a list of nothing but texts, and we do not.
PARTS = st.builds(lambda parts, image: [*parts, image], st.lists(TEXT_PARTS, max_size=3), IMAGES)
ARGUMENTS = st.dictionaries(
    NAMES, st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, st.lists), max_size=3
)
CALLS = st.builds(
    lambda name, args, ident: tool_call(name=name, args=args, id=ident), NAMES, ARGUMENTS, NAMES
)
MESSAGES = st.one_of(
    st.builds(HumanMessage, content=TEXTS | PARTS, name=st.none() | NAMES),
    st.builds(SystemMessage, content=TEXTS),
    st.builds(AIMessage, content=TEXTS, tool_calls=st.lists(CALLS, max_size=3)),
    st.builds(ToolMessage, content=TEXTS, tool_call_id=NAMES),
)


def as_dicts(messages: list[BaseMessage]) -> list[dict[str, Any]]:
    """The wire form as JSON has it."""
    return [
        msgspec.to_builtins(one) if isinstance(one, wire.ChatMessage) else one
        for one in wire_messages(messages)
    ]


@given(st.lists(MESSAGES, min_size=1, max_size=5))
def test_a_conversation_survives_the_way_out_and_back(messages: list[BaseMessage]) -> None:
    """What LangChain reads from our wire form is what was written."""
    assert convert_to_messages(json.loads(json.dumps(wire_messages(messages)))) == messages


@given(st.lists(MESSAGES, min_size=1, max_size=5))
def test_our_wire_form_is_that_of_langchains_own_converter(messages: list[BaseMessage]) -> None:
    """Two converters, one result; where there are only calls, we say null instead of nothing."""
    theirs = convert_to_openai_messages(messages)
    assert isinstance(theirs, list)
    for ours, other in zip(as_dicts(messages), theirs, strict=True):
        calls = [json.loads(call["function"].pop("arguments")) for call in _calls(ours)]
        others = [json.loads(call["function"].pop("arguments")) for call in _calls(other)]
        assert calls == others
        assert {**ours, "content": ours["content"] or ""} == other


def _calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = message.get("tool_calls", [])
    return calls


@given(TEXTS, st.lists(CALLS, max_size=3), st.none() | st.text(min_size=1, max_size=9))
def test_an_answer_goes_back_as_it_came(text: str, calls: list[Any], thought: str | None) -> None:
    """An answer that is sent back says the same, with the thoughts for the client to decide on."""
    given_calls = [
        wire.ToolCall(call["id"], wire.FunctionCall(call["name"], json.dumps(call["args"])))
        for call in calls
    ]
    answer = wire.ChatMessage("assistant", text, tool_calls=given_calls or None, reasoning=thought)
    message = ai_message(answer)
    (sent,) = as_dicts([message])

    assert sent.get("reasoning") == thought
    assert message.text == text
    assert message.tool_calls == calls
    assert message.additional_kwargs == ({"reasoning_content": thought} if thought else {})
    assert (sent.get("content") or "") == text
    assert [json.loads(call["function"]["arguments"]) for call in _calls(sent)] == [
        call["args"] for call in calls
    ]


def test_reasoning_is_a_content_block() -> None:
    """The thoughts come first among the blocks."""
    message = ai_message(wire.ChatMessage("assistant", "4", reasoning="2 + 2"))

    assert message.content_blocks == [
        {"type": "reasoning", "reasoning": "2 + 2"},
        {"type": "text", "text": "4"},
    ]


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (HumanMessage("Hi", name="ann"), {"role": "user", "content": "Hi", "name": "ann"}),
        (SystemMessage("Be kind."), {"role": "system", "content": "Be kind."}),
        (
            SystemMessage("Be kind.", additional_kwargs={"__openai_role__": "developer"}),
            {"role": "developer", "content": "Be kind."},
        ),
        (AIMessage("Yes", name="bot"), {"role": "assistant", "content": "Yes", "name": "bot"}),
        (AIMessageChunk(content="Yes"), {"role": "assistant", "content": "Yes"}),
        (ChatMessage(content="Hi", role="user"), {"role": "user", "content": "Hi"}),
        (
            FunctionMessage(content="4", name="add"),
            {"role": "function", "name": "add", "content": "4"},
        ),
        (
            ToolMessage("Error: no", tool_call_id="c1", name="add", status="error", artifact=3),
            {"role": "tool", "tool_call_id": "c1", "content": "Error: no"},
        ),
        (
            ToolMessage(["a", {"type": "text", "text": "b"}], tool_call_id="c1"),
            {"role": "tool", "tool_call_id": "c1", "content": "ab"},
        ),
        (
            AIMessage(
                [
                    {"type": "reasoning", "reasoning": "hm"},
                    {"type": "text", "text": "a"},
                    {"type": "text", "text": "b"},
                ]
            ),
            {"role": "assistant", "content": "ab", "reasoning": "hm"},
        ),
        (
            AIMessage(
                "ab",
                additional_kwargs={"reasoning_content": "hm"},
                response_metadata={"reasoning_field": "reasoning_content"},
            ),
            {"role": "assistant", "content": "ab", "reasoning": "hm", "reasoning_content": "hm"},
        ),
    ],
)
def test_each_kind_of_message_has_its_form(message: BaseMessage, sent: dict[str, Any]) -> None:
    """Roles, names and texts as servers expect them."""
    assert as_dicts([message]) == [sent]


def test_a_call_that_could_not_be_read_is_sent_back_as_it_was_written() -> None:
    """The model sees its own mistake, and can mend it."""
    asked = [wire.ToolCall("c1", wire.FunctionCall("add", '{"a": '))]
    message = ai_message(wire.ChatMessage("assistant", None, tool_calls=list(asked)))

    (invalid,) = message.invalid_tool_calls
    assert (invalid["id"], invalid["name"], invalid["args"]) == ("c1", "add", '{"a": ')
    assert invalid["error"] == "The arguments are not a JSON object."
    (sent,) = as_dicts([message])
    assert "content" not in sent or sent["content"] is None
    assert sent["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"a": '}


@pytest.mark.parametrize("arguments", ["[1]", "3", "nonsense", '"{}"'])
def test_arguments_that_are_no_object_make_an_invalid_call(arguments: str) -> None:
    """Nothing is called with what was not said."""
    calls, invalid = tool_calls([wire.ToolCall("c", wire.FunctionCall("f", arguments))])

    assert (calls, len(invalid)) == ([], 1)


def test_missing_arguments_and_ids_are_made_good() -> None:
    """A call without arguments has none, and one without an id gets one of its own."""
    calls, invalid = tool_calls([wire.ToolCall(None, wire.FunctionCall("f"))] * 2)

    assert invalid == []
    assert [call["args"] for call in calls] == [{}, {}]
    assert len({call["id"] for call in calls}) == 2


def test_arguments_that_are_no_json_are_named() -> None:
    """As a middleware may have changed them; the fault is found before anything is sent."""
    call = {"id": "1", "name": "f", "args": {"day": date(2024, 5, 31)}}
    with pytest.raises(ValidationError, match=r"messages\[0\]\.tool_calls\[0\]\.args .* date"):
        wire_messages([AIMessage("", tool_calls=[call])])


def test_a_message_that_is_none_is_named() -> None:
    """What is not said to a model cannot be sent to one."""
    with pytest.raises(ValidationError, match=r"messages\[1\]: a RemoveMessage"):
        wire_messages([HumanMessage("Hi"), RemoveMessage(id="1")])
