"""What numpy packs is what PostgreSQL reads."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest

from hf_integrations.ruvvector import wire
from hf_integrations.ruvvector.column_types import VECTOR
from hf_integrations.ruvvector.cursors import PackedDumper
from hf_integrations.ruvvector.work import Packed

VECTORS = np.array([[1.5, -2.0, 3e38], [0.0, 1e-40, 7.0]], np.float32)


@pytest.fixture
def cursor(database: str) -> psycopg.RawCursor[tuple[object, ...]]:
    """A cursor in a database with pgvector, which is dropped by force at the end."""
    connection = psycopg.connect(database, autocommit=True)
    connection.execute("CREATE EXTENSION vector")
    connection.adapters.register_dumper(Packed, PackedDumper)
    return psycopg.RawCursor(connection)


def test_arrays_arrive_element_by_element(cursor: psycopg.RawCursor[tuple[object, ...]]) -> None:
    """Text and JSON arrays, with text outside ASCII, empty strings, and no element at all."""
    texts = ["", "née", "日本", 'quote " and , brace }']
    sql = b"SELECT $1::text[], $2::text[], $3::jsonb[]"
    params = (
        Packed(wire.text_array(texts)),
        Packed(wire.text_array([])),
        Packed(wire.json_array([b'{"a": 1}', b"null"])),
    )
    with cursor:
        assert cursor.execute(sql, params).fetchone() == (texts, [], [{"a": 1}, None])
        cursor.connection.close()


def test_vectors_arrive_and_return_bit_by_bit(
    cursor: psycopg.RawCursor[tuple[object, ...]],
) -> None:
    """One vector and an array of vectors survive the way there and back."""
    with cursor:
        oid = cursor.execute(b"SELECT 'vector'::regtype::oid").fetchone()
        assert oid is not None
        packed = Packed(wire.field_array(int(str(oid[0])), VECTOR.fields(VECTORS)))
        rows = cursor.execute(
            b"SELECT vector_send(v) FROM unnest($1::vector[]) v", (packed,), binary=True
        ).fetchall()
        one = cursor.execute(
            b"SELECT vector_send($1::vector)", (Packed(VECTOR.pack(VECTORS[1])),), binary=True
        ).fetchone()
        assert one is not None
        back = [VECTOR.numbers(bytes(data)) for (data,) in [*rows, one]]  # type: ignore[call-overload]
        np.testing.assert_array_equal(back, VECTORS[[0, 1, 1]])
        cursor.connection.close()


def test_copied_rows_hold_text_null_and_vector() -> None:
    """A row counts its fields, gives each its length, and writes null as length -1."""
    data = wire.copy_rows([[b"id"], [None]], VECTOR.fields(np.ones((1, 2), np.float32)))
    vector = b"\x00\x00\x00\x0c\x00\x02\x00\x00\x3f\x80\x00\x00\x3f\x80\x00\x00"
    assert data == b"\x00\x03" + b"\x00\x00\x00\x02id" + b"\xff\xff\xff\xff" + vector
