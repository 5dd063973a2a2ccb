"""Content that servers write as a list of parts, told apart into text and thoughts; pure.

Source: docs.mistral.ai, chat completions, `ContentChunk`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Told(NamedTuple):
    """What a list of parts says.

    Attributes:
        content: its text; or, where it has more than text, its parts without the thoughts.
        thoughts: the text of its thoughts; empty for none.
    """

    content: str | list[Any]
    thoughts: str


def told(parts: list[Any]) -> Told:
    """The text and the thoughts of a list of parts."""
    thoughts = "".join(text_of(part["thinking"]) for part in parts if _is(part, "thinking"))
    rest = [part for part in parts if not _is(part, "thinking")]
    plain = all(isinstance(part, str) or _is(part, "text") for part in rest)
    return Told(text_of(rest) if plain else rest, thoughts)


def text_of(parts: Any) -> str:
    """The text in a part, or in a list of them."""
    if isinstance(parts, list):
        return "".join(map(text_of, parts))
    text = parts["text"] if _is(parts, "text") else parts
    return text if isinstance(text, str) else ""


def _is(part: Any, kind: str) -> bool:
    return isinstance(part, dict) and part.get("type", kind) == kind and kind in part
