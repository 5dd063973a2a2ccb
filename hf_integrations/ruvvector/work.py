"""What the store asks of a database, as values; nothing here does anything.

A *work* is a generator of statements that run in one transaction: all of it is stored or none.
An *operation* is a generator of transactions, single statements and embeddings: what one method
of the store does.
Both are written once and driven in two colours by `sessions.py`. psycopg's errors never reach
them; `HfError`s are thrown into an operation at the ask that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from hf_integrations.ruvvector.sources import Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Packed:
    """A parameter that is already in PostgreSQL's binary format; SQL gives it its type."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement and its bound parameters, numbered $1, $2, ….

    Attributes:
        fresh: whether it is planned for these very values each time, and so never prepared.
        often: whether the same text is sent again and again, for a result that is small.
    """

    sql: str
    params: tuple[Any, ...] = ()
    fresh: bool = False
    often: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY … FROM STDIN (FORMAT binary) and its data, in pieces."""

    sql: str
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class InTurn:
    """Statements that are executed in their order, each made while the server works on the last.

    They are answered together, when all are done, with an empty result. When one fails, what
    comes after it is not done.
    """

    statements: Iterable[Statement]


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave: its rows, and how many rows it touched."""

    rows: list[tuple[Any, ...]]
    count: int


Step: TypeAlias = Statement | InTurn | Copy
Work: TypeAlias = Generator[Step, Result, T]


@dataclass(frozen=True, slots=True)
class Transact:
    """Ask to run a work in a transaction of its own; answered with what the work returns.

    Attributes:
        work: makes the generator; called again when the transaction is repeated.
        attempts: how often it may be begun when the connection turns out to be lost; more than
            one only for a work that reads, or does no more when it is done twice.
    """

    work: Callable[[], Work[Any]]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask for the result of a statement that only reads and is a transaction by itself.

    It costs one round trip, where a transaction costs one for each statement and two more. It may
    be repeated when the connection turns out to be lost.
    """

    statement: Statement
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class Embed:
    """Ask the caller's embedding function for the vectors of some texts."""

    texts: list[str]


@dataclass(frozen=True, slots=True)
class Call:
    """Ask for what a function of the caller's returns, such as a reranker.

    In asyncio it may be a coroutine function; a plain one works in a thread.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far the server is with an index.

    Attributes:
        phase: in the server's words.
        done: rows or pages, as the server counts them in this phase.
        total: of these; 0 where it does not say.
    """

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Ask to run a work that may take long, hear the server's notices, and tell how far it is.

    Attributes:
        work: makes the generator.
        settings: None for a transaction. Otherwise the work runs outside of one, with these
            settings on its connection, which are put back afterwards.
        tell: called soon and then twice a second with the progress of an index that is built
            meanwhile, which is looked up on a second connection.
        table: whose index that is, quoted for SQL. The number of the first connection would not
            do: from a pooler it is not the server's.
    """

    work: Callable[[], Work[Any]]
    settings: Mapping[str, str | int] | None = None
    tell: Callable[[BuildProgress], object] | None = None
    table: str = ""
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What a watched work returned, and the notices the server sent meanwhile."""

    value: T
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """Ask for the next item of the caller's; answered with a `Taken`, or None after the last."""

    source: Source


@dataclass(frozen=True, slots=True)
class Together:
    """Ask to perform some operations side by side; answered when all have ended."""

    operations: Sequence[Operation[Any]]


Ask: TypeAlias = Transact | Fetch | Embed | Call | Watch | Take | Together
Operation: TypeAlias = Generator[Any, Any, T]  # of `Ask`, each answered with what it says


def repeat(work: Callable[[], Work[T]]) -> Operation[T]:
    """Ask for a transaction that may be begun anew on a new connection, once."""
    result: T = yield Transact(work, attempts=2)
    return result


def watch(
    work: Callable[[], Work[T]],
    tell: Callable[[BuildProgress], object] | None = None,
    settings: Mapping[str, str | int] | None = None,
    table: str = "",
) -> Operation[Heard[T]]:
    """Ask for a long work, in a transaction unless there are settings."""
    heard: Heard[T] = yield Watch(work, settings, tell, table)
    return heard


def write(work: Callable[[], Work[T]]) -> Operation[T]:
    """Ask for a transaction that is begun once."""
    result: T = yield Transact(work)
    return result


def fetch(statement: Statement) -> Operation[list[tuple[Any, ...]]]:
    """Ask for the rows of one statement, in one round trip."""
    result: Result = yield Fetch(statement)
    return result.rows
