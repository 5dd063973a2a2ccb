"""Logs in PostgreSQL: JSON items in the order they were added, such as the turns of a conversation.

One table holds many logs. It needs no pgvector, and knows no framework.
"""
# ruff: noqa: S608 - names are quoted by `tables.py`, and everything else is a bound parameter

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.methods import AsyncPool, Awaited, Plain, Pool, Store, method
from hf_integrations.ruvvector.tables import (
    MAX_KEY_BYTES,
    Place,
    changed,
    check_text,
    removed,
    rows_of,
)
from hf_integrations.ruvvector.work import Operation, Statement, Work

AnyPool = TypeVar("AnyPool")  # the kind of pool
# As json and not jsonb, which would put keys in another order and refuse a NUL in a text.
_COLUMNS = (
    'log text COLLATE "C" NOT NULL, place bigint GENERATED ALWAYS AS IDENTITY, '
    "item json NOT NULL, added_at timestamptz NOT NULL DEFAULT clock_timestamp(), "
    "PRIMARY KEY (log, place)"
)


def append(place: Place, log: str, items: Sequence[Any]) -> Operation[None]:
    """Add JSON values to the end of a log, all or none, and side by side."""
    texts = _texts(log, items)
    if texts:
        yield from changed(place, partial(_append, place, log, texts))


def replace(place: Place, log: str, items: Sequence[Any]) -> Operation[None]:
    """Put JSON values in place of all a log has, in one transaction."""
    texts = _texts(log, items)
    yield from changed(place, partial(_replace, place, log, texts))


def read(place: Place, log: str, *, last: int | None = None) -> Operation[list[Any]]:
    """The items of a log, oldest first; with `last`, no more than so many of the latest."""
    check_text("log", log, MAX_KEY_BYTES)
    if last is not None and last < 0:
        raise ValidationError("last is a whole number, 0 or more")
    limit = "" if last is None else f" LIMIT {last:d}"
    rows = yield from rows_of(
        Statement(
            f"SELECT item FROM {place.table} WHERE log = $1::text ORDER BY place DESC{limit}",
            (log,),
        )
    )
    return [item for (item,) in reversed(rows)]


def delete(place: Place, log: str) -> Operation[int]:
    """Delete a log; returns how many items it had."""
    check_text("log", log, MAX_KEY_BYTES)
    sql = f"DELETE FROM {place.table} WHERE log = $1::text"
    return (yield from removed([Statement(sql, (log,))]))


def pop(place: Place, log: str, index: int = -1) -> Operation[Any]:
    """Take one item out of a log, by its index as in a list; None when it is not there."""
    check_text("log", log, MAX_KEY_BYTES)
    order, offset = ("ASC", index) if index >= 0 else ("DESC", -index - 1)
    chosen = (
        f"SELECT place FROM {place.table} WHERE log = $1::text "
        f"ORDER BY place {order} OFFSET {offset:d} LIMIT 1"
    )
    statement = Statement(
        f"DELETE FROM {place.table} WHERE log = $1::text AND place = ({chosen}) RETURNING item",
        (log,),
    )
    return (yield from changed(place, partial(_first, statement)))


def count(place: Place, log: str) -> Operation[int]:
    """How many items a log has."""
    check_text("log", log, MAX_KEY_BYTES)
    sql = f"SELECT count(*) FROM {place.table} WHERE log = $1::text"
    rows = yield from rows_of(Statement(sql, (log,)))
    return rows[0][0] if rows else 0


def names(place: Place) -> Operation[list[str]]:
    """The names of all logs that have an item, in order."""
    rows = yield from rows_of(Statement(f"SELECT DISTINCT log FROM {place.table} ORDER BY log"))
    return [name for (name,) in rows]


def _texts(log: str, items: Sequence[Any]) -> list[str]:
    check_text("log", log, MAX_KEY_BYTES)
    try:
        return [json.dumps(item, allow_nan=False) for item in items]
    except (TypeError, ValueError) as error:
        raise ValidationError(f"items: one is no JSON value: {error}") from error


def _append(place: Place, log: str, texts: Sequence[str]) -> Work[None]:
    # Who adds to a log has it until the end of the transaction: what is added together stays so.
    yield Statement(
        "WITH mine AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))) "
        f"INSERT INTO {place.table} (log, item) SELECT $1::text, item::json "
        "FROM mine, unnest($2::text[]) WITH ORDINALITY AS new (item, place) ORDER BY place",
        (log, list(texts)),
    )


def _replace(place: Place, log: str, texts: Sequence[str]) -> Work[None]:
    yield Statement(f"DELETE FROM {place.table} WHERE log = $1::text", (log,))
    yield from _append(place, log, texts)


def _first(statement: Statement) -> Work[Any]:
    rows = (yield statement).rows
    return rows[0][0] if rows else None


class _Logs(Store, Generic[AnyPool]):
    """What both stores can do; each method is documented where it is written."""

    _state: Place

    def __init__(
        self,
        dsn: str | None = None,
        name: str = "messages",
        *,
        pool: AnyPool | None = None,
        schema: str = "public",
        connect_timeout: float = 10.0,
        pool_size: int = 8,
        prepared_statements: bool | None = None,
    ) -> None:
        self._state = Place(schema, "ruvlog", name, _COLUMNS)
        self._connect(
            dsn, pool, connect_timeout=connect_timeout, pool_size=pool_size,
            prepared_statements=prepared_statements,
        )  # fmt: skip

    append = method(append)
    replace = method(replace)
    read = method(read)
    delete = method(delete)
    pop = method(pop)
    count = method(count)
    names = method(names)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._state.name!r} in schema {self._state.schema!r}>"


class LogStore(_Logs[Pool], Plain):
    """Logs of JSON items in PostgreSQL; needs no pgvector.

    Nothing is done until the first call. The table `ruvlog_<name>` is made by the first write;
    before it there is nothing to read.

    >>> with LogStore(name="example") as logs:
    ...     logs.replace("a talk", [{"role": "user", "content": "Hello!"}])
    ...     logs.read("a talk")
    [{'role': 'user', 'content': 'Hello!'}]

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        name: the table's name after the prefix, at most 43 bytes.
        pool: a `psycopg_pool.ConnectionPool` of the caller's, used and never closed.
        schema: where the table lives; made when it is not there.
        connect_timeout, pool_size, prepared_statements: as for `RuvVectorStore`.

    Raises:
        ConfigurationError, ValidationError: the settings cannot work.
    """


class AsyncLogStore(_Logs[AsyncPool], Awaited):
    """`LogStore` for asyncio: the same arguments and methods, each to be awaited."""
