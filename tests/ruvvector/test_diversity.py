"""Matches that are unlike each other, in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.diversity import choose, distances
from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS, metric_named
from tests.postgres import index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(5)
CROWD = RANDOM.normal(size=(120, 6)).astype(np.float32)
NAMES = [f"{row:03}" for row in range(120)]
CLOSE = [[1.0, 0.0], [0.999, 0.01], [0.998, 0.02], [0.8, 0.6], [0.0, 1.0]]


def plainly(metric: Any, question: Any, rows: Any, k: int, diversity: float) -> list[int]:
    """Maximal marginal relevance as it is written in books."""
    score = [[metric.score(float(d)) for d in distances(metric, rows, row)] for row in rows]
    relevance = [metric.score(float(d)) for d in distances(metric, rows, question)]
    chosen = [int(np.argmax(relevance))]
    while len(chosen) < k:
        rest = [row for row in range(len(rows)) if row not in chosen]
        value = {
            row: (1 - diversity) * relevance[row] - diversity * max(score[row][c] for c in chosen)
            for row in rest
        }
        chosen.append(max(rest, key=lambda row: value[row]))
    return chosen


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("diversity", [0, 0.3, 0.5, 1])
def test_rows_are_chosen_one_after_another(name: str, diversity: float) -> None:
    """Each is the best beside those before it."""
    metric, rows = metric_named(name), CROWD[:40].astype(float)
    question = CROWD[50].astype(float)
    chosen = choose(metric, CROWD[50], list(CROWD[:40]), 12, diversity)
    assert chosen == plainly(metric, question, rows, 12, diversity)


@pytest.mark.parametrize("name", [*METRICS, *BIT_METRICS])
def test_distances_are_those_of_the_server(open_store: MakeStore, name: str) -> None:
    """What is compared here is measured as pgvector does."""
    vectors = CROWD if name in METRICS else (CROWD > 0).astype(np.float32)
    vectors = vectors[vectors.any(axis=1)]
    store = open_store(metric=name)
    store.add(NAMES[: len(vectors)], vectors, ids=NAMES[: len(vectors)])
    found = {int(m.id): m.distance for m in store.search(vectors[3], k=200)}
    expected = distances(metric_named(name), vectors.astype(float), vectors[3].astype(float))
    np.testing.assert_allclose([found[row] for row in range(len(vectors))], expected, atol=1e-5)


def test_near_duplicates_give_way(open_store: MakeStore) -> None:
    """The best comes first, and then what adds to it."""
    store = open_store()
    store.add(list("abcde"), CLOSE, ids=list("abcde"))
    assert [m.id for m in store.search([1, 0], k=3)] == ["a", "b", "c"]
    diverse = store.diverse_search([1, 0], k=3, diversity=0.6)
    assert [m.id for m in diverse] == ["a", "e", "d"]
    assert [m.vector for m in diverse] == [None] * 3
    kept = store.diverse_search([1, 0], k=1, include_vectors=True)
    assert kept[0].vector.tolist() == [1.0, 0.0]
    assert store.diverse_search([1, 0], k=5, diversity=0) == store.search([1, 0], k=5)


def test_candidates_filters_and_texts(open_store: MakeStore, postgres_dsn: str) -> None:
    """They are chosen from the nearest that pass, and never fewer than k."""
    store = open_store(
        index_minded(postgres_dsn), index_after=0, embed=lambda texts: [CROWD[0]] * len(texts)
    )
    store.add(NAMES, CROWD, ids=NAMES, metadata=[{"even": row % 2 == 0} for row in range(120)])
    near = {m.id for m in store.search(CROWD[0], k=20)}
    assert {m.id for m in store.diverse_search("text", k=10, candidates=20, diversity=1)} <= near
    even = store.diverse_search("text", k=70, candidates=5, filter={"even": True})
    assert sorted(int(m.id) for m in even) == list(range(0, 120, 2))


def test_a_missing_collection_has_no_matches(store: AnyStore) -> None:
    """And wrong arguments are named."""
    assert store.diverse_search([1.0, 0.0]) == []
    for options, sentence in (
        ({"diversity": 2}, "diversity is a number from 0, as in search, to 1"),
        ({"diversity": "0.5"}, "diversity is a number"),
        ({"candidates": 0}, "candidates is a whole number"),
        ({"k": 0}, "k is a whole number"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            store.diverse_search([1.0, 0.0], **options)
