"""Cursors that read as the store does, and leave connections as they came."""

from __future__ import annotations

import json
import math
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.ruvvector.cursors import (
    AsyncConnection,
    Connection,
    alone,
    async_alone,
    async_cursor_of,
    async_reader_of,
    cursor_of,
    gives_rows,
    load_json,
    preparation,
    reader_of,
    text_of,
)
from hf_integrations.ruvvector.work import Packed, Statement
from tests.postgres import administrator

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(values)
def test_json_is_read_as_python_reads_it(value: Any) -> None:
    """Faster, and the same: types, large numbers and all."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which no server sends
        return
    assert repr(load_json(data)) == repr(json.loads(data))


@pytest.mark.parametrize("text", [b"1e999", b"-1e999", b"[1, 2e400]", b"123456789" * 60])
def test_numbers_without_bounds_are_read(text: bytes) -> None:
    """SQL has no largest number."""
    assert load_json(text) == json.loads(text)
    assert load_json(b"1e999") == math.inf


def test_packed_values_are_sent_as_they_are(postgres_dsn: str) -> None:
    """The statement says of which type they are; nothing is registered on the connection."""
    with administrator(postgres_dsn) as connection:
        cursor = cursor_of(connection)
        cursor.execute(b"SELECT $1::int4", (Packed(b"\x00\x00\x01\x00"),), binary=True)
        assert gives_rows(cursor)
        assert cursor.fetchall() == [(256,)]
        cursor.execute(b"SET search_path = public")
        assert not gives_rows(cursor)
        with pytest.raises(psycopg.ProgrammingError, match="cannot adapt type 'Packed'"):
            connection.execute("SELECT %s", (Packed(b""),))


def test_a_statement_alone_is_a_transaction(postgres_dsn: str) -> None:
    """On either kind of connection, which keeps its kind, also after an error."""
    for autocommit in (True, False):
        with psycopg.connect(postgres_dsn, autocommit=autocommit) as connection:
            with alone(connection):
                cursor_of(connection).execute(b"SELECT 1")
                assert connection.info.transaction_status.name == "IDLE"
            with pytest.raises(psycopg.errors.DivisionByZero), alone(connection):
                cursor_of(connection).execute(b"SELECT 1/0")
            assert connection.autocommit is autocommit
            assert connection.info.transaction_status.name == "IDLE"


async def test_a_statement_alone_is_a_transaction_in_asyncio(postgres_dsn: str) -> None:
    """The same."""
    for autocommit in (True, False):
        connection = await psycopg.AsyncConnection.connect(postgres_dsn, autocommit=autocommit)
        async with connection:
            async with async_alone(connection):
                cursor = async_cursor_of(connection)
                await cursor.execute(b"SELECT $1::text", ("a",))
                assert gives_rows(cursor)
                assert connection.info.transaction_status.name == "IDLE"
            with pytest.raises(psycopg.errors.DivisionByZero):
                async with async_alone(connection):
                    await async_cursor_of(connection).execute(b"SELECT 1/0")
            assert connection.autocommit is autocommit


async def test_a_connection_that_breaks_meanwhile_says_so(postgres_dsn: str) -> None:
    """The error is that of the server, not one of putting its mode back."""
    for_me = "SELECT pg_terminate_backend(pg_backend_pid())"
    connection = psycopg.connect(postgres_dsn)
    with pytest.raises(psycopg.errors.AdminShutdown), alone(connection):
        connection.execute(for_me)
    assert connection.closed
    other = await psycopg.AsyncConnection.connect(postgres_dsn)
    with pytest.raises(psycopg.errors.AdminShutdown):
        async with async_alone(other):
            await other.execute(for_me)
    assert other.closed


OFTEN, ONCE = Statement("SELECT 1", often=True), Statement("SELECT 1")


def test_what_is_sent_often_has_a_cursor_that_is_kept(postgres_dsn: str) -> None:
    """On a connection of the store's own; a given one keeps nothing of ours."""
    with Connection.connect(postgres_dsn, autocommit=True) as own:
        assert reader_of(own, OFTEN) is reader_of(own, OFTEN)
        assert reader_of(own, ONCE) is not reader_of(own, OFTEN)
    with psycopg.connect(postgres_dsn, autocommit=True) as given:
        assert reader_of(given, OFTEN) is not reader_of(given, OFTEN)


async def test_a_cursor_is_kept_in_asyncio_too(postgres_dsn: str) -> None:
    """The same."""
    async with await AsyncConnection.connect(postgres_dsn, autocommit=True) as own:
        assert async_reader_of(own, OFTEN) is async_reader_of(own, OFTEN)
        assert async_reader_of(own, ONCE) is not async_reader_of(own, OFTEN)


def test_a_kept_cursor_outlives_errors_and_other_results(postgres_dsn: str) -> None:
    """What one statement left is not seen by the next."""
    with Connection.connect(postgres_dsn, autocommit=True) as own:
        reader = reader_of(own, OFTEN)
        for _ in range(8):  # beyond the threshold of preparing
            assert reader.execute(b"SELECT 1::int4, 'a'", binary=True).fetchall() == [(1, "a")]
            with pytest.raises(psycopg.errors.DivisionByZero):
                reader.execute(b"SELECT 1/$1::int4", (0,), binary=True)
            assert reader.execute(b"SELECT 'b', 2.5::float8", binary=True).fetchall() == [
                ("b", 2.5)
            ]


def test_what_is_sent_often_is_the_same_text_each_time() -> None:
    """A cursor knows it again by that."""
    assert text_of(OFTEN) is text_of(Statement("SELECT" + " 1", often=True)) == b"SELECT 1"
    assert text_of(ONCE) == b"SELECT 1"


@pytest.mark.parametrize(
    ("statement", "allowed", "expected"),
    [
        (OFTEN, True, True),
        (ONCE, True, None),
        (Statement("", fresh=True, often=True), True, False),
        (OFTEN, False, False),
    ],
)
def test_what_is_sent_often_is_prepared_at_once(
    statement: Statement, allowed: bool, expected: bool | None
) -> None:
    """What depends on its values never is, nor anything behind a pooler."""
    assert preparation(statement, allowed) is expected
