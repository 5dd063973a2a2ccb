"""Draw docs/layers.svg from the contract of the imports: `python docs/make_layers.py`."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping, Sized
from html import escape
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs/layers.svg"
CONTRACT = "Imports point down"
WIDTH, LINE, GAP, LETTER = 960, 13, 10, 6.2  # pixels; a letter of the small text is so wide

# Colours of the reader: the picture is seen on light pages and on dark ones.
STYLE = """<style>
  text { font-family: system-ui, sans-serif; fill: #24292f; }
  .name { font-size: 14px; font-weight: 600; } .what { font-size: 11px; fill: #57606a; }
  rect { fill: #f6f8fa; stroke: #d0d7de; } .arrow { stroke: #8c959f; fill: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .what { fill: #9198a1; } rect { fill: #161b22; stroke: #3d444d; }
  }
</style>"""


def layers() -> list[list[str]]:
    """The rooms of each layer, from the highest to the lowest; private modules are in none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    named = next(one for one in contracts if one["name"] == CONTRACT)
    rows = [[name.strip() for name in re.split("[|:]", row)] for row in named["layers"]]
    return [row for row in rows if not row[0].startswith("_")]


def about(room: str) -> str:
    """What a room says of itself: the first sentence of its docstring."""
    place = ROOT / "hf_integrations" / room
    module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    line = said.partition("\n")[0].replace("`", "").removeprefix("RuvVector: ")
    return re.split(r"\. ", f"{line} ")[0].rstrip(". ")


def picture() -> str:
    """The drawing: a row for each layer, what is higher may import what is lower."""
    rows, drawn, y = layers(), [], GAP
    for row in rows:
        texts = {room: wrap(about(room), int((_width(row) - 20) / LETTER)) for room in row}
        high = 30 + LINE * max(map(len, texts.values()))
        drawn += _row(texts, y, high)
        y += high + GAP
    title = "The layers of hf_integrations: each may import what stands below it"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 40} {y}" role="img">',
        f"<title>{title}</title>", STYLE, *drawn,
    ]  # fmt: skip
    tip = y - GAP
    lines.append(
        f'<path class="arrow" d="M {WIDTH + 22} {GAP} V {tip} m -6 -8 l 6 8 l 6 -8"/>\n</svg>\n'
    )
    return "\n".join(lines)


def _width(rooms: Sized) -> float:
    return (WIDTH - GAP * (len(rooms) + 1)) / len(rooms)


def _row(texts: Mapping[str, list[str]], y: int, high: int) -> list[str]:
    width = _width(texts)
    lines = []
    for at, (room, about_it) in enumerate(texts.items()):
        x = GAP + at * (width + GAP)
        lines.append(f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{high}" rx="6"/>')
        lines.append(f'<text class="name" x="{x + 10:.0f}" y="{y + 19}">{room}</text>')
        for line, text in enumerate(about_it):
            place = f'x="{x + 10:.0f}" y="{y + 34 + LINE * line}"'
            lines.append(f'<text class="what" {place}>{escape(text)}</text>')
    return lines


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
