"""Queries as plans, and candidates as results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.llama_index.modes import MOST_CANDIDATES, planned
from hf_integrations.llama_index.queries import nearest
from hf_integrations.ruvvector import Match, Record
from hf_integrations.ruvvector.metrics import METRICS, metric_named

MMR = VectorStoreQueryMode.MMR
COSINE = metric_named("cosine")


def record(ident: str, vector: list[float]) -> Record:
    """A row with its vector."""
    array = np.array(vector, np.float32)
    return Record(ident, ident, {}, None, None, "", datetime.now(UTC), array)


def match(ident: str, vector: list[float]) -> Match:
    """A row that was found, with its vector."""
    return Match(ident, ident, {}, vector[0], 1 - vector[0], np.array(vector, np.float32))


@given(st.integers(1, 3_000), st.integers(1, 50))
def test_there_are_candidates_enough_and_not_without_end(k: int, factor: int) -> None:
    """Never fewer than are asked for."""
    plan = planned(
        VectorStoreQuery([1.0], similarity_top_k=k, mode=MMR), {"mmr_prefetch_factor": factor}
    )
    assert k <= plan.arguments["k"] <= max(k, MOST_CANDIDATES)
    assert plan.arguments["include_vectors"]
    assert planned(VectorStoreQuery([1.0], similarity_top_k=k), {}).arguments["k"] == k


def test_a_diverse_answer_keeps_the_similarities() -> None:
    """To the query, as everywhere; a cutoff means the same in each mode."""
    query = VectorStoreQuery([1.0, 0.0], similarity_top_k=2, mode=MMR, mmr_threshold=0.3)
    candidates = [match("a", [1.0, 0.0]), match("b", [0.99, 0.14]), match("c", [0.0, 1.0])]
    result = planned(query, {}).result(candidates, COSINE)
    assert (result.ids, result.similarities) == (["a", "c"], [1.0, 0.0])
    said = planned(query, {"mmr_threshold": 1}).result(candidates, COSINE)
    assert said.ids == ["a", "b"]
    assert planned(query, {}).result([], COSINE).ids == []


@pytest.mark.parametrize(
    "options",
    [
        {"mmr_threshold": 1.1},
        {"mmr_threshold": "high"},
        {"mmr_threshold": True},
        {"mmr_prefetch_factor": 0.5},
        {"mmr_prefetch_factor": None},
    ],
)
def test_an_option_that_cannot_be_so_is_named(options: dict[str, Any]) -> None:
    """With what it may be."""
    with pytest.raises(ValidationError, match=next(iter(options))):
        planned(VectorStoreQuery([1.0], mode=MMR), options)


def test_an_option_of_another_mode_is_refused() -> None:
    """Never ignored."""
    with pytest.raises(ValidationError, match=r"mmr_threshold.*'default'.*none"):
        planned(VectorStoreQuery([1.0]), {"mmr_threshold": 0.5})


@pytest.mark.parametrize("mode", list(VectorStoreQueryMode))
def test_every_mode_of_llama_index_is_served(mode: VectorStoreQueryMode) -> None:
    """None is left out."""
    assert planned(VectorStoreQuery([1.0], query_str="a", mode=mode), {}).arguments


def test_a_mode_that_is_not_served_is_named() -> None:
    """With those that are."""
    mode: Any = "nearest"
    with pytest.raises(UnsupportedTaskError, match=r"'nearest'.*default, mmr"):
        planned(VectorStoreQuery([1.0], mode=mode), {})


def test_a_mode_may_be_given_by_its_name() -> None:
    """In plans and in errors alike."""
    mode: Any = "hybrid"
    assert planned(VectorStoreQuery([1.0], query_str="a", mode=mode), {}).method == "hybrid_search"
    with pytest.raises(ValidationError, match="query_str is missing; mode 'hybrid'"):
        planned(VectorStoreQuery([1.0], mode=mode), {})
    with pytest.raises(UnsupportedTaskError, match="'fuzzy'"):
        planned(VectorStoreQuery([1.0], mode="fuzzy"), {})  # type: ignore[arg-type]


def test_what_is_no_query_is_named() -> None:
    """With what to give."""
    with pytest.raises(ValidationError, match="query is a NoneType; give a VectorStoreQuery"):
        planned(None, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["text_search", "sparse", "hybrid", "semantic_hybrid"])
def test_a_search_by_words_needs_words(mode: str) -> None:
    """And cannot be restricted to nodes; both are said."""
    query = VectorStoreQuery([1.0], mode=VectorStoreQueryMode(mode))
    with pytest.raises(ValidationError, match="query_str"):
        planned(query, {})
    query.query_str, query.node_ids = "words", ["node"]
    with pytest.raises(ValidationError, match="node_ids"):
        planned(query, {})


@given(st.floats(0, 1), st.integers(1, 500), st.none() | st.integers(1, 500))
def test_a_hybrid_search_is_weighted(alpha: float, k: int, hybrid_k: int | None) -> None:
    """By alpha, from words alone to vectors alone; `hybrid_top_k` says how many."""
    query = VectorStoreQuery(
        [1.0], query_str="words", mode=VectorStoreQueryMode.HYBRID, alpha=alpha,
        similarity_top_k=k, hybrid_top_k=hybrid_k, sparse_top_k=7,
    )  # fmt: skip
    told = planned(query, {"fusion": "scores"}).arguments
    assert (told["text_weight"], told["k"]) == (1 - alpha, hybrid_k or k)
    assert (told["candidates"], told["fusion"]) == (7, "scores")


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan"), "half"])
def test_a_weight_that_cannot_be_so_is_named(alpha: Any) -> None:
    """Before anything is searched."""
    query = VectorStoreQuery([1.0], query_str="w", mode=VectorStoreQueryMode.HYBRID, alpha=alpha)
    with pytest.raises(ValidationError, match="alpha"):
        planned(query, {})


@pytest.mark.parametrize("metric", METRICS)
def test_the_nearest_of_some_rows(metric: str) -> None:
    """Best first, by each metric; equal ones in the order of ids."""
    rows = [record("far", [-1.0, 0.1]), record("b", [1.0, 0.0]), record("a", [1.0, 0.0])]
    found = nearest(rows, [1.0, 0.0], metric_named(metric))
    assert [one.id for one in found] == ["a", "b", "far"]
    assert found[0].score == found[1].score > found[2].score
    assert nearest([], [1.0, 0.0], metric_named(metric)) == []


def test_a_vector_of_another_length_is_refused() -> None:
    """As a search would."""
    with pytest.raises(ValidationError, match="dimensions"):
        nearest([record("a", [1.0, 0.0])], [1.0], metric_named("l2"))
