"""Every statement that writes rows, as values; each is bound to one namespace."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hf_integrations.ruvvector.column_types import ColumnType
from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.filters import Filter
from hf_integrations.ruvvector.rows import Rows
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, where_sql
from hf_integrations.ruvvector.table import Names
from hf_integrations.ruvvector.wire import (
    COPY_HEADER,
    COPY_TRAILER,
    copy_rows,
    field_array,
    json_array,
    jsonb,
    text_array,
)
from hf_integrations.ruvvector.work import Copy, Packed, Statement

_TEXTS = ("content", "metadata", "provider", "model", "content_hash")
STORED = ("namespace", "id", *_TEXTS, "embedding")
REPLACED = ", ".join(f"{name} = excluded.{name}" for name in STORED[2:])


def is_filled(names: Names) -> Statement:
    """Whether the namespace has a row."""
    params = Parameters()
    where = where_sql(names, None, EVERYTHING, params)
    return Statement(f"SELECT EXISTS (SELECT FROM {names.table} WHERE {where})", params.values())


def upsert(collection: Collection, rows: Rows, batch: slice) -> Statement:
    """Store some rows; a row whose id is there takes the new content, and keeps `created_at`.

    Arrays in binary: no limit on the number of parameters, and no temporary table.
    """
    documents, facts = rows.documents, collection.facts
    arrays = (
        text_array(documents.ids[batch]),
        text_array(documents.texts[batch]),
        json_array(documents.metadata[batch]),
        field_array(facts.type_oid, facts.type.fields(rows.vectors[batch])),
        text_array(documents.hashes(batch)),
    )
    return Statement(
        f"INSERT INTO {collection.names.table} ({', '.join(STORED)}) "
        "SELECT $8::text, id, content, metadata, $6::text, $7::text, content_hash, embedding "
        f"FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::{facts.vector}[], $5::text[]) "
        "WITH ORDINALITY AS r (id, content, metadata, embedding, content_hash, place) "
        "ORDER BY place "
        f"ON CONFLICT (id, namespace) DO UPDATE SET {REPLACED}",
        (*map(Packed, arrays), rows.provider, rows.model, collection.names.namespace),
    )


def copy_in(collection: Collection, rows: Rows) -> Copy:
    """Load rows by binary COPY; fails when an id is there already."""
    names = collection.names
    return Copy(
        f"COPY {names.table} ({', '.join(STORED)}) FROM STDIN (FORMAT binary)",
        _CopyData(names.namespace.encode(), collection.facts.type, rows),
    )


class _CopyData:
    """COPY's data in pieces, made as they are sent."""

    def __init__(self, namespace: bytes, column: ColumnType, rows: Rows) -> None:
        self._namespace = namespace
        self._type = column
        self._rows = rows

    def __iter__(self) -> Iterator[bytes]:
        yield COPY_HEADER
        for batch in self._rows.batches():
            yield self._packed(batch)
        yield COPY_TRAILER

    def _packed(self, batch: slice) -> bytes:
        rows, documents = self._rows, self._rows.documents
        vectors = rows.vectors[batch]
        provider, model = (
            None if label is None else label.encode() for label in (rows.provider, rows.model)
        )
        columns: list[Sequence[bytes | None]] = [
            [self._namespace] * len(vectors),
            [name.encode() for name in documents.ids[batch]],
            [text.encode() for text in documents.texts[batch]],
            [jsonb(text) for text in documents.metadata[batch]],
            [provider] * len(vectors),
            [model] * len(vectors),
            [digest.encode() for digest in documents.hashes(batch)],
        ]
        return copy_rows(columns, self._type.fields(vectors))


def delete(names: Names, ids: list[str] | None, filter_: Filter) -> Statement:
    """Delete by id, by filter or both; rows are locked in the order of ids, as writers do."""
    params = Parameters()
    where = where_sql(names, ids, filter_, params)
    mine = where_sql(names, None, EVERYTHING, params)
    return Statement(
        f"DELETE FROM {names.table} WHERE {mine} AND id IN "
        f'(SELECT id FROM {names.table} WHERE {where} ORDER BY id COLLATE "C" FOR UPDATE)',
        params.values(),
    )


def others_have_rows(names: Names) -> Statement:
    """Whether another namespace has a row in the table."""
    return Statement(
        f"SELECT EXISTS (SELECT FROM {names.table} WHERE namespace <> $1::text)", (names.namespace,)
    )


def lock_table(names: Names) -> Statement:
    """Wait until nobody uses the table, and keep everybody out to the end."""
    return Statement(f"LOCK TABLE {names.table}")


def drop(names: Names) -> Statement:
    """Drop the table and its indexes."""
    return Statement(f"DROP TABLE IF EXISTS {names.table}")
