"""Kinds of index: which can serve what, how each is named, and which one a search takes."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.ruvvector.column_types import BIT, HALFVEC, TYPES, VECTOR, ColumnType
from hf_integrations.ruvvector.indexes import Kind, automatic, found, kinds
from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS, Metric

EVERY = [*METRICS.values(), *BIT_METRICS.values()]


def row(name: str, kind: Kind, column: ColumnType, metric: Metric, **changes: Any) -> Any:
    """An index as `describe` gives it."""
    values = {
        "name": name, "method": kind.method, "class": kind.operator_class(column, metric),
        "of_column": kind.precision == "full", "valid": True, "options": None,
    }  # fmt: skip
    return {**values, **changes}


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
def test_a_kind_is_recognised_by_what_the_server_says(column: ColumnType, metric: Metric) -> None:
    """Each one that can serve, and no two are alike."""
    every = kinds(column, metric) if metric.of_bits == (column is BIT) else []
    rows = [row(kind.suffix(metric), kind, column, metric) for kind in every]
    recognised = found(rows, column, metric)
    assert [index.kind for index in recognised] == every
    assert [index.name for index in recognised] == [kind.suffix(metric) for kind in every]
    assert len({index.name for index in recognised}) == len(every)


def test_what_serves_another_metric_is_not_found() -> None:
    """Nor is what has the right class over an expression of somebody else's."""
    full = Kind("hnsw", "full")
    other = row("l2", full, VECTOR, METRICS["l2"])
    expression = row("expression", full, VECTOR, METRICS["cosine"], of_column=False)
    assert found([other, expression], VECTOR, METRICS["cosine"]) == []


def test_the_more_exact_comes_first() -> None:
    """Whatever the order of names; lists and validity are kept."""
    metric, rows = METRICS["cosine"], []
    for number, kind in enumerate(reversed(kinds(VECTOR, metric))):
        options = ["lists=7"] if kind.method == "ivfflat" else ["m=8", "ef_construction=40"]
        rows.append(row(f"i{number}", kind, VECTOR, metric, options=options, valid=number > 0))
    indexes = found(rows, VECTOR, metric)
    assert [index.kind.precision for index in indexes] == [
        "full", "full", "half", "half", "bit", "bit",
    ]  # fmt: skip
    assert [index.lists for index in indexes[:2]] == [100, 7]
    assert indexes[0].options == {"m": 8, "ef_construction": 40}
    assert [index.valid for index in indexes] == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("column", "metric", "expected"),
    [
        (VECTOR, "cosine", {("hnsw", "full"), ("ivfflat", "full"), ("hnsw", "half"),
                            ("ivfflat", "half"), ("hnsw", "bit"), ("ivfflat", "bit")}),
        (VECTOR, "l1", {("hnsw", "full"), ("hnsw", "half"), ("hnsw", "bit"), ("ivfflat", "bit")}),
        (HALFVEC, "l2", {("hnsw", "full"), ("ivfflat", "full"), ("hnsw", "bit"),
                         ("ivfflat", "bit")}),
        (BIT, "hamming", {("hnsw", "full"), ("ivfflat", "full")}),
        (BIT, "jaccard", {("hnsw", "full")}),
    ],
)  # fmt: skip
def test_only_what_the_server_has_is_offered(
    column: ColumnType, metric: str, expected: set[tuple[str, str]]
) -> None:
    """Pgvector's own table of operator classes."""
    every = {**METRICS, **BIT_METRICS}
    assert {(k.method, k.precision) for k in kinds(column, every[metric])} == expected


@pytest.mark.parametrize(
    ("column", "dimensions", "precision"),
    [
        (VECTOR, 2_000, "full"),
        (VECTOR, 2_001, "half"),
        (VECTOR, 4_001, "bit"),
        (HALFVEC, 4_000, "full"),
        (HALFVEC, 4_001, "bit"),
        (BIT, 64_000, "full"),
    ],
)
def test_the_precision_follows_from_the_width(
    column: ColumnType, dimensions: int, precision: str
) -> None:
    """The most exact that the server builds."""
    assert automatic(column, dimensions) == precision
    kind = Kind("hnsw", automatic(column, dimensions))
    assert dimensions <= kind.most_dimensions(column)
