"""The statements of a search by vector; each brings its settings along and leaves none behind."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH, Scan, scan
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, Query, where_sql
from hf_integrations.ruvvector.wire import Float32, field_array
from hf_integrations.ruvvector.work import Packed, Statement

KEPT_TEXTS = 64  # statements that are not written anew for each search


class Way(Enum):
    """How rows are found."""

    ONE_READ = auto()  # the index is read once, as widely as k needs
    READ_ON = auto()  # and on until k rows have passed; a tenth slower where nothing is in the way
    EXACT = auto()  # every row that passes is compared


def ways(collection: Collection, query: Query) -> list[Way]:
    """The ways to try one after another, until one finds k rows; the last finds all there are."""
    if not collection.facts.indexed or query.k > MAX_EF_SEARCH:
        return [Way.EXACT]
    first = [] if query.filter.size() or collection.names.namespace else [Way.ONE_READ]
    if collection.facts.iterates:
        first.append(Way.READ_ON)
    return [*first, Way.EXACT] if first else [Way.ONE_READ, Way.EXACT]


def nearest(collection: Collection, query: Query) -> Statement:
    """The k nearest rows, by the index where there is one; fewer, when it finds too few."""
    return nearest_by(collection, query, ways(collection, query)[0])


def nearest_exact(collection: Collection, query: Query) -> Statement:
    """The k nearest rows by comparing every row that passes the filter."""
    return nearest_by(collection, query, Way.EXACT)


def nearest_by(collection: Collection, query: Query, way: Way) -> Statement:
    """The k nearest rows, nearly in order; `found.in_order` puts them in order."""
    params = Parameters(packed(collection, query))
    if query.filter != EVERYTHING:  # one of no conditions may still pass nothing, as `$or: []`
        sql, exact = _nearest_sql(collection, query, way, params), way is Way.EXACT
        # The plan of an exact search depends on the filter's values; others are not to look at it.
        often = not exact and query.k <= MAX_EF_SEARCH
        return Statement(sql, params.values(), fresh=exact, often=often)
    kind = (way, query.k, query.ef_search, query.include_vectors)
    text = collection.texts.get(kind)
    if text is None:
        if len(collection.texts) >= KEPT_TEXTS:
            collection.texts.clear()
        text = _nearest_sql(collection, query, way, Parameters(None))
        collection.texts[kind] = text
    # Nothing but the vector and the namespace is bound, in this order.
    tenant = (collection.names.namespace,) if collection.names.namespace else ()
    return Statement(text, (*params.values(), *tenant), often=query.k <= MAX_EF_SEARCH)


def _nearest_sql(collection: Collection, query: Query, way: Way, params: Parameters) -> str:
    operand, what = f"$1::{collection.facts.vector}", _columns(collection, query)
    near = found(collection, query, what, operand, way, params)
    how = scan(collection.facts, collection.metric, operand, query.k, query.ef_search)
    if way is Way.EXACT or how.candidates == query.k:
        return near  # these are the rows; what order an index leaves to be desired costs nothing
    return f"WITH near AS MATERIALIZED ({near}) {_best(query)}"


def nearest_each(collection: Collection, query: Query, vectors: Float32, way: Way) -> Statement:
    """The k nearest rows of each of n × d vectors, after the vector's place, which begins at 1."""
    facts, what = collection.facts, _columns(collection, query)
    params = Parameters(Packed(field_array(facts.type_oid, facts.type.fields(vectors))))
    near = found(collection, query, what, "asked.vector", way, params)
    return Statement(
        "SELECT asked.place, best.* "
        f"FROM unnest($1::{facts.vector}[]) WITH ORDINALITY AS asked (vector, place) "
        f"CROSS JOIN LATERAL (WITH near AS MATERIALIZED ({near}) {_best(query)}) AS best "
        "ORDER BY asked.place, best.distance, best.id",
        params.values(),
        fresh=query.filter.size() > 0,
    )


def found(
    collection: Collection, query: Query, what: str, operand: str, way: Way, params: Parameters
) -> str:
    """A query for k rows or more in no order: `what`, and the exact distance from the operand."""
    how = scan(collection.facts, collection.metric, operand, query.k, query.ef_search)
    where = where_sql(collection.names, None, query.filter, params)
    if way is Way.EXACT:
        # `+ 0` is an expression that no index is in the order of.
        distance, order, limit = f"({how.distance}) + 0", "distance, id", query.k
    else:
        distance, order, limit = how.distance, how.order, how.candidates
        if query.filter != EVERYTHING:
            # Nothing the planner could know about: the index over vectors is what it is to take.
            where = f"CASE WHEN {where} THEN true ELSE false END"
        where = gate(_settings(how, way)) + where
    return (
        f"SELECT {what}, {distance} AS distance FROM {collection.names.table} WHERE {where} "
        f"ORDER BY {order} LIMIT {limit:d}"
    )


def gate(settings: Mapping[str, str | int]) -> str:
    """A condition that always holds, and puts settings in force for the rest of the transaction.

    A subquery without a reference to a row is evaluated once, before the first row is looked for
    ("One-Time Filter" in EXPLAIN), and so before an index scan reads its settings.
    """
    calls = [f"set_config('{name}', '{value}', true)" for name, value in settings.items()]
    return f"(SELECT {' || '.join(calls)}) IS NOT NULL AND " if calls else ""


def packed(collection: Collection, query: Query) -> Packed:
    """The query's vector as a parameter."""
    return Packed(collection.facts.type.pack(query.vector))


def _settings(how: Scan, way: Way) -> dict[str, str | int]:
    if way is Way.READ_ON:
        return how.settings
    return {name: value for name, value in how.settings.items() if "iterative" not in name}


def _best(query: Query) -> str:
    """Best first, which an index need not give; `+ 0` stops the planner from believing so."""
    return f"SELECT * FROM near ORDER BY distance + 0, id LIMIT {query.k:d}"


def _columns(collection: Collection, query: Query) -> str:
    vector = f", {collection.facts.sent()} AS vector" if query.include_vectors else ""
    return f"id, content, metadata{vector}"
