"""The chunks of a stream come to what the whole answer would have been."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.flow import Response
from hf_integrations.models.chat import ChatChoice, ChatMessage, ChatResponse
from hf_integrations.models.chunks import ChatChunk
from hf_integrations.models.shapes import decode, encode
from hf_integrations.models.text_generation import (
    GeneratedToken,
    GenerationDetails,
    TextGenerationChunk,
)
from hf_integrations.models.usage import TokenUsage
from hf_integrations.transport.assembling import ChatAssembly, GenerationAssembly, without_tags


def chunk(*choices: dict[str, Any], **rest: Any) -> ChatChunk:
    """A chunk as it comes off the wire."""
    return decode(encode({"choices": list(choices), **rest}), ChatChunk)


def assembled(*chunks: ChatChunk, **options: Any) -> ChatResponse:
    """What they come to."""
    assembly = ChatAssembly(**options)
    for one in chunks:
        assembly.add(one)
    assembly.rest()
    return assembly.whole()


def test_texts_of_several_answers_are_not_mixed() -> None:
    """Each with its reason, in order of their index."""
    answer = assembled(
        chunk({"index": 1, "delta": {"content": "b"}}, {"index": 0, "delta": {"content": "a"}}),
        chunk({"index": 1, "delta": {"content": "B"}, "finish_reason": "length"}),
        chunk({"delta": {"content": "A"}, "finish_reason": "stop"}),
    )

    assert [(one.index, one.message.text, one.finish_reason) for one in answer.choices] == [
        (0, "aA", "stop"),
        (1, "bB", "length"),
    ]


def test_the_facts_are_those_of_the_stream() -> None:
    """Usage may come in a chunk without choices, or grow from chunk to chunk."""
    answer = assembled(
        chunk({"delta": {"content": "a"}}, id="x", model="m", created=5, system_fingerprint="f",
              usage={"total_tokens": 1}),
        chunk(usage={"total_tokens": 3}),
    )  # fmt: skip

    assert (answer.id, answer.model, answer.created, answer.system_fingerprint) == (
        "x",
        "m",
        5,
        "f",
    )
    assert answer.usage == TokenUsage(total_tokens=3)


@pytest.mark.parametrize("word", ["reasoning", "reasoning_content"])
def test_thoughts_are_put_together(word: str) -> None:
    """And it is remembered what the server calls them."""
    message = assembled(
        chunk({"delta": {word: "h"}}), chunk({"delta": {word: "m", "content": "a"}})
    ).message

    assert (message.reasoning, message.content) == ("hm", "a")
    assert (message.reasoning_content is not None) is (word == "reasoning_content")


def test_thoughts_between_tags_leave_the_text_of_each_answer() -> None:
    """What may be a tag is kept back until it is certain, at the latest to the end."""
    pieces = [
        chunk(
            {"index": 0, "delta": {"content": "<think>a"}},
            {"index": 1, "delta": {"content": "<th"}},
        ),
        chunk({"index": 0, "delta": {"content": "</think>b"}, "finish_reason": "stop"}),
    ]
    assembly = ChatAssembly("split")
    found = [assembly.add(piece) for piece in pieces]

    assert [piece.text for piece in found] == ["", "b"]
    assert [piece.reasoning for piece in found] == ["a", ""]
    rest = assembly.rest()
    assert rest is not None
    assert [(part.index, part.delta.content) for part in rest.choices] == [(1, "<th")]
    assert assembly.rest() is None
    answer = assembly.whole()
    assert [(one.message.reasoning, one.message.content) for one in answer.choices] == [
        ("a", "b"),
        (None, "<th"),
    ]


def test_the_end_of_an_answer_gives_what_was_kept_back() -> None:
    """In the chunk that says why it ended."""
    last = ChatAssembly("split").add(
        chunk({"delta": {"content": "<th"}, "finish_reason": "length"})
    )

    assert (last.text, last.finish_reason) == ("<th", "length")


def test_log_probabilities_are_put_together() -> None:
    """As those of a whole answer."""
    entries = [{"token": "a", "logprob": -1.0}, {"token": "b", "logprob": -2.0}]
    answer = assembled(
        *(
            chunk({"delta": {"content": one["token"]}, "logprobs": {"content": [one]}})
            for one in entries
        ),
        chunk({"delta": {}, "logprobs": {"content": None}}),
    )

    assert answer.choices[0].logprobs == {"content": entries}
    assert [token.token for token in answer.choices[0].tokens] == ["a", "b"]


def test_calls_are_put_together_for_each_answer() -> None:
    """A message that only calls has no content."""

    def call(index: int, name: str) -> dict[str, Any]:
        function = {"name": name, "arguments": "{}"}
        return {"index": index, "delta": {"tool_calls": [{"function": function}]}}

    answer = assembled(
        chunk(call(0, "f"), call(1, "g")), chunk({"delta": {}, "finish_reason": "stop"})
    )

    assert answer.message.content is None
    assert [one.name for one in answer.tool_calls] == ["f"]
    assert answer.choices[1].message.tool_calls[0].name == "g"  # type: ignore[index]
    assert answer.tool_calls[0].id


def test_the_whole_remembers_its_exchange() -> None:
    """Its headers, though there is no body to show as raw."""
    assembly = ChatAssembly()
    assembly.add(chunk({"delta": {"content": "a"}}))
    answer = assembly.whole(Response(200, {"x-request-id": "b"}))

    assert answer.request_id == "b"
    assert answer.raw["choices"][0]["message"]["content"] == "a"


def test_a_stream_without_anything_is_an_empty_answer() -> None:
    """And no error."""
    assert assembled() == ChatResponse([])
    assert ChatAssembly().text == ""


def test_thoughts_leave_the_texts_of_a_whole_answer() -> None:
    """Before those that the server told apart already they are not."""
    answer = ChatResponse(
        [
            ChatChoice(ChatMessage("assistant", text))
            for text in ("<think>a</think>b", "c", "", None)
        ]
    )
    without_tags(answer, "split")

    assert [one.message.content for one in answer.choices] == ["b", "c", "", None]
    assert [one.message.reasoning for one in answer.choices] == ["a", None, None, None]


def test_the_chunks_of_a_generation_come_to_a_whole() -> None:
    """With its details and tokens; a special token is no text."""
    assembly = GenerationAssembly()
    tokens = [GeneratedToken(1, "a"), GeneratedToken(2, "</s>", special=True)]
    for token in tokens:
        assembly.add(TextGenerationChunk(token=token))
    assert (assembly.text, assembly.ended, assembly.whole().text) == ("a", False, "a")

    assembly.add(TextGenerationChunk(generated_text="a ", details=GenerationDetails("length", 2)))
    assembly.add(TextGenerationChunk(usage=TokenUsage(prompt_tokens=3, completion_tokens=2)))
    assembly.rest()
    answer = assembly.whole(Response(200, {"x-request-id": "b"}))
    assert assembly.ended
    assert (answer.text, answer.finish_reason, answer.request_id) == ("a ", "length", "b")
    assert answer.details is not None
    assert answer.details.tokens == tokens
    assert answer.usage == TokenUsage(prompt_tokens=3, completion_tokens=2)
