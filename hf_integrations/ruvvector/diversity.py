"""Matches that are near the question and unlike each other.

Maximal marginal relevance: Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking
for Reordering Documents and Producing Summaries" (1998).
"""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from hf_integrations.ruvvector.filters import FilterLike
from hf_integrations.ruvvector.found import Match, Results, matches_of
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.searching import check_count, check_share, nearest_rows, query_for
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Operation

Float64 = npt.NDArray[np.float64]


def diverse_search(
    state: State,
    vector: Any,
    k: int = 10,
    filter: FilterLike = None,
    *,
    diversity: float = 0.5,
    candidates: int = 50,
    include_vectors: bool = False,
) -> Operation[Results[Match]]:
    """Of the rows nearest to a vector, k that are unlike each other; the nearest comes first.

    Each further row is the one with the greatest (1 - diversity) × score - diversity × its score
    beside the most alike of those before it, both by the collection's metric.

    Args:
        vector: d numbers, or a text for the store's `embed`.
        k: how many.
        filter: a dict in the Mongo manner, or a `Filter`.
        diversity: from 0, which is `search`, to 1, as different as can be.
        candidates: how many rows they are chosen from, at least k.
        include_vectors: whether each match brings its vector.
    """
    check_count("k", k)
    check_count("candidates", candidates)
    check_share("diversity", diversity, "0, as in search, to 1")
    wide = max(candidates, k)
    query = yield from query_for(state, vector, wide, filter, include_vectors=True)
    nothing: list[Match] = []
    found = yield from with_collection(state, partial(_candidates, state, query), nothing)
    vectors = [match.vector for match in found if match.vector is not None]
    chosen = [found[row] for row in choose(state.metric, query.vector, vectors, k, diversity)]
    return Results(chosen if include_vectors else [replace(m, vector=None) for m in chosen])


def choose(
    metric: Metric, question: Float32, vectors: Sequence[Float32], k: int, diversity: float
) -> list[int]:
    """Which of n vectors to take, in order; the same for the same vectors each time."""
    if not vectors:
        return []
    rows = np.asarray(vectors, np.float64)
    relevance = (1 - diversity) * _scores(metric, rows, question.astype(np.float64))
    alike = np.full(len(rows), -np.inf)
    chosen = [int(np.argmax(_scores(metric, rows, question.astype(np.float64))))]
    while len(chosen) < min(k, len(rows)):
        alike = np.maximum(alike, _scores(metric, rows, rows[chosen[-1]]))
        value = relevance - diversity * alike
        value[chosen] = -np.inf
        chosen.append(int(np.argmax(value)))
    return chosen


def distances(metric: Metric, rows: Float64, one: Float64) -> Float64:
    """What pgvector's operators compute, between n × d numbers and d."""
    match metric.name:
        case "cosine":
            lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(one)
            return np.asarray(1 - rows @ one / lengths)
        case "inner_product":
            return np.asarray(-(rows @ one))
        case "l2":
            return np.asarray(np.linalg.norm(rows - one, axis=1))
        case "jaccard":
            both, either = np.minimum(rows, one).sum(axis=1), np.maximum(rows, one).sum(axis=1)
            return np.asarray(1 - both / np.maximum(either, 1))
    return np.asarray(np.abs(rows - one).sum(axis=1))  # L1, and Hamming of bits


def _scores(metric: Metric, rows: Float64, one: Float64) -> Float64:
    return np.array([metric.score(float(distance)) for distance in distances(metric, rows, one)])


def _candidates(state: State, query: Query, collection: Collection) -> Operation[list[Match]]:
    rows = yield from nearest_rows(state, query, collection)
    return matches_of(collection, rows)
