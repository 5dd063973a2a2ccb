"""LlamaIndex's messages of plain text, made without checking again what was checked when read.

Checking takes LlamaIndex longer than reading from the wire takes us, for each piece of a stream.
What is made here equals what the classes make (`test_unchecked.py` compares them); it is put
together as pydantic does it when it reads a pickle. Source: pydantic, `main.py`, __setstate__.
"""

from __future__ import annotations

from typing import Any, TypeVar

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    LogProb,
    MessageRole,
    TextBlock,
)
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

_MESSAGE = {"role", "blocks", "additional_kwargs"}
_REPLY = {"message", "raw", "logprobs", "additional_kwargs"}


def text_message(text: str) -> ChatMessage:
    """What a model said, if that is nothing but text."""
    block = _made(TextBlock, {"block_type": "text", "text": text}, {"text"})
    fields = {"role": MessageRole.ASSISTANT, "additional_kwargs": {}, "blocks": [block]}
    return _made(ChatMessage, fields, _MESSAGE)


def reply(
    message: ChatMessage, raw: Any, logprobs: list[list[LogProb]] | None, extra: dict[str, Any]
) -> ChatResponse:
    """A whole answer; what it is made of is taken as it is."""
    fields = {
        "message": message, "raw": raw, "delta": None, "logprobs": logprobs,
        "additional_kwargs": extra,
    }  # fmt: skip
    return _made(ChatResponse, fields, _REPLY)


def piece(
    message: ChatMessage,
    delta: str,
    raw: Any,
    logprobs: list[list[LogProb]] | None,
    extra: dict[str, Any],
) -> ChatResponse:
    """An answer as far as it has come, and what came last."""
    fields = {
        "message": message, "raw": raw, "delta": delta, "logprobs": logprobs,
        "additional_kwargs": extra,
    }  # fmt: skip
    return _made(ChatResponse, fields, _REPLY | {"delta"})


def _made(kind: type[M], fields: dict[str, Any], given: set[str]) -> M:
    made = _new(kind)
    _set(made, "__dict__", fields)
    _set(made, "__pydantic_fields_set__", set(given))
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    return made


_new, _set = object.__new__, object.__setattr__
