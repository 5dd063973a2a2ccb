"""Answers word for word, for `Emulator.fail_next`: what other servers say."""

from __future__ import annotations

import json
from typing import Any


def answer(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A whole chat answer with one message."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    body = {"id": "chatcmpl-1", "model": "org/model", "choices": [choice], **fields}
    return {"status": 200, "body": body, "path": "*/chat/completions"}


def event_stream(events: list[Any], *, done: bool = True) -> dict[str, Any]:
    """A streamed answer of these events."""
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return {
        "status": 200,
        "body": text + ("data: [DONE]\n\n" if done else ""),
        "headers": {"content-type": "text/event-stream"},
    }


def deltas(*given: dict[str, Any], reason: str = "stop") -> dict[str, Any]:
    """A streamed answer whose events add these to the message."""
    events: list[Any] = [{"model": "org/model", "choices": [{"delta": delta}]} for delta in given]
    return event_stream([*events, {"choices": [{"delta": {}, "finish_reason": reason}]}])
