"""Pairs of rows that say nearly the same."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from functools import partial

import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import nearest
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.found import Pair
from hf_integrations.ruvvector.scanning import page
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.searching import check_count, check_score
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.work import Operation, fetch

AT_ONCE = 200  # rows whose neighbours are asked for in one statement
Pairs = dict[tuple[str, str], Pair]


def near_duplicates(
    state: State,
    min_score: float = 0.95,
    *,
    filter: FilterLike = None,
    neighbours: int = 10,
    limit: int = 10_000,
) -> Operation[list[Pair]]:
    """Pairs of rows whose vectors score at least so much beside each other, the nearest first.

    Each row is searched for, so this takes about as long as one search for each row: with an
    index a minute for 30,000 rows. Batches of rows are read one after another, and nothing is
    held on the server between them.

    Args:
        min_score: by the collection's metric; with cosine 1 is the same direction.
        filter: which rows are compared, with each other.
        neighbours: how many are looked at beside each row, at most 999. A row with more near
            duplicates than this is still paired with the nearest of them.
        limit: at most so many pairs, the nearest.
    """
    check_score(min_score)
    check_count("neighbours", neighbours)
    check_count("limit", limit)
    if neighbours > MAX_EF_SEARCH - 1:
        raise ValidationError(f"neighbours is at most {MAX_EF_SEARCH - 1}")
    # One more, because each row is its own nearest neighbour.
    query = Query(
        np.zeros(1, np.float32), neighbours + 1, Filter.of(filter), False, state.ef_search
    )
    nothing: list[Pair] = []
    found = yield from with_collection(state, partial(_pairs, query, min_score), nothing)
    return found[:limit]


def _pairs(query: Query, min_score: float, collection: Collection) -> Operation[list[Pair]]:
    pairs: Pairs = {}
    way = nearest.ways(collection, query)[0]
    after: str | None = None
    while True:
        rows = yield from fetch(page(collection, query.filter, after, AT_ONCE, True))
        if not rows:
            break
        after = rows[-1][0]
        vectors = np.array([collection.facts.type.numbers(row[-1]) for row in rows])
        near = yield from fetch(nearest.nearest_each(collection, query, vectors, way))
        for place, other, *_, distance in near:
            name = rows[place - 1][0]
            score = collection.metric.score(distance)
            if name != other and score >= min_score:
                first, second = sorted((name, other))
                pairs[first, second] = Pair(first, second, score, distance)
    return sorted(pairs.values(), key=lambda pair: (-pair.score, pair.first, pair.second))
