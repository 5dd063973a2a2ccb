"""Every statement about rows and indexes, as values; change a query here."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hf_integrations.ruvvector.conditions import Parameters, condition_sql
from hf_integrations.ruvvector.filters import And, Filter
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.rows import Rows
from hf_integrations.ruvvector.table import Facts, Names
from hf_integrations.ruvvector.wire import (
    COPY_HEADER,
    COPY_TRAILER,
    TEXT_OID,
    Float32,
    copy_rows,
    json_array,
    jsonb,
    pack_array,
    pack_vector,
    text_array,
    vector_array,
)
from hf_integrations.ruvvector.work import Copy, Packed, Statement

EVERYTHING = And(())
# Any number does, as long as every process takes the same: "ruvvector" in hexadecimal, cut.
LOCK = 0x72757676656374
MAX_EF_SEARCH = 1_000  # of pgvector
_STORED = "id, content, metadata, embedding, provider, model, content_hash"


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that exists: its names, its metric and what the database says about it."""

    names: Names
    metric: Metric
    facts: Facts


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for."""

    vector: Float32
    k: int
    filter: Filter
    include_vectors: bool
    ef_search: int


def settings(**values: str | int) -> Statement:
    """Settings for this transaction only; nothing stays on the connection."""
    params = Parameters()
    calls = [
        f"set_config({params.add(name.replace('__', '.'), 'text')}, "
        f"{params.add(str(value), 'text')}, true)"
        for name, value in values.items()
    ]
    return Statement(f"SELECT {', '.join(calls)}", params.values())


def lock() -> Statement:
    """Wait until no other process changes the shape of a collection; held to the end."""
    return Statement("SELECT pg_advisory_xact_lock($1::bigint)", (LOCK,))


def is_filled(names: Names) -> Statement:
    """Whether there is a row."""
    return Statement(f"SELECT EXISTS (SELECT FROM {names.table})")


def upsert(collection: Collection, rows: Rows, batch: slice) -> Statement:
    """Store some rows; a row whose id is there takes the new content, and keeps `created_at`.

    Arrays in binary: no limit on the number of parameters, and no temporary table.
    """
    documents, vector = rows.documents, collection.facts.vector
    columns = [name.strip() for name in _STORED.split(",")][1:]
    update = ", ".join(f"{name} = excluded.{name}" for name in columns)
    arrays = (
        pack_array(TEXT_OID, [name.encode() for name in documents.ids[batch]]),
        pack_array(TEXT_OID, documents.texts[batch]),
        json_array(documents.metadata[batch]),
        vector_array(collection.facts.vector_oid, rows.vectors[batch]),
        text_array(documents.hashes[batch]),
    )
    return Statement(
        f"INSERT INTO {collection.names.table} ({_STORED}) "
        "SELECT id, content, metadata, embedding, $6::text, $7::text, content_hash "
        f"FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::{vector}[], $5::text[]) "
        "WITH ORDINALITY AS r (id, content, metadata, embedding, content_hash, place) "
        "ORDER BY place "
        f"ON CONFLICT (id) DO UPDATE SET {update}",
        (*map(Packed, arrays), rows.provider, rows.model),
    )


def copy_in(names: Names, rows: Rows) -> Copy:
    """Load rows by binary COPY; fails when an id is there already."""
    columns = _STORED.replace(" embedding,", "") + ", embedding"
    return Copy(f"COPY {names.table} ({columns}) FROM STDIN (FORMAT binary)", _CopyData(rows))


class _CopyData:
    """COPY's data in pieces, made as they are sent."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[bytes]:
        yield COPY_HEADER
        for batch in self._rows.batches():
            yield _copy_batch(self._rows, batch)
        yield COPY_TRAILER


def _copy_batch(rows: Rows, batch: slice) -> bytes:
    documents, vectors = rows.documents, rows.vectors[batch]
    provider, model = (
        None if label is None else label.encode() for label in (rows.provider, rows.model)
    )
    columns: list[Sequence[bytes | None]] = [
        [name.encode() for name in documents.ids[batch]],
        documents.texts[batch],
        [jsonb(text) for text in documents.metadata[batch]],
        [provider] * len(vectors),
        [model] * len(vectors),
        [digest.encode() for digest in documents.hashes[batch]],
    ]
    return copy_rows(columns, vectors)


def search_settings(collection: Collection, query: Query) -> Statement:
    """How the index is read: wide enough for k, and on until k rows pass the filter."""
    values: dict[str, str | int] = {
        "hnsw__ef_search": min(max(query.ef_search, query.k), MAX_EF_SEARCH),
        # A plan made without looking at the filter's values may be a bad one for these.
        "plan_cache_mode": "force_custom_plan" if query.filter.size() else "auto",
    }
    if collection.facts.iterates:
        values["hnsw__iterative_scan"] = "relaxed_order"
    return settings(**values)


def nearest(collection: Collection, query: Query) -> Statement:
    """The k nearest rows, by the index where there is one.

    The outer sort makes the order exact, which a relaxed scan does not; `+ 0` keeps the planner
    from believing that it is so already.
    """
    params, distance, columns = _search_parts(collection, query)
    where = condition_sql(query.filter, params)
    return Statement(
        f"WITH near AS MATERIALIZED (SELECT {columns}, {distance} AS distance "
        f"FROM {collection.names.table} WHERE {where} ORDER BY {distance} LIMIT {query.k:d}) "
        "SELECT * FROM near ORDER BY distance + 0, id",
        params.values(),
    )


def nearest_exact(collection: Collection, query: Query) -> Statement:
    """The k nearest rows by comparing every row that passes the filter."""
    params, distance, columns = _search_parts(collection, query)
    where = condition_sql(query.filter, params)
    return Statement(
        # `+ 0` is an expression that no index is in the order of.
        f"SELECT {columns}, ({distance}) + 0 AS distance FROM {collection.names.table} "
        f"WHERE {where} ORDER BY distance, id LIMIT {query.k:d}",
        params.values(),
    )


def _search_parts(collection: Collection, query: Query) -> tuple[Parameters, str, str]:
    facts = collection.facts
    params = Parameters(Packed(pack_vector(query.vector)))
    distance = f"embedding {facts.operator(collection.metric)} $1::{facts.vector}"
    columns = "id, content, metadata"
    if query.include_vectors:
        columns += f", {facts.extension_schema}.vector_send(embedding) AS vector"
    return params, distance, columns


def explain(statement: Statement) -> Statement:
    """How the server would run a statement."""
    return Statement(f"EXPLAIN (COSTS off) {statement.sql}", statement.params)


def get(
    collection: Collection, ids: list[str] | None, filter_: Filter, limit: int | None, vectors: bool
) -> Statement:
    """Rows by id, by filter or both, in the order of ids."""
    params = Parameters()
    where = _where(ids, filter_, params)
    vector = f"{collection.facts.extension_schema}.vector_send(embedding)" if vectors else "NULL"
    end = "" if limit is None else f" LIMIT {limit:d}"
    return Statement(
        "SELECT id, content, metadata, provider, model, content_hash, created_at, "
        f"{vector} FROM {collection.names.table} WHERE {where} ORDER BY id{end}",
        params.values(),
    )


def hashes(names: Names, ids: list[str]) -> Statement:
    """Id and content hash of the rows that are there."""
    params = Parameters()
    where = _where(ids, EVERYTHING, params)
    return Statement(f"SELECT id, content_hash FROM {names.table} WHERE {where}", params.values())


def count(names: Names, filter_: Filter) -> Statement:
    """How many rows pass."""
    params = Parameters()
    where = condition_sql(filter_, params)
    return Statement(f"SELECT count(*) FROM {names.table} WHERE {where}", params.values())


def has_rows(names: Names, number: int) -> Statement:
    """Whether there are at least so many rows, looking at no more than these."""
    return Statement(
        f"SELECT count(*) >= $1::bigint FROM (SELECT FROM {names.table} LIMIT $1::bigint) AS first",
        (number,),
    )


def delete(names: Names, ids: list[str] | None, filter_: Filter) -> Statement:
    """Delete by id, by filter or both; rows are locked in the order of ids, as writers do."""
    params = Parameters()
    where = _where(ids, filter_, params)
    return Statement(
        f"DELETE FROM {names.table} WHERE id IN "
        f'(SELECT id FROM {names.table} WHERE {where} ORDER BY id COLLATE "C" FOR UPDATE)',
        params.values(),
    )


def drop(names: Names) -> Statement:
    """Drop the table and its indexes."""
    return Statement(f"DROP TABLE IF EXISTS {names.table}")


def hnsw(collection: Collection, m: int, ef_construction: int) -> Statement:
    """The index for the collection's metric."""
    metric, facts = collection.metric, collection.facts
    return Statement(
        f"CREATE INDEX IF NOT EXISTS {collection.names.index(metric)} ON {collection.names.table} "
        f"USING hnsw (embedding {facts.extension_schema}.{metric.operator_class}) "
        f"WITH (m = {m:d}, ef_construction = {ef_construction:d})"
    )


def metadata_index(names: Names) -> Statement:
    """The index that serves equality and containment in filters."""
    return Statement(
        f"CREATE INDEX IF NOT EXISTS {names.metadata_index()} ON {names.table} "
        "USING gin (metadata jsonb_path_ops)"
    )


def analyze(names: Names) -> Statement:
    """Let the planner know the data, so that it can tell a rare value from a common one."""
    return Statement(f"ANALYZE {names.table}")


def _where(ids: list[str] | None, filter_: Filter, params: Parameters) -> str:
    condition = condition_sql(filter_, params)
    if ids is None:
        return condition
    return f"id = ANY({params.add(Packed(text_array(ids)), 'text[]')}) AND {condition}"
