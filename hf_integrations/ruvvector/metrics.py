"""The ways to compare two vectors: operator, operator class and score in one object.

One object drives the query, the index and the answer, so an index always fits its query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hf_integrations.errors import ValidationError


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to compare vectors.

    Attributes:
        name: what the caller writes.
        operator: pgvector's operator; its result is the `distance`, smaller is nearer.
        stem: what its operator classes have in their names.
        suffix: three letters at most, for the index's name.
        score: from distance to score, greater is nearer.
        needs_length: whether a vector of length zero has no distance to anything.
        of_bits: whether it compares bits rather than numbers.
        methods: the kinds of index that can serve it.
    """

    name: str
    operator: str
    stem: str
    suffix: str
    score: Callable[[float], float]
    needs_length: bool = False
    of_bits: bool = False
    methods: tuple[str, ...] = ("hnsw", "ivfflat")

    def operator_class(self, type_name: str) -> str:
        """What an index over a column of this type must be built with to serve the operator."""
        return f"{type_name}_{self.stem}_ops"


def _one_minus(distance: float) -> float:
    return 1.0 - distance


def _product(distance: float) -> float:
    return -distance


def _closeness(distance: float) -> float:
    return 1.0 / (1.0 + distance)


HNSW_ONLY = ("hnsw",)
# fmt: off
# Scores are documented in docs/ruvvector.md. Which index serves which operator: pgvector's
# README, "Indexing" (https://github.com/pgvector/pgvector#indexing).
METRICS = {
    row.name: row for row in (
        Metric("cosine",        "<=>", "cosine",  "cos", _one_minus, needs_length=True),
        Metric("inner_product", "<#>", "ip",      "ip",  _product),
        Metric("l2",            "<->", "l2",      "l2",  _closeness),
        Metric("l1",            "<+>", "l1",      "l1",  _closeness, methods=HNSW_ONLY),
    )
}
BIT_METRICS = {
    row.name: row for row in (
        Metric("hamming", "<~>", "hamming", "ham", _closeness, of_bits=True),
        Metric("jaccard", "<%>", "jaccard", "jac", _one_minus, of_bits=True, methods=HNSW_ONLY),
    )
}
# fmt: on


def metric_named(name: Any) -> Metric:
    """The metric of this name."""
    every = METRICS | BIT_METRICS
    if isinstance(name, str) and name in every:
        return every[name]
    raise ValidationError(f"metric {name!r} is not known; choose one of: {', '.join(every)}")
