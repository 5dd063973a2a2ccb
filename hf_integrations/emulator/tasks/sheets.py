"""Tables: questions about their cells, and classes and numbers for their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from hf_integrations.emulator.tasks.asked import Asked, as_text, refuse
from hf_integrations.emulator.words import content_stems, stems

_AGGREGATORS = (
    ("AVERAGE", re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)),
    ("SUM", re.compile(r"\b(?:sum|total|altogether|in all)\b", re.IGNORECASE)),
    ("COUNT", re.compile(r"\b(?:how many|count|number of)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by name, all of the same length."""

    columns: dict[str, list[Any]]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))


def read(given: Any, name: str) -> Sheet:
    """Return a table that was sent as an object of columns."""
    if not isinstance(given, dict) or not given:
        raise refuse(f"Error in `{name}`: it must be an object of columns")
    if not all(isinstance(column, list) and column for column in given.values()):
        raise refuse(f"Error in `{name}`: every column must be a list of cells, and not empty")
    if len({len(column) for column in given.values()}) > 1:
        raise refuse(f"Error in `{name}`: all columns must have the same length")
    return Sheet(given)


def answer(asked: Asked) -> dict[str, Any]:
    """table-question-answering: cells, where they stand, and what to do with them."""
    asked.choice("padding", "do_not_pad", "longest", "max_length")
    question = as_text(asked.part("question") or asked.part("query"), "inputs.question")
    sheet = read(asked.part("table"), "inputs.table")
    column = _column(sheet, question)
    rows = _rows(sheet, question, column)
    aggregator = next((name for name, said in _AGGREGATORS if said.search(question)), "NONE")
    if aggregator == "NONE":
        rows = rows[:1] if not _plural(question) else rows
    cells = [str(sheet.columns[column][row]) for row in rows]
    at = list(sheet.columns).index(column)
    told = ", ".join(cells)
    return {
        "answer": told if aggregator == "NONE" else f"{aggregator} > {told}",
        "coordinates": [[row, at] for row in rows],
        "cells": cells,
        "aggregator": aggregator,
    }


def classify(asked: Asked) -> list[str]:
    """tabular-classification: for each row, in how many columns it is above the middle one."""
    sheet = _data(asked)
    numbers = [[_number(cell) for cell in column] for column in sheet.columns.values()]
    middles = [median(column) for column in numbers]
    return [
        str(sum(column[row] > middle for column, middle in zip(numbers, middles, strict=True)))
        for row in range(sheet.rows)
    ]


def regress(asked: Asked) -> list[float]:
    """tabular-regression: for each row, the mean of its numbers."""
    sheet = _data(asked)
    return [
        round(
            sum(_number(column[row]) for column in sheet.columns.values()) / len(sheet.columns), 6
        )
        for row in range(sheet.rows)
    ]


def _data(asked: Asked) -> Sheet:
    return read(asked.part("data") or asked.part("table") or asked.inputs, "inputs.data")


def _number(cell: Any) -> float:
    """Return a cell as a number; a text is worth its length."""
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return float(len(str(cell)))
    return value if abs(value) < 1e300 else 0.0  # neither infinite nor no number


def _column(sheet: Sheet, question: str) -> str:
    """Return the column that the question names first; else the one that it shares no cell with."""
    asked = stems(question)
    named = [name for name in sheet.columns if content_stems(name) & set(asked)]
    if named:
        return min(named, key=lambda name: min(map(asked.index, content_stems(name) & set(asked))))
    strange = [
        name for name, cells in sheet.columns.items()
        if not any(_said(cell, question) for cell in cells)
    ]  # fmt: skip
    return strange[0] if strange else next(iter(sheet.columns))


def _rows(sheet: Sheet, question: str, column: str) -> list[int]:
    """Return the rows that the question names by a cell; all of them where it names none."""
    named = [
        row
        for row in range(sheet.rows)
        if any(
            _said(cells[row], question) for name, cells in sheet.columns.items() if name != column
        )
    ]
    return named or list(range(sheet.rows))


def _said(cell: Any, question: str) -> bool:
    words: Sequence[str] = stems(str(cell))
    return bool(words) and set(words) <= set(stems(question))


def _plural(question: str) -> bool:
    return re.match(r"\W*(?:which|what)\s+\w+s\b|\W*(?:list|all)\b", question, re.I) is not None
