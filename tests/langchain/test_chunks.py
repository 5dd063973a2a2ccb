"""Streams of every dialect add up to the same message."""

from __future__ import annotations

import json
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessageChunk

from hf_integrations.langchain.chunks import ChunkReader
from hf_integrations.models.chunks import ChatChunk
from hf_integrations.transport.assembling import ChatAssembly

FIRST = {"name": "add", "arguments": '{"a": 1, "b": 2}'}
SECOND = {"name": "get_weather", "arguments": '{"place": "Zürich"}'}


def read(events: list[dict[str, Any]], facts: dict[str, str] | None = None) -> AIMessageChunk:
    """The message that a stream adds up to, after the client has put its chunks in order."""
    reader, assembly = ChunkReader(), ChatAssembly()
    chunks = [assembly.add(msgspec.convert(event, ChatChunk)) for event in events]
    pieces = [reader.piece(chunk) for chunk in chunks]
    whole = [piece for piece in pieces if piece is not None] + [reader.last(facts or {})]
    message = reduce(add, whole).message
    assert isinstance(message, AIMessageChunk)
    return message


def adding(*deltas: dict[str, Any]) -> list[dict[str, Any]]:
    """Events that add these to the message."""
    return [{"choices": [{"delta": delta}]} for delta in deltas]


def calling(*pieces: dict[str, Any]) -> list[dict[str, Any]]:
    """Events of one piece of a call each."""
    return adding(*({"tool_calls": [piece]} for piece in pieces))


def test_text_adds_up_and_the_end_says_how_it_went() -> None:
    """Text, model, id, request and reason of the end are there once."""
    facts = {"id": "c1", "model": "org/m", "system_fingerprint": "fp"}
    events: list[dict[str, Any]] = [
        {**facts, "choices": [{"delta": {"role": "assistant", "content": ""}}]},
        {**facts, "choices": [{"delta": {"content": "Good "}}]},
        {**facts, "choices": [{"delta": {"content": "day"}, "finish_reason": "stop"}]},
    ]
    message = read(events, {"request_id": "r1"})

    assert message.text == "Good day"
    assert message.chunk_position == "last"
    assert message.response_metadata == {
        "model_provider": "huggingface", "model_name": "org/m", "id": "c1",
        "system_fingerprint": "fp", "request_id": "r1", "finish_reason": "stop",
    }  # fmt: skip


def test_usage_that_is_repeated_is_counted_once() -> None:
    """Some servers tell the count so far in every chunk."""
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    final = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    events: list[dict[str, Any]] = [
        {"choices": [{"delta": {"content": "a"}}], "usage": usage},
        {"choices": [{"delta": {"content": "b"}}], "usage": final},
        {"choices": [], "usage": None},
    ]
    message = read(events)

    assert message.usage_metadata == {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}


def test_a_stream_without_an_ending_says_nothing_of_it() -> None:
    """Nothing is made up."""
    message = read(adding({"content": "a"}))

    assert message.usage_metadata is None
    assert message.response_metadata == {"model_provider": "huggingface"}


@pytest.mark.parametrize("word", ["reasoning", "reasoning_content"])
def test_thoughts_add_up(word: str) -> None:
    """They come under either of two names, before the text."""
    message = read(adding({word: "2 "}, {word: "+ 2"}, {"content": "4"}))

    assert message.additional_kwargs == {"reasoning_content": "2 + 2"}
    assert message.content_blocks == [
        {"type": "reasoning", "reasoning": "2 + 2"},
        {"type": "text", "text": "4"},
    ]


def test_log_probabilities_add_up() -> None:
    """One list over the whole stream."""
    reader = ChunkReader()
    entry = {"token": "a", "logprob": -1.0}
    event = {"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [entry]}}]}
    pieces = [reader.piece(msgspec.convert(event, ChatChunk)) for _ in range(2)]
    whole = reduce(add, [piece for piece in pieces if piece is not None])

    assert whole.generation_info == {"logprobs": {"content": [entry, entry]}}


def test_a_chunk_with_nothing_to_see_is_left_out() -> None:
    """An empty piece would only cost time."""
    reader = ChunkReader()

    assert reader.piece(msgspec.convert({"choices": [{"delta": {}}]}, ChatChunk)) is None


def _cut(text: str, at: int) -> tuple[str, str]:
    return text[:at], text[at:]


A1, A2 = _cut(FIRST["arguments"], 5)
B1, B2 = _cut(SECOND["arguments"], 9)
DIALECTS: dict[str, list[dict[str, Any]]] = {
    "as OpenAI": calling(
        {"index": 0, "id": "x", "function": {"name": "add", "arguments": ""}},
        {"index": 0, "function": {"arguments": A1}},
        {"index": 0, "function": {"arguments": A2}},
        {"index": 1, "id": "y", "function": {"name": "get_weather", "arguments": B1}},
        {"index": 1, "function": {"arguments": B2}},
    ),
    "id and name in every piece": calling(
        {"index": 0, "id": "x", "function": {"name": "add", "arguments": A1}},
        {"index": 0, "id": "x", "function": {"name": "add", "arguments": A2}},
        {"index": 1, "id": "y", "function": {"name": "get_weather", "arguments": B1}},
        {"index": 1, "id": "y", "function": {"name": "get_weather", "arguments": B2}},
    ),
    "every index 0": calling(
        {"index": 0, "id": "x", "function": {"name": "add", "arguments": A1}},
        {"index": 0, "function": {"arguments": A2}},
        {"index": 0, "id": "y", "function": {"name": "get_weather", "arguments": B1}},
        {"index": 0, "function": {"arguments": B2}},
    ),
    "no index": calling(
        {"id": "x", "function": {"name": "add", "arguments": A1}},
        {"function": {"arguments": A2}},
        {"id": "y", "function": {"name": "get_weather", "arguments": B1}},
        {"function": {"arguments": B2}},
    ),
    "no ids, every index 0": calling(
        {"index": 0, "function": {"name": "add", "arguments": A1}},
        {"index": 0, "function": {"arguments": A2}},
        {"index": 0, "function": {"name": "get_weather", "arguments": B1}},
        {"index": 0, "function": {"arguments": B2}},
    ),
    "neither ids nor indices": calling(
        {"function": FIRST},
        {"function": SECOND},
    ),
    "empty ids, indices from 1": calling(
        {"index": 1, "id": "", "function": {"name": "add", "arguments": A1}},
        {"index": 1, "id": "", "function": {"arguments": A2}},
        {"index": 2, "id": "", "function": {"name": "get_weather", "arguments": B1}},
        {"index": 2, "id": "", "function": {"arguments": B2}},
    ),
    "name after the id": calling(
        {"index": 0, "id": "x"},
        {"index": 0, "function": FIRST},
        {"index": 1, "id": "y", "function": SECOND},
    ),
    "whole calls with objects, in one piece": adding(
        {
            "tool_calls": [
                {"index": 0, "id": "x", "function": {"name": "add", "arguments": {"a": 1, "b": 2}}},
                {
                    "index": 1,
                    "id": "y",
                    "function": {"name": "get_weather", "arguments": {"place": "Zürich"}},
                },
            ]
        }
    ),
    "interleaved": calling(
        {"index": 0, "id": "x", "function": {"name": "add", "arguments": A1}},
        {"index": 1, "id": "y", "function": {"name": "get_weather", "arguments": B1}},
        {"index": 0, "function": {"arguments": A2}},
        {"index": 1, "function": {"arguments": B2}},
    ),
}


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_calls_add_up_in_every_dialect(dialect: str) -> None:
    """Two calls, each with its name, its arguments and an id of its own."""
    message = read(DIALECTS[dialect])

    assert [(call["name"], call["args"]) for call in message.tool_calls] == [
        ("add", {"a": 1, "b": 2}),
        ("get_weather", {"place": "Zürich"}),
    ]
    ids = [call["id"] for call in message.tool_calls]
    assert all(ids)
    assert len(set(ids)) == 2
    assert [chunk["index"] for chunk in message.tool_call_chunks] == [0, 1]
    assert message.invalid_tool_calls == []


def test_one_call_in_the_place_of_a_list_is_read() -> None:
    """As old text-generation-inference sends it."""
    message = read(adding({"tool_calls": {"index": 0, "id": "x", "function": FIRST}}))

    assert [call["name"] for call in message.tool_calls] == ["add"]


@given(st.lists(st.sets(st.integers(1, 60)), min_size=1, max_size=4))
def test_however_arguments_are_cut_they_add_up(cuts: list[set[int]]) -> None:
    """Fragments of any size, for any number of calls."""
    wanted = [{"number": number, "text": "äöü" * 9} for number in range(len(cuts))]
    events = []
    for index, (arguments, edges) in enumerate(zip(wanted, cuts, strict=True)):
        text = json.dumps(arguments, ensure_ascii=False)
        places = [0, *sorted(edge for edge in edges if edge < len(text)), len(text)]
        head = {"index": index, "id": f"c{index}", "function": {"name": f"f{index}"}}
        events += calling(head)
        for start, end in pairwise(places):
            events += calling({"index": index, "function": {"arguments": text[start:end]}})
    message = read(events)

    assert [call["args"] for call in message.tool_calls] == wanted
    assert [call["id"] for call in message.tool_calls] == [f"c{n}" for n in range(len(cuts))]


def test_the_servers_word_for_thoughts_is_remembered_once() -> None:
    """Those that call them reasoning_content want them back under that name."""
    message = read(
        adding({"reasoning_content": "2 + "}, {"reasoning_content": "2"}, {"content": "4"})
    )

    assert message.additional_kwargs == {"reasoning_content": "2 + 2"}
    assert message.response_metadata["reasoning_field"] == "reasoning_content"
    assert "reasoning_field" not in read(adding({"reasoning": "hm"})).response_metadata
