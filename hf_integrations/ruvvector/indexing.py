"""What the store does about its index: when it is made, and with how much memory."""

from __future__ import annotations

import os
from functools import partial

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import NoSharedMemory, State, known, on_collection
from hf_integrations.ruvvector.table import MAX_INDEXED_DIMENSIONS, describe, facts_of
from hf_integrations.ruvvector.work import Operation, Work, write

LEAST_MEMORY = 64  # MiB; PostgreSQL's own default
MOST_MEMORY = 2_048


def ensure_index(state: State) -> Operation[bool]:
    """Make the index if the collection has `index_after` rows and none yet; whether it was made.

    `add` does this by itself unless it is told to defer it.
    """
    facts = yield from known(state)
    if facts is None or facts.indexed or facts.dimensions > MAX_INDEXED_DIMENSIONS:
        return False
    if state.index_after is None:
        return False
    due = yield from on_collection(state, partial(_is_due, state.index_after), False)
    if due:
        yield from create_index(state)
    return due


def create_index(
    state: State,
    *,
    m: int = 16,
    ef_construction: int = 64,
    memory_mb: int | None = None,
    workers: int | None = None,
) -> Operation[None]:
    """Make the HNSW index for the store's metric and the one for filters, where not there yet.

    Writers wait while it is built, readers do not.

    Args:
        m: links of a node, 2 to 100.
        ef_construction: candidates looked at for each row, at least 2 × m, up to 1,000.
        memory_mb: MiB for the build on the server; by default what the graph needs, within 64 and
            2,048. With less than it needs a build takes several times as long.
        workers: parallel workers beside the first; by default this machine's cores, within what
            the server allows.
    """
    _check_build(m, ef_construction, memory_mb, workers)
    facts = yield from known(state)
    if facts is None:
        raise StoreError(
            f"collection {state.names.collection!r} does not exist yet; add rows first"
        )
    if facts.dimensions > MAX_INDEXED_DIMENSIONS:
        raise ValidationError(
            f"an index takes at most {MAX_INDEXED_DIMENSIONS} dimensions and the collection has "
            f"{facts.dimensions}; searches stay exact"
        )
    build = partial(_build, m=m, ef_construction=ef_construction, memory_mb=memory_mb)
    workers = workers if workers is not None else (os.cpu_count() or 1)
    collection = state.collection(facts)
    try:
        yield from write(partial(build, collection, workers=workers))
    except NoSharedMemory:  # a container's small /dev/shm: workers need it, one process does not
        yield from write(partial(build, collection, workers=0))
    state.facts = None


def is_indexed(collection: Collection) -> Work[bool]:
    """Whether an index for the collection's metric is there now."""
    result = yield describe(collection.names, collection.metric)
    facts = facts_of(collection.names, result.rows[0])
    return facts is not None and facts.indexed


def memory_for(rows: int, dimensions: int, m: int) -> int:
    """MiB that an HNSW build needs, within bounds: measured 2.4 KB a row at 384 dimensions."""
    needed = rows * (4 * dimensions + 60 * m) * 1.1 / 2**20
    return round(min(max(needed, LEAST_MEMORY), MOST_MEMORY))


def _is_due(index_after: int, collection: Collection) -> Work[bool]:
    if (yield from is_indexed(collection)):
        return False
    due: bool = (yield sql.has_rows(collection.names, index_after)).rows[0][0]
    return due


def _build(
    collection: Collection, *, m: int, ef_construction: int, memory_mb: int | None, workers: int
) -> Work[None]:
    yield sql.lock()
    if (yield from is_indexed(collection)):
        return
    rows = (yield sql.count(collection.names, sql.EVERYTHING)).rows[0][0]
    memory = memory_mb or memory_for(rows, collection.facts.dimensions, m)
    yield sql.settings(
        maintenance_work_mem=f"{memory}MB",
        max_parallel_maintenance_workers=workers,
        statement_timeout=0,
    )
    yield sql.hnsw(collection, m, ef_construction)
    yield sql.metadata_index(collection.names)
    yield sql.analyze(collection.names)


def _check_build(m: int, ef_construction: int, memory_mb: int | None, workers: int | None) -> None:
    if not 2 <= m <= 100:
        raise ValidationError("m is from 2 to 100")
    if not max(4, 2 * m) <= ef_construction <= 1_000:
        raise ValidationError(f"ef_construction is from {max(4, 2 * m)} (2 × m) to 1000")
    if memory_mb is not None and not 1 <= memory_mb <= 2_000_000:
        raise ValidationError("memory_mb is from 1 to 2000000")
    if workers is not None and not 0 <= workers <= 1_024:
        raise ValidationError("workers is from 0 to 1024")
