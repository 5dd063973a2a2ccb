"""Pairs of rows that say nearly the same, in both colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import Pair
from tests.postgres import index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
CROWD = np.random.default_rng(4).normal(size=(450, 16)).astype(np.float32)
CROWD[400:430] = CROWD[:30] * 2  # the same direction
CROWD[430:450] = CROWD[:20] + 0.05
NAMES = [f"{row:03}" for row in range(450)]


@pytest.mark.parametrize(("memory_mb", "index_after"), [(512, None), (0, None), (0, 0)])
def test_pairs_are_those_of_a_comparison_of_all(
    open_store: MakeStore, postgres_dsn: str, index_after: int | None, memory_mb: int
) -> None:
    """Each pair once, the nearest first: compared here, or on the server without and with index."""
    store = open_store(index_minded(postgres_dsn), index_after=index_after)
    store.add(NAMES, CROWD, ids=NAMES)
    unit = CROWD / np.linalg.norm(CROWD, axis=1, keepdims=True)
    alike = np.triu(unit @ unit.T, 1)
    expected = {(NAMES[a], NAMES[b]) for a, b in np.argwhere(alike >= 0.95)}

    pairs = store.near_duplicates(0.95, memory_mb=memory_mb)
    assert {(pair.first, pair.second) for pair in pairs} == expected
    assert len(pairs) == len(expected) >= 70
    assert [pair.score for pair in pairs] == sorted((pair.score for pair in pairs), reverse=True)
    assert all(pair.score == pytest.approx(1 - pair.distance) for pair in pairs)
    assert store.near_duplicates(0.95, limit=5, memory_mb=memory_mb) == pairs[:5]


def test_a_filter_and_the_number_of_neighbours(open_store: MakeStore) -> None:
    """Only rows that pass are compared; many equal rows are paired with the nearest few."""
    store = open_store()
    metadata = [{"even": row % 2 == 0} for row in range(6)]
    store.add(list("abcdef"), np.ones((6, 2)), ids=list("abcdef"), metadata=metadata)
    (first, *_) = pairs = store.near_duplicates(filter={"even": True})
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "c"), ("a", "e"), ("c", "e")]
    assert first == Pair("a", "c", 1.0, 0.0)
    assert len(store.near_duplicates(neighbours=5)) == 15


def test_a_missing_collection_has_no_pairs(store: AnyStore) -> None:
    """And wrong arguments are named."""
    assert store.near_duplicates() == []
    for options, sentence in (
        ({"min_score": "1"}, "min_score is a number"),
        ({"neighbours": 1_000}, "neighbours is at most 999"),
        ({"neighbours": 0}, "neighbours is a whole number"),
        ({"limit": 0}, "limit is a whole number"),
        ({"memory_mb": -1}, "memory_mb is a whole number"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            store.near_duplicates(**options)
