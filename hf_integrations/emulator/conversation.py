"""A conversation as it arrives on the wire, checked and put into turns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hf_integrations.emulator.problems import openai_problem

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_MEDIA = {
    "image_url": "image",
    "input_audio": "audio clip",
    "audio_url": "audio clip",
    "video_url": "video",
    "file": "file",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: its id, the tool's name and the arguments as JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: who speaks, its text, the media beside it, calls made or answered."""

    role: str
    text: str
    media: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    answers: str = ""
    name: str = ""


@dataclass(slots=True)
class _Content:
    texts: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)


def read(messages: Any) -> list[Turn]:
    """Turn the `messages` of a chat request into turns; refuse what the wire does not allow."""
    if not isinstance(messages, list) or not messages:
        raise openai_problem(400, "'messages' must be a non-empty list", param="messages")
    return [_turn(message, f"messages[{at}]") for at, message in enumerate(messages)]


def last_question(turns: list[Turn]) -> str:
    """Return the text of the last message of the user."""
    return next((turn.text for turn in reversed(turns) if turn.role == "user"), "")


def since_question(turns: list[Turn]) -> list[Turn]:
    """Return the turns after the last message of the user."""
    for at in range(len(turns) - 1, -1, -1):
        if turns[at].role == "user":
            return turns[at + 1 :]
    return turns


def _turn(message: Any, where: str) -> Turn:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise openai_problem(400, f"{where}.role must be one of {', '.join(ROLES)}", param=where)
    role = message["role"]
    content = _content(message.get("content"), where)
    calls = _calls(message.get("tool_calls"), where) if role == "assistant" else ()
    if message.get("content") is None and role in ("user", "system", "developer", "tool"):
        raise openai_problem(400, f"{where}.content is missing", param=f"{where}.content")
    answers = message.get("tool_call_id") or ""
    if role == "tool" and not (isinstance(answers, str) and answers):
        raise openai_problem(400, f"{where}.tool_call_id is missing", param=where)
    return Turn(
        role, "\n".join(content.texts), tuple(content.media), calls, answers,
        message.get("name") or "",
    )  # fmt: skip


def _content(content: Any, where: str) -> _Content:
    found = _Content()
    if content is None:
        return found
    if isinstance(content, str):
        found.texts.append(content)
        return found
    if not isinstance(content, list):
        raise openai_problem(400, f"{where}.content must be text or a list of parts", param=where)
    for at, part in enumerate(content):
        _add_part(found, part, f"{where}.content[{at}]")
    return found


def _add_part(found: _Content, part: Any, where: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "text" and isinstance(part.get("text"), str):
        found.texts.append(part["text"])
    elif isinstance(kind, str) and kind in _MEDIA and isinstance(part.get(kind), dict | str):
        found.media.append(_MEDIA[kind])
    else:
        known = ", ".join(["text", *_MEDIA])
        message = f"{where} must be a part of type {known} with the field of that name"
        raise openai_problem(400, message, param=where)


def _calls(calls: Any, where: str) -> tuple[Call, ...]:
    if calls is None:
        return ()
    if not isinstance(calls, list):
        raise openai_problem(400, f"{where}.tool_calls must be a list", param=where)
    return tuple(_call(call, f"{where}.tool_calls[{at}]") for at, call in enumerate(calls))


def _call(call: Any, where: str) -> Call:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise openai_problem(400, f"{where}.function.name is missing", param=where)
    arguments = function.get("arguments")
    if not isinstance(call.get("id"), str) or not isinstance(arguments, str):
        message = f"{where} needs an id, and function.arguments as JSON text"
        raise openai_problem(400, message, param=where)
    return Call(call["id"], function["name"], arguments)


def arguments_of(call: Call) -> Any:
    """Decode the arguments of a call; None when they are not JSON."""
    try:
        return json.loads(call.arguments)
    except ValueError:
        return None
