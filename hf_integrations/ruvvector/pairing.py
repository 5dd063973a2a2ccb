"""Every pair of near vectors, without comparing all of them in full; pure numpy.

For each metric, two vectors are near when `a·b ≥ c (|a|² + |b|²) + t` for two numbers c and t (for
L1 this is necessary, as L1 is never less than L2). The products are bounded from above before
they are computed: with the vectors turned so that most of their length lies in their first few
numbers, `a·b` is at most the product of these and of the lengths of the rest (Cauchy and Schwarz).
So one product of short matrices rules out nearly all pairs, and none that is near.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.wire import Float32

HEAD = 48  # numbers that are compared first; worth it from twice as many dimensions
SAMPLE = 2_000  # vectors that the turn is chosen by
BLOCK = 512  # rows that are compared with all rows after them in one step
DENSE = 0.01  # of a block's pairs: when more than this remain, they are computed in full
CHUNK = 8_192  # pairs whose distance is computed at a time
SLACK = 1e-4  # of float32's rounding, relative to the squares of the lengths
Places = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Some pairs: places of both vectors, the lesser first, and the distance between them."""

    first: Places
    second: Places
    distances: Float64


@dataclass(frozen=True, slots=True)
class Nearness:
    """When two vectors may be near: `a·b - share (|a|² + |b|²) ≥ least`."""

    share: float
    least: float


def near_pairs(
    metric: Metric, vectors: Float32, min_score: float, neighbours: int
) -> Iterator[NearPairs]:
    """The pairs that score at least so much, block by block.

    Args:
        metric: how they are compared.
        vectors: n × d.
        min_score: the least score.
        neighbours: of the vectors after it, each is paired with so many at most, the nearest.
    """
    if len(vectors) < 2:
        return
    near = nearness(metric, min_score)
    rows = _ready(metric, vectors)
    full = _sides(rows, np.zeros((len(rows), 0), np.float32), near.share)
    short = _sides(*_turned(rows), near.share) if rows.shape[1] >= 2 * HEAD else full
    for start in range(0, len(rows), BLOCK):
        first, second = _may_be_near(short, full, start, near.least, neighbours)
        distances = pair_distances(metric, vectors, first, second)
        scores = np.array([metric.score(distance) for distance in distances.tolist()])
        kept = np.flatnonzero(scores >= min_score)
        yield NearPairs(first[kept], second[kept], distances[kept])


def nearness(metric: Metric, min_score: float) -> Nearness:
    """What a score means for the product of two vectors."""
    match metric.name:
        case "cosine" | "inner_product":
            return Nearness(0.0, min_score)
        case "jaccard":
            score = min(max(min_score, 0.0), 1.0)
            return Nearness(score / (1 + score), 0.0)
        case "hamming":
            return Nearness(0.5, -_furthest(min_score) / 2)
    return Nearness(0.5, -(_furthest(min_score) ** 2) / 2)


def pair_distances(metric: Metric, vectors: Float32, first: Places, second: Places) -> Float64:
    """What pgvector's operators give for pairs of rows."""
    pieces = [
        _distances(metric, vectors[first[at : at + CHUNK]], vectors[second[at : at + CHUNK]])
        for at in range(0, len(first), CHUNK)
    ]
    return np.concatenate([np.zeros(0), *pieces])


def _distances(metric: Metric, a: Float32, b: Float32) -> Float64:
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    product = np.einsum("ij,ij->i", a64, b64)
    match metric.name:
        case "cosine":
            squares = np.einsum("ij,ij->i", a64, a64) * np.einsum("ij,ij->i", b64, b64)
            return np.asarray(1 - np.clip(product / np.sqrt(squares), -1, 1))
        case "inner_product":
            return np.asarray(-product)
        case "l2":
            return np.asarray(np.linalg.norm(a64 - b64, axis=1))
        case "jaccard":
            return np.asarray(1 - product / np.maximum(np.maximum(a64, b64).sum(axis=1), 1))
    return np.asarray(np.abs(a64 - b64).sum(axis=1))  # L1, and Hamming of bits


def _furthest(min_score: float) -> float:
    """The distance of the least score, where the score is 1 / (1 + distance)."""
    return 1 / min_score - 1 if min_score > 0 else inf


def _ready(metric: Metric, vectors: Float32) -> Float32:
    """Of length 1 for cosine; around their mean where only differences count."""
    rows = vectors.astype(np.float32)
    if metric.name == "cosine":
        rows /= np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True).astype(np.float32)
    elif metric.name in ("l2", "l1"):
        rows -= rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return rows


def _turned(rows: Float32) -> tuple[Float32, Float32]:
    """The first numbers of each vector after the turn, and the length of the rest."""
    some = rows[:: max(1, len(rows) // SAMPLE)].astype(np.float64)
    basis = np.linalg.eigh(some.T @ some)[1][:, -HEAD:].astype(np.float32)
    head = rows @ basis
    rest = _squares(rows) - _squares(head)
    return head, np.sqrt(np.maximum(rest, 0))[:, np.newaxis].astype(np.float32)


def _sides(head: Float32, rest: Float32, share: float) -> tuple[Float32, Float32]:
    """Two matrices whose product is the bound less the shares of both, and the rounding."""
    squares = _squares(head) + _squares(rest)
    cost = (share * squares - SLACK * (squares + 1e-30))[:, np.newaxis].astype(np.float32)
    one = np.ones_like(cost)
    left = np.concatenate([head, rest, -cost, one], axis=1)
    right = np.concatenate([head, rest, one, -cost], axis=1)
    return left, right


def _squares(rows: Float32) -> Float64:
    return np.asarray(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))


def _may_be_near(
    short: tuple[Float32, Float32],
    full: tuple[Float32, Float32],
    start: int,
    least: float,
    neighbours: int,
) -> tuple[Places, Places]:
    """Places of pairs that may be near, of a block of rows with the rows after them."""
    bounds = _after(short, start)
    first, second = _at_least(bounds, least)
    if short is not full and len(first) > DENSE * bounds.size:
        bounds = _after(full, start)
        first, second = _at_least(bounds, least)
    crowded = np.flatnonzero(np.bincount(first, minlength=len(bounds)) > neighbours)
    if len(crowded) and short is not full:
        bounds[crowded] = _after(full, start, crowded)
    kept = np.flatnonzero(~np.isin(first, crowded))
    pieces = [(first[kept], second[kept])]
    for row in crowded:
        best = np.argpartition(bounds[row], -neighbours)[-neighbours:]
        pieces.append((np.full(len(best), row), best[np.isfinite(bounds[row][best])]))
    return _joined(pieces, start)


def _after(sides: tuple[Float32, Float32], start: int, some: Places | None = None) -> Float32:
    """The products of a block of rows, or some of it, with the rows after each of them."""
    left, right = sides
    rows = np.arange(min(BLOCK, len(left) - start)) if some is None else some
    products: Float32 = left[start + rows] @ right[start:].T
    products[:, :BLOCK][np.arange(products[:, :BLOCK].shape[1]) <= rows[:, np.newaxis]] = -inf
    return products


def _at_least(bounds: Float32, least: float) -> tuple[Places, Places]:
    """Places of what reaches the least; most rows have nothing that does, which is soon seen."""
    rows = np.flatnonzero(bounds.max(axis=1, initial=-inf) >= least)
    first, second = np.nonzero(bounds[rows] >= least)
    return rows[first], second


def _joined(pieces: list[tuple[Places, Places]], start: int) -> tuple[Places, Places]:
    first = np.concatenate([np.resize(first, len(second)) for first, second in pieces])
    second = np.concatenate([second for _, second in pieces])
    return first.astype(np.int64) + start, second.astype(np.int64) + start
