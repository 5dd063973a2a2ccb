"""How an index is to be built: its kind, its parameters, and the memory this takes."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.arguments import number
from hf_integrations.ruvvector.column_types import BIT, HALFVEC
from hf_integrations.ruvvector.indexes import (
    METHODS,
    PRECISIONS,
    Kind,
    Method,
    Precision,
    automatic,
    kinds,
)
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.table import Facts

LEAST_MEMORY = 64  # MiB; PostgreSQL's own default
MOST_MEMORY = 2_048


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to build one index.

    Attributes:
        lists: None for what the number of rows suggests.
        memory_mb: None for what the index needs.
    """

    kind: Kind
    m: int
    ef_construction: int
    lists: int | None
    memory_mb: int | None
    workers: int

    def parameters(self, rows: int) -> dict[str, int]:
        """What stands after WITH."""
        if self.kind.method == "hnsw":
            return {"m": self.m, "ef_construction": self.ef_construction}
        return {"lists": self.lists or lists_for(rows)}

    def memory(self, rows: int, facts: Facts) -> int:
        """MiB for the build."""
        held = {"full": facts.type, "half": HALFVEC, "bit": BIT}[self.kind.precision]
        return self.memory_mb or memory_for(rows, held.bytes_for(facts.dimensions), self.m)


def recipe_for(
    facts: Facts,
    metric: Metric,
    method: str,
    precision: str,
    *,
    m: int,
    ef_construction: int,
    lists: int | None,
    memory_mb: int | None,
    workers: int | None,
) -> Recipe:
    """The recipe, checked against the collection.

    Raises:
        ValidationError: no such index serves the metric, or takes so many dimensions.
    """
    kind = _kind(facts, metric, method, precision)
    return Recipe(kind, m, ef_construction, lists, memory_mb, check_effort(memory_mb, workers))


def memory_for(rows: int, vector_bytes: int, m: int) -> int:
    """MiB that an HNSW build needs, within bounds: measured 2.4 KB a row at 384 dimensions."""
    needed = rows * (vector_bytes + 60 * m) * 1.1 / 2**20
    return round(min(max(needed, LEAST_MEMORY), MOST_MEMORY))


def lists_for(rows: int) -> int:
    """What pgvector advises: a thousandth of the rows up to a million, then their root."""
    return min(max(10, rows // 1_000 if rows <= 1_000_000 else math.isqrt(rows)), 32_768)


def check_numbers(m: int, ef_construction: int, lists: int | None) -> None:
    """Refuse what pgvector would, before it is asked."""
    number("m", m, 2, 100)
    number("ef_construction", ef_construction, max(4, 2 * m), 1_000)
    if lists is not None:
        number("lists", lists, 1, 32_768)


def check_effort(memory_mb: int | None, workers: int | None) -> int:
    """Refuse impossible settings of a build; returns the number of workers."""
    if memory_mb is not None:
        number("memory_mb", memory_mb, 1, 2_000_000)
    if workers is not None:
        number("workers", workers, 0, 1_024)
    return workers if workers is not None else (os.cpu_count() or 1)


def _kind(facts: Facts, metric: Metric, method: str, precision: str) -> Kind:
    chosen: Precision | None = automatic(facts.type, facts.dimensions)
    if precision != "auto":
        chosen = next((known for known in PRECISIONS if known == precision), None)
    way: Method | None = next((known for known in METHODS if known == method), None)
    if chosen is None or way is None:
        raise ValidationError(
            f"method is one of: {', '.join(METHODS)}; precision one of: auto, "
            f"{', '.join(PRECISIONS)}"
        )
    kind = Kind(way, chosen)
    if kind not in kinds(facts.type, metric):
        raise ValidationError(
            f"no {method} index of precision {chosen} serves {metric.name} over {facts.type.name}"
        )
    most = kind.most_dimensions(facts.type)
    if facts.dimensions > most:
        raise ValidationError(
            f"an index of precision {chosen} takes at most {most} dimensions and the collection "
            f"has {facts.dimensions}; choose precision='auto'"
        )
    return kind
