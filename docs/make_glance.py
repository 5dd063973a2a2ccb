"""Draw the plot of the README from the tables of docs/benchmarks.md: `python docs/make_glance.py`.

Twice, for light pages and for dark ones, with the figures that stand there and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

DOCS = Path(__file__).parent
TABLES = DOCS / "benchmarks.md"
PICTURES = {
    "light": DOCS / "benchmarks/glance-light.svg",
    "dark": DOCS / "benchmarks/glance-dark.svg",
}
INK: Mapping[str, Mapping[str, str]] = {
    "light": {
        "page": "#ffffff",
        "text": "#24292f",
        "faint": "#57606a",
        "ours": "#e2a100",
        "peer": "#afb8c1",
    },
    "dark": {
        "page": "#0d1117",
        "text": "#e6edf3",
        "faint": "#9198a1",
        "ours": "#f0b429",
        "peer": "#484f58",
    },
}
WIDTH, LEFT, ROW, BAR = 860, 210, 20, 14


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the benchmarks: its heading, the column that answers it, and how to say it."""

    heading: str
    column: str
    words: str
    less_is_better: bool = False


QUESTIONS = (
    Question("Chat calls in flight, asyncio", "100, requests/s", "100 calls at once, a second"),
    Question("One chat call, plain", "median µs", "One chat call, µs", less_is_better=True),
    Question("A stream in bulk, plain", "chunks/s", "Chunks of a stream, a second"),
    Question("Import", "ms", "Import, ms", less_is_better=True),
)  # fmt: skip
WHO = ("hf_integrations", "huggingface_hub", "openai")


def figures(question: Question) -> dict[str, float]:
    """What the table says, by client."""
    text = TABLES.read_text(encoding="utf-8").partition(f"\n## {question.heading}\n")[2]
    rows = [_cells(line) for line in text.partition("\n## ")[0].splitlines() if line[:1] == "|"]
    column = rows[0].index(question.column)
    return {row[0]: _number(row[column]) for row in rows[2:] if row[0] in WHO}


def picture(ink: Mapping[str, str]) -> str:
    """The plot, in these colours: a group of bars for each question."""
    height = len(QUESTIONS) * (len(WHO) * ROW + 34) + 6
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" '
        'role="img">',
        "<title>hf_integrations beside huggingface_hub and openai</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="{ink["page"]}"/>',
    ]
    y = 20
    for question in QUESTIONS:
        lines += _group(question, y, ink)
        y += len(WHO) * ROW + 34
    return "\n".join([*lines, "</svg>", ""])


def _group(question: Question, y: int, ink: Mapping[str, str]) -> list[str]:
    told = figures(question)
    better = "less is better" if question.less_is_better else "more is better"
    lines = [
        f'<text x="{LEFT}" y="{y}" font-weight="600" fill="{ink["text"]}">'
        f'{escape(question.words)} <tspan font-weight="400" fill="{ink["faint"]}">({better})'
        "</tspan></text>"
    ]
    most = max(told.values())
    for at, who in enumerate(WHO):
        top, value = y + 8 + at * ROW, told[who]
        length = max(2.0, value / most * (WIDTH - LEFT - 190))
        colour = ink["ours" if who == WHO[0] else "peer"]
        times = "" if who == WHO[0] else f" · takes {ratio(question, who):.1f} × as long"
        lines += [
            f'<text x="{LEFT - 10}" y="{top + 12}" text-anchor="end" fill="{ink["text"]}">{who}'
            "</text>",
            f'<rect x="{LEFT}" y="{top}" width="{length:.0f}" height="{BAR}" rx="2" '
            f'fill="{colour}"/>',
            f'<text x="{LEFT + length + 8:.0f}" y="{top + 12}" fill="{ink["faint"]}">{value:,.0f}'
            f"{times}</text>",
        ]
    return lines


def ratio(question: Question, peer: str) -> float:
    """How many times as long a peer takes."""
    told = figures(question)
    less = question.less_is_better
    return told[peer] / told[WHO[0]] if less else told[WHO[0]] / told[peer]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _number(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


if __name__ == "__main__":
    for name, path in PICTURES.items():
        path.write_text(picture(INK[name]), encoding="utf-8")
