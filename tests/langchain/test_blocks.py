"""Content blocks of version 1, by our own translator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.block_translators import get_translator

from hf_integrations.langchain import ChatHfInference
from hf_integrations.langchain.blocks import MODEL_PROVIDER, blocks_of, thoughts

OURS = {"model_provider": MODEL_PROVIDER}
CALL: Any = {"type": "tool_call", "id": "c1", "name": "add", "args": {"a": 1}}
BROKEN: Any = {"type": "invalid_tool_call", "id": "c2", "name": "add", "args": "{", "error": "no"}


def test_it_is_registered_with_the_chat_model() -> None:
    """Whoever has the class has the translator."""
    translator = get_translator(MODEL_PROVIDER)

    assert ChatHfInference is not None
    assert translator is not None
    assert translator["translate_content"] is blocks_of


def test_thoughts_come_first_then_text_then_calls() -> None:
    """Each as a block of its kind."""
    message = AIMessage(
        "4",
        additional_kwargs={"reasoning_content": "2 + 2"},
        tool_calls=[CALL],
        invalid_tool_calls=[BROKEN],
        response_metadata=OURS,
    )

    assert message.content_blocks == [
        {"type": "reasoning", "reasoning": "2 + 2"},
        {"type": "text", "text": "4"},
        CALL,
        BROKEN,
    ]


@given(
    st.text(max_size=3),
    st.none() | st.text(min_size=1, max_size=3),
    st.lists(st.just(CALL), max_size=1),
)
def test_it_says_what_langchain_would_say(text: str, thought: str | None, calls: list[Any]) -> None:
    """The same blocks as its own best effort, in the same order."""
    kept = {"reasoning_content": thought} if thought else {}
    said: dict[str, Any] = {"content": text, "additional_kwargs": kept, "tool_calls": calls}

    ours, theirs = AIMessage(**said, response_metadata=OURS), AIMessage(**said)
    assert ours.content_blocks == theirs.content_blocks


def test_pieces_of_calls_are_pieces() -> None:
    """Until the last one has come."""
    piece: Any = {"name": "add", "args": '{"a"', "id": "c1", "index": 0, "type": "tool_call_chunk"}
    rest: Any = {"name": None, "args": ": 1}", "id": None, "index": 0, "type": "tool_call_chunk"}
    begun = AIMessageChunk(content="", tool_call_chunks=[piece], response_metadata=OURS)
    going = AIMessageChunk(content="", tool_call_chunks=[rest], response_metadata=OURS)
    last = AIMessageChunk(content="", chunk_position="last", response_metadata=OURS)
    whole: Any = begun + going + last

    assert begun.content_blocks == [{**piece, "index": "lc_tc_0"}]  # apart from thoughts and texts
    assert [block["type"] for block in whole.content_blocks] == ["tool_call"]
    assert whole.content_blocks[0]["args"] == {"a": 1}


def test_a_list_is_left_to_langchain() -> None:
    """It reads blocks of all versions by itself."""
    message = AIMessage([{"type": "text", "text": "a"}], response_metadata=OURS)

    assert message.content_blocks == [{"type": "text", "text": "a"}]


@pytest.mark.parametrize(
    ("message", "thought"),
    [
        (AIMessage("a"), ""),
        (AIMessage("a", additional_kwargs={"reasoning_content": "hm"}), "hm"),
        (AIMessage([{"type": "reasoning", "reasoning": "hm"}, "a"]), "hm"),
        (AIMessage([{"type": "thinking", "thinking": "hm"}]), "hm"),
    ],
)
def test_thoughts_are_found_wherever_they_are(message: AIMessage, thought: str) -> None:
    """In either version of a message."""
    assert thoughts(message) == thought
