"""What was said, in the form of the conventions; made only where `telemetry_content` asks for it.

Pictures, sound and film are told by their kind, never by their bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hf_integrations.telemetry import conventions as names


def said(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, str]:
    """What a call says: messages, or a prompt, and the tools it offers."""
    given = args[0] if args else kwargs.get("messages", kwargs.get("inputs"))
    given = getattr(given, "messages", getattr(given, "inputs", given))
    found = {names.INPUT_MESSAGES: _json([_message(one) for one in _messages(given)])}
    if kwargs.get("tools"):
        found[names.TOOL_DEFINITIONS] = _json(kwargs["tools"])
    return found


def answered(result: Any) -> dict[str, str]:
    """What the answer says."""
    choices = getattr(result, "choices", None)
    if isinstance(choices, list):
        told = [
            {**_message(one.message), "finish_reason": one.finish_reason or ""}
            for one in choices
            if getattr(one, "message", None) is not None
        ]
    elif isinstance(text := getattr(result, "text", None), str):
        reason = getattr(result, "finish_reason", None) or ""
        told = [{"role": "assistant", "parts": [_text(text)], "finish_reason": reason}]
    else:
        return {}
    return {names.OUTPUT_MESSAGES: _json(told)}


def _messages(given: Any) -> list[Any]:
    if isinstance(given, (str, Mapping)) or hasattr(given, "role"):
        return [given]
    return list(given) if isinstance(given, Iterable) and not isinstance(given, bytes) else []


def _message(one: Any) -> dict[str, Any]:
    """A message as role and parts."""
    if isinstance(one, str):
        return {"role": "user", "parts": [_text(one)]}
    role, content = _of(one, "role") or "user", _of(one, "content")
    if role == "tool":
        response = {"type": "tool_call_response", "id": _of(one, "tool_call_id")}
        return {"role": role, "parts": [{**response, "response": _plain(content)}]}
    parts = [_part(part) for part in (content if isinstance(content, list) else [content])]
    thought = _of(one, "reasoning")
    if thought:
        parts.insert(0, {"type": "reasoning", "content": _plain(thought)})
    calls = _of(one, "tool_calls")
    parts += [_call(call) for call in (calls if isinstance(calls, list) else ())]
    return {"role": str(role), "parts": [part for part in parts if part]}


def _part(part: Any) -> dict[str, Any]:
    if part is None or isinstance(part, str):
        return _text(part) if part else {}
    kind = _of(part, "type")
    if kind == "text":
        return _text(_plain(_of(part, "text")))
    modality = str(kind).removeprefix("input_").removesuffix("_url") if kind else "file"
    return {"type": "blob", "modality": modality, "content": ""}


def _call(call: Any) -> dict[str, Any]:
    function = _of(call, "function")
    return {
        "type": "tool_call", "id": _of(call, "id"), "name": _of(function, "name"),
        "arguments": _plain(_of(function, "arguments")),
    }  # fmt: skip


def _of(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, Mapping) else getattr(one, name, None)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "content": text}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


def _json(value: Any) -> str:
    made: bytes = msgspec.json.encode(value, enc_hook=lambda one: f"<{type(one).__name__}>")
    return made.decode()
