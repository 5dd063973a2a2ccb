"""Replies: what the emulator says to a conversation, by rule and always the same.

In this order: a tool that is demanded or plainly asked for is called; a tool's result is passed
on; a context in the prompt is quoted; a greeting is returned; anything else is told, honestly,
that no model is at work here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hf_integrations.emulator import answers, grounding, tools
from hf_integrations.emulator.conversation import Call, Turn, last_question, since_question
from hf_integrations.emulator.evidence import Evidence
from hf_integrations.emulator.forms import Form, field_names

LONG_RESULT = 600  # characters; from a longer tool result the best sentences are quoted

_GREETING = re.compile(r"\W*(?:hello|hi|hey|good (?:morning|evening|day))\b", re.IGNORECASE)
_KEYS = re.compile(r"\b(?:keys?|fields?|property|properties|attributes?)\b", re.IGNORECASE)
_KEY = re.compile(r"['\"`“](\w{1,64})['\"`”]")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said: a text, or calls of tools."""

    text: str = ""
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape that a reply must have: JSON, of a schema when one is given."""

    schema: dict[str, Any] | None = None


def reply(turns: Sequence[Turn], *, offer: tools.Offer, shape: Shape | None, ident: str) -> Reply:
    """Reply to `turns`; `ident` makes the ids of calls unique to the request."""
    chosen = tools.chosen(offer, turns)
    if chosen:
        return Reply(
            calls=tuple(
                tools.call(
                    tool, turns, ident=f"call_{ident}{at}", alone=len(chosen) == 1,
                    answer=lambda: prose(turns),
                )
                for at, tool in enumerate(chosen)
            )
        )  # fmt: skip
    return Reply(text=prose(turns) if shape is None else filled(turns, shape))


def prose(turns: Sequence[Turn]) -> str:
    """Reply in words."""
    results = [turn for turn in since_question(list(turns)) if turn.role == "tool"]
    if results:
        names = {call.id: call.name for turn in turns for call in turn.calls}
        return _told(results, names, last_question(list(turns)))
    grounds = grounding.find(turns)
    if grounds is not None:
        return answers.answer(grounds)
    return _said_before(turns) or _small_talk(turns)


def filled(turns: Sequence[Turn], shape: Shape) -> str:
    """Reply in JSON of the shape asked for."""
    question = last_question(list(turns))
    schema = shape.schema or _schema_in(turns) or _schema_of_keys(turns)
    if schema is None:
        return json.dumps({"answer": prose(turns)}, ensure_ascii=False)
    grounds = grounding.find(turns)
    evidence = Evidence(
        grounds.question if grounds else question,
        lambda: prose(turns),
        facts=tools.facts(turns),
        beyond=field_names(schema),
    )
    return json.dumps(Form(schema, evidence).fill(), ensure_ascii=False)


def _told(results: Sequence[Turn], names: dict[str, str], question: str) -> str:
    """Pass on what tools answered."""
    parts = []
    for turn in results:
        text = turn.text.strip()
        if len(text) > LONG_RESULT:
            text = " ".join(answers.quotes(text, question)) or text[:LONG_RESULT]
        name = names.get(turn.answers) or turn.name
        parts.append(f"The tool {name} answered: {text or 'nothing'}")
    return "\n".join(parts)


def _said_before(turns: Sequence[Turn]) -> str:
    """Quote what the user said earlier, when the question is about it."""
    said = [turn.text for turn in turns if turn.role == "user"]
    if len(said) < 2 or "?" not in said[-1]:
        return ""
    earlier = [text for text in said[:-1] if "?" not in text and text != said[-1]]
    quoted = answers.quotes("\n\n".join(earlier), said[-1])
    return f"You said: {' '.join(quoted)}" if quoted else ""


def _small_talk(turns: Sequence[Turn]) -> str:
    last = next((turn for turn in reversed(turns) if turn.role == "user"), None)
    text = " ".join(last.text.split()) if last else ""
    seen = f"I was given {_listed(last.media)} with this. " if last and last.media else ""
    if _GREETING.match(text) and len(text) < 60 and not seen:
        return "Hello! How can I help you?"
    shown = text if len(text) <= 200 else f"{text[:200].rstrip()}…"
    return (
        f"{seen}You wrote: {shown} "
        "No model is at work here, only an emulator: it answers from a context in the prompt."
    )


def _listed(media: Sequence[str]) -> str:
    counted = {kind: media.count(kind) for kind in media}
    return " and ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counted.items())


def _schema_in(turns: Sequence[Turn]) -> dict[str, Any] | None:
    """Find a JSON schema written out in the instructions."""
    decoder = json.JSONDecoder()
    found: dict[str, Any] | None = None
    for turn in turns:
        for match in re.finditer(r"\{\s*\"", turn.text):
            try:
                value, _ = decoder.raw_decode(turn.text, match.start())
            except (ValueError, RecursionError):
                continue
            if isinstance(value.get("properties"), dict) and len(value) > 1:
                found = value if found is None or "required" in value else found
    return found


def _schema_of_keys(turns: Sequence[Turn]) -> dict[str, Any] | None:
    """Make a schema of the keys that the instructions name in quotes."""
    for turn in reversed(turns):
        keys = list(dict.fromkeys(_KEY.findall(turn.text))) if _KEYS.search(turn.text) else []
        if keys and turn.role in ("system", "developer", "user"):
            properties = {key: {"type": "string"} for key in keys}
            return {"type": "object", "properties": properties, "required": keys}
    return None
