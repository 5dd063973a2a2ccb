"""Lists of results that a notebook shows as a table, and that pandas takes."""

from __future__ import annotations

import importlib
from typing import Any, TypeVar

from hf_integrations.errors import ConfigurationError
from hf_integrations.models.shown import Shown, attributes

T = TypeVar("T")


class Results(Shown[T]):
    """A list of rows, best first where they were searched for; a table in a notebook."""

    def to_pandas(self) -> Any:
        """A data frame with a column for each attribute; vectors as arrays.

        Raises:
            ConfigurationError: pandas is not installed.
        """
        frame = imported("pandas")
        names = attributes(self)
        return frame.DataFrame({name: [getattr(row, name) for row in self] for name in names})


def imported(name: str) -> Any:
    """A library that is not needed otherwise.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigurationError(f"this needs {name}: pip install {name}") from error
