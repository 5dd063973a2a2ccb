"""Our messages as LangChain's content blocks of version 1: pure."""

from __future__ import annotations

from typing import Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages import content as types
from langchain_core.messages.block_translators import register_translator

MODEL_PROVIDER = "huggingface"

# Calls are counted apart from thoughts and texts, to which LangChain gives numbers: pieces of one
# number are put together. Source: langchain_core, `utils/_merge.py`, which knows this beginning.
PLACE = "lc_tc_"


def register() -> None:
    """Tell LangChain how to read messages of ours; a second time changes nothing."""
    register_translator(MODEL_PROVIDER, blocks_of, blocks_of_chunk)


def blocks_of(message: AIMessage) -> list[types.ContentBlock]:
    """What a whole message says: thoughts, text, calls, and calls that cannot be read.

    Raises:
        NotImplementedError: the content is a list, which LangChain reads by itself.
    """
    calls: list[Any] = [_call(call) for call in message.tool_calls]
    calls += [{**call, "type": "invalid_tool_call"} for call in message.invalid_tool_calls]
    return _said(message) + calls


def blocks_of_chunk(message: AIMessageChunk) -> list[types.ContentBlock]:
    """What a piece of a stream says; calls are pieces until the last piece has been added.

    Raises:
        NotImplementedError: the content is a list, which LangChain reads by itself.
    """
    if message.chunk_position == "last" or not message.tool_call_chunks:
        return blocks_of(message)
    pieces = [cast(types.ContentBlock, _piece(piece)) for piece in message.tool_call_chunks]
    return _said(message) + pieces


def thoughts(message: AIMessage) -> str:
    """What the model thought, wherever the message has it."""
    if kept := message.additional_kwargs.get("reasoning_content"):
        return str(kept)
    blocks = message.content if isinstance(message.content, list) else ()
    return "".join(
        str(block.get("reasoning") or block.get("thinking") or "")
        for block in blocks
        if isinstance(block, dict) and block.get("type") in ("reasoning", "thinking")
    )


def _said(message: AIMessage) -> list[types.ContentBlock]:
    if not isinstance(message.content, str):
        raise NotImplementedError
    said: list[types.ContentBlock] = []
    if reasoning := message.additional_kwargs.get("reasoning_content"):
        said.append({"type": "reasoning", "reasoning": reasoning})
    if message.content:
        said.append({"type": "text", "text": message.content})
    return said


def _call(call: Any) -> dict[str, Any]:
    named = {name: call[name] for name in ("index", "extras") if name in call}
    plain = {name: call.get(name) for name in ("id", "name", "args")}
    return {"type": "tool_call", **plain, **named}


def _piece(piece: Any) -> dict[str, Any]:
    plain = {name: piece.get(name) for name in ("id", "name", "args")}
    place = piece.get("index")
    named = {} if place is None else {"index": f"{PLACE}{place}"}
    return {"type": "tool_call_chunk", **plain, **named}
