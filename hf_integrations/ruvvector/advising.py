"""Measures indexes on a sample of a collection, in a table of the session's own, for advice."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import collection_sql, index_sql, row_sql, sql
from hf_integrations.ruvvector.advice import NAMES, Advice, Option, choose, grown, grown_slowly
from hf_integrations.ruvvector.arguments import number
from hf_integrations.ruvvector.column_types import type_for
from hf_integrations.ruvvector.indexes import Index, Kind, kinds
from hf_integrations.ruvvector.recall import Question, answers, overlap, sampled
from hf_integrations.ruvvector.recipes import LEAST_MEMORY, Recipe, memory_for
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import State, known, on_collection
from hf_integrations.ruvvector.table import Facts, Names, definition
from hf_integrations.ruvvector.work import Operation, Work

WIDTHS = (100, 200, 400)
EXACT_SEARCHES = 5
_M, _EF_CONSTRUCTION = 16, 64
MEGABYTE = 1e6


def advise(
    state: State,
    *,
    sample: int = 5_000,
    queries: int = 50,
    k: int = 10,
    recall: float = 0.95,
    memory_mb: int | None = None,
) -> Operation[Advice]:
    """Which index to make, measured on a sample of this very table; print it.

    Copies the sample into a temporary table, builds each kind of index over it, and searches for
    random rows, which do not count as found themselves. Takes some ten seconds for 5,000 rows of
    384 dimensions; nothing is left behind, and readers and writers go on.

    Args:
        sample: rows to measure with, 100 to 100,000; more say more about recall.
        queries: how many searches each is judged by.
        k: how many neighbours a search wants, at most 100.
        recall: the share of them that must be found.
        memory_mb: the most an index may take.

    Raises:
        StoreError: there are too few rows, or the role may not make temporary tables.
    """
    number("sample", sample, 100, 100_000)
    number("queries", queries, 5, 1_000)
    number("k", k, 1, 100)
    number("recall", recall, 0, 1, whole=False)
    if memory_mb is not None:
        number("memory_mb", memory_mb, 1, 2_000_000)
    if (yield from known(state)) is None:
        raise StoreError(f"collection {state.names.collection!r} does not exist; add rows first")
    measure = partial(_advise, sample, queries, k, recall, memory_mb)
    advice = yield from on_collection(state, measure, None, repeats=False)
    if advice is None:
        raise StoreError(f"collection {state.names.collection!r} was dropped meanwhile")
    return advice


def plan(state: State, dimensions: int | None = None) -> Operation[str]:
    """In words: what vectors are, or would be, stored as, and which index they get.

    Args:
        dimensions: of a collection that is not there yet; left out, the store's.
    """
    facts = yield from known(state)
    if facts is not None:
        return _stored(facts, state)
    width = dimensions or state.dimensions
    if width is None:
        raise ValidationError("dimensions are not known yet; give them")
    column = type_for(state.type, state.metric, width)
    return _stored(Facts((0, 8), "", column, 0, width), state)


def _stored(facts: Facts, state: State) -> str:
    column, width = facts.type, facts.dimensions
    preferred = next(
        kind for kind in kinds(column, state.metric) if width <= kind.most_dimensions(column)
    )
    place = "within the row" if width <= column.most_plain else "out of line"
    after = "never by itself" if state.index_after is None else f"from {state.index_after:,} rows"
    there = f"index {facts.index.name}" if facts.index else "no index yet"
    again = "" if preferred.precision == "full" else ", whose finds are compared exactly"
    return (
        f"{width} dimensions are stored as {column.name}, {column.bytes_for(width):,} bytes each, "
        f"{place}, and compared by {state.metric.name}; {there}. "
        f"The index: {NAMES[preferred.method, preferred.precision]}{again}, {after}; "
        f"a graph of 100,000 rows takes about "
        f"{memory_for(100_000, column.bytes_for(width), _M):,} MB to build."
    )


def _advise(
    sample: int, queries: int, k: int, recall: float, memory_mb: int | None, collection: Collection
) -> Work[Advice | None]:
    rows, size = (yield collection_sql.sizes(collection.names)).rows[0]
    questions = yield from sampled(collection, queries)
    if rows < 100 or not questions:
        raise StoreError(f"{rows} rows are too few to measure; below some 10,000 none is needed")
    names = Names("pg_temp", "sample", collection.names.namespace)
    copy = replace(collection, names=names, facts=replace(collection.facts, indexes=()))
    taken = yield from _copied(collection, copy, sample)
    exact_ms = yield from _exact(collection, questions[:EXACT_SEARCHES], k)
    truths = []
    for question in questions:
        truth, _ = yield from answers(copy, question, k, 1, exact=True)
        truths.append(truth)
    options = []
    for kind in _candidates(collection):
        option = yield from _measured(copy, kind, taken, questions, truths, recall)
        options.append(_expected(option, taken, rows))
    yield row_sql.drop(names)
    choice, reason = choose(options, exact_ms, recall, memory_mb)
    return Advice(
        choice, reason, tuple(options), rows, collection.facts.dimensions, taken, k, exact_ms,
        size / MEGABYTE,
    )  # fmt: skip


def _exact(collection: Collection, questions: Sequence[Question], k: int) -> Work[float]:
    """Milliseconds of comparing every row, on the table itself: a sample fits into caches."""
    times = []
    for question in questions:
        _, spent = yield from answers(collection, question, k, 1, exact=True)
        times.append(spent)
    return statistics.median(times)


def _candidates(collection: Collection) -> list[Kind]:
    facts = collection.facts
    return [
        kind
        for kind in kinds(facts.type, collection.metric)
        if (kind.method, kind.precision) in NAMES
        and facts.dimensions <= kind.most_dimensions(facts.type)
    ]


def _copied(collection: Collection, copy: Collection, sample: int) -> Work[int]:
    """Make the sample; how many rows it has."""
    facts = collection.facts
    for statement in definition(  # noqa: UP028 - takes answers
        copy.names, facts.type, facts.extension_schema, facts.dimensions
    ):
        yield statement
    count = (yield collection_sql.sample_into(collection.names, copy.names, sample)).count
    yield index_sql.analyze(copy.names)
    return count


def _measured(
    copy: Collection,
    kind: Kind,
    rows: int,
    questions: Sequence[Question],
    truths: Sequence[list[object]],
    recall: float,
) -> Work[Option]:
    """An index over the sample: its size, how long it took, and what it finds."""
    recipe = Recipe(kind, _M, _EF_CONSTRUCTION, None, LEAST_MEMORY, 0)
    parameters = recipe.parameters(rows)
    yield sql.settings(maintenance_work_mem="512MB", enable_seqscan="off", enable_bitmapscan="off")
    start = time.perf_counter()
    yield index_sql.create(copy, kind, parameters, "")
    seconds = time.perf_counter() - start
    name = copy.names.index(kind, copy.metric)
    size = (yield collection_sql.relation_bytes(name)).rows[0][0]
    indexed = replace(copy.facts, indexes=(Index(name, kind, parameters, True),))
    width, share, spent = WIDTHS[0], 0.0, 0.0
    for width in WIDTHS:
        share, spent = yield from _judged(replace(copy, facts=indexed), width, questions, truths)
        if share >= recall:
            break
    yield index_sql.drop(copy.names, name, "")
    return Option(kind.method, kind.precision, width, share, spent, size / MEGABYTE, seconds)


def _judged(
    collection: Collection,
    width: int,
    questions: Sequence[Question],
    truths: Sequence[list[object]],
) -> Work[tuple[float, float]]:
    shares, times = [], []
    for question, truth in zip(questions, truths, strict=True):
        found, spent = yield from answers(collection, question, len(truth), width, exact=False)
        shares.append(overlap(truth, found))
        times.append(spent)
    return statistics.fmean(shares), statistics.median(times)


def _expected(option: Option, sample: int, rows: int) -> Option:
    """What the sample says about all rows."""
    return replace(
        option,
        milliseconds=grown_slowly(option.milliseconds, sample, rows),
        megabytes=grown(option.megabytes, sample, rows),
        build_seconds=grown_slowly(grown(option.build_seconds, sample, rows), sample, rows),
    )
