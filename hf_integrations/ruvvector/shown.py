"""Lists of results that a notebook shows as a table, and that pandas takes."""

from __future__ import annotations

import importlib
from datetime import datetime
from html import escape
from typing import Any, TypeVar

from hf_integrations.errors import ConfigurationError

T = TypeVar("T")
MOST_ROWS, MOST_LETTERS = 50, 200  # that are shown


class Results(list[T]):
    """A list of rows, best first where they were searched for; a table in a notebook."""

    def to_pandas(self) -> Any:
        """A data frame with a column for each attribute; vectors as arrays.

        Raises:
            ConfigurationError: pandas is not installed.
        """
        frame = imported("pandas")
        return frame.DataFrame(
            {name: [getattr(row, name) for row in self] for name in self._names()}
        )

    def _repr_html_(self) -> str:
        names = self._names()
        if not names:
            return "<em>No rows.</em>"
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            f"<tr>{''.join(f'<td>{_cell(getattr(row, name))}</td>' for name in names)}</tr>"
            for row in self[:MOST_ROWS]
        )
        more = len(self) - MOST_ROWS
        rest = f"<p>… and {more} more</p>" if more > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"

    def _names(self) -> list[str]:
        """The attributes that some row has."""
        if not self:
            return []
        every: Any = self[0]
        names = every.__struct_fields__
        return [name for name in names if any(getattr(row, name) is not None for row in self)]


def imported(name: str) -> Any:
    """A library that is not needed otherwise.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigurationError(f"this needs {name}: pip install {name}") from error


def _cell(value: Any) -> str:
    """A value as a cell: numbers short, long texts cut, nothing that HTML would read."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = value if isinstance(value, str) else repr(value)
    return escape(text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…")
