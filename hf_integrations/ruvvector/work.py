"""What the store asks of a database, as values; nothing here does anything.

A *work* is a generator of statements that run in one transaction: all of it is stored or none.
An *operation* is a generator of transactions and embeddings: what one method of the store does.
Both are written once and driven in two colours by `sessions.py`. psycopg's errors never reach
them; `HfError`s are thrown into an operation at the ask that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Packed:
    """A parameter that is already in PostgreSQL's binary format; SQL gives it its type."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement and its bound parameters, numbered $1, $2, …."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY … FROM STDIN (FORMAT binary) and its data, in pieces."""

    sql: str
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave: its rows, and how many rows it touched."""

    rows: list[tuple[Any, ...]]
    count: int


Work: TypeAlias = Generator[Statement | Copy, Result, T]


@dataclass(frozen=True, slots=True)
class Transact:
    """Ask to run a work in a transaction of its own; answered with what the work returns.

    Attributes:
        work: makes the generator; called again when the transaction is repeated.
        attempts: how often it may be begun when the connection turns out to be lost; more than
            one only for a work that reads.
    """

    work: Callable[[], Work[Any]]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Embed:
    """Ask the caller's embedding function for the vectors of some texts."""

    texts: list[str]


Operation: TypeAlias = Generator[Transact | Embed, Any, T]


def read(work: Callable[[], Work[T]]) -> Operation[T]:
    """Ask for a transaction that only reads, and may be repeated on a new connection."""
    result: T = yield Transact(work, attempts=2)
    return result


def write(work: Callable[[], Work[T]]) -> Operation[T]:
    """Ask for a transaction that is begun once."""
    result: T = yield Transact(work)
    return result
