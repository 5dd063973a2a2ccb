"""Every statement about indexes, as values."""
# ruff: noqa: S608 - names are quoted by `table.py`, and numbers are numbers

from __future__ import annotations

from hf_integrations.ruvvector.indexes import Kind
from hf_integrations.ruvvector.scans import index_key
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.table import Names, quoted
from hf_integrations.ruvvector.work import Statement


def create(collection: Collection, kind: Kind, options: dict[str, int], how: str) -> Statement:
    """The index for the collection's metric; `how` is "" or "CONCURRENTLY"."""
    facts, names = collection.facts, collection.names
    operator_class = kind.operator_class(facts.type, collection.metric)
    values = ", ".join(f"{name} = {value:d}" for name, value in options.items())
    return Statement(
        f"CREATE INDEX {how} {quoted(names.index(kind, collection.metric))} ON {names.table} "
        f"USING {kind.method} ({index_key(facts, kind.precision)} "
        f"{facts.extension_schema}.{operator_class}) "
        f"WITH ({values})"
    )


def metadata_index(names: Names, how: str) -> Statement:
    """The index that serves equality and containment in filters."""
    return Statement(
        f"CREATE INDEX {how} IF NOT EXISTS {names.metadata_index()} ON {names.table} "
        "USING gin (metadata jsonb_path_ops)"
    )


def rebuild(names: Names, index: str, how: str) -> Statement:
    """Build an index anew, as it was defined."""
    return Statement(f"REINDEX INDEX {how} {quoted(names.schema)}.{quoted(index)}")


def drop(names: Names, index: str, how: str) -> Statement:
    """Drop an index; `how` is "" or "CONCURRENTLY"."""
    return Statement(f"DROP INDEX {how} IF EXISTS {quoted(names.schema)}.{quoted(index)}")


def analyze(names: Names) -> Statement:
    """Let the planner know the data, so that it can tell a rare value from a common one."""
    return Statement(f"ANALYZE {names.table}")


def count_all(names: Names) -> Statement:
    """How many rows the whole table has, in every namespace."""
    return Statement(f"SELECT count(*) FROM {names.table}")
