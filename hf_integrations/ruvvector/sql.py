"""Every statement that reads rows, as values; change a query here."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hf_integrations.ruvvector.conditions import Parameters, condition_sql
from hf_integrations.ruvvector.filters import And, Filter
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH as MAX_EF_SEARCH
from hf_integrations.ruvvector.table import Facts, Names
from hf_integrations.ruvvector.wire import Float32, text_array
from hf_integrations.ruvvector.work import Packed, Statement

EVERYTHING = And(())
# Any number does, as long as every process takes the same: "ruvvector" in hexadecimal, cut.
LOCK = 0x72757676656374


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that exists: its names, its metric and what the database says about it.

    Attributes:
        texts: statements that were written before and depend on nothing else, by their kind; no
            copy under another name takes them along.
        weighed: of filters, what `weighing.weigh` said, and until when that is believed.
    """

    names: Names
    metric: Metric
    facts: Facts
    texts: dict[Any, str] = field(default_factory=dict, init=False, compare=False, repr=False)
    weighed: dict[Any, tuple[int, float]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )


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
        f"set_config({params.add(name, 'text')}, {params.add(str(value), 'text')}, true)"
        for name, value in values.items()
    ]
    return Statement(f"SELECT {', '.join(calls)}", params.values())


def lock() -> Statement:
    """Wait until no other process changes the shape of a collection; held to the end."""
    return Statement("SELECT pg_advisory_xact_lock($1::bigint)", (LOCK,))


def explain(statement: Statement) -> Statement:
    """How the server would run a statement."""
    return Statement(f"EXPLAIN (COSTS off) {statement.sql}", statement.params)


def get(
    collection: Collection, ids: list[str] | None, filter_: Filter, limit: int | None, vectors: bool
) -> Statement:
    """Rows by id, by filter or both, in the order of ids."""
    params = Parameters()
    where = where_sql(collection.names, ids, filter_, params)
    vector = collection.facts.sent() if vectors else "NULL"
    end = "" if limit is None else f" LIMIT {limit:d}"
    return Statement(
        "SELECT id, content, metadata, provider, model, content_hash, created_at, "
        f"{vector} FROM {collection.names.table} WHERE {where} ORDER BY id{end}",
        params.values(),
    )


def hashes(names: Names, ids: list[str]) -> Statement:
    """Id and content hash of the rows that are there."""
    params = Parameters()
    where = where_sql(names, ids, EVERYTHING, params)
    return Statement(f"SELECT id, content_hash FROM {names.table} WHERE {where}", params.values())


def count(names: Names, filter_: Filter) -> Statement:
    """How many rows pass."""
    params = Parameters()
    where = where_sql(names, None, filter_, params)
    return Statement(f"SELECT count(*) FROM {names.table} WHERE {where}", params.values())


def has_rows(names: Names, number: int) -> Statement:
    """Whether the table has at least so many rows, looking at no more than these."""
    return Statement(
        f"SELECT count(*) >= $1::bigint FROM (SELECT FROM {names.table} LIMIT $1::bigint) AS first",
        (number,),
    )


def where_sql(
    names: Names, ids: list[str] | None, filter_: Filter, params: Parameters, row: str = ""
) -> str:
    """The condition that every statement about rows has: the namespace, then ids and filter.

    Rows without a namespace are most of their table as a rule, so nothing is gained by finding
    them with an index: the collation keeps the planner from weighing one.

    Args:
        row: the table's alias with a dot after it, where a statement names several.
    """
    if names.namespace:
        parts = [f"{row}namespace = {params.add(names.namespace, 'text')}"]
    else:
        parts = [f"{row}namespace COLLATE \"C\" = ''"]
    if ids is not None:
        parts.append(f"{row}id = ANY({params.add(Packed(text_array(ids)), 'text[]')})")
    if filter_ != EVERYTHING:
        parts.append(condition_sql(filter_, params))
    return " AND ".join(parts)
