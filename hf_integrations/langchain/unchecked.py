"""LangChain's messages of plain text, made without checking again what was checked when read.

Checking a message takes LangChain longer than reading it from the wire takes us, for each token of
a stream. What is made here equals what the classes make (`test_unchecked.py` compares them); it is
put together as pydantic does it when it reads a pickle. Source: pydantic, `main.py`, __setstate__.
"""

from __future__ import annotations

from typing import Any, TypeVar

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def text_chunk(text: str, metadata: dict[str, Any]) -> ChatGenerationChunk:
    """A piece of a stream that is nothing but text; the metadata are taken as they are."""
    message = _made(
        AIMessageChunk,
        {
            **_CHUNK,
            "content": text,
            "additional_kwargs": {},
            "response_metadata": metadata,
            "tool_calls": [],
            "invalid_tool_calls": [],
            "tool_call_chunks": [],
        },
        {"content", "response_metadata"},
        {},
    )
    return _made(
        ChatGenerationChunk,
        {**_CHUNK_GENERATION, "text": text, "message": message},
        {"message", "text"},
    )


def text_generation(
    text: str, metadata: dict[str, Any], usage: UsageMetadata | None, info: dict[str, Any]
) -> ChatGeneration:
    """A whole answer that is nothing but text; the metadata are taken as they are."""
    message = _made(
        AIMessage,
        {
            **_MESSAGE,
            "content": text,
            "additional_kwargs": {},
            "response_metadata": metadata,
            "tool_calls": [],
            "invalid_tool_calls": [],
            "usage_metadata": usage,
        },
        {"content", "response_metadata", "usage_metadata"},
        {},
    )
    fields = {**_GENERATION, "text": text, "generation_info": info, "message": message}
    return _made(ChatGeneration, fields, {"message", "generation_info", "text"})


def _made(
    kind: type[M], fields: dict[str, Any], given: set[str], extra: dict[str, Any] | None = None
) -> M:
    made = _new(kind)
    _set(made, "__dict__", fields)
    _set(made, "__pydantic_fields_set__", given)
    _set(made, "__pydantic_extra__", extra)
    _set(made, "__pydantic_private__", None)
    return made


_new, _set = object.__new__, object.__setattr__
_CHUNK = vars(AIMessageChunk(content=""))
_CHUNK_GENERATION = vars(ChatGenerationChunk(message=AIMessageChunk(content="")))
_MESSAGE = vars(AIMessage(content=""))
_GENERATION = vars(ChatGeneration(message=AIMessage(content="")))
