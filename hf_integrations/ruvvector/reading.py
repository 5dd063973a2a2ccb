"""Getting rows by id and by filter. Nothing is left behind: no table, no setting."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Sequence

from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.documents import id_list
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.found import Record, Results, record_of
from hf_integrations.ruvvector.searching import check_count
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.work import Operation, fetch


def get(
    state: State,
    ids: Sequence[str] | None = None,
    *,
    filter: FilterLike = None,
    limit: int | None = None,
    include_vectors: bool = False,
) -> Operation[Results[Record]]:
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

    def use(collection: Collection) -> Operation[list[Record]]:
        rows = yield from fetch(sql.get(collection, names, condition, limit, include_vectors))
        return [record_of(collection, row) for row in rows]

    nothing: list[Record] = []
    records = yield from with_collection(state, use, nothing)
    if names is None:
        return Results(records)
    found = {record.id: record for record in records}
    return Results(found[name] for name in dict.fromkeys(names) if name in found)


def hashes(state: State, ids: Sequence[str]) -> Operation[dict[str, str]]:
    """The content hash of each of these rows that is there, by id; see `content_hash`."""
    names = id_list(ids)

    def use(collection: Collection) -> Operation[dict[str, str]]:
        return dict((yield from fetch(sql.hashes(collection.names, names))))

    nothing: dict[str, str] = {}
    return (yield from with_collection(state, use, nothing))


def count(state: State, filter: FilterLike = None) -> Operation[int]:
    """How many rows there are, or pass the filter."""
    condition = Filter.of(filter)

    def use(collection: Collection) -> Operation[int]:
        rows = yield from fetch(sql.count(collection.names, condition))
        number: int = rows[0][0]
        return number

    return (yield from with_collection(state, use, 0))
