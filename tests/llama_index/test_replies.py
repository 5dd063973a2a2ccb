"""Answers of the services as LlamaIndex's responses."""

from __future__ import annotations

from typing import Any

import msgspec
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
)

from hf_integrations.llama_index.replies import (
    StreamedChat,
    StreamedGeneration,
    as_chat,
    as_completion,
    chat_reply,
    generation_reply,
    log_probabilities,
    token_counts,
)
from hf_integrations.models.chat import ChatChunk, TokenUsage
from hf_integrations.models.chat import ChatResponse as WireResponse
from hf_integrations.models.text_generation import TextGenerationChunk, TextGenerationResponse

USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}


def streamed(*deltas: dict[str, Any], **last: Any) -> list[ChatResponse]:
    """The responses to chunks with these deltas, and to one without choices."""
    reply = StreamedChat()
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    if last:
        chunks.append(last)
    return [reply.add(msgspec.convert(chunk, ChatChunk)) for chunk in chunks]


def test_a_whole_answer() -> None:
    """Thinking, text and calls in blocks; usage and reason beside them."""
    call = {"id": "1", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": "a", "reasoning": "hm", "tool_calls": [call]}
    answer = {
        "choices": [{"message": message, "finish_reason": "tool_calls"}],
        "usage": {**USAGE, "completion_tokens_details": {"reasoning_tokens": 2}},
    }
    reply = chat_reply(msgspec.convert(answer, WireResponse))
    assert [type(block) for block in reply.message.blocks] == [
        ThinkingBlock,
        TextBlock,
        ToolCallBlock,
    ]
    assert USAGE.items() <= reply.additional_kwargs.items()
    assert reply.additional_kwargs["completion_tokens_details"] == {"reasoning_tokens": 2}
    assert reply.additional_kwargs["finish_reason"] == "tool_calls"
    assert reply.raw["usage"]["total_tokens"] == 8  # type: ignore[index]


def test_an_answer_without_choices_is_an_empty_text() -> None:
    """As some servers answer what they filter."""
    reply = chat_reply(WireResponse(choices=[]))
    assert (reply.message.content, reply.logprobs, reply.additional_kwargs) == ("", None, {})


def test_a_streamed_answer() -> None:
    """Text and thinking grow; each piece tells what it adds."""
    first, second, third = streamed(
        {"reasoning_content": "h"}, {"reasoning": "m"}, {"content": "a"}
    )
    assert first.message.blocks == [ThinkingBlock(content="h"), TextBlock(text="")] or (
        first.message.blocks[0] == ThinkingBlock(content="h")
    )
    assert (second.delta, second.additional_kwargs["thinking_delta"]) == ("", "m")
    assert third.message.blocks == [ThinkingBlock(content="hm"), TextBlock(text="a")]
    assert "thinking_delta" not in third.additional_kwargs


def test_usage_stays_once_it_is_known() -> None:
    """The last response is the one that is counted, wherever the server put the usage."""
    reply = StreamedChat()
    chunks: list[dict[str, Any]] = [
        {"choices": [{"delta": {"content": "a"}}], "usage": USAGE},
        {"choices": [{"delta": {}, "finish_reason": "length"}]},
        {"choices": []},
    ]
    for chunk in chunks:
        last = reply.add(msgspec.convert(chunk, ChatChunk))
        assert USAGE.items() <= last.additional_kwargs.items()
        assert isinstance(last.raw, dict)
        assert last.raw["usage"] == USAGE
    assert last.additional_kwargs["finish_reason"] == "length"


def test_only_the_first_of_several_choices() -> None:
    """Their texts are never mixed."""
    reply = StreamedChat()
    for index, text in ((1, "no"), (0, "yes"), (2, "no")):
        chunk = {"choices": [{"index": index, "delta": {"content": text}}]}
        last = reply.add(msgspec.convert(chunk, ChatChunk))
    assert last.message.content == "yes"


def test_a_streamed_call() -> None:
    """Stands in the message from its first piece on, in both places."""
    *_, last = streamed(
        {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "f", "arguments": '{"a"'}}]},
        {"tool_calls": {"index": 0, "function": {"arguments": ":1}"}}},
        choices=[],
    )
    (block,) = last.message.blocks
    assert block == ToolCallBlock(tool_call_id="1", tool_name="f", tool_kwargs={"a": 1})
    assert last.message.additional_kwargs["tool_calls"][0]["function"]["name"] == "f"


def test_a_generation() -> None:
    """Whole, with what the server tells besides."""
    answer = {"generated_text": "a", "details": {"finish_reason": "length"}, "usage": USAGE}
    reply = generation_reply(msgspec.convert(answer, TextGenerationResponse))
    assert (reply.text, reply.additional_kwargs["finish_reason"]) == ("a", "length")


def test_a_streamed_generation() -> None:
    """Special tokens add no text."""
    reply = StreamedGeneration()
    for chunk in (
        {"token": {"id": 1, "text": "a"}},
        {"token": {"id": 2, "text": "</s>", "special": True}, "usage": USAGE},
        {"details": {"finish_reason": "eos_token"}},
    ):
        last = reply.add(msgspec.convert(chunk, TextGenerationChunk))
    assert (last.text, last.delta) == ("a", "")
    assert last.additional_kwargs == {**USAGE, "finish_reason": "eos_token"}


def test_a_chat_as_a_completion_and_back() -> None:
    """Text, delta and facts are kept."""
    message = ChatMessage(role="assistant", content="a", additional_kwargs={"k": 1})
    chat = ChatResponse(message=message, delta="b", raw={"r": 1}, additional_kwargs={"l": 2})
    completion = as_completion(chat)
    expected = CompletionResponse(
        text="a", delta="b", raw={"r": 1}, additional_kwargs={"k": 1, "l": 2}
    )
    assert completion == expected
    assert as_completion(as_chat(completion)) == completion


def test_probabilities_of_tokens() -> None:
    """For each token its candidates, the chosen one first and once."""
    token = {"token": "a", "logprob": -0.1, "bytes": [97]}
    other = {"token": "b", "logprob": -2.0}
    found = log_probabilities({"content": [{**token, "top_logprobs": [other, token]}, other]})
    assert found is not None
    assert [[one.token for one in candidates] for candidates in found] == [["a", "b"], ["b"]]
    assert found[0][0].bytes == [97]
    assert log_probabilities(None) is None
    assert log_probabilities({"content": None}) is None


def test_without_usage_nothing_is_counted() -> None:
    """A count that was not told is not made up."""
    assert token_counts(None) == {}
    assert token_counts(TokenUsage()) == dict.fromkeys(USAGE, 0)
