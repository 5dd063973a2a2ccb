"""What the services answer, as LlamaIndex's responses: pure; streams are put together here."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LogProb,
    MessageRole,
    TextBlock,
)

from hf_integrations.llama_index import unchecked
from hf_integrations.llama_index.messages import assembled, from_wire
from hf_integrations.llama_index.tools import ToolCallMerger
from hf_integrations.models import chat as wire
from hf_integrations.models.shapes import as_dict
from hf_integrations.models.text_generation import TextGenerationChunk, TextGenerationResponse


def chat_reply(response: wire.ChatResponse) -> ChatResponse:
    """A whole answer; of several choices the first."""
    return unchecked.reply(
        from_wire(response.message),
        response.raw,
        log_probabilities(response.choices[0].logprobs if response.choices else None),
        _facts(response.usage, response.finish_reason),
    )


class StreamedChat:
    """Puts a streamed answer together; of several choices the first."""

    def __init__(self) -> None:
        self._text = ""
        self._thinking = ""
        self._calls = ToolCallMerger()
        self._usage: wire.TokenUsage | None = None
        self._finish_reason: str | None = None

    def add(self, chunk: wire.ChatChunk) -> ChatResponse:
        """The answer as far as it has come, with what this chunk adds to it."""
        choice = next((choice for choice in chunk.choices if choice.index == 0), None)
        delta = choice.delta if choice else wire.Delta()
        thinking = delta.reasoning or ""
        self._text += delta.content or ""
        self._thinking += thinking
        self._calls.add(delta.tool_calls if isinstance(delta.tool_calls, list) else ())
        self._usage = chunk.usage or self._usage
        self._finish_reason = chunk.finish_reason or self._finish_reason
        extra = _facts(self._usage, self._finish_reason)
        if thinking:  # where LlamaIndex's agents look for it
            extra["thinking_delta"] = thinking
        return unchecked.piece(
            self._message(),
            delta.content or "",
            _raw(chunk, self._usage),
            log_probabilities(choice.logprobs if choice else None),
            extra,
        )

    def add_to_text(self, chunk: wire.ChatChunk) -> CompletionResponse:
        """`add`, as a completion."""
        return as_completion(self.add(chunk))

    def _message(self) -> ChatMessage:
        calls = self._calls.blocks()
        if not (self._thinking or calls):
            return unchecked.text_message(self._text)
        return assembled(
            MessageRole.ASSISTANT,
            thinking=self._thinking,
            content=[TextBlock(text=self._text)] if self._text else [],
            calls=calls,
        )


def generation_reply(response: TextGenerationResponse) -> CompletionResponse:
    """A whole generation."""
    return CompletionResponse(
        text=response.text,
        raw=response.raw,
        additional_kwargs=_facts(response.usage, response.finish_reason),
    )


class StreamedGeneration:
    """Puts a streamed generation together."""

    def __init__(self) -> None:
        self._text = ""
        self._usage: wire.TokenUsage | None = None
        self._finish_reason: str | None = None

    def add(self, chunk: TextGenerationChunk) -> CompletionResponse:
        """The text as far as it has come, with what this chunk adds to it."""
        self._text += chunk.text
        self._usage = chunk.usage or self._usage
        self._finish_reason = chunk.finish_reason or self._finish_reason
        return CompletionResponse(
            text=self._text,
            delta=chunk.text,
            raw=_raw(chunk, self._usage),
            additional_kwargs=_facts(self._usage, self._finish_reason),
        )

    def add_to_chat(self, chunk: TextGenerationChunk) -> ChatResponse:
        """`add`, as a message."""
        return as_chat(self.add(chunk))


def as_completion(reply: ChatResponse) -> CompletionResponse:
    """A chat's answer as a completion's."""
    return CompletionResponse(
        text=reply.message.content or "",
        delta=reply.delta,
        raw=reply.raw,
        logprobs=reply.logprobs,
        additional_kwargs=reply.message.additional_kwargs | reply.additional_kwargs,
    )


def as_chat(reply: CompletionResponse) -> ChatResponse:
    """A completion's answer as a chat's."""
    return ChatResponse(
        message=ChatMessage(role=MessageRole.ASSISTANT, content=reply.text),
        delta=reply.delta,
        raw=reply.raw,
        logprobs=reply.logprobs,
        additional_kwargs=reply.additional_kwargs,
    )


def token_counts(usage: wire.TokenUsage | None) -> dict[str, Any]:
    """Usage under the names that LlamaIndex's token counter reads."""
    if usage is None:
        return {}
    counts: dict[str, Any] = {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    }
    for name in ("prompt_tokens_details", "completion_tokens_details"):
        if details := getattr(usage, name):
            counts[name] = details
    return counts


def log_probabilities(given: dict[str, Any] | None) -> list[list[LogProb]] | None:
    """For each token its candidates, the chosen one first.

    Source: the OpenAI API, `choices[].logprobs.content`.
    """
    content = (given or {}).get("content")
    if not content:
        return None
    return [_candidates(token) for token in content]


def _facts(usage: wire.TokenUsage | None, finish_reason: str | None) -> dict[str, Any]:
    """What is told beside the message, as far as it is known."""
    return token_counts(usage) | ({"finish_reason": finish_reason} if finish_reason else {})


def _candidates(token: dict[str, Any]) -> list[LogProb]:
    others = (
        other for other in token.get("top_logprobs") or () if other["token"] != token["token"]
    )
    return [
        LogProb(token=one["token"], logprob=one["logprob"], bytes=one.get("bytes") or [])
        for one in (token, *others)
    ]


def _raw(chunk: Any, usage: wire.TokenUsage | None) -> dict[str, Any]:
    """A chunk as a dict; usage stays once it is known, as the last response is the one counted."""
    counts = token_counts(usage)
    return as_dict(chunk) | ({"usage": counts} if counts else {})
