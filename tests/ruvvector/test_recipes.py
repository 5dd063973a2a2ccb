"""How an index is to be built: checked before the server is asked, with memory that fits."""

from __future__ import annotations

import os

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.column_types import VECTOR
from hf_integrations.ruvvector.indexes import Kind
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.recipes import (
    Recipe,
    check_effort,
    check_numbers,
    lists_for,
    memory_for,
    recipe_for,
)
from hf_integrations.ruvvector.table import Facts

FACTS = Facts((0, 8), "x", VECTOR, 1, 384)


def recipe(method: str = "hnsw", precision: str = "auto", facts: Facts = FACTS) -> Recipe:
    """A recipe with pgvector's own numbers."""
    return recipe_for(
        facts, METRICS["cosine"], method, precision, m=16, ef_construction=64,
        lists=None, memory_mb=None, workers=3,
    )  # fmt: skip


def test_memory_grows_with_the_graph_within_bounds() -> None:
    """64 MiB at least, 2 GiB at most, and near what was measured between."""
    assert memory_for(10, 1_544, 16) == 64
    assert 60 <= memory_for(30_000, 1_544, 16) <= 90
    assert memory_for(10**7, 6_152, 16) == 2_048


def test_what_an_index_holds_is_what_it_needs() -> None:
    """Halved vectors and signs take less; a given number stands."""
    full, half, bit = (recipe(precision=name).memory(200_000, FACTS) for name in
                       ("full", "half", "bit"))  # fmt: skip
    assert full > half > bit
    given = recipe_for(
        FACTS, METRICS["l2"], "hnsw", "full", m=16, ef_construction=64,
        lists=None, memory_mb=9, workers=None,
    )  # fmt: skip
    assert (given.memory(10**6, FACTS), given.workers) == (9, os.cpu_count())


def test_each_method_has_its_parameters() -> None:
    """And IVFFlat as many lists as pgvector advises."""
    assert recipe().parameters(10) == {"m": 16, "ef_construction": 64}
    assert recipe("ivfflat").parameters(50_000) == {"lists": 50}
    assert [lists_for(rows) for rows in (0, 50_000, 4_000_000, 10**12)] == [
        10, 50, 2_000, 32_768,
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "precision"), [(2_000, "full"), (3_000, "half"), (9_000, "bit")])
def test_auto_takes_what_the_width_allows(width: int, precision: str) -> None:
    """The most exact."""
    kind = recipe(facts=Facts((0, 8), "x", VECTOR, 1, width)).kind
    assert kind == Kind("hnsw", precision)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((1, 64, None), "m is a whole number from 2 to 100"),
        ((101, 400, None), "m is a whole number from 2 to 100"),
        ((16, 31, None), "ef_construction is a whole number from 32"),
        ((2, 3, None), "ef_construction is a whole number from 4"),
        ((16, 1_001, None), "to 1000"),
        ((16, 64, 0), "lists is a whole number from 1 to 32768"),
        ((16, 64, 32_769), "lists is a whole number from 1 to 32768"),
    ],
)
def test_numbers_out_of_bounds_are_named(numbers: tuple[int, int, None], sentence: str) -> None:
    """With the bounds."""
    with pytest.raises(ValidationError, match=sentence):
        check_numbers(*numbers)


def test_effort_out_of_bounds_is_named() -> None:
    """Memory and workers."""
    with pytest.raises(ValidationError, match="memory_mb is a whole number from 1"):
        check_effort(0, None)
    with pytest.raises(ValidationError, match="workers is a whole number from 0 to 1024"):
        check_effort(None, 1_025)
    assert check_effort(1, 0) == 0
