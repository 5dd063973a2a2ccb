"""Searching by vector: one vector or many, and how it is done in words."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import nearest, sql
from hf_integrations.ruvvector.column_types import VECTOR, vector_faults
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.found import Match, Results, in_order, matches_of
from hf_integrations.ruvvector.plans import in_words
from hf_integrations.ruvvector.reranking import Reranker, reranked, seen_by
from hf_integrations.ruvvector.rows import check_dimensions, query_matrix, query_vector
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.state import State, embedded, with_collection
from hf_integrations.ruvvector.weighing import ways_for
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Operation, fetch

MAX_K = 100_000
AT_ONCE = 1_000  # queries in one statement; more are sent in several
LOOK_AGAIN = 50  # exact searches, until another process may have made an index


def search(
    state: State,
    vector: Any,
    k: int = 10,
    filter: FilterLike = None,
    *,
    min_score: float | None = None,
    include_vectors: bool = False,
    rerank: Reranker | None = None,
    text: str | None = None,
) -> Operation[Results[Match]]:
    """The k nearest rows, best first; all that pass the filter when they are fewer.

    Args:
        vector: d numbers, or a text for the store's `embed`.
        k: how many, at most 100,000. Above 1,000 the search is exact.
        filter: a dict in the Mongo manner, or a `Filter`.
        min_score: leaves out rows with a lower score.
        include_vectors: whether each match brings its vector.
        rerank: a function from a text and n texts to n scores, greater is better; with
            AsyncRuvVectorStore also a coroutine function. It orders the 50 nearest rows, or k where
            that is more, and its scores take the place of theirs.
        text: what a reranker compares with, where `vector` is no text.

    Raises:
        ValidationError: the vector does not fit the collection, or the filter is wrong.
    """
    least = check_score(min_score)
    check_count("k", k)
    wide = seen_by(rerank, k)
    question = _question(rerank, text, vector)
    query = yield from query_for(state, vector, wide, filter, include_vectors=include_vectors)
    nothing: Results[Match] = Results()
    found = yield from with_collection(state, partial(_found, state, query), nothing)
    if rerank is not None:
        found = yield from reranked(rerank, question, found, k)
    return found if min_score is None else Results(m for m in found if m.score >= least)


def search_many(
    state: State,
    vectors: Any,
    k: int = 10,
    filter: FilterLike = None,
    *,
    min_score: float | None = None,
    include_vectors: bool = False,
) -> Operation[list[Results[Match]]]:
    """For each of n vectors, or texts, what `search` finds; n lists from one round trip.

    Args:
        vectors: n × d numbers, or n texts for the store's `embed`.
        k, filter, min_score, include_vectors: as in `search`, for each of them.
    """
    check_count("k", k)
    least = check_score(min_score)
    condition = Filter.of(filter)
    if _are_texts(vectors):
        vectors = (yield from embedded(state, vectors)) if len(vectors) else []
    array = query_matrix(vectors, state.metric)
    if not len(array):
        return []
    query = Query(array[0], k, condition, include_vectors, state.ef_search)
    nothing: list[list[Match]] = [[] for _ in array]
    use = partial(_found_each, state, query, array)
    found = yield from with_collection(state, use, nothing)
    return [Results(match for match in matches if match.score >= least) for matches in found]


def explain(state: State, vector: Any, k: int = 10, filter: FilterLike = None) -> Operation[str]:
    """How `search` would find its rows, in words, and then the server's plan."""
    query = yield from query_for(state, vector, k, filter)

    def use(collection: Collection) -> Operation[str]:
        check_query(collection, query.vector)
        way, asked = (yield from ways_for(collection, query))[0]
        plan = yield from fetch(sql.explain(nearest.nearest_by(collection, asked, way)))
        return in_words(collection, asked, [line for (line,) in plan])

    nothing = f"Collection {state.names.collection!r} does not exist yet: nothing is searched."
    return (yield from with_collection(state, use, nothing))


def nearest_rows(
    state: State, query: Query, collection: Collection
) -> Operation[list[tuple[Any, ...]]]:
    """Best first: by the index, and exactly when that finds too few or could not find enough."""
    check_query(collection, query.vector)
    look_again(state, collection)
    rows: list[tuple[Any, ...]] = []
    for way, asked in (yield from ways_for(collection, query)):
        rows = yield from fetch(nearest.nearest_by(collection, asked, way))
        if len(rows) == query.k:
            break
    return in_order(rows)


def query_for(
    state: State, vector: Any, k: int, filter_: FilterLike, *, include_vectors: bool = False
) -> Operation[Query]:
    """What the caller searches for, checked as far as this goes without the collection."""
    check_count("k", k)
    condition = Filter.of(filter_)
    if isinstance(vector, str):
        vectors = yield from embedded(state, [vector])
        vector = vectors[0]
    array = query_vector(vector, state.metric)
    check_dimensions(len(array), state.dimensions, "vector")
    return Query(array, k, condition, include_vectors, state.ef_search)


def check_query(collection: Collection, vector: Float32) -> None:
    """Refuse a vector that cannot be compared with those of the collection."""
    facts = collection.facts
    check_dimensions(len(vector), facts.dimensions, "vector")
    if facts.type is VECTOR:
        return  # it takes every number
    if faults := vector_faults(vector[np.newaxis], facts.type, collection.metric):
        raise ValidationError(f"vector cannot be searched for: {faults[0]}")


def look_again(state: State, collection: Collection) -> None:
    """Forget now and then that there is no index: another process may have made one."""
    state.exact_searches = 0 if collection.facts.indexed else state.exact_searches + 1
    if state.exact_searches >= LOOK_AGAIN:
        state.exact_searches, state.facts = 0, None


def check_count(argument: str, value: Any) -> None:
    """Refuse what is not a number of rows."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_K:
        raise ValidationError(f"{argument} is a whole number from 1 to {MAX_K}")


def check_share(argument: str, value: Any, meaning: str) -> None:
    """Refuse what is not a number from 0 to 1; `meaning` says what its ends are."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and 0 <= value <= 1):
        raise ValidationError(f"{argument} is a number from {meaning}")


def check_score(value: Any) -> float:
    """The least score that is wanted, minus infinity without one."""
    if value is None:
        return -float("inf")
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
        raise ValidationError("min_score is a number, or None for every row")
    return float(value)


def _question(rerank: Reranker | None, text: str | None, vector: Any) -> str:
    """What a reranker is asked about."""
    asked = vector if text is None else text
    if rerank is not None and not isinstance(asked, str):
        raise ValidationError("rerank needs a text to compare with; give text=…")
    return asked if isinstance(asked, str) else ""


def _found(state: State, query: Query, collection: Collection) -> Operation[Results[Match]]:
    rows = yield from nearest_rows(state, query, collection)
    return matches_of(collection, rows)


def _found_each(
    state: State, query: Query, vectors: Float32, collection: Collection
) -> Operation[list[list[Match]]]:
    check_dimensions(vectors.shape[1], collection.facts.dimensions, "vectors")
    if faults := vector_faults(vectors, collection.facts.type, collection.metric):
        raise ValidationError(f"vectors: row {min(faults)}: {faults[min(faults)]}")
    look_again(state, collection)
    found: list[list[Match]] = []
    for start in range(0, len(vectors), AT_ONCE):
        found += yield from _found_together(collection, query, vectors[start : start + AT_ONCE])
    return found


def _found_together(
    collection: Collection, query: Query, vectors: Float32
) -> Operation[list[list[Match]]]:
    found: list[list[Match]] = [[] for _ in vectors]
    short = list(range(len(vectors)))
    for way, asked in (yield from ways_for(collection, query)):
        rows = yield from fetch(nearest.nearest_each(collection, asked, vectors[short], way))
        for place, matches in zip(short, _by_place(collection, rows, len(short)), strict=True):
            found[place] = matches
        short = [place for place in short if len(found[place]) < query.k]
        if not short:
            break
    return found


def _by_place(
    collection: Collection, rows: Sequence[tuple[Any, ...]], count: int
) -> list[list[Match]]:
    places = [row[0] - 1 for row in rows]
    found: list[list[Match]] = [[] for _ in range(count)]
    for place, match in zip(places, matches_of(collection, [row[1:] for row in rows]), strict=True):
        found[place].append(match)
    return found


def _are_texts(vectors: Any) -> bool:
    if isinstance(vectors, str):
        raise ValidationError("vectors is a string; give a list, or call search")
    return isinstance(vectors, list | tuple) and any(isinstance(item, str) for item in vectors)
