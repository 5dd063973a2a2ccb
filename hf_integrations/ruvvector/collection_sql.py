"""Statements about whole collections, as values."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Sequence

from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.filters import Filter
from hf_integrations.ruvvector.row_sql import REPLACED, STORED
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, where_sql
from hf_integrations.ruvvector.table import PREFIX, Names, quoted
from hf_integrations.ruvvector.wire import json_array, text_array
from hf_integrations.ruvvector.work import Packed, Statement


def page(names: Names, ids: list[str] | None, filter_: Filter, after: str, limit: int) -> Statement:
    """The next rows in the order of their ids, locked in the order in which writers lock."""
    params = Parameters()
    where = where_sql(names, ids, filter_, params)
    last = params.add(after, "text")
    return Statement(
        f"SELECT id, content, metadata, model FROM {names.table} "
        f'WHERE {where} AND id COLLATE "C" > {last} ORDER BY id COLLATE "C" '
        f"LIMIT {limit:d} FOR UPDATE",
        params.values(),
    )


def set_metadata(names: Names, changed: Sequence[tuple[str, bytes, str]]) -> Statement:
    """New metadata and content hash for some rows."""
    ids, metadata, hashes = zip(*changed, strict=True)
    params = Parameters(
        Packed(text_array(ids)), Packed(json_array(metadata)), Packed(text_array(hashes))
    )
    where = where_sql(names, None, EVERYTHING, params, "t.")
    return Statement(
        f"UPDATE {names.table} AS t SET metadata = r.metadata, content_hash = r.content_hash "
        "FROM unnest($1::text[], $2::jsonb[], $3::text[]) AS r (id, metadata, content_hash) "
        f"WHERE t.id = r.id AND {where}",
        params.values(),
    )


def copy_rows(names: Names, to: Names, filter_: Filter) -> Statement:
    """Rows into another collection."""
    params = Parameters()
    where = where_sql(names, None, filter_, params)
    columns = ", ".join((*STORED, "created_at"))
    return Statement(
        f"INSERT INTO {to.table} ({columns}) SELECT {columns} FROM {names.table} "
        f'WHERE {where} ORDER BY id COLLATE "C" '
        f"ON CONFLICT (id, namespace) DO UPDATE SET {REPLACED}",
        params.values(),
    )


def own_indexes(names: Names) -> Statement:
    """The indexes that were named after the collection."""
    return Statement(
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE n.nspname = $1::text AND t.relname = $2::text "
        "AND starts_with(c.relname, $2::text || '_')",
        (names.schema, names.relation),
    )


def rename_index(old: Names, new: Names, index: str) -> Statement:
    """An index after the collection's new name."""
    name = quoted(new.relation + index.removeprefix(old.relation))
    return Statement(f"ALTER INDEX {quoted(old.schema)}.{quoted(index)} RENAME TO {name}")


def rename_table(old: Names, new: Names) -> Statement:
    """The table itself."""
    return Statement(f"ALTER TABLE {old.table} RENAME TO {quoted(new.relation)}")


def collections(schema: str) -> Statement:
    """What there is in a schema: one row for each table of ours."""
    return Statement(
        """
        SELECT n.nspname::text, substr(c.relname, length($2::text) + 1), t.typname::text,
          a.atttypmod, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid),
          obj_description(c.oid, 'pg_class'),
          (SELECT array_agg(i.indexrelid::regclass::text ORDER BY 1) FROM pg_index i
             JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
            WHERE i.indrelid = c.oid AND am.amname IN ('hnsw', 'ivfflat'))
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'embedding'
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE n.nspname = $1::text AND starts_with(c.relname, $2::text) AND c.relkind = 'r'
          AND obj_description(c.oid, 'pg_class') ~ '^ruvvector [0-9]+'
        ORDER BY c.relname COLLATE "C"
        """,
        (schema, PREFIX),
    )


def sample(collection: Collection, count: int) -> Statement:
    """Random rows: id and vector."""
    names = collection.names
    params = Parameters()
    where = where_sql(names, None, EVERYTHING, params)
    mine = where_sql(names, None, EVERYTHING, params, "r.")
    return Statement(
        f"WITH chosen AS MATERIALIZED (SELECT id FROM {names.table} WHERE {where} "
        f"ORDER BY random() LIMIT {count:d}) "
        f"SELECT r.id, {collection.facts.sent('r.embedding')} "
        f"FROM chosen JOIN {names.table} AS r ON r.id = chosen.id AND {mine}",
        params.values(),
    )


def sample_into(names: Names, to: Names, count: int) -> Statement:
    """Random rows into another table, vectors and ids only."""
    params = Parameters(names.namespace)
    where = where_sql(names, None, EVERYTHING, params)
    return Statement(
        f"INSERT INTO {to.table} (namespace, id, content, embedding, content_hash) "
        f"SELECT $1::text, id, '', embedding, '' FROM {names.table} WHERE {where} "
        f"ORDER BY random() LIMIT {count:d}",
        params.values(),
    )


def sizes(names: Names) -> Statement:
    """Rows in all namespaces, and bytes of the table without its indexes."""
    return Statement(
        f"SELECT count(*), pg_table_size($1::text::regclass) FROM {names.table}", (names.table,)
    )


def relation_bytes(relation: str) -> Statement:
    """How large an index of the session's own is."""
    return Statement(
        "SELECT pg_relation_size(('pg_temp.' || $1::text)::regclass)", (quoted(relation),)
    )
