"""The shapes of the tasks about tables: columns of cells, by name.

Source: the specifications of the Hub's tasks; huggingface_hub and huggingface.js both write
`query` for the question about a table.
"""

from __future__ import annotations

from typing import Any

from msgspec import field

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Response
from hf_integrations.models.replies import Answers, answers, json_of, one, shaped
from hf_integrations.models.shapes import Answer, Sent

Cell = str | int | float | bool | None


class TableQuestion(Sent, frozen=True, rename={"question": "query"}):
    """A question about a table."""

    question: str
    table: dict[str, list[str]]


class Rows(Sent, frozen=True):
    """Rows to be classified or predicted, as columns."""

    data: dict[str, list[Cell]]


class TableAnswer(Answer):
    """What answers a question about a table.

    Attributes:
        coordinates: the cells, as row and column.
        aggregator: what to do with them: NONE, SUM, AVERAGE or COUNT.
    """

    answer: str
    coordinates: list[list[int]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    aggregator: str | None = None


table_answer = one(TableAnswer)


def columns(table: Any) -> dict[str, list[Any]]:
    """A table as columns: a dict of columns, a list of rows as dicts, or a pandas DataFrame.

    Raises:
        ValidationError: it is none of these, or its columns differ in length.
    """
    if hasattr(table, "to_dict"):
        table = table.to_dict("list")
    if isinstance(table, list) and table and all(isinstance(row, dict) for row in table):
        table = {name: [row.get(name) for row in table] for name in table[0]}
    if not isinstance(table, dict) or not table:
        raise ValidationError("table must be a dict of columns, or a list of rows that are dicts.")
    found = {str(name): list(cells) for name, cells in table.items() if _is_column(cells)}
    if len(found) < len(table) or len({len(cells) for cells in found.values()}) > 1:
        raise ValidationError("table: its columns must be lists, all of one length.")
    return found


def as_text(table: Any) -> dict[str, list[str]]:
    """A table whose cells are texts, as models of questions about tables want it."""
    return {
        name: ["" if cell is None else str(cell) for cell in cells]
        for name, cells in columns(table).items()
    }


def predictions(response: Response) -> Answers[str | int | float]:
    """A label or a number for each row."""
    value = json_of(response)
    if isinstance(value, dict):
        value = value.get("predictions", value.get("outputs"))
    return answers(response, shaped(response, value, list[str | int | float]))


def regressed(response: Response) -> Answers[float]:
    """A number for each row."""
    found = predictions(response)
    return answers(response, shaped(response, list(found), list[float]))


def _is_column(cells: object) -> bool:
    return not isinstance(cells, (str, bytes, dict)) and hasattr(cells, "__iter__")
