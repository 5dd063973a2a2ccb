"""A query plan in words, on plans that the server really made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from psycopg.conninfo import make_conninfo

from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(6).normal(size=(600, 8)).astype(np.float32)
METADATA = [{"row": row, "rare": row == 7} for row in range(600)]


def filled(store: AnyStore) -> AnyStore:
    """Six hundred rows."""
    store.add([str(row) for row in range(600)], VECTORS, metadata=METADATA)
    return store


def test_no_index_is_said(store: AnyStore) -> None:
    """With a filter and without; and that there is nothing at all."""
    assert store.explain(VECTORS[0]).startswith("Collection 'docs' does not exist yet")
    filled(store)
    assert store.explain(VECTORS[0]).startswith("Exact: every row is compared.\n")
    words = store.explain(VECTORS[0], filter={"rare": True})
    assert words.startswith("Exact: every row is read, and those that pass the filter")


@pytest.mark.parametrize(
    ("method", "precision", "words"),
    [
        ("hnsw", "full", "HNSW index ruvvector_docs_hnsw_cos (cosine), ef_search 100; exact once"),
        ("hnsw", "half", "ruvvector_docs_half_cos (cosine) over halved vectors, ef_search 100;"),
        ("hnsw", "bit", "(cosine) over the vectors' signs, ef_search 200; the nearest 200 of it"),
        ("ivfflat", "full", "IVFFlat index ruvvector_docs_ivf_cos (cosine), 6 of 10 lists;"),
    ],
)
def test_an_approximate_search_says_how(
    open_store: MakeStore, postgres_dsn: str, method: str, precision: str, words: str
) -> None:
    """Which index, how widely, and what follows."""
    store = filled(open_store(index_minded(postgres_dsn), index_after=None))
    store.create_index(method=method, precision=precision)
    explained = store.explain(VECTORS[0])
    assert explained.startswith("Approximate: ")
    assert words in explained.splitlines()[0]
    assert "exact once more if it finds fewer rows than asked for." in explained
    assert "[0." not in explained


def test_a_rare_filter_is_answered_exactly(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """From the index over metadata, when the planner takes it."""
    store = filled(open_store(index_after=0))
    with administrator(postgres_dsn) as connection:
        connection.execute(f"ANALYZE {schema}.ruvvector_docs".encode())
    options = "-c enable_seqscan=off -c enable_indexscan=off"
    dsn = make_conninfo(postgres_dsn, options=options)
    words = open_store(dsn).explain(VECTORS[0], filter={"rare": True})
    assert words.startswith("Exact: the filter's rows come from the metadata index, and all of")
    assert store.search(VECTORS[0], filter={"rare": True})[0].text == "7"
