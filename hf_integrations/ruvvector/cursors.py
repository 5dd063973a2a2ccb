"""Cursors for what the store sends, and connections on which each statement stands alone."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format
from psycopg.rows import tuple_row
from psycopg.types.json import set_json_loads

from hf_integrations.ruvvector.work import Packed, Statement


class PackedDumper(Dumper):
    """Sends what is in binary format already as it is; the SQL text says what type it has."""

    format = Format.BINARY

    def dump(self, obj: Packed) -> Buffer:
        """The bytes themselves."""
        return obj.data


def load_json(data: bytes | str) -> Any:
    """A JSON value, as Python's own reader gives it."""
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:  # a number beyond a float, which SQL can store
        return json.loads(data)


def _adapters() -> AdaptersMap:
    """The ways of psycopg to read and write values, and ours."""
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(Packed, PackedDumper)
    set_json_loads(load_json, adapters)
    return adapters


# One for all: what a caller's pool has registered cannot change what the store reads, nothing is
# registered on the caller's connections, and no cursor pays for a copy.
ADAPTERS = _adapters()


class Cursor(psycopg.RawCursor[tuple[Any, ...]]):
    """A cursor that takes packed values, with statements numbered $1, $2, …."""

    @property
    def adapters(self) -> AdaptersMap:
        """The store's own."""
        return ADAPTERS


class AsyncCursor(psycopg.AsyncRawCursor[tuple[Any, ...]]):
    """`Cursor` for asyncio."""

    @property
    def adapters(self) -> AdaptersMap:
        """The store's own."""
        return ADAPTERS


class Connection(psycopg.Connection[Any]):
    """A connection of a store's own pool."""

    @cached_property
    def reader(self) -> Cursor:
        """A cursor that is kept, with what it has learned of the last statement's result."""
        return cursor_of(self)


class AsyncConnection(psycopg.AsyncConnection[Any]):
    """`Connection` for asyncio."""

    @cached_property
    def reader(self) -> AsyncCursor:
        """A cursor that is kept, with what it has learned of the last statement's result."""
        return async_cursor_of(self)


def cursor_of(connection: psycopg.Connection[Any]) -> Cursor:
    """A cursor for what the store sends; the connection's own settings stay as they are."""
    return Cursor(connection, row_factory=tuple_row)


def async_cursor_of(connection: psycopg.AsyncConnection[Any]) -> AsyncCursor:
    """`cursor_of` for asyncio."""
    return AsyncCursor(connection, row_factory=tuple_row)


def reader_of(connection: psycopg.Connection[Any], statement: Statement) -> Cursor:
    """The cursor that reads a statement's rows; a given connection keeps none."""
    if statement.often and isinstance(connection, Connection):
        return connection.reader
    return cursor_of(connection)


def async_reader_of(connection: psycopg.AsyncConnection[Any], statement: Statement) -> AsyncCursor:
    """`reader_of` for asyncio."""
    if statement.often and isinstance(connection, AsyncConnection):
        return connection.reader
    return async_cursor_of(connection)


def text_of(statement: Statement) -> bytes:
    """The SQL in UTF-8: of what is sent often the same bytes, by which a cursor knows it again."""
    return _kept_text(statement.sql) if statement.often else statement.sql.encode()


def preparation(statement: Statement, allowed: bool) -> bool | None:
    """Whether psycopg prepares a statement: at once, never, or when it has come several times."""
    if statement.fresh or not allowed:
        return False
    return True if statement.often else None


def asked(statement: Statement, prepares: bool) -> dict[str, Any]:
    """The arguments by which a cursor executes a statement."""
    return {
        "query": text_of(statement),
        "params": statement.params,
        "prepare": preparation(statement, prepares),
        "binary": True,
    }


@lru_cache(maxsize=256)
def _kept_text(sql: str) -> bytes:
    return sql.encode()


def gives_rows(cursor: psycopg.RawCursor[Any] | psycopg.AsyncRawCursor[Any]) -> bool:
    """Whether the last statement answers in rows; `description` would describe every column."""
    return cursor.pgresult is not None and cursor.pgresult.nfields > 0


@contextmanager
def alone(connection: psycopg.Connection[Any]) -> Generator[None]:
    """Let each statement be a transaction; a given connection is left as it came."""
    if connection.autocommit:
        yield
        return
    connection.autocommit = True
    try:
        yield
    finally:
        if not connection.closed:
            connection.autocommit = False


@asynccontextmanager
async def async_alone(connection: psycopg.AsyncConnection[Any]) -> AsyncGenerator[None]:
    """`alone` for asyncio."""
    if connection.autocommit:
        yield
        return
    await connection.set_autocommit(True)
    try:
        yield
    finally:
        if not connection.closed:
            await connection.set_autocommit(False)
