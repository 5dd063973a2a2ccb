"""What the store's writing methods do."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import row_sql, sql, textual
from hf_integrations.ruvvector.arguments import listed, word
from hf_integrations.ruvvector.column_types import type_for, vector_faults
from hf_integrations.ruvvector.documents import documents_of, id_list, refuse
from hf_integrations.ruvvector.embedding import check_embed, made_by
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.indexing import ensure_index
from hf_integrations.ruvvector.rows import Rows, matrix, rows_of
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import (
    DuplicateRow,
    EmbedFunction,
    StaleCollection,
    State,
    embedded,
    known,
    made_collection,
    on_collection,
)
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import InTurn, Operation, Transact, Work


def add(
    state: State,
    texts: Sequence[str],
    vectors: Any = None,
    *,
    embed: EmbedFunction | None = None,
    metadata: Sequence[Mapping[str, Any] | None] | None = None,
    ids: Sequence[str | None] | None = None,
    provider: str | None = None,
    model: str | None = None,
    index: Literal["auto", "defer"] = "auto",
) -> Operation[list[str]]:
    """Store texts with their vectors; a row whose id is there takes the new content.

    Everything is checked first, then stored in one transaction: all of it or nothing. The table
    is made when it is not there, and its index once it has `index_after` rows.

    Args:
        texts: n strings.
        vectors: n × d numbers, stored as float32; left out, `embed` makes them.
        embed: turns n strings into n × d numbers; left out, the store's own.
        metadata: n dicts of JSON values, or None for none.
        ids: n ids of at most 2,000 bytes; None makes one (a random UUID). Of equal ids in one
            call the last wins.
        provider: who made the vectors; kept with each row.
        model: what made the vectors; kept with each row and covered by its content hash.
        index: "defer" leaves the index to a later `ensure_index()`, for a load in many calls.

    Returns:
        n ids, in the order of the texts.

    Raises:
        ValidationError: something cannot be stored; `failed` has each fault by index.
        StoreError: the database refuses.
    """
    check_embed(embed, vectors)
    check_labels(provider=provider, model=model)
    word("index", index, "auto", "defer")
    texts = listed("texts", texts)
    documents = documents_of(texts, metadata, ids, model)
    source = "vectors" if vectors is not None else "what embed returned"
    if vectors is None and documents.ids:
        vectors = yield from embedded(state, texts) if embed is None else made_by(embed, texts)
    array = matrix(
        [] if vectors is None else vectors, len(documents.ids), state.metric, source=source
    )
    if documents.ids:
        yield from check_type_of(state, array)
        yield from store_rows(state, rows_of(documents, array, provider=provider, model=model))
        if index == "auto":
            yield from ensure_index(state)
    return documents.ids


def delete(
    state: State, ids: Sequence[str] | None = None, filter: FilterLike = None
) -> Operation[int]:
    """Delete rows by id, by filter, or those that fit both; returns how many there were.

    It is begun once more when the connection turns out to be lost.

    Raises:
        ValidationError: neither was given, or a filter without a condition.
    """
    condition = Filter.of(filter)
    names = None if ids is None else id_list(ids)
    if names is None and not condition.size():
        raise ValidationError("delete needs ids or a filter; delete_all() deletes every row")
    return (yield from on_collection(state, counted(_deletion(names, condition)), 0))


def delete_all(state: State) -> Operation[int]:
    """Delete every row, and keep the table and its index; returns how many there were.

    It is begun once more when the connection turns out to be lost.
    """
    return (yield from on_collection(state, counted(_deletion(None, sql.EVERYTHING)), 0))


Counting: TypeAlias = Callable[[Collection], Work[int]]


def counted(work: Counting) -> Counting:
    """A work that counts the rows it finds, and may be done twice.

    A connection can be lost when all was stored and only the server's word for it is missing. Then
    the second time finds fewer rows, or none; there were as many as the first time found.
    """
    most = 0

    def once_or_twice(collection: Collection) -> Work[int]:
        nonlocal most
        most = max(most, (yield from work(collection)))
        return most

    return once_or_twice


def _deletion(ids: list[str] | None, condition: Filter) -> Counting:
    def work(collection: Collection) -> Work[int]:
        return (yield row_sql.delete(collection.names, ids, condition)).count

    return work


def drop(state: State) -> Operation[None]:
    """Drop the collection: table, rows and indexes. Without one nothing happens.

    While other namespaces have rows in the table, only those of this one are removed.
    """

    def work(collection: Collection) -> Work[None]:
        names = collection.names
        yield sql.lock()
        yield row_sql.lock_table(names)
        if (yield row_sql.others_have_rows(names)).rows[0][0]:
            yield row_sql.delete(names, None, sql.EVERYTHING)
        else:
            yield from textual.removal(names)
            yield row_sql.drop(names)

    yield from on_collection(state, work, None, repeats=False)
    state.facts = state.words = None


def check_type_of(state: State, vectors: Float32) -> Operation[None]:
    """Refuse vectors that the type of the collection cannot hold, by item."""
    facts = yield from known(state)
    width = vectors.shape[1]
    column = facts.type if facts else type_for(state.type, state.metric, width)
    faults = vector_faults(vectors, column, state.metric)
    refuse({row: f"its vector: {fault}" for row, fault in faults.items()}, len(vectors))


Way: TypeAlias = Callable[[State, Collection, Rows], Operation[None]]


def store_rows(state: State, rows: Rows, way: Way | None = None) -> Operation[None]:
    """Write rows, into the collection as it is now; `way` has another manner than `add`."""
    way = way or _write
    for last in (False, True):
        facts = yield from made_collection(state, rows.vectors.shape[1])
        collection = state.collection(facts)
        try:
            return (yield from way(state, collection, rows))
        except StaleCollection as error:
            state.facts = None
            if last:
                raise StoreError(
                    f"table {state.names.table} changed twice while it was written to"
                ) from error


def _write(state: State, collection: Collection, rows: Rows) -> Operation[None]:
    """Binary COPY into an empty collection, upsert otherwise; each in a transaction of its own.

    Both may be begun twice: the rows have their ids by now, and storing them again changes
    nothing. COPY is not to be had under row-level security.
    """
    if not (state.filled or collection.facts.secured):
        try:
            stored = yield Transact(partial(_fill, collection, rows), attempts=2)
        except DuplicateRow:  # another writer of the same ids was faster
            stored = False
        state.filled = True
        if stored:
            return
    yield Transact(partial(upsert_rows, collection, rows), attempts=2)


def _fill(collection: Collection, rows: Rows) -> Work[bool]:
    """COPY the rows into the collection if it is empty; whether it was."""
    if (yield row_sql.is_filled(collection.names)).rows[0][0]:
        return False
    yield row_sql.copy_in(collection, rows)
    return True


def upsert_rows(collection: Collection, rows: Rows) -> Work[None]:
    """Store rows; those whose ids are there take the new content."""
    batches = list(rows.batches())
    statements = (row_sql.upsert(collection, rows, batch) for batch in batches)
    yield next(statements) if len(batches) == 1 else InTurn(statements)


def check_labels(**labels: str | None) -> None:
    """Refuse what cannot be kept beside a row."""
    for name, value in labels.items():
        if value is not None and not isinstance(value, str):
            raise ValidationError(f"{name} is a {type(value).__name__}; give a string")
        if value is not None and (fault := text_fault(value)):
            raise ValidationError(f"{name} {fault}")
