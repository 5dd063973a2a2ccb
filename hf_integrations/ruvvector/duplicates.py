"""Pairs of rows that say nearly the same."""
# ruff: noqa: A002 - `filter` is the name callers know it by
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import nearest, sql
from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.found import Pair, Results
from hf_integrations.ruvvector.pairing import near_pairs
from hf_integrations.ruvvector.rows import check_dimensions
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.searching import check_count, check_score
from hf_integrations.ruvvector.sources import Source
from hf_integrations.ruvvector.sql import Collection, Query, where_sql
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.weighing import ways_for
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Operation, Statement, Take, fetch

READ_AT_ONCE = 5_000  # rows in one answer of the server
SEARCHED_AT_ONCE = 200  # rows whose neighbours are asked for in one statement
Pairs = dict[tuple[str, str], Pair]


def near_duplicates(
    state: State,
    min_score: float = 0.95,
    *,
    filter: FilterLike = None,
    neighbours: int = 10,
    limit: int = 10_000,
    memory_mb: int = 512,
) -> Operation[Results[Pair]]:
    """Pairs of rows whose vectors score at least so much beside each other, the nearest first.

    Every pair is found: the vectors are read and compared here, some seconds for 30,000 rows and
    four times as long for twice as many. Where they would take more than `memory_mb`, each row is
    searched for on the server instead, which takes as long as so many searches, and finds what
    the index finds. Nothing is held on the server meanwhile.

    Args:
        min_score: by the collection's metric; with cosine 1 is the same direction.
        filter: which rows are compared, with each other.
        neighbours: how many are paired with one row, at most 999: of many near duplicates, each
            is paired with the nearest of those after it.
        limit: at most so many pairs, the nearest.
        memory_mb: MiB that the vectors may take here; 0 for the server's searches.
    """
    if min_score is None:
        raise ValidationError("min_score is a number")
    check_score(min_score)
    check_count("neighbours", neighbours)
    check_count("limit", limit)
    _check_memory(memory_mb)
    if neighbours > MAX_EF_SEARCH - 1:
        raise ValidationError(f"neighbours is at most {MAX_EF_SEARCH - 1}")
    # One more, because each row is its own nearest neighbour.
    query = Query(
        np.zeros(1, np.float32), neighbours + 1, Filter.of(filter), False, state.ef_search
    )
    nothing: list[Pair] = []
    use = partial(_pairs, query, min_score, limit, memory_mb * 2**20)
    return Results((yield from with_collection(state, use, nothing)))


def _check_memory(value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValidationError("memory_mb is a whole number of MiB, 0 or more")


def _pairs(
    query: Query, min_score: float, limit: int, memory: int, collection: Collection
) -> Operation[list[Pair]]:
    room = memory // (4 * collection.facts.dimensions)
    ((rows,),) = yield from fetch(sql.count(collection.names, query.filter))
    if rows > room:
        return (yield from _searched(query, min_score, limit, collection))
    names: list[str] = []
    vectors = np.zeros((rows, collection.facts.dimensions), np.float32)
    while page := (yield from _page(collection, query, names[-1] if names else None, READ_AT_ONCE)):
        for name, data in page[: rows - len(names)]:  # some may have come meanwhile
            numbers = collection.facts.type.numbers(data)
            check_dimensions(len(numbers), vectors.shape[1])
            vectors[len(names)] = numbers
            names.append(name)
        if len(names) == rows:
            break
    found = _compared(collection, names, vectors[: len(names)], min_score, query.k - 1, limit)
    # As an item of the caller's it is made in a thread, where there is an event loop.
    taken = yield Take(Source("near_duplicates", found))
    pairs: list[Pair] = taken.item
    return pairs


def _compared(
    collection: Collection,
    names: list[str],
    vectors: Float32,
    min_score: float,
    neighbours: int,
    limit: int,
) -> Iterator[list[Pair]]:
    """One item, the pairs; an iterator, so that nothing is computed before it is taken."""
    score = collection.metric.score
    best: list[Pair] = []
    for near in near_pairs(collection.metric, vectors, min_score, neighbours):
        each = zip(near.first, near.second, near.distances.tolist(), strict=True)
        for one, other, distance in each:
            first, second = sorted((names[one], names[other]))
            best.append(Pair(first, second, score(distance), distance))
        if len(best) > 2 * limit:
            best = _best(best, limit)
    yield _best(best, limit)


def _searched(
    query: Query, min_score: float, limit: int, collection: Collection
) -> Operation[list[Pair]]:
    """By a search for each row."""
    pairs: Pairs = {}
    way, query = (yield from ways_for(collection, query))[0]
    after: str | None = None
    while rows := (yield from _page(collection, query, after, SEARCHED_AT_ONCE)):
        after = rows[-1][0]
        vectors = np.array([collection.facts.type.numbers(data) for _, data in rows])
        near = yield from fetch(nearest.nearest_each(collection, query, vectors, way))
        for place, other, *_, distance in near:
            name = rows[place - 1][0]
            score = collection.metric.score(distance)
            if name != other and score >= min_score:
                first, second = sorted((name, other))
                pairs[first, second] = Pair(first, second, score, distance)
    return _best(list(pairs.values()), limit)


def _best(pairs: list[Pair], limit: int) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))[:limit]


def _page(
    collection: Collection, query: Query, after: str | None, size: int
) -> Operation[list[tuple[str, bytes]]]:
    """Id and vector of the rows after an id."""
    names, params = collection.names, Parameters()
    where = where_sql(names, None, query.filter, params)
    if after is not None:
        where += f" AND id > {params.add(after, 'text')}"
    rows = yield from fetch(
        Statement(
            f"SELECT id, {collection.facts.sent()} FROM {names.table} WHERE {where} "
            f"ORDER BY id LIMIT {size:d}",
            params.values(),
            fresh=query.filter.size() > 0,
        )
    )
    return rows
