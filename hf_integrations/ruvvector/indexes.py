"""Indexes over vectors: what kinds there are, how each is named, and which one a search uses.

An index can hold the vectors as they are ("full"), halved to 16 bits a number ("half"), or as the
signs of their numbers ("bit"). From the last two a search takes more rows than it needs, and
compares these exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hf_integrations.ruvvector.column_types import BIT, HALFVEC, VECTOR, ColumnType
from hf_integrations.ruvvector.metrics import Metric

Method = Literal["hnsw", "ivfflat"]
Precision = Literal["full", "half", "bit"]
METHODS: tuple[Method, ...] = ("hnsw", "ivfflat")
PRECISIONS: tuple[Precision, ...] = ("full", "half", "bit")
DEFAULT_LISTS = 100  # of pgvector
# Rows that are compared exactly for each one that is wanted, at least.
OVERSAMPLING: dict[Precision, int] = {"full": 1, "half": 2, "bit": 4}
_STEMS = {
    ("hnsw", "full"): "hnsw", ("hnsw", "half"): "half", ("hnsw", "bit"): "bits",
    ("ivfflat", "full"): "ivf", ("ivfflat", "half"): "ivfh", ("ivfflat", "bit"): "ivfb",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index over one column.

    Attributes:
        method: "hnsw" or "ivfflat".
        precision: what of each vector it holds.
    """

    method: Method
    precision: Precision

    def suffix(self, metric: Metric) -> str:
        """The end of its name, at most 9 bytes."""
        return f"{_STEMS[self.method, self.precision]}_{metric.suffix}"

    def operator_class(self, column: ColumnType, metric: Metric) -> str:
        """What it is built with to serve the metric."""
        if self.precision == "bit":
            return "bit_hamming_ops"
        held = HALFVEC if self.precision == "half" else column
        return metric.operator_class(held.name)

    def most_dimensions(self, column: ColumnType) -> int:
        """How wide the vectors may be."""
        held = {"full": column, "half": HALFVEC, "bit": BIT}[self.precision]
        return held.most_indexed


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is there.

    Attributes:
        options: what it was built with: m, ef_construction, lists.
        valid: False for what a failed CREATE INDEX CONCURRENTLY has left behind.
    """

    name: str
    kind: Kind
    options: Mapping[str, int]
    valid: bool

    @property
    def lists(self) -> int:
        """How many lists an IVFFlat index has."""
        return self.options.get("lists", DEFAULT_LISTS)


def kinds(column: ColumnType, metric: Metric) -> list[Kind]:
    """Every kind that can serve the metric over this type, the preferred first."""
    return [
        Kind(method, precision)
        for precision in PRECISIONS
        for method in METHODS
        if _fits(method, precision, column, metric)
    ]


def found(rows: Iterable[Mapping[str, Any]], column: ColumnType, metric: Metric) -> list[Index]:
    """The indexes of a table that serve the metric, the preferred first."""
    places = {_key(kind, column, metric): kind for kind in reversed(kinds(column, metric))}
    indexes = [
        Index(row["name"], kind, _options(row["options"]), row["valid"])
        for row in rows
        if (kind := places.get((row["method"], row["class"], row["of_column"])))
    ]
    order = kinds(column, metric)
    return sorted(indexes, key=lambda index: order.index(index.kind))


def automatic(column: ColumnType, dimensions: int) -> Precision:
    """The most exact precision an index over so many dimensions can have."""
    if dimensions <= column.most_indexed:
        return "full"
    return "half" if dimensions <= HALFVEC.most_indexed else "bit"


def _fits(method: Method, precision: Precision, column: ColumnType, metric: Metric) -> bool:
    if precision == "bit" and column is not BIT:
        return True  # Hamming distance of the signs, whatever the metric
    if precision == "half" and column is not VECTOR:
        return False
    return precision != "bit" and method in metric.methods


def _key(kind: Kind, column: ColumnType, metric: Metric) -> tuple[str, str, bool]:
    return kind.method, kind.operator_class(column, metric), kind.precision == "full"


def _options(options: Iterable[str] | None) -> dict[str, int]:
    values = dict(option.split("=", 1) for option in options or ())
    return {name: int(value) for name, value in values.items()}
