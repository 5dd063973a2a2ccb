"""What the store does about its index: when it is made, made anew, and dropped."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector import index_sql, sql
from hf_integrations.ruvvector.indexes import Index, Method, Precision
from hf_integrations.ruvvector.recipes import Recipe, check_effort, check_numbers, recipe_for
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import NoSharedMemory, State, known, on_collection
from hf_integrations.ruvvector.table import Facts, describe, facts_of
from hf_integrations.ruvvector.work import BuildProgress, Heard, Operation, Work, repeat, watch

CONCURRENTLY = "CONCURRENTLY"
logger = logging.getLogger("hf_integrations.ruvvector")
Tell = Callable[[BuildProgress], object] | None


@dataclass(frozen=True, slots=True)
class Built:
    """An index that was made.

    Attributes:
        method: "hnsw" or "ivfflat".
        precision: what of each vector it holds: "full", "half" or "bit".
        memory_mb: what the build was allowed on the server.
        workers: how many parallel workers it was allowed.
        seconds: how long it took.
        notices: what the server said meanwhile, such as that the graph no longer fits into memory.
    """

    name: str
    method: Method
    precision: Precision
    memory_mb: int
    workers: int
    seconds: float = 0.0
    notices: tuple[str, ...] = ()


def ensure_index(state: State) -> Operation[bool]:
    """Make the index if the collection has `index_after` rows and none yet; whether it was made.

    `add` does this by itself unless it is told to defer it.
    """
    facts = yield from known(state)
    if facts is None or facts.indexed or facts.secured or state.index_after is None:
        return False  # under row-level security somebody else looks after it
    due = yield from on_collection(state, partial(_is_due, state.index_after), False)
    return due and (yield from create_index(state)) is not None


def create_index(
    state: State,
    *,
    method: Method = "hnsw",
    precision: Precision | Literal["auto"] = "auto",
    m: int = 16,
    ef_construction: int = 64,
    lists: int | None = None,
    memory_mb: int | None = None,
    workers: int | None = None,
    concurrently: bool = False,
    progress: Tell = None,
) -> Operation[Built | None]:
    """Make the index for the store's metric and the one for filters, where not there yet.

    What a failed build has left behind is removed first.

    Args:
        method: "hnsw", or "ivfflat": built several times faster, and less exact at equal speed.
        precision: "full" holds the vectors as they are, "half" their numbers in 16 bits, and "bit"
            their signs; from the last two, more rows than wanted are compared exactly. "auto"
            takes the most exact one that the dimensions allow: full up to 2,000 (4,000 for
            halfvec), half up to 4,000, bit above.
        m: HNSW: links of a node, 2 to 100.
        ef_construction: HNSW: candidates looked at for each row, at least 2 × m, up to 1,000.
        lists: IVFFlat: how many; by default a thousandth of the rows, their root above a million.
        memory_mb: MiB for the build on the server; by default what the graph needs, within 64 and
            2,048. With less than it needs a build takes several times as long.
        workers: parallel workers beside the first; by default this machine's cores, within what
            the server allows.
        concurrently: let writers go on while it is built, which takes longer. Otherwise they
            wait; readers never do.
        progress: called twice a second with a `BuildProgress`.

    Returns:
        What was made; None when it was there.

    Raises:
        ValidationError: no such index serves the metric, the type or the dimensions.
        StoreError: there is no collection, or the server refuses.
    """
    check_numbers(m, ef_construction, lists)
    check_effort(memory_mb, workers)
    facts = yield from _existing(state)
    recipe = recipe_for(
        facts, state.metric, method, precision, m=m, ef_construction=ef_construction,
        lists=lists, memory_mb=memory_mb, workers=workers,
    )  # fmt: skip
    way = _apart if concurrently else _at_once
    start = time.perf_counter()
    try:
        heard = yield from way(state, recipe, progress)
    except NoSharedMemory:  # a container's small /dev/shm: workers need it, one process does not
        heard = yield from way(state, replace(recipe, workers=0), progress)
    finally:
        state.facts = None
    return _finished(heard, start)


def rebuild_index(
    state: State,
    *,
    memory_mb: int | None = None,
    workers: int | None = None,
    concurrently: bool = False,
    progress: Tell = None,
) -> Operation[list[str]]:
    """Build the indexes for the store's metric anew, as they were defined; returns their names.

    Useful after many rows were changed or deleted, and where a build has failed.
    """
    workers = check_effort(memory_mb, workers)
    facts = yield from _existing(state)
    collection = state.collection(facts)
    names = [index.name for index in facts.indexes if not _is_rest(index, facts)]
    rests = [index.name for index in facts.indexes if _is_rest(index, facts)]
    rows = yield from repeat(partial(_count, collection))
    recipe = recipe_for(
        facts, state.metric, "hnsw", "auto", m=16, ef_construction=64,
        lists=None, memory_mb=memory_mb, workers=workers,
    )  # fmt: skip
    settings = effort(recipe, rows, facts)
    work = partial(_rebuild, collection, names, rests, CONCURRENTLY if concurrently else "")
    heard = yield from watch(work, progress, settings, state.names.table)
    _log(heard.notices)
    state.facts = None
    return names


def drop_index(state: State, *, concurrently: bool = False) -> Operation[list[str]]:
    """Drop the indexes for the store's metric; searches are exact from then on.

    The one for filters stays. Returns the names of what was dropped.
    """
    facts = yield from known(state)
    if facts is None or not facts.indexes:
        return []
    names = [index.name for index in facts.indexes]
    how = CONCURRENTLY if concurrently else ""
    yield from watch(partial(_drop_all, state.collection(facts), names, how), None, {})
    state.facts = None
    return names


def is_indexed(collection: Collection) -> Work[bool]:
    """Whether an index for the collection's metric is there now."""
    facts = yield from _now(collection)
    return facts is not None and facts.indexed


def effort(recipe: Recipe, rows: int, facts: Facts) -> dict[str, str | int]:
    """The server's settings for a build."""
    return {
        "maintenance_work_mem": f"{recipe.memory(rows, facts)}MB",
        "max_parallel_maintenance_workers": recipe.workers,
        "statement_timeout": 0,
    }


def _existing(state: State) -> Operation[Facts]:
    facts = yield from known(state)
    if facts is None:
        raise StoreError(
            f"collection {state.names.collection!r} does not exist yet; add rows first"
        )
    return facts


def _now(collection: Collection) -> Work[Facts | None]:
    row = (yield describe(collection.names)).rows[0]
    return facts_of(collection.names, collection.metric, row)


def _is_due(index_after: int, collection: Collection) -> Work[bool]:
    if (yield from is_indexed(collection)):
        return False
    due: bool = (yield sql.has_rows(collection.names, index_after)).rows[0][0]
    return due


def _count(collection: Collection) -> Work[int]:
    rows: int = (yield index_sql.count_all(collection.names)).rows[0][0]
    return rows


def _at_once(state: State, recipe: Recipe, tell: Tell) -> Operation[Heard[Built | None]]:
    """Build in one transaction: writers wait, and a failure leaves nothing."""
    collection = state.collection((yield from _existing(state)))
    return (yield from watch(partial(_build, collection, recipe), tell, None, state.names.table))


def _build(collection: Collection, recipe: Recipe) -> Work[Built | None]:
    yield sql.lock()
    facts = yield from _now(collection)
    if facts is None or _has(facts, recipe):
        return None
    rows = yield from _count(collection)
    yield sql.settings(**effort(recipe, rows, facts))
    yield from _drop_all(collection, _broken(facts), "")
    return (yield from _create(collection, recipe, rows, ""))


def _apart(state: State, recipe: Recipe, tell: Tell) -> Operation[Heard[Built | None]]:
    """Build outside of a transaction: writers go on; what a failure leaves is removed."""
    facts = yield from _existing(state)
    collection = state.collection(facts)
    rows = yield from repeat(partial(_count, collection))
    settings = effort(recipe, rows, facts)
    try:
        work = partial(_build_apart, collection, recipe, rows)
        return (yield from watch(work, tell, settings, state.names.table))
    except StoreError:
        yield from watch(partial(_repair, collection), None, {})
        raise


def _build_apart(collection: Collection, recipe: Recipe, rows: int) -> Work[Built | None]:
    facts = yield from _now(collection)
    if facts is None or _has(facts, recipe):
        return None
    yield from _drop_all(collection, _broken(facts), CONCURRENTLY)
    return (yield from _create(collection, recipe, rows, CONCURRENTLY))


def _create(collection: Collection, recipe: Recipe, rows: int, how: str) -> Work[Built | None]:
    kind = recipe.kind
    yield index_sql.create(collection, kind, recipe.parameters(rows), how)
    yield index_sql.metadata_index(collection.names, how)
    yield index_sql.analyze(collection.names)
    name = collection.names.index(kind, collection.metric)
    memory = recipe.memory(rows, collection.facts)
    return Built(name, kind.method, kind.precision, memory, recipe.workers)


def _repair(collection: Collection) -> Work[None]:
    """Remove what a failed CREATE INDEX CONCURRENTLY has left behind."""
    facts = yield from _now(collection)
    if facts is not None:
        yield from _drop_all(collection, _broken(facts), CONCURRENTLY)


def _rebuild(collection: Collection, names: list[str], rests: list[str], how: str) -> Work[None]:
    yield from _drop_all(collection, rests, how)
    for name in names:
        yield index_sql.rebuild(collection.names, name, how)


def _drop_all(collection: Collection, names: list[str], how: str) -> Work[None]:
    for name in names:
        yield index_sql.drop(collection.names, name, how)


def _has(facts: Facts, recipe: Recipe) -> bool:
    return any(index.valid and index.kind == recipe.kind for index in facts.indexes)


def _broken(facts: Facts) -> list[str]:
    return [index.name for index in facts.indexes if not index.valid]


def _is_rest(index: Index, facts: Facts) -> bool:
    """Left behind beside a sound index of the same kind."""
    twins = [other for other in facts.indexes if other.kind == index.kind and other.valid]
    return not index.valid and bool(twins)


def _finished(heard: Heard[Built | None], start: float) -> Built | None:
    _log(heard.notices)
    if heard.value is None:
        return None
    seconds = time.perf_counter() - start
    return replace(heard.value, seconds=seconds, notices=heard.notices)


def _log(notices: tuple[str, ...]) -> None:
    for notice in notices:
        logger.warning("the server, while it built an index: %s", notice)
