"""Streamed chat answers as LangChain's chunks: no I/O, but memory of the stream so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

from hf_integrations.langchain.blocks import MODEL_PROVIDER
from hf_integrations.langchain.messages import REASONING_FIELD
from hf_integrations.langchain.unchecked import text_chunk
from hf_integrations.langchain.usage import usage_metadata
from hf_integrations.models.chunks import ChatChunk, ChunkChoice, ToolCallDelta
from hf_integrations.models.usage import TokenUsage

# What a server says of the answer: its own name for it, and ours.
FACTS = {"model": "model_name", "id": "id", "system_fingerprint": "system_fingerprint"}


class ChunkReader:
    """Reads the chunks of one stream; adding up what it gives makes the whole message.

    What must not be added up (usage, which some servers repeat in every chunk, the model's name,
    the reason of the end) comes once, in the last piece.
    """

    def __init__(self) -> None:
        self._usage: TokenUsage | None = None
        self._facts: dict[str, str] = {}
        self._finish_reason: str | None = None

    def piece(self, chunk: ChatChunk) -> ChatGenerationChunk | None:
        """What a chunk adds; None when that is nothing to see."""
        if chunk.usage is not None:
            self._usage = chunk.usage
        if len(self._facts) < len(FACTS):
            self._remember(chunk)
        if not chunk.choices:
            return None
        choice = chunk.choices[0]
        if choice.finish_reason:
            self._finish_reason = choice.finish_reason
        delta = choice.delta
        if delta.content and not (delta.tool_calls or delta.reasoning or choice.logprobs):
            return text_chunk(delta.content, {"model_provider": MODEL_PROVIDER})
        return self._of_choice(choice)

    def last(self, facts: Mapping[str, Any]) -> ChatGenerationChunk:
        """The last piece of the stream, which says how it went; `facts` are what else is known."""
        ended = {"finish_reason": self._finish_reason} if self._finish_reason else {}
        told = {"model_provider": MODEL_PROVIDER, **self._facts, **facts, **ended}
        message = AIMessageChunk(
            content="",
            usage_metadata=usage_metadata(self._usage),
            response_metadata=told,
            chunk_position="last",
        )
        return ChatGenerationChunk(message=message, generation_info=ended)

    def _remember(self, chunk: ChatChunk) -> None:
        for theirs, ours in FACTS.items():
            if value := getattr(chunk, theirs):
                self._facts.setdefault(ours, value)

    def _of_choice(self, choice: ChunkChoice) -> ChatGenerationChunk | None:
        delta = choice.delta
        given = delta.tool_calls if isinstance(delta.tool_calls, list) else []
        calls = [_piece_of_call(call) for call in given]
        if not (delta.content or delta.reasoning or calls or choice.logprobs):
            return None
        if delta.reasoning_content:
            self._facts.setdefault(REASONING_FIELD, "reasoning_content")
        message = AIMessageChunk(
            content=delta.content or "",
            additional_kwargs={"reasoning_content": delta.reasoning} if delta.reasoning else {},
            tool_call_chunks=calls,
            response_metadata={"model_provider": MODEL_PROVIDER},
        )
        info = {"logprobs": choice.logprobs} if choice.logprobs else None
        return ChatGenerationChunk(message=message, generation_info=info)


def _piece_of_call(delta: ToolCallDelta) -> ToolCallChunk:
    """A piece of a call; the client has numbered the calls and given each an id."""
    function = delta.function
    return tool_call_chunk(
        name=function.name if function else None,
        args=str(function.arguments or "") if function else "",
        id=delta.id,
        index=delta.index,
    )
