"""Scores of a small linear model whose one example is the query, and all candidates the rest; pure.

So LlamaIndex's own store does it with scikit-learn, for the query modes `svm`,
`logistic_regression` and `linear_regression`: what tells the query from everything else counts
more than what all texts have in common. Source: https://github.com/karpathy/randomfun, knn_vs_svm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
STEPS = 100  # of Newton's method, which needs some ten
DIGITS = 9  # of a score
ENOUGH = 1e-9  # how far from its optimum a model may stay, as a part of its weights


class Loss(NamedTuple):
    """What an error costs, of the margin by which a row is on its side, and its derivatives."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    bend: Callable[[Floats], Floats]
    weight: float


def _sigmoid(margin: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(margin / 2)))


LOSSES = {
    "svm": Loss(
        lambda margin: np.maximum(0, 1 - margin) ** 2,
        lambda margin: -2 * np.maximum(0, 1 - margin),
        lambda margin: np.where(margin < 1, 2.0, 0.0),
        0.1,
    ),
    "logistic_regression": Loss(
        lambda margin: np.logaddexp(0, -margin),
        lambda margin: -_sigmoid(-margin),
        lambda margin: _sigmoid(margin) * _sigmoid(-margin),
        1.0,
    ),
}


def learned_scores(kind: str, query: ArrayLike, rows: ArrayLike) -> Floats:
    """How much each row is like the query, in the eyes of the model.

    Args:
        kind: "linear_regression", or a name in `LOSSES`.
        query: d numbers.
        rows: n × d numbers.

    Returns:
        n scores; greater is more alike.
    """
    data = np.vstack([np.asarray(query, np.float64)[np.newaxis], np.asarray(rows, np.float64)])
    wanted = np.zeros(len(data))
    wanted[0] = 1
    if kind == "linear_regression":
        scores = _fitted(data, wanted)
    else:
        scores = classified(LOSSES[kind], data, np.where(wanted == 1, 1.0, -1.0))
    return np.round(scores[1:], DIGITS) + 0.0  # what differs by rounding is equal


def _fitted(data: Floats, wanted: Floats) -> Floats:
    """What least squares predict, with an intercept."""
    centred = data - data.mean(axis=0)
    weights = np.linalg.lstsq(centred, wanted - wanted.mean(), rcond=None)[0]
    return np.asarray(centred @ weights + wanted.mean())


def classified(loss: Loss, data: Floats, sides: Floats) -> Floats:
    """The decisions of a classifier with balanced sides, by Newton's method over the rows.

    It minimises ½|w|² + Σ cᵢ loss(sideᵢ (w·xᵢ + w₀)), w₀ being one of the weights.
    """
    likeness = data @ data.T + 1
    count = np.where(sides > 0, (sides > 0).sum(), (sides < 0).sum())
    costs = loss.weight * len(sides) / (2 * count)
    shares, found = np.zeros(len(sides)), np.zeros(len(sides))
    for _ in range(STEPS):
        slope = costs * sides * loss.slope(sides * found)
        if np.linalg.norm(shares + slope) <= ENOUGH * (1 + np.linalg.norm(slope)):
            break
        step = _newton(likeness, slope, costs * loss.bend(sides * found), found) - shares
        shares, found = _shortened(loss, likeness, costs, sides, (shares, found), step)
    return found


def _newton(likeness: Floats, slope: Floats, bend: Floats, found: Floats) -> Floats:
    """The shares at the optimum of the parabola; a row whose loss is flat has none."""
    active = np.flatnonzero(bend > 0)
    inner = likeness[np.ix_(active, active)] + np.diag(1 / bend[active])
    shares = np.zeros(len(found))
    shares[active] = np.linalg.solve(inner, found[active] - slope[active] / bend[active])
    return shares


def _shortened(
    loss: Loss, likeness: Floats, costs: Floats, sides: Floats, now: tuple[Floats, Floats],
    step: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """The shares and decisions after as much of a step as makes things better."""

    def worth(shares: Floats, found: Floats) -> float:
        return float(shares @ found / 2 + costs @ loss.value(sides * found))

    (shares, found), along = now, likeness @ step
    before, part = worth(shares, found), 1.0
    while part > ENOUGH and worth(shares + part * step, found + part * along) > before:
        part /= 2
    return shares + part * step, found + part * along
