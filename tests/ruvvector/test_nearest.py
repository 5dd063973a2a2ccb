"""The statements of a search: which ways there are, what they set, and what they hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hf_integrations.ruvvector import Filter
from hf_integrations.ruvvector.column_types import TYPES
from hf_integrations.ruvvector.indexes import found
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.nearest import (
    Way,
    gate,
    nearest,
    nearest_by,
    nearest_each,
    nearest_exact,
    ways,
)
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.table import Facts, Names

VECTOR = TYPES["vector"]
COSINE = METRICS["cosine"]
ROW: dict[str, Any] = {"name": "i", "method": "hnsw", "class": "vector_cosine_ops", "options": None}
INDEX = tuple(found([ROW | {"of_column": True, "valid": True}], VECTOR, COSINE))
FACTS = Facts((0, 8, 5), '"public"', VECTOR, 77, 3, INDEX)
INDEXED = Collection(Names("public", "docs"), COSINE, FACTS)
PLAIN = replace(INDEXED, facts=replace(FACTS, indexes=()))
OLD = replace(INDEXED, facts=replace(FACTS, version=(0, 7, 4)))
TENANT = replace(INDEXED, names=Names("public", "docs", "tenant"))
QUERY = Query(np.ones(3, np.float32), 10, Filter.of(None), False, 100)
FILTERED = replace(QUERY, filter=Filter.of({"key'": "value'"}))


@pytest.mark.parametrize(
    ("collection", "query", "expected"),
    [
        (INDEXED, QUERY, [Way.ONE_READ, Way.READ_ON, Way.EXACT]),
        (INDEXED, FILTERED, [Way.READ_ON, Way.EXACT]),
        (TENANT, QUERY, [Way.READ_ON, Way.EXACT]),
        (OLD, QUERY, [Way.ONE_READ, Way.EXACT]),
        (OLD, FILTERED, [Way.ONE_READ, Way.EXACT]),
        (INDEXED, replace(QUERY, k=1_001), [Way.EXACT]),
        (PLAIN, QUERY, [Way.EXACT]),
        (PLAIN, FILTERED, [Way.EXACT]),
    ],
)
def test_the_fastest_way_comes_first_and_the_exact_one_last(
    collection: Collection, query: Query, expected: list[Way]
) -> None:
    """Reading on costs something, and is needed where rows may not pass."""
    assert ways(collection, query) == expected
    assert nearest(collection, query) == nearest_by(collection, query, expected[0])
    assert nearest_exact(collection, query) == nearest_by(collection, query, Way.EXACT)


def settings(statement: Any) -> dict[str, str]:
    """What a statement sets."""
    return dict(re.findall(r"set_config\('([a-z_.]+)', '([a-z0-9_]+)', true\)", statement.sql))


def test_each_way_sets_what_it_needs() -> None:
    """For its own transaction only; an exact search sets nothing, and may use workers."""
    read = {"hnsw.ef_search": "100"}
    on = read | {"hnsw.iterative_scan": "relaxed_order"}
    assert settings(nearest_by(INDEXED, QUERY, Way.ONE_READ)) == read
    assert settings(nearest_by(INDEXED, QUERY, Way.READ_ON)) == on
    assert settings(nearest_by(INDEXED, QUERY, Way.EXACT)) == {}
    wide = nearest(INDEXED, replace(QUERY, k=700))
    assert settings(wide)["hnsw.ef_search"] == "700"
    assert gate({}) == ""


def test_only_exact_searches_under_a_filter_are_planned_each_time() -> None:
    """Others are prepared, and their text is the same for every vector and value."""
    other = replace(QUERY, vector=np.zeros(3, np.float32))
    assert nearest(INDEXED, QUERY).sql == nearest(INDEXED, other).sql
    assert not nearest(INDEXED, QUERY).fresh
    assert nearest_exact(INDEXED, FILTERED).fresh
    by_index, elsewhere = (
        nearest(INDEXED, replace(FILTERED, filter=Filter.of({"key": value}))) for value in (1, "b")
    )
    assert by_index.often
    assert by_index.sql == elsewhere.sql
    assert nearest_each(INDEXED, FILTERED, np.ones((2, 3), np.float32), Way.EXACT).fresh


@pytest.mark.parametrize("way", Way)
def test_nothing_of_the_callers_is_in_the_text(way: Way) -> None:
    """Keys, values and namespaces are parameters."""
    hostile = replace(TENANT, names=Names("public", "docs", "'; --"))
    for statement in (
        nearest_by(hostile, FILTERED, way),
        nearest_each(hostile, FILTERED, np.ones((2, 3), np.float32), way),
    ):
        assert not re.search(r"key'|value'|'; --", statement.sql)
        numbers = {int(number) for number in re.findall(r"\$(\d+)", statement.sql)}
        assert numbers == set(range(1, len(statement.params) + 1))


def test_vectors_are_fetched_only_when_asked_for() -> None:
    """They are the greater part of a row."""
    assert "vector_send" not in nearest(INDEXED, QUERY).sql
    assert "vector_send" in nearest(INDEXED, replace(QUERY, include_vectors=True)).sql
