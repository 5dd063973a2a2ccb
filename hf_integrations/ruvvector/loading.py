"""Loading a corpus from a generator: in bounded memory, in whole batches, index last."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import index_sql, row_sql, sql
from hf_integrations.ruvvector.arguments import listed, word
from hf_integrations.ruvvector.documents import Documents, documents_of
from hf_integrations.ruvvector.indexes import Index
from hf_integrations.ruvvector.indexing import create_index, drop_index, ensure_index
from hf_integrations.ruvvector.rows import Rows, matrix, rows_of
from hf_integrations.ruvvector.sources import Source, Taken
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import (
    DuplicateRow,
    State,
    embedded,
    known,
    on_collection,
)
from hf_integrations.ruvvector.work import Operation, Take, Together, Transact, Work
from hf_integrations.ruvvector.writing import (
    check_labels,
    check_type_of,
    store_rows,
    upsert_rows,
)

MAX_CONNECTIONS = 16
# Inserting a row into an HNSW index costs some five times its share of a build.
REBUILD_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class LoadBatch:
    """Rows for `bulk_load`, stored whole or not at all; the arguments of `add`."""

    texts: Sequence[str]
    vectors: Any = None
    metadata: Sequence[Mapping[str, Any] | None] | None = None
    ids: Sequence[str | None] | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    Attributes:
        rows: how many were stored.
        skipped: how many were there already, with the same content.
        batches: how many were taken.
        seconds: how long it took, the index included.
        index_seconds: of these, for the index.
    """

    rows: int
    skipped: int
    batches: int
    seconds: float
    index_seconds: float


Batches: TypeAlias = (
    Iterable[LoadBatch | tuple[Any, ...]] | AsyncIterable[LoadBatch | tuple[Any, ...]]
)


class Feed(Protocol):
    """Where batches come from, one after another; several workers may share it."""

    def next_batch(self) -> Operation[Taken | None]:
        """The operation that gives the next batch; None after the last."""
        ...

    def stop(self) -> None:
        """Give nothing any more."""
        ...


@dataclass(frozen=True, slots=True)
class _FromCaller:
    """The caller's iterable."""

    source: Source

    def next_batch(self) -> Operation[Taken | None]:
        taken: Taken | None = yield Take(self.source)
        return taken

    def stop(self) -> None:
        self.source.stop()


@dataclass(slots=True)
class _Load:
    """One load while it goes on; several workers share it."""

    state: State
    feed: Feed
    provider: str | None
    model: str | None
    skips: bool
    progress: Callable[[int], object] | None
    copies: bool
    rows: int = 0
    skipped: int = 0
    batches: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, stored: int, skipped: int) -> None:
        with self.lock:
            self.rows += stored
            self.skipped += skipped
            self.batches += 1
            if self.progress is not None:
                self.progress(self.rows + self.skipped)


def bulk_load(
    state: State,
    batches: Batches,
    *,
    provider: str | None = None,
    model: str | None = None,
    connections: int = 1,
    unchanged: Literal["store", "skip"] = "store",
    index: Literal["auto", "rebuild", "keep", "defer"] = "auto",
    total: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Operation[Loaded]:
    """Store a corpus batch by batch, as fast as the server takes it, and make the index last.

    No more than a batch for each connection is in memory. Each batch is a transaction: when a
    load is broken off, whole batches have been stored, and the same load completes it; with
    `unchanged="skip"` it embeds only what is missing. Into an empty collection rows go by binary
    COPY, else as `add` stores them.

    Args:
        batches: `LoadBatch`es, or tuples of texts, vectors, metadata and ids with the last left out
            at will; some thousand rows each. An asynchronous iterable for the async store.
        provider: who made the vectors.
        model: what made the vectors; covered by the content hash.
        connections: how many batches are stored at a time; two are faster where the server has
            a core for each.
        unchanged: "skip" leaves out what is there with the same content hash, before it is
            embedded. It needs ids.
        index: of a collection that has one. "keep" inserts into it, "rebuild" drops it first and
            makes it again at the end, with searches exact meanwhile; "auto" rebuilds when `total`
            is a fifth of the rows or more, and keeps otherwise. A collection without one gets it at
            the end, from `index_after` rows on; "defer" leaves that to `ensure_index()`.
        total: how many rows will come, if that is known.
        progress: told after each batch how many rows are done.

    Raises:
        ValidationError: a batch cannot be stored; it is named, and none of it was stored.
        StoreError: the database refuses. After a failure of a load that had dropped the index,
            the next load or `ensure_index()` makes it.
    """
    feed = _FromCaller(Source("batches", batches))
    return (yield from load_from(
        state, feed, provider=provider, model=model, connections=connections,
        unchanged=unchanged, index=index, total=total, progress=progress,
    ))  # fmt: skip


def load_from(
    state: State,
    feed: Feed,
    *,
    provider: str | None,
    model: str | None,
    connections: int = 1,
    unchanged: Literal["store", "skip"],
    index: Literal["auto", "rebuild", "keep", "defer"],
    total: int | None,
    progress: Callable[[int], object] | None,
) -> Operation[Loaded]:
    """What `bulk_load` does with its batches, wherever they come from."""
    _check(connections, unchanged, index, progress)
    check_labels(provider=provider, model=model)
    start = time.perf_counter()
    dropped = yield from _make_way(state, index, total)
    filled = yield from on_collection(state, _is_filled, False)
    load = _Load(state, feed, provider, model, unchanged == "skip", progress, not filled)
    if connections == 1:
        yield from _worker(load)
    else:
        yield Together([_worker(load) for _ in range(connections)])
    finished = time.perf_counter()
    yield from _complete(state, dropped, index)
    end = time.perf_counter()
    return Loaded(load.rows, load.skipped, load.batches, end - start, end - finished)


def _make_way(state: State, index: str, total: int | None) -> Operation[list[Index]]:
    """Drop the index when it is to be made again; returns what was dropped."""
    facts = yield from known(state)
    if facts is None or not facts.indexed or index in ("keep", "defer"):
        return []
    if index == "auto":
        rows = yield from on_collection(state, _count, 0)
        if total is None or total < REBUILD_SHARE * rows:
            return []
    dropped = [index for index in facts.indexes if index.valid]
    yield from drop_index(state)
    return dropped


def _complete(state: State, dropped: list[Index], index: str) -> Operation[None]:
    """Make the index; the last transaction also brings all before it to the disk."""
    built = False
    for old in dropped:
        options: dict[str, Any] = dict(old.options)
        made = yield from create_index(
            state, method=old.kind.method, precision=old.kind.precision, **options
        )
        built = built or made is not None
    if index != "defer":
        built = (yield from ensure_index(state)) or built
    if not built:  # a build has the table analyzed too
        yield from on_collection(state, _analyze, None, repeats=False)


def _worker(load: _Load) -> Operation[None]:
    """Store batches until there are no more; one failure stops all workers."""
    try:
        while (taken := (yield from load.feed.next_batch())) is not None:
            yield from _store(load, taken)
    finally:
        load.feed.stop()


def _store(load: _Load, taken: Taken) -> Operation[None]:
    try:
        batch = _batch_of(taken.item)
        documents = documents_of(batch.texts, batch.metadata, batch.ids, load.model)
        chosen = yield from _chosen(load, batch, documents)
        if chosen:
            rows = yield from _rows(load, batch, documents, chosen)
            yield from store_rows(load.state, rows, partial(_write, load))
    except ValidationError as error:
        error.message = f"batch {taken.place}: {error.message}"
        raise
    load.count(len(chosen), len(documents.ids) - len(chosen))


def _chosen(load: _Load, batch: LoadBatch, documents: Documents) -> Operation[list[int]]:
    """The rows of a batch that are to be stored."""
    places = list(range(len(documents.ids)))
    if not (load.skips and places and batch.ids is not None):
        return places

    def work(collection: Collection) -> Work[dict[str, str]]:
        return dict((yield sql.hashes(collection.names, documents.ids)).rows)

    nothing: dict[str, str] = {}
    there = yield from on_collection(load.state, work, nothing)
    pairs = zip(documents.ids, documents.hashes(), strict=True)
    return [row for row, (name, digest) in enumerate(pairs) if there.get(name) != digest]


def _rows(
    load: _Load, batch: LoadBatch, documents: Documents, chosen: list[int]
) -> Operation[Rows]:
    """Chosen rows with their vectors, checked."""
    state, vectors = load.state, batch.vectors
    part = documents
    if len(chosen) < len(documents.ids):
        part = documents.only(chosen)
        if vectors is not None:
            vectors = np.asarray(vectors)[chosen]
    source = "vectors" if vectors is not None else "what embed returned"
    if vectors is None:
        vectors = yield from embedded(state, [batch.texts[row] for row in chosen])
    array = matrix(vectors, len(chosen), state.metric, source=source)
    yield from check_type_of(state, array)
    return rows_of(part, array, provider=load.provider, model=load.model)


def _write(load: _Load, state: State, collection: Collection, rows: Rows) -> Operation[None]:
    """COPY into what was empty, upsert otherwise and where an id has come before."""
    if load.copies and not collection.facts.secured:
        try:
            yield Transact(partial(_copy, collection, rows), attempts=2)
        except DuplicateRow:
            pass
        else:
            state.filled = True
            return
    yield Transact(partial(_upsert, collection, rows), attempts=2)


def _copy(collection: Collection, rows: Rows) -> Work[None]:
    yield _unhurried()
    yield row_sql.copy_in(collection, rows)


def _upsert(collection: Collection, rows: Rows) -> Work[None]:
    yield _unhurried()
    yield from upsert_rows(collection, rows)


def _unhurried() -> Any:
    """Do not wait for the disk after each batch; the last transaction of a load does."""
    return sql.settings(synchronous_commit="off")


def _is_filled(collection: Collection) -> Work[bool]:
    filled: bool = (yield row_sql.is_filled(collection.names)).rows[0][0]
    return filled


def _count(collection: Collection) -> Work[int]:
    number: int = (yield index_sql.count_all(collection.names)).rows[0][0]
    return number


def _analyze(collection: Collection) -> Work[None]:
    yield index_sql.analyze(collection.names)


def _batch_of(item: Any) -> LoadBatch:
    if isinstance(item, tuple) and 1 <= len(item) <= 4:
        item = LoadBatch(*item)
    if isinstance(item, LoadBatch):
        return replace(item, texts=listed("texts", item.texts))
    raise ValidationError(
        f"it is a {type(item).__name__}; "
        "give a LoadBatch, or a tuple (texts, vectors, metadata, ids)"
    )


def _check(connections: Any, unchanged: str, index: str, progress: Any) -> None:
    if not isinstance(connections, int) or not 1 <= connections <= MAX_CONNECTIONS:
        raise ValidationError(f"connections is a whole number from 1 to {MAX_CONNECTIONS}")
    if progress is not None and not callable(progress):
        raise ValidationError("progress is no function; give one of the number of rows done")
    word("unchanged", unchanged, "store", "skip")
    word("index", index, "auto", "rebuild", "keep", "defer")
