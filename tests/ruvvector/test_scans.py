"""How an index is read: in the order of what, and how widely."""

from __future__ import annotations

import pytest

from hf_integrations.ruvvector.column_types import BIT, VECTOR
from hf_integrations.ruvvector.indexes import Index, Kind, Method, Precision
from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS
from hf_integrations.ruvvector.scans import index_key, probes_for, scan
from hf_integrations.ruvvector.table import Facts

COSINE = METRICS["cosine"]


def facts(method: Method, precision: Precision, version: tuple[int, ...] = (0, 8)) -> Facts:
    """A collection with one index."""
    index = Index("i", Kind(method, precision), {"lists": 400}, True)
    return Facts(version, "x", VECTOR, 1, 8, (index,))


def test_without_an_index_there_is_one_stage() -> None:
    """Or with one that is not valid."""
    bare = Facts((0, 8), "x", VECTOR, 1, 8)
    broken = Facts((0, 8), "x", VECTOR, 1, 8, (Index("i", Kind("hnsw", "full"), {}, False),))
    for each in (bare, broken):
        how = scan(each, COSINE, "$1", 10, 100)
        assert how.order == how.distance == "embedding OPERATOR(x.<=>) $1"
        assert (how.candidates, how.settings) == (10, {})


def test_the_order_is_that_of_what_the_index_holds() -> None:
    """The distance stays that of the whole vectors."""
    full, half, bit = (
        scan(facts("hnsw", precision), COSINE, "$1", 10, 100)
        for precision in ("full", "half", "bit")
    )
    assert full.order == full.distance == "embedding OPERATOR(x.<=>) $1"
    assert half.order == "(embedding::x.halfvec(8)) OPERATOR(x.<=>) $1::x.halfvec(8)"
    signs = "(x.binary_quantize(embedding)::bit(8))"
    assert bit.order == f"{signs} OPERATOR(x.<~>) x.binary_quantize($1)::bit(8)"
    assert half.distance == bit.distance == full.distance
    assert index_key(facts("hnsw", "bit"), "bit") == signs


@pytest.mark.parametrize(
    ("precision", "k", "ef_search", "candidates", "width"),
    [
        ("full", 10, 100, 10, 100),
        ("full", 300, 100, 300, 300),
        ("half", 10, 100, 20, 100),
        ("half", 600, 100, 1_000, 1_000),
        ("bit", 10, 100, 200, 200),
        ("bit", 100, 100, 400, 400),
        ("bit", 1_000, 100, 1_000, 1_000),
        ("full", 5_000, 100, 5_000, 1_000),
    ],
)
def test_the_coarser_the_index_the_more_is_compared(
    precision: Precision, k: int, ef_search: int, candidates: int, width: int
) -> None:
    """Never less than k, and as widely as pgvector searches at most."""
    how = scan(facts("hnsw", precision), COSINE, "$1", k, ef_search)
    assert how.candidates == candidates
    assert how.settings == {"hnsw.ef_search": width, "hnsw.iterative_scan": "relaxed_order"}


def test_an_older_pgvector_gets_no_unknown_setting() -> None:
    """Iteration came with 0.8."""
    how = scan(facts("hnsw", "full", (0, 7, 4)), COSINE, "$1", 10, 100)
    assert how.settings == {"hnsw.ef_search": 100}


def test_lists_are_read_by_share() -> None:
    """A tenth of them at ef_search 100, and twice their root at least."""
    how = scan(facts("ivfflat", "full"), COSINE, "$1", 10, 100)
    assert how.settings == {"ivfflat.probes": 40, "ivfflat.iterative_scan": "relaxed_order"}
    assert [probes_for(lists, 100) for lists in (1, 4, 100, 1_000, 30_000)] == [
        1, 4, 20, 100, 3_000,
    ]  # fmt: skip
    assert probes_for(100, 1_000) == 100


def test_bits_are_compared_as_they_are() -> None:
    """By their own operators."""
    bits = Facts((0, 8), "x", BIT, 1, 8, (Index("i", Kind("hnsw", "full"), {}, True),))
    how = scan(bits, BIT_METRICS["jaccard"], "$1", 10, 100)
    assert how.order == "embedding OPERATOR(x.<%>) $1"
