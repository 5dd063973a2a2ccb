"""One question, its figures, and how they look in a document: as a table, and as a plot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

ROW, BAR, LEFT, WIDTH = 26, 16, 250, 720


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached, and what was."""

    words: str
    reached: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool:
        """Whether it was."""
        below = self.at_most is None or self.reached <= self.at_most
        return below and (self.at_least is None or self.reached >= self.at_least)

    def __str__(self) -> str:
        sign, bound = ("≤", self.at_most) if self.at_least is None else ("≥", self.at_least)
        verdict = "reached" if self.met else "**missed**"
        return f"{self.words}: {self.reached:.3g}, goal {sign} {bound:.3g}, {verdict}"


@dataclass(frozen=True, slots=True)
class Table:
    """A question and a row for each alternative; cells are text, ready to print.

    Attributes:
        title: the question.
        columns: the names over the columns; the first is that of the alternative.
        rows: as many cells as there are columns.
        note: how it was measured.
        bars: what a plot shows, by alternative; none without a plot.
        unit: what the bars count.
        goals: what was to be reached.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    note: str = ""
    bars: Sequence[tuple[str, float]] = ()
    unit: str = ""
    goals: Sequence[Goal] = ()

    @property
    def slug(self) -> str:
        """The title as a part of a file's name."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    def render(self, plots: str = "") -> str:
        """As Markdown, with the plot if there is a folder of plots."""
        lines = [f"## {self.title}", ""]
        if self.note:
            lines += [self.note, ""]
        lines += [_line(self.columns), _line(["---"] + ["---:"] * (len(self.columns) - 1))]
        lines += [_line(row) for row in self.rows]
        if self.goals:
            lines += ["", *(f"- {goal}" for goal in self.goals)]
        if plots and self.bars:
            lines += ["", f"![{self.title}]({plots}/{self.slug}.svg)"]
        return "\n".join([*lines, ""])

    def plot(self) -> str:
        """The bars, as SVG."""
        height = ROW * len(self.bars) + 34
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH}" height="{height}" '
            'font-family="sans-serif" font-size="13">',
            f'<rect width="{LEFT + WIDTH}" height="{height}" fill="white"/>',
            f'<text x="8" y="18" font-weight="bold">{escape(f"{self.title}, {self.unit}")}</text>',
        ]
        for index, ((name, value), length) in enumerate(
            zip(self.bars, self._lengths(), strict=True)
        ):
            y = 34 + index * ROW
            colour = "#e2a100" if "hf_integrations" in name else "#8899aa"
            lines += [
                f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>',
                f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR}" fill="{colour}"/>',
                f'<text x="{LEFT + length + 6:.0f}" y="{y + 13}">{value:,.4g}</text>',
            ]
        return "\n".join([*lines, "</svg>", ""])

    def _lengths(self) -> list[float]:
        most = max(value for _, value in self.bars)
        return [max(2.0, value / most * (WIDTH - 90)) for _, value in self.bars]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
