"""Whether the rows that pass a filter are compared one by one, or looked for by the index.

The planner would decide by statistics that know little about JSON: a filter that one row in a
hundred passes may take twenty times as long when it is wrong. So the store looks at a sample of the
table's pages itself, and remembers what it saw: for what passes rarely all rows are compared, and
what passes often is read in the order of the index, with the filter out of the planner's sight.
"""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

import time
from collections.abc import Hashable

from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.nearest import Way, ways
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, Query, where_sql
from hf_integrations.ruvvector.textual import literal
from hf_integrations.ruvvector.work import Operation, Statement, fetch

COMPARED = 8  # rows that are compared in the time of one step in the index
LEAST_PAGES, MOST_PAGES = 64, 512  # in the sample; a two hundredth of the table between these
KEPT_SECONDS, KEPT = 300.0, 256  # how long, and how many filters, are remembered


def ways_for(collection: Collection, query: Query) -> Operation[list[Way]]:
    """The ways to try one after another, as `nearest.ways`, for this filter in this table."""
    possible = ways(collection, query)
    if query.filter == EVERYTHING or len(possible) == 1:
        return possible
    statement = weigh(collection, query)
    kept = _kept(statement)
    rare, until = collection.weighed.get(kept, (False, 0.0))
    if time.monotonic() >= until:
        ((rare,),) = yield from fetch(statement)
        if len(collection.weighed) >= KEPT:
            collection.weighed.clear()
        collection.weighed[kept] = rare, time.monotonic() + KEPT_SECONDS
    return possible[-1:] if rare else possible


def weigh(collection: Collection, query: Query) -> Statement:
    """Whether to compare all rows that pass is less work than to find k of them by the index.

    The index looks at `ef_search` rows, or at as many as have k that pass among them.
    """
    names, params = collection.names, Parameters()
    where = where_sql(names, None, query.filter, params)
    pages = f"pg_relation_size({literal(names.table)}::regclass) / 8192.0"
    share = f"least(1, least({MOST_PAGES}, greatest({LEAST_PAGES}, {pages} / 200)) / ({pages} + 1))"
    steps = f"greatest({max(query.ef_search, query.k):d}, {query.k:d} * n / greatest(hits, 1))"
    return Statement(
        f"SELECT hits <= {COMPARED} * share * {steps} FROM (SELECT {share}::float8 AS share, "
        f"count(*) FILTER (WHERE {where})::float8 AS hits, count(*)::float8 AS n "
        f"FROM {names.table} TABLESAMPLE SYSTEM (100 * {share}) REPEATABLE (0)) AS sample",
        params.values(),
        fresh=True,
    )


def _kept(statement: Statement) -> Hashable:
    """What a filter is remembered by: its values and its SQL."""
    values = [tuple(value) if isinstance(value, list) else value for value in statement.params]
    return statement.sql, *values
