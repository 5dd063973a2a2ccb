"""Write the tables of docs/settings.md from the settings: `python docs/make_settings.py`."""

from __future__ import annotations

import re
from inspect import get_annotations
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from hf_integrations.config import HfInferenceConfig
from hf_integrations.config.checks import CHOICES, TYPES

PAGE = Path(__file__).parent / "settings.md"
MARK = "<!-- Below: written by docs/make_settings.py from the settings themselves. -->\n"
_ENTRY = re.compile(r"^        (\w+): (.*(?:\n            .*)*)", re.MULTILINE)


def page() -> str:
    """The page: what is written by hand, then a table for each room."""
    kept = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    return kept + MARK + "".join(map(_table, rooms()))


def rooms() -> list[type[Struct]]:
    """The rooms the settings live in, in their order."""
    mro = reversed(HfInferenceConfig.__mro__)
    return [room for room in mro if get_annotations(room) and room is not Struct]


def described(room: type[Struct]) -> dict[str, str]:
    """The line of each setting in the docstring of its room."""
    found = _ENTRY.findall(room.__doc__ or "")
    return {name: re.sub(r"\s+", " ", text) for name, text in found}


def _table(room: type[Struct]) -> str:
    title = (room.__doc__ or "").partition("\n")[0]
    texts = described(room)
    lines = [_line(name, texts[name]) for name in room.__annotations__]
    head = "| setting | type | default | meaning |\n|---|---|---|---|\n"
    return f"\n## {title.rstrip('.')}\n\n{head}{''.join(lines)}"


def _line(name: str, text: str) -> str:
    kind = TYPES[name]
    kind = ", ".join(map(repr, CHOICES[kind])) if kind in CHOICES else kind
    cells = (f"`{name}`", f"`{kind}`", f"`{_default(name)}`", text)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _default(name: str) -> Any:
    """The default, as it is written in code; the environment of whoever runs this stays out."""
    field = next(one for one in fields(HfInferenceConfig) if one.name == name)
    if name == "user_agent":
        return "hf-integrations/…"
    if field.default_factory is NODEFAULT:
        return field.default
    with patch.dict("os.environ", clear=True):
        return field.default_factory()  # type: ignore[operator]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
