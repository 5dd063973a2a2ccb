"""The small linear models behind three query modes."""

from __future__ import annotations

import numpy as np
import pytest

from hf_integrations.llama_index.learning import LOSSES, classified, learned_scores

RANDOM = np.random.default_rng(7)
KINDS = ["svm", "logistic_regression", "linear_regression"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_like_the_query_scores_best(kind: str) -> None:
    """Among many rows of few dimensions."""
    rows = RANDOM.normal(size=(300, 16))
    near = RANDOM.integers(300, size=1)[0]
    scores = learned_scores(kind, rows[near] + 0.01 * RANDOM.normal(size=16), rows)

    assert scores.shape == (300,)
    assert scores.argmax() == near


@pytest.mark.parametrize("kind", KINDS)
def test_what_all_have_in_common_does_not_count(kind: str) -> None:
    """The nearest by cosine shares what every row has; the best what only the query has."""
    common, own = np.eye(8)[0], np.eye(8)[1]
    rows = 5 * common + 0.1 * RANDOM.normal(size=(200, 8))
    rows[17] = 3 * common + 2 * own
    query = 5 * common + own
    alike = rows @ query / np.linalg.norm(rows, axis=1)

    assert alike.argmax() != 17
    assert learned_scores(kind, query, rows).argmax() == 17


@pytest.mark.parametrize("name", list(LOSSES))
@pytest.mark.parametrize(("n", "d"), [(2, 3), (40, 5), (30, 64)])
def test_the_optimum_is_found(name: str, n: int, d: int) -> None:
    """No other weights are better: the slope of what is minimised is zero there."""
    data, sides = RANDOM.normal(size=(n, d)), np.where(np.arange(n) < 1, 1.0, -1.0)
    loss = LOSSES[name]
    found = classified(loss, data, sides)
    costs = loss.weight * n / (2 * np.where(sides > 0, 1, n - 1))
    wide = np.hstack([data, np.ones((n, 1))])
    weights = np.linalg.lstsq(wide, found, rcond=None)[0]
    slope = weights + wide.T @ (costs * sides * loss.slope(sides * found))

    np.testing.assert_allclose(wide @ weights, found, atol=1e-6)
    np.testing.assert_allclose(slope, 0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_few_rows_and_equal_rows_are_no_trouble(kind: str) -> None:
    """One row, and rows that cannot be told from the query or from each other, which are equal."""
    assert np.isfinite(learned_scores(kind, [1.0, 0.0], [[1.0, 0.0]])).all()
    assert len(set(learned_scores(kind, [1.0, 0.0], [[1.0, 0.0]] * 9).tolist())) == 1
    apart = learned_scores("linear_regression", np.ones(9), np.eye(9)[:4])
    assert set(apart.tolist()) == {0.0}  # as each can be told from the query, none is better
