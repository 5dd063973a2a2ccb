"""Whether the rows that pass a filter are compared one by one, or looked for by the index.

The planner would decide by statistics that know little about JSON: a filter that one row in a
hundred passes may take twenty times as long when it is wrong. So the store looks at a sample of the
table's pages itself, and remembers what it saw: for what passes rarely all rows are compared, and
what passes often is read in the order of the index, with the filter out of the planner's sight.
"""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TypeAlias

from hf_integrations.ruvvector.conditions import Parameters, condition_sql, served
from hf_integrations.ruvvector.nearest import Way, ways
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, Query, where_sql
from hf_integrations.ruvvector.textual import literal
from hf_integrations.ruvvector.work import Operation, Statement, fetch

SPARE = 1.7  # what is read at once is to have 17 rows that pass for k = 10
WIDTHS = 10  # read are multiples of it, so that much the same statement is not prepared anew
COMPARED = 12  # rows found by the index for filters that are compared in the time of one step
SCANNED = 0.3  # of such a row is the cost of one in a scan of the whole table
FURTHEST = 15_000  # steps; after 20,000 rows pgvector reads on no more
LEAST_PAGES, MOST_PAGES = 64, 512  # in the sample; a two hundredth of the table between these
KEPT_SECONDS, KEPT = 300.0, 256  # how long, and how many filters, are remembered


Attempt: TypeAlias = tuple[Way, Query]


def ways_for(collection: Collection, query: Query) -> Operation[list[Attempt]]:
    """The ways to try one after another, as `nearest.ways`, for this filter in this table.

    Where k rows will have passed in what is read at once, that is enough; else the index is read on
    until they have. A pgvector that cannot do so reads more widely than the caller's query asks.
    """
    possible = [(way, query) for way in ways(collection, query)]
    if query.filter == EVERYTHING or len(possible) == 1:
        return possible
    steps = yield from _weighed(collection, query)
    width = math.ceil(SPARE * steps / WIDTHS) * WIDTHS
    if not width:
        return possible[-1:]
    if width > query.ef_search and (collection.facts.iterates or width > MAX_EF_SEARCH):
        return possible
    wide = replace(query, ef_search=max(width, query.ef_search))
    rest = [(way, wide) for way, _ in possible if way is not Way.ONE_READ]
    return [(Way.ONE_READ, wide), *rest]


def _weighed(collection: Collection, query: Query) -> Operation[int]:
    """What `weigh` says, asked for or remembered."""
    # Equal filters may differ, as 1 and True do; they are written differently.
    kept = repr(query.filter), query.k, query.ef_search
    steps, until = collection.weighed.get(kept, (0, 0.0))
    if time.monotonic() >= until:
        ((steps,),) = yield from fetch(weigh(collection, query))
        if len(collection.weighed) >= KEPT:
            collection.weighed.clear()
        collection.weighed[kept] = steps, time.monotonic() + KEPT_SECONDS
    return steps


def weigh(collection: Collection, query: Query) -> Statement:
    """At how many rows the index looks until k of them pass; 0 to compare all that pass.

    That is where it is less work. The index looks at `ef_search` rows at least.
    """
    names, params = collection.names, Parameters()
    where = where_sql(names, None, query.filter, params)
    pages = f"pg_relation_size({literal(names.table)}::regclass) / 8192.0"
    share = f"least(1, least({MOST_PAGES}, greatest({LEAST_PAGES}, {pages} / 200)) / ({pages} + 1))"
    steps = f"{query.k:d} * n / greatest(hits, 1)"
    read = f"greatest({max(query.ef_search, query.k):d}, {steps})"
    part = served(query.filter)
    found = "true" if part is None else condition_sql(part, params)
    compared = f"least(found, {SCANNED} * n)"
    return Statement(
        f"SELECT CASE WHEN {steps} > {FURTHEST} OR {compared} <= {COMPARED} * share * {read} "
        f"THEN 0 ELSE ceil({steps}) END::int4 "
        f"FROM (SELECT {share}::float8 AS share, "
        f"count(*) FILTER (WHERE {where})::float8 AS hits, "
        f"count(*) FILTER (WHERE {found})::float8 AS found, count(*)::float8 AS n "
        f"FROM {names.table} TABLESAMPLE SYSTEM (100 * {share}) REPEATABLE (0)) AS sample",
        params.values(),
        fresh=True,
    )
