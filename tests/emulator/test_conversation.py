"""Reading messages off the wire."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.conversation import (
    Call,
    Turn,
    arguments_of,
    last_question,
    read,
    since_question,
)
from hf_integrations.emulator.problems import Refusal

CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}


def test_text_and_parts_become_turns() -> None:
    """Content as text and as a list of parts."""
    turns = read(
        [
            {"role": "system", "content": "Be kind."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
                    {"type": "text", "text": "is this?"},
                ],
                "name": "ada",
            },
        ]
    )
    assert turns == [
        Turn("system", "Be kind."),
        Turn("user", "What\nis this?", media=("image",), name="ada"),
    ]


def test_calls_and_their_answers_become_turns() -> None:
    """An assistant may say nothing but its calls."""
    turns = read(
        [
            {"role": "user", "content": "1 + 2?"},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": "3"},
        ]
    )
    assert turns[1].calls == (Call("c1", "add", '{"a": 1}'),)
    assert turns[2] == Turn("tool", "3", answers="c1")
    assert last_question(turns) == "1 + 2?"
    assert since_question(turns) == turns[1:]


def test_without_a_user_all_turns_count() -> None:
    """A conversation may hold only a system message."""
    turns = [Turn("system", "Be kind.")]
    assert last_question(turns) == ""
    assert since_question(turns) == turns


@pytest.mark.parametrize(
    ("messages", "where"),
    [
        (None, "messages"),
        ([], "messages"),
        ("Hello", "messages"),
        (["Hello"], "messages[0]"),
        ([{"content": "Hello"}], "messages[0]"),
        ([{"role": "robot", "content": "Hello"}], "messages[0]"),
        ([{"role": "user"}], "messages[0].content"),
        ([{"role": "user", "content": 5}], "messages[0]"),
        ([{"role": "user", "content": [{"type": "text"}]}], "messages[0].content[0]"),
        ([{"role": "user", "content": ["Hello"]}], "messages[0].content[0]"),
        ([{"role": "user", "content": [{"type": "image", "url": "x"}]}], "messages[0].content[0]"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "messages[0].content[0]"),
        ([{"role": "tool", "content": "3"}], "messages[0]"),
        ([{"role": "tool", "content": "3", "tool_call_id": 5}], "messages[0]"),
        ([{"role": "assistant", "tool_calls": "x"}], "messages[0]"),
        ([{"role": "assistant", "tool_calls": ["x"]}], "messages[0].tool_calls[0]"),
        ([{"role": "assistant", "tool_calls": [{"id": "1"}]}], "messages[0].tool_calls[0]"),
        (
            [{"role": "assistant", "tool_calls": [{"function": {"name": "x", "arguments": "{}"}}]}],
            "messages[0].tool_calls[0]",
        ),
        (
            [
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "1", "function": {"name": "x", "arguments": {}}}],
                }
            ],
            "messages[0].tool_calls[0]",
        ),
    ],
)
def test_what_the_wire_does_not_allow_is_refused(messages: Any, where: str) -> None:
    """The refusal names the place, and is a 400 in OpenAI's words."""
    with pytest.raises(Refusal) as caught:
        read(messages)
    assert caught.value.status == 400
    assert caught.value.body["error"]["param"] == where
    assert where in caught.value.body["error"]["message"]


def test_arguments_are_decoded_where_they_can_be() -> None:
    """Arguments that are no JSON are no value."""
    assert arguments_of(Call("1", "x", '{"a": 1}')) == {"a": 1}
    assert arguments_of(Call("1", "x", "{a")) is None
