"""An error of a part that does not know it gets the name of the argument it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from hf_integrations.errors import HfError

E = TypeVar("E", bound=HfError)


def named(error: E, argument: str) -> E:
    """The error itself, its message beginning with the argument's name."""
    error.message = f"{argument}: {error.message}"
    error.args = (error.message,)
    return error


@contextmanager
def naming(argument: str) -> Iterator[None]:
    """What is raised inside is about this argument."""
    try:
        yield
    except HfError as error:
        raise named(error, argument)  # noqa: B904 - it is the same error
