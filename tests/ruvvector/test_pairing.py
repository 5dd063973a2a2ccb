"""Near pairs by bounds are those of a comparison of all with all, for every metric."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS, Metric
from hf_integrations.ruvvector.pairing import BLOCK, HEAD, near_pairs, pair_distances

EVERY = [*METRICS.values(), *BIT_METRICS.values()]
ROWS = BLOCK + 90  # more than a block, and a short one
RANDOM = np.random.default_rng(7)


def crowd(metric: Metric, dimensions: int) -> Any:
    """Random vectors, some of them near others and a few equal."""
    rows = RANDOM.normal(size=(ROWS, dimensions)).astype(np.float32)
    rows[500:560] = rows[:60] + 0.1 * RANDOM.normal(size=(60, dimensions))
    rows[560:570] = rows[3]
    return (rows > 0).astype(np.float32) if metric.of_bits else rows


def found(metric: Metric, vectors: Any, min_score: float, neighbours: int) -> set[tuple[int, int]]:
    """Every pair, none of them twice."""
    pairs = [
        (int(first), int(second))
        for near in near_pairs(metric, vectors, min_score, neighbours)
        for first, second in zip(near.first, near.second, strict=True)
    ]
    assert len(pairs) == len(set(pairs))
    assert all(first < second for first, second in pairs)
    return set(pairs)


@pytest.mark.parametrize("dimensions", [12, 2 * HEAD + 1])
@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
def test_no_pair_is_lost_and_none_is_made_up(metric: Metric, dimensions: int) -> None:
    """With short vectors, and with long ones whose first numbers are compared first."""
    vectors = crowd(metric, dimensions)
    first, second = np.triu_indices(ROWS, 1)
    distances = pair_distances(metric, vectors, first, second)
    scores = np.array([metric.score(distance) for distance in distances.tolist()])
    for share in (0.999, 0.99):
        least = float(np.quantile(scores, share))
        near = scores >= least
        expected = set(zip(first[near].tolist(), second[near].tolist(), strict=True))
        assert found(metric, vectors, least, 999) == expected


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
def test_a_score_that_all_reach_gives_each_row_its_neighbours(metric: Metric) -> None:
    """A bounded number, however many would do."""
    pairs = found(metric, crowd(metric, 12), -1e9, 3)
    assert 2.9 * ROWS < len(pairs) <= 3 * ROWS


def test_equal_directions_have_no_distance() -> None:
    """As on the server: no rounding of lengths is left."""
    vectors = np.array([[1, 1], [3, 3], [1, -1]], np.float32)
    (near,) = near_pairs(METRICS["cosine"], vectors, 0.9, 10)
    assert (near.first.tolist(), near.second.tolist(), near.distances.tolist()) == ([0], [1], [0.0])


def test_no_rows_have_no_pairs() -> None:
    """Nor has a single one."""
    for rows in (0, 1):
        assert found(METRICS["l2"], np.ones((rows, 3), np.float32), 0.5, 10) == set()
