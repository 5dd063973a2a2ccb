"""Streamed chat answers as LangChain's chunks: no I/O, but memory of the stream so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

from hf_integrations.langchain.blocks import MODEL_PROVIDER
from hf_integrations.langchain.messages import REASONING_FIELD, new_call_id
from hf_integrations.langchain.unchecked import text_chunk
from hf_integrations.langchain.usage import usage_metadata
from hf_integrations.models.chat import ChatChunk, ChunkChoice, TokenUsage, ToolCallDelta
from hf_integrations.models.shapes import request_id

# What a server says of the answer: its own name for it, and ours.
FACTS = {"model": "model_name", "id": "id", "system_fingerprint": "system_fingerprint"}


class ChunkReader:
    """Reads the chunks of one stream; adding up what it gives makes the whole message.

    What must not be added up (usage, which some servers repeat in every chunk, the model's name,
    the reason of the end) comes once, in the last piece.
    """

    def __init__(self) -> None:
        self._calls = CallTracker()
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

    def last(self, headers: Mapping[str, str], **facts: Any) -> ChatGenerationChunk:
        """The last piece of the stream, which says how it went; `facts` are what else is known."""
        if request := request_id(headers):
            facts["request_id"] = request
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
        calls = [self._calls.piece(call) for call in given]
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


class CallTracker:
    """Tells which call each piece belongs to.

    Servers leave out the index, the id or both, give every call index 0, or repeat id and name in
    every piece. Here each call gets its own index, counted from 0, and its id and name once.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []  # by our index; the server's id, empty where it gave none
        self._names: list[str] = []
        self._slots: dict[int | None, int] = {}  # the server's index → ours, of the latest call

    def piece(self, delta: ToolCallDelta) -> ToolCallChunk:
        """A piece of a call under its own index."""
        name = (delta.function.name if delta.function else None) or ""
        arguments = delta.function.arguments if delta.function else None
        place = self._known(delta, name)
        if place is None:
            return self._begin(delta, name, str(arguments or ""))
        first_name = name if not self._names[place] else None
        self._names[place] = self._names[place] or name
        return tool_call_chunk(name=first_name or None, args=str(arguments or ""), index=place)

    def _known(self, delta: ToolCallDelta, name: str) -> int | None:
        """Our index of the call that a piece goes on with; None when it begins one."""
        if delta.id and delta.id in self._ids:
            return self._ids.index(delta.id)
        latest = len(self._ids) - 1 if delta.index is None and self._ids else None
        place = self._slots.get(delta.index, latest)
        if place is None:
            return None
        another_id = bool(delta.id) and bool(self._ids[place])
        another_name = not delta.id and bool(name) and name != self._names[place] != ""
        return None if another_id or another_name else place

    def _begin(self, delta: ToolCallDelta, name: str, arguments: str) -> ToolCallChunk:
        place = len(self._ids)
        self._ids.append(delta.id or "")
        self._names.append(name)
        self._slots[delta.index] = place
        return tool_call_chunk(
            name=name or None, args=arguments, id=delta.id or new_call_id(), index=place
        )
