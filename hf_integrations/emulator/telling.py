"""A reply told: whole, or in the events of a stream, as the router and OpenAI tell it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hf_integrations.emulator import oddities, tokens, wire
from hf_integrations.emulator.spoken import Completion

Told = tuple[dict[str, Any], list[str]]  # a delta, and the tokens of its text


def whole(completion: Completion) -> dict[str, Any]:
    """Return the reply as one object."""
    choices = [
        {
            "index": index,
            "message": _message(completion),
            "finish_reason": completion.reason,
            "logprobs": _logprobs(completion, completion.cut.pieces),
        }
        for index in range(completion.choices)
    ]
    return {
        **_frame(completion, "chat.completion"),
        "choices": choices,
        "usage": completion.usage(),
    }


def events(completion: Completion) -> Iterator[bytes]:
    """Tell the reply in events; the usage comes last, when it is asked for."""
    frame = _frame(completion, "chat.completion.chunk")
    for index in range(completion.choices):
        for delta, pieces in _deltas(completion):
            choice = _choice(index, delta, logprobs=_logprobs(completion, pieces))
            yield wire.event({**frame, "choices": [choice]})
        yield wire.event({**frame, "choices": [_choice(index, {}, reason=completion.reason)]})
    if completion.with_usage:
        yield wire.event({**frame, "choices": [], "usage": completion.usage()})
    yield wire.DONE


def _message(completion: Completion) -> dict[str, Any]:
    thought, calls = completion.thought, completion.reply.calls
    message: dict[str, Any] = {"role": "assistant", "content": thought.tag + completion.cut.text}
    if thought.field:
        message[thought.field] = thought.text
    if thought.in_parts:
        message["content"] = thought.parts("" if calls else completion.cut.text)
    elif calls:
        message["content"] = thought.tag or None
    if calls:
        message["tool_calls"] = oddities.told(calls, completion.oddity)
    return message


def _frame(completion: Completion, kind: str) -> dict[str, Any]:
    return {
        "id": completion.id,
        "object": kind,
        "created": int(time.time()),
        "model": completion.model,
        "system_fingerprint": "emulator",
    }


def _deltas(completion: Completion) -> Iterator[Told]:
    thought = completion.thought
    content = None if completion.reply.calls else ""
    yield {"role": "assistant", "content": content}, []
    if thought.field:
        yield from (({thought.field: piece}, []) for piece in tokens.pieces(thought.text))
    yield from (({"content": piece}, []) for piece in tokens.pieces(thought.tag))
    if thought.in_parts:
        told = (replace(thought, text=piece) for piece in tokens.pieces(thought.text))
        yield from (({"content": piece.parts("")}, []) for piece in told)
    for delta in oddities.fragments(completion.reply.calls, completion.oddity):
        yield delta, []
    for piece in completion.cut.pieces:
        yield {"content": piece}, [piece]


def _choice(
    index: int, delta: dict[str, Any], *, reason: str | None = None, logprobs: Any = None
) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": reason, "logprobs": logprobs}


def _logprobs(completion: Completion, pieces: list[str]) -> dict[str, Any] | None:
    """Return the tokens with their log probability, which is 0: nothing else could have come."""
    if not completion.body.get("logprobs") or not pieces:
        return None
    several = bool(completion.body.get("top_logprobs"))
    content = []
    for piece in pieces:
        entry = {"token": piece, "logprob": 0.0, "bytes": list(piece.encode("utf-8", "replace"))}
        content.append({**entry, "top_logprobs": [entry] if several else []})
    return {"content": content}
