"""What the store's reading methods do. Nothing is left behind: no table, no setting."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.indexing import is_indexed
from hf_integrations.ruvvector.plans import in_words
from hf_integrations.ruvvector.rows import check_dimensions, id_list, query_vector
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.state import State, embedded, on_collection
from hf_integrations.ruvvector.wire import Float32, unpack_vector
from hf_integrations.ruvvector.work import Operation, Statement, Work

MAX_K = 100_000


@dataclass(frozen=True, slots=True)
class Match:
    """A row that was found by its vector.

    Attributes:
        distance: as pgvector's operator gives it; smaller is nearer.
        score: greater is nearer; see docs/ruvvector.md for each metric.
        vector: d numbers, when they were asked for.
    """

    id: str
    text: str
    metadata: dict[str, Any]
    score: float
    distance: float
    vector: Float32 | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it is stored."""

    id: str
    text: str
    metadata: dict[str, Any]
    provider: str | None
    model: str | None
    content_hash: str
    created_at: datetime
    vector: Float32 | None = field(default=None, repr=False, compare=False)


def search(
    state: State,
    vector: Any,
    k: int = 10,
    filter: FilterLike = None,
    *,
    include_vectors: bool = False,
) -> Operation[list[Match]]:
    """The k nearest rows, best first; all that pass the filter when they are fewer.

    Args:
        vector: d numbers, or a text for the store's `embed`.
        k: how many, at most 100,000. Above 1,000 the search is exact.
        filter: a dict in the Mongo manner, or a `Filter`.
        include_vectors: whether each match brings its vector.

    Raises:
        ValidationError: the vector does not fit the collection, or the filter is wrong.
    """
    query = yield from _query(state, vector, k, filter, include_vectors)

    def work(collection: Collection) -> Work[list[Match]]:
        check_dimensions(len(query.vector), collection.facts.dimensions, "vector")
        rows = yield from _nearest(collection, query)
        return [_match(state, row) for row in rows]

    nothing: list[Match] = []
    return (yield from on_collection(state, work, nothing))


def explain(state: State, vector: Any, k: int = 10, filter: FilterLike = None) -> Operation[str]:
    """How `search` would find its rows, in words, and then the server's plan."""
    query = yield from _query(state, vector, k, filter, False)

    def work(collection: Collection) -> Work[str]:
        check_dimensions(len(query.vector), collection.facts.dimensions, "vector")
        if query.k <= sql.MAX_EF_SEARCH:
            yield sql.search_settings(collection, query)
        statement = _first_statement(collection, query)
        plan = yield sql.explain(statement)
        return in_words(collection, query, [line for (line,) in plan.rows])

    nothing = f"Collection {state.names.collection!r} does not exist yet: nothing is searched."
    return (yield from on_collection(state, work, nothing))


def get(
    state: State,
    ids: Sequence[str] | None = None,
    *,
    filter: FilterLike = None,
    limit: int | None = None,
    include_vectors: bool = False,
) -> Operation[list[Record]]:
    """Rows by id, by filter, or those that fit both.

    Args:
        ids: which rows; unknown ids are left out, the order is kept. None: any.
        filter: a dict in the Mongo manner, or a `Filter`.
        limit: at most so many, in the order of their ids.
        include_vectors: whether each record brings its vector.
    """
    condition = Filter.of(filter)
    names = None if ids is None else id_list(ids)
    if limit is not None:
        check_count("limit", limit)

    def work(collection: Collection) -> Work[list[Record]]:
        statement = sql.get(collection, names, condition, limit, include_vectors)
        return [_record(row) for row in (yield statement).rows]

    nothing: list[Record] = []
    records = yield from on_collection(state, work, nothing)
    if names is None:
        return records
    found = {record.id: record for record in records}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def hashes(state: State, ids: Sequence[str]) -> Operation[dict[str, str]]:
    """The content hash of each of these rows that is there, by id; see `content_hash`."""
    names = id_list(ids)

    def work(collection: Collection) -> Work[dict[str, str]]:
        return dict((yield sql.hashes(collection.names, names)).rows)

    nothing: dict[str, str] = {}
    return (yield from on_collection(state, work, nothing))


def count(state: State, filter: FilterLike = None) -> Operation[int]:
    """How many rows there are, or pass the filter."""
    condition = Filter.of(filter)

    def work(collection: Collection) -> Work[int]:
        number: int = (yield sql.count(collection.names, condition)).rows[0][0]
        return number

    return (yield from on_collection(state, work, 0))


def check_count(argument: str, value: Any) -> None:
    """Refuse what is not a number of rows."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_K:
        raise ValidationError(f"{argument} is a whole number from 1 to {MAX_K}")


def _query(
    state: State, vector: Any, k: int, filter_: FilterLike, include_vectors: bool
) -> Operation[Query]:
    check_count("k", k)
    condition = Filter.of(filter_)
    if isinstance(vector, str):
        vectors = yield from embedded(state, [vector])
        vector = vectors[0]
    array = query_vector(vector, state.metric)
    check_dimensions(len(array), state.dimensions, "vector")
    return Query(array, k, condition, include_vectors, state.ef_search)


def _nearest(collection: Collection, query: Query) -> Work[list[tuple[Any, ...]]]:
    """By the index, and exactly when that finds too few or could not find enough."""
    if query.k <= sql.MAX_EF_SEARCH:
        yield sql.search_settings(collection, query)
        rows = (yield sql.nearest(collection, query)).rows
        if len(rows) == query.k or not (yield from is_indexed(collection)):
            return rows
    return (yield sql.nearest_exact(collection, query)).rows


def _first_statement(collection: Collection, query: Query) -> Statement:
    if query.k <= sql.MAX_EF_SEARCH:
        return sql.nearest(collection, query)
    return sql.nearest_exact(collection, query)


def _match(state: State, row: tuple[Any, ...]) -> Match:
    name, text, metadata, *vector, distance = row
    return Match(
        name,
        text,
        metadata,
        state.metric.score(distance),
        distance,
        unpack_vector(vector[0]) if vector else None,
    )


def _record(row: tuple[Any, ...]) -> Record:
    *stored, vector = row
    columns: list[Any] = [*stored, None if vector is None else unpack_vector(vector)]
    return Record(*columns)
