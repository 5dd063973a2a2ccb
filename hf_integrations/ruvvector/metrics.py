"""The ways to compare two vectors: operator, operator class and score in one object.

One object drives the query, the index and the answer, so an index always fits its query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hf_integrations.errors import ValidationError


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to compare vectors.

    Attributes:
        name: what the caller writes.
        operator: pgvector's operator; its result is the `distance`, smaller is nearer.
        operator_class: what an index must be built with to serve the operator.
        suffix: three letters at most, for the index's name.
        score: from distance to score, greater is nearer.
        needs_length: whether a vector of length zero has no distance to anything.
    """

    name: str
    operator: str
    operator_class: str
    suffix: str
    score: Callable[[float], float]
    needs_length: bool = False


def _cosine(distance: float) -> float:
    return 1.0 - distance


def _product(distance: float) -> float:
    return -distance


def _closeness(distance: float) -> float:
    return 1.0 / (1.0 + distance)


# fmt: off
# Scores are documented in docs/ruvvector.md.
METRICS = {
    row.name: row for row in (
        Metric("cosine",        "<=>", "vector_cosine_ops", "cos", _cosine, needs_length=True),
        Metric("inner_product", "<#>", "vector_ip_ops",     "ip",  _product),
        Metric("l2",            "<->", "vector_l2_ops",     "l2",  _closeness),
        Metric("l1",            "<+>", "vector_l1_ops",     "l1",  _closeness),
    )
}
# fmt: on


def metric_named(name: str) -> Metric:
    """The metric of this name."""
    if name in METRICS:
        return METRICS[name]
    known = ", ".join(METRICS)
    raise ValidationError(f"metric {name!r} is not known; choose one of: {known}")
