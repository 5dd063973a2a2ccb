"""How objects show themselves in a notebook: texts, facts and tables as HTML.

Everything is escaped and long texts are cut. Answers are shown, and nothing that was asked: a
notebook is a thing that people pass on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from html import escape
from typing import Any, Self, SupportsIndex, TypeVar, overload

T = TypeVar("T")
MOST_ROWS, MOST_LETTERS = 50, 200  # that are shown

_WRAPPED = "white-space: pre-wrap; text-align: left; max-width: 60em"
_SMALL = "max-width: 14em; max-height: 10em; overflow: hidden"


class Shown(list[T]):
    """A list that a notebook shows as a table, with a column for each attribute of its items."""

    @overload
    def __getitem__(self, at: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Self: ...
    def __getitem__(self, at: Any) -> Any:
        """An item; or a part of the list, which is shown as the whole is."""
        found = super().__getitem__(at)
        return type(self)(found) if isinstance(at, slice) else found

    def _repr_html_(self) -> str:
        return things(self)


def things(items: Sequence[object]) -> str:
    """A table of things: a row for each, a column for each attribute that one of them has."""
    if not items:
        return "<em>No rows.</em>"
    names = [name for name in attributes(items) if any(_is_said(item, name) for item in items)]
    if not names:  # plain values, such as numbers
        return table(("", "value"), list(enumerate(items)))
    return table(names, [[getattr(item, name) for name in names] for item in items])


def attributes(items: Sequence[object]) -> list[str]:
    """The attributes of the first item that some item has a value for."""
    names = _names(items[0]) if items else ()
    return [name for name in names if any(getattr(item, name) is not None for item in items)]


def table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table with names over its columns; of many rows the first."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell(value)}</td>' for value in row)}</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - MOST_ROWS
    rest = f"<p>… and {more} more</p>" if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def facts(**known: object) -> str:
    """A table of two columns, what and how much; what is not known is left out."""
    body = "".join(
        f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{cell(value)}</td></tr>"
        for name, value in known.items()
        if value not in (None, "")
    )
    return f"<table><tbody>{body}</tbody></table>"


def said(
    text: str, *, thoughts: str | None = None, below: str = "", notes: Iterable[str] = ()
) -> str:
    """A text as a model wrote it, its thoughts folded away, and what else there is to know."""
    parts = [f'<div style="{_WRAPPED}">{escape(text)}</div>'] if text else []
    if thoughts:
        folded = f'<div style="{_WRAPPED}">{escape(thoughts)}</div>'
        parts.insert(0, f"<details><summary>Thoughts</summary>{folded}</details>")
    if below:
        parts.append(below)
    if noted := " · ".join(escape(note) for note in notes if note):
        parts.append(f"<small>{noted}</small>")
    return "".join(parts)


def cell(value: object) -> str:
    """A value as HTML: numbers short, long texts cut, media as they look and sound."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if (media := _media(value)) is not None:
        return f'<div style="{_SMALL}">{media}</div>'
    return escape(_cut(value if isinstance(value, str) else _short(value)))


def _media(value: object) -> str | None:
    """What shows itself, in the forms that media have."""
    bundle = getattr(value, "_repr_mimebundle_", None)
    html = getattr(value, "_html", None)
    return html() if callable(bundle) and callable(html) else None


def _short(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    if names := _names(value):
        known = ((name, getattr(value, name)) for name in names)
        return ", ".join(f"{name} {_short(one)}" for name, one in known if one is not None)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _names(item: object) -> Sequence[str]:
    """The attributes of a thing: those it names itself, or its fields."""
    kind: Any = type(item)
    if hasattr(kind, "_shown_"):
        return tuple(kind._shown_)
    if is_dataclass(kind):
        return [field.name for field in fields(kind)]
    return tuple(getattr(kind, "__struct_fields__", ()))


def _is_said(item: object, name: str) -> bool:
    value = getattr(item, name)
    return value is not None and value not in ("", (), [], {})
