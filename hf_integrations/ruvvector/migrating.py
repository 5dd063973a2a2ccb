"""Taking over what other packages have stored: their rows, into a collection of this store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import peer_tables
from hf_integrations.ruvvector.arguments import named, word
from hf_integrations.ruvvector.column_types import TYPES
from hf_integrations.ruvvector.documents import document_faults
from hf_integrations.ruvvector.loading import LoadBatch, load_from
from hf_integrations.ruvvector.peer_tables import LEGACY, PeerTable
from hf_integrations.ruvvector.rows import vector_faults
from hf_integrations.ruvvector.shown import Results
from hf_integrations.ruvvector.sources import Taken
from hf_integrations.ruvvector.state import State, known
from hf_integrations.ruvvector.work import Operation, fetch

PAGE_ROWS = 1_000
NAMED = 100  # rows left out whose reasons are kept
BadRows = Literal["leave_out", "refuse"]


class Migratable(msgspec.Struct, frozen=True):
    """What another package has stored.

    Attributes:
        schema, table, collection: what `migrate_from` is to be given; only tables of the first
            langchain-postgres have collections.
        made_by: the package, as far as its columns tell.
        rows: as the server last estimated.
    """

    schema: str
    table: str
    collection: str | None
    made_by: str
    rows: int


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did.

    Attributes:
        made_by: the package whose table it was, as far as its columns tell.
        rows: how many were stored; of rows with one id the last wins, and each counts.
        skipped: how many were there already, with the same content.
        left_out: how many cannot be stored.
        reasons: why, by id, for the first hundred of these.
        seconds: how long it took, the index included.
    """

    made_by: str
    rows: int
    skipped: int
    left_out: int
    reasons: Mapping[str, str]
    seconds: float


def migratable(state: State, schema: str | None = None) -> Operation[Results[Migratable]]:
    """The tables of a schema that have vectors and were made by something else.

    Args:
        schema: by default the store's.
    """
    where = schema or state.names.schema
    named("schema", where)
    found: Results[Migratable] = Results()
    for table, rows, columns in (yield from fetch(peer_tables.candidates(where))):
        package = peer_tables.made_by(columns)
        if package != LEGACY:
            found.append(Migratable(where, table, None, package, rows))
            continue
        for name, count in (yield from fetch(peer_tables.groups(where))):
            found.append(Migratable(where, table, name, package, count))
    return found


def migrate_from(
    state: State,
    table: str,
    *,
    schema: str | None = None,
    collection: str | None = None,
    columns: Mapping[str, str] | None = None,
    bad_rows: BadRows = "leave_out",
    provider: str | None = None,
    model: str | None = None,
    unchanged: Literal["store", "skip"] = "store",
    index: Literal["auto", "rebuild", "keep", "defer"] = "auto",
    progress: Callable[[int], object] | None = None,
) -> Operation[Migrated]:
    """Copy the rows of a table that another package made into this store's collection.

    Tables of langchain-postgres (both kinds), LlamaIndex and vecs are known by their columns; of
    others `columns` says what is what. The other table stays as it is. Ids, texts, metadata and
    vectors are kept, and columns beside them become keys of the metadata. Rows go in whole
    batches, in bounded memory, and the index is made last; a migration that was broken off is
    completed by the same call, with `unchanged="skip"` without writing again what is there.

    Args:
        table: its name, such as "langchain_pg_embedding" or "data_recipes".
        schema: where it is; by default the store's.
        collection: which collection of a "langchain_pg_embedding", where it has several.
        columns: which of its columns is the "id", "text", "metadata" and "vector".
        bad_rows: what cannot be stored is left out and counted, or refused before the rest of its
            batch: rows without a vector or with another number of dimensions, vectors of length
            0 where the metric needs one, NUL characters.
        provider, model: who and what made the vectors.
        unchanged, index, progress: as in `bulk_load`.

    Raises:
        StoreError: there is no such table, or none with vectors.
        ValidationError: it has to be said which collection or which columns; a row is refused.
    """
    word("bad_rows", bad_rows, "leave_out", "refuse")
    named("table", table)
    named("schema", schema or state.names.schema)
    if columns is not None and not isinstance(columns, Mapping):
        raise ValidationError("columns is a dict from role to column, such as {'id': 'key'}")
    peer = yield from _understood(state, table, schema, dict(columns or {}), collection)
    counted = yield from fetch(peer_tables.counts(peer))
    yield from known(state)
    dimensions = state.facts.dimensions if state.facts else state.dimensions
    whole = next((size for size, _ in counted if size is not None), None)
    pages = _Pages(state, peer, dimensions or whole or 0, bad_rows == "refuse")
    loaded = yield from load_from(
        state, pages, provider=provider, model=model, unchanged=unchanged, index=index,
        total=sum(count for _, count in counted), progress=progress,
    )  # fmt: skip
    return Migrated(
        peer.made_by, loaded.rows, loaded.skipped, pages.left_out, pages.reasons, loaded.seconds
    )


@dataclass(slots=True)
class _Pages:
    """The other table, batch by batch, as `bulk_load` takes them."""

    state: State
    table: PeerTable
    dimensions: int
    strict: bool
    left_out: int = 0
    reasons: dict[str, str] = field(default_factory=dict)
    taken: int = 0
    after: str | None = None

    def next_batch(self) -> Operation[Taken | None]:
        """The rows after those before; None when there are no more."""
        rows = yield from fetch(peer_tables.page(self.table, self.after, PAGE_ROWS))
        if not rows:
            return None
        self.after = rows[-1][0]
        self.taken += 1
        return Taken(self.taken - 1, self._batch(rows))

    def stop(self) -> None:
        """Nothing goes on between two pages."""

    def _batch(self, rows: Sequence[tuple[Any, ...]]) -> LoadBatch:
        ids = [row[1] for row in rows]
        texts = [row[2] or "" for row in rows]
        metadata = [_metadata(row[3], row[4]) for row in rows]
        vectors, faults = self._vectors([row[5] for row in rows])
        faults |= vector_faults(vectors, self.state.metric)
        faults |= document_faults(texts, metadata, ids)
        for row, fault in sorted(faults.items()):
            if self.strict:
                raise ValidationError(f"row {ids[row]!r:.80}: {fault}")
            self.left_out += 1
            if len(self.reasons) < NAMED:
                self.reasons[ids[row]] = fault
        kept = [row for row in range(len(rows)) if row not in faults]
        return LoadBatch(
            [texts[row] for row in kept],
            vectors[kept],
            [metadata[row] for row in kept],
            [ids[row] for row in kept],
        )

    def _vectors(self, packed: Sequence[bytes | None]) -> tuple[Any, dict[int, str]]:
        numbers = TYPES[self.table.vector.type].numbers
        vectors = np.ones((len(packed), max(self.dimensions, 1)), np.float32)
        faults: dict[int, str] = {}
        for row, data in enumerate(packed):
            vector = None if data is None else numbers(data)
            if vector is None:
                faults[row] = "it has no vector"
            elif len(vector) != self.dimensions:
                faults[row] = f"its vector has {len(vector)} dimensions, not {self.dimensions}"
            else:
                vectors[row] = vector
        return vectors, faults


def _understood(
    state: State,
    table: str,
    schema: str | None,
    columns: Mapping[str, str],
    collection: str | None,
) -> Operation[PeerTable]:
    where = schema or state.names.schema
    if (where, table) == (state.names.schema, state.names.relation):
        raise ValidationError("a collection cannot be migrated into itself; give another table")
    described = yield from fetch(peer_tables.describe(where, table))
    peer = peer_tables.understood(where, table, described, columns, collection)
    if peer.made_by != LEGACY:
        if collection is not None:
            raise ValidationError(f"{peer.sql} has no collections; leave collection out")
        return peer
    names = [name for name, _ in (yield from fetch(peer_tables.groups(where)))]
    if collection is None and len(names) == 1:
        return peer_tables.understood(where, table, described, columns, names[0])
    if collection not in names:
        raise ValidationError(
            f"collection {collection!r} is not in {peer.sql}; it has {', '.join(names) or 'none'}"
        )
    return peer


def _metadata(column: str | None, others: str | None) -> Any:
    """The metadata with the other columns; not a dict where the other package stored none."""
    found = _json(column)
    if found is None:
        found = {}
    return {**found, **_json(others)} if others and isinstance(found, dict) else found


def _json(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # a lone surrogate, or a number beyond a float
        return json.loads(text)
