"""Advice and recall, measured on the table itself; in both colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.advice import FAST_ENOUGH, Option, choose, grown, grown_slowly
from hf_integrations.ruvvector.recall import overlap
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(21)
VECTORS = RANDOM.normal(size=(1_500, 16)).astype(np.float32)
FULL = Option("hnsw", "full", 100, 0.99, 2.0, 100.0, 10.0)
HALF = replace(FULL, precision="half", recall=0.988, megabytes=60.0)
BIT = replace(FULL, precision="bit", recall=0.96, megabytes=15.0)
FLAT = replace(FULL, method="ivfflat", recall=0.999, megabytes=50.0)


def filled(store: AnyStore) -> AnyStore:
    """1,500 rows."""
    store.add([str(row) for row in range(1_500)], VECTORS, ids=[str(n) for n in range(1_500)])
    return store


def test_an_exact_collection_has_recall_one(store: AnyStore) -> None:
    """Without an index every search is exact."""
    measured = filled(store).measure_recall(10)
    assert (measured.recall, measured.worst, measured.queries, measured.k) == (1.0, 1.0, 10, 10)
    assert measured.index is None
    assert "recall@10 1.000 (worst query 1.00) over 10 queries with no index" in str(measured)


def test_a_wider_search_finds_more(open_store: MakeStore, postgres_dsn: str) -> None:
    """The store's own width is what is measured, unless another is asked for."""
    store = filled(open_store(index_minded(postgres_dsn), index_after=0, ef_search=2))
    narrow = store.measure_recall(40, queries=RANDOM.normal(size=(40, 16)))
    wide = store.measure_recall(40, queries=RANDOM.normal(size=(40, 16)), ef_search=1_000)
    assert (narrow.ef_search, wide.ef_search) == (2, 1_000)
    assert narrow.index == wide.index == "ruvvector_docs_hnsw_cos"
    assert 0.3 < narrow.recall < wide.recall
    assert wide.recall > 0.99
    assert narrow.milliseconds > 0


def test_recall_needs_rows_and_sound_arguments(store: AnyStore) -> None:
    """An empty collection has none to measure."""
    assert store.measure_recall() is None
    filled(store)
    assert store.delete_all() == 1_500
    assert store.measure_recall() is None
    for arguments in ({"sample": 0}, {"k": 101}, {"ef_search": 1_001}):
        with pytest.raises(ValidationError, match="is a whole number from 1 to"):
            store.measure_recall(**arguments)
    with pytest.raises(ValidationError, match="queries has 3 dimensions and the collection 16"):
        store.measure_recall(queries=np.ones((2, 3)))


def test_rows_as_near_as_the_last_count() -> None:
    """Which of several equals is named is chance."""
    truth = [("a", 0.1), ("b", 0.2)]
    assert overlap(truth, [("a", 0.1), ("z", 0.2)]) == 1.0
    assert overlap(truth, [("a", 0.1), ("z", 0.3)]) == 0.5
    assert overlap(truth, []) == 0.0
    assert overlap([], []) == 1.0


@pytest.mark.parametrize("kind", ["vector", "halfvec", "bit"])
def test_advice_is_measured_and_leaves_nothing(
    open_store: MakeStore, postgres_dsn: str, schema: str, kind: str
) -> None:
    """Every kind that serves, with its numbers; where comparing every row is quick, none."""
    bits = kind == "bit"
    store = open_store(type=kind, metric="hamming" if bits else "cosine", index_after=None)
    store.add([str(n) for n in range(1_500)], VECTORS > 0 if bits else VECTORS)
    advice = store.advise(sample=600, queries=10)
    quick = advice.exact_milliseconds <= FAST_ENOUGH  # but for a machine that is very busy
    assert (advice.choice is None) is quick
    assert advice.reason.startswith("No index: comparing every row takes about") is quick
    assert (advice.rows, advice.sample, advice.dimensions) == (1_500, 600, 16)
    kinds = {(option.method, option.precision) for option in advice.options}
    expected = {("hnsw", "full"), ("ivfflat", "full")}
    if not bits:
        expected.add(("hnsw", "bit"))
    if kind == "vector":
        expected.add(("hnsw", "half"))
    assert kinds == expected
    for option in advice.options:
        assert 0.5 <= option.recall <= 1.0
        assert min(option.milliseconds, option.megabytes, option.build_seconds) > 0
    text = str(advice)
    assert "Measured on 600 of 1,500 rows of 16 dimensions, recall@10" in text
    assert len(re.findall(r"recall [01]\.\d{3} at ef_search \d+, \d", text)) == len(kinds)
    with administrator(postgres_dsn) as connection:
        rows = connection.execute("SELECT FROM pg_class WHERE relname LIKE '%%_sample%%'")
        assert rows.rowcount == 0
    assert store.count() == 1_500


def test_advice_needs_rows(store: AnyStore) -> None:
    """And sound arguments."""
    with pytest.raises(StoreError, match="does not exist; add rows first"):
        store.advise()
    store.add(["a"], [[1.0]])
    with pytest.raises(StoreError, match="1 rows are too few to measure"):
        store.advise()
    with pytest.raises(ValidationError, match="sample is a whole number from 100"):
        store.advise(sample=5)


@pytest.mark.parametrize(
    ("options", "exact", "memory", "chosen", "reason"),
    [
        ([FULL, HALF, BIT, FLAT], 10.0, None, None, "No index: comparing every row takes about 10"),
        ([FULL, HALF, BIT, FLAT], 90.0, None, HALF, "HNSW over halved vectors: the smallest of"),
        ([FULL, HALF, replace(BIT, recall=1.0)], 90.0, None, HALF, "HNSW over halved vectors"),
        ([FULL, FLAT], 90.0, None, FULL, "HNSW: the smallest"),
        ([FULL, HALF, BIT], 90.0, 20, BIT, "HNSW over the vectors' signs"),
        ([FULL, HALF], 90.0, 20, HALF, "None fits into 20 MB; the smallest comes nearest"),
        ([replace(FULL, recall=0.5), FLAT], 90.0, None, FLAT, "IVFFlat"),
        ([replace(FULL, recall=0.5)], 90.0, None, "first", "None reaches recall 0.95"),
        ([], 90.0, None, None, "No index: none serves this metric"),
    ],
)
def test_the_choice_follows_from_the_numbers(
    options: list[Option], exact: float, memory: int | None, chosen: Any, reason: str
) -> None:
    """Good enough first, then small."""
    choice, words = choose(options, exact, 0.95, memory)
    assert choice == (options[0] if chosen == "first" else chosen)
    assert words.startswith(reason)


def test_what_is_expected_grows_with_the_rows() -> None:
    """Sizes in proportion, walks through a graph with the logarithm."""
    assert grown(10.0, 1_000, 5_000) == 50.0
    assert grown_slowly(1.0, 1_000, 1_000_000) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("settings", "dimensions", "words"),
    [
        ({}, 384, "384 dimensions are stored as vector, 1,544 bytes each, within the row"),
        ({}, 384, "The index: HNSW, from 10,000 rows; a graph of 100,000 rows takes about"),
        ({}, 3_072, "stored as halfvec, 6,152 bytes each, within the row"),
        ({}, 8_000, "stored as vector, 32,008 bytes each, out of line"),
        ({}, 8_000, "HNSW over the vectors' signs, whose finds are compared exactly"),
        ({"type": "vector"}, 3_000, "HNSW over halved vectors, whose finds"),
        ({"metric": "jaccard", "index_after": None}, 1_024, "1024 dimensions are stored as bit"),
        ({"index_after": None}, 8, "never by itself"),
    ],
)
def test_a_plan_says_what_will_be(
    open_store: MakeStore, settings: dict[str, Any], dimensions: int, words: str
) -> None:
    """Before the first row is there."""
    assert words in open_store(**settings).plan(dimensions)
    assert words in open_store(dimensions=dimensions, **settings).plan()


def test_a_plan_says_what_is(open_store: MakeStore) -> None:
    """Of a collection that is there; without one the dimensions are needed."""
    with pytest.raises(ValidationError, match="dimensions are not known yet"):
        open_store().plan()
    store = open_store(type="halfvec", index_after=0)
    store.add(["a"], [[1.0, 2.0]])
    words = store.plan()
    assert "2 dimensions are stored as halfvec, 12 bytes each" in words
    assert "compared by cosine; index ruvvector_docs_hnsw_cos." in words
