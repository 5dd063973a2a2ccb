"""How much of what is nearest a search finds, measured against comparing every row."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hf_integrations.models.shown import things
from hf_integrations.ruvvector import collection_sql, nearest
from hf_integrations.ruvvector.arguments import number
from hf_integrations.ruvvector.rows import check_dimensions, query_matrix
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, Query
from hf_integrations.ruvvector.state import State, on_collection
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Operation, Work

MAX_SAMPLE = 10_000
Question = tuple[str | None, Float32]  # a row's id, when the vector is that row's


@dataclass(frozen=True, slots=True)
class Recall:
    """What was measured.

    Attributes:
        recall: the share of the k nearest rows that a search finds, from 0 to 1.
        worst: the same for the query that fared worst.
        queries: how many were asked.
        k: how many rows each wanted.
        ef_search: how widely the index was searched.
        index: its name; None where there is none and every search is exact.
        milliseconds: of a search, the median, as this process saw it.
        exact_milliseconds: of comparing every row.
    """

    recall: float
    worst: float
    queries: int
    k: int
    ef_search: int
    index: str | None
    milliseconds: float
    exact_milliseconds: float

    def _repr_html_(self) -> str:
        return things([self])

    def __str__(self) -> str:
        way = f"index {self.index}, ef_search {self.ef_search}" if self.index else "no index"
        return (
            f"recall@{self.k} {self.recall:.3f} (worst query {self.worst:.2f}) over "
            f"{self.queries} queries with {way}: {self.milliseconds:.1f} ms a search, "
            f"{self.exact_milliseconds:.1f} ms exact"
        )


def measure_recall(
    state: State,
    sample: int = 100,
    k: int = 10,
    *,
    queries: Any = None,
    ef_search: int | None = None,
) -> Operation[Recall | None]:
    """Search as `search` does and exactly, and compare; None for a collection without rows.

    Takes as long as `sample` exact searches.

    Args:
        sample: how many random rows to search for; the row itself does not count as found.
        k: how many neighbours, at most 100.
        queries: n × d numbers to search for instead. Real questions are harder than rows.
        ef_search: another width than the store's, to see what it would change.
    """
    width = _check(sample, k, ef_search) or state.ef_search
    given: list[Question] | None = None
    if queries is not None:
        rows = query_matrix(queries, state.metric, "queries")
        given = [(None, row) for row in rows]
    measure = partial(_measure, given, sample, k, width)
    return (yield from on_collection(state, measure, None))


def overlap(truth: Sequence[Any], found: Sequence[Any]) -> float:
    """The share of the true rows, which are (id, distance), that were found.

    A row as near as the last true one counts: which of several equals is named is chance.
    """
    if not truth:
        return 1.0
    ids, last = {row[0] for row in truth}, truth[-1][-1]
    hits = sum(1 for row in found if row[0] in ids or row[-1] <= last)
    return min(1.0, hits / len(truth))


def answers(
    collection: Collection, question: Question, k: int, ef_search: int, *, exact: bool
) -> Work[tuple[list[Any], float]]:
    """The rows found for one question, without its own, and the milliseconds this took."""
    name, vector = question
    query = Query(vector, k + (name is not None), EVERYTHING, False, ef_search)
    make = nearest.nearest_exact if exact else nearest.nearest
    statement = make(collection, query)
    start = time.perf_counter()
    rows = (yield statement).rows
    spent = (time.perf_counter() - start) * 1_000
    return [row for row in rows if row[0] != name][:k], spent


def sampled(collection: Collection, count: int) -> Work[list[Question]]:
    """Random rows with their vectors."""
    rows = (yield collection_sql.sample(collection, count)).rows
    return [(name, collection.facts.type.numbers(data)) for name, data in rows]


def _measure(
    given: list[Question] | None, sample: int, k: int, ef_search: int, collection: Collection
) -> Work[Recall | None]:
    questions = given if given is not None else (yield from sampled(collection, sample))
    if not questions:
        return None
    check_dimensions(len(questions[0][1]), collection.facts.dimensions, "queries")
    shares, times, exact_times = [], [], []
    for question in questions:
        truth, exact = yield from answers(collection, question, k, ef_search, exact=True)
        found, spent = yield from answers(collection, question, k, ef_search, exact=False)
        shares.append(overlap(truth, found))
        times.append(spent)
        exact_times.append(exact)
    index = collection.facts.index
    return Recall(
        statistics.fmean(shares), min(shares), len(questions), k, ef_search,
        index.name if index else None, statistics.median(times), statistics.median(exact_times),
    )  # fmt: skip


def _check(sample: Any, k: Any, ef_search: int | None) -> int | None:
    number("sample", sample, 1, MAX_SAMPLE)
    number("k", k, 1, 100)
    if ef_search is not None:
        number("ef_search", ef_search, 1, MAX_EF_SEARCH)
    return ef_search
