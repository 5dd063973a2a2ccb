"""Searching, getting and counting, in both colours, on a real PostgreSQL."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import Filter, RuvVectorStore
from hf_integrations.ruvvector.metrics import METRICS
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.test_writing import tables

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(7)
CROWD = RANDOM.normal(size=(1_500, 12)).astype(np.float32)
NAMES = [f"{row:05}" for row in range(len(CROWD))]
OTHERS = {"kind": {"$in": [0, 1, 2, 4, 5, 6, 7, 8, 9]}}  # as the index for filters finds them
# So many that an index pays under a filter for which each row would have to be looked at.
MANY = RANDOM.normal(size=(6_000, 12)).astype(np.float32)


def distances(metric: str, vectors: Any, query: Any) -> Any:
    """What pgvector's operators compute, by numpy in double precision."""
    a, b = np.asarray(vectors, float), np.asarray(query, float)
    match metric:
        case "cosine":
            return 1 - a @ b / np.linalg.norm(a, axis=1) / np.linalg.norm(b)
        case "inner_product":
            return -(a @ b)
        case "l2":
            return np.linalg.norm(a - b, axis=1)
    return np.abs(a - b).sum(axis=1)


@pytest.fixture
def crowd(open_store: MakeStore, postgres_dsn: str) -> AnyStore:
    """1,500 rows with an index that is used, a tenth of each kind, and one that is alone."""
    store = open_store(index_minded(postgres_dsn), index_after=1_000)
    metadata = [{"kind": row % 10, "alone": row == 77} for row in range(len(CROWD))]
    store.add(NAMES, CROWD, ids=NAMES, metadata=metadata)
    return store


def test_a_missing_collection_is_empty_and_stays_missing(
    store: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """Reading and deleting find nothing, and leave nothing behind."""
    assert store.search([1.0, 2.0]) == []
    assert store.get() == store.get(["x"]) == []
    assert (store.count(), store.hashes(["x"]), store.delete(["x"])) == (0, {}, 0)
    assert store.delete_all() == 0
    assert "does not exist yet" in store.explain([1.0])
    assert tables(postgres_dsn, schema) == set()


@pytest.mark.parametrize("metric", METRICS)
def test_distance_and_score_are_those_of_the_metric(open_store: MakeStore, metric: str) -> None:
    """Best first, distance as pgvector has it, score as documented."""
    store = open_store(metric=metric)
    store.add(NAMES[:50], CROWD[:50], ids=NAMES[:50])
    query = CROWD[60]
    expected = distances(metric, CROWD[:50], query)

    matches = store.search(query, k=50)
    assert [int(match.id) for match in matches] == np.argsort(expected).tolist()
    np.testing.assert_allclose([m.distance for m in matches], np.sort(expected), atol=1e-5)
    assert [m.score for m in matches] == [METRICS[metric].score(m.distance) for m in matches]


def test_vectors_come_only_when_asked_for(store: AnyStore) -> None:
    """They are the greater part of a row."""
    store.add(["a"], [[1.0, 0.5]])
    assert store.search([1, 0])[0].vector is None
    assert store.get()[0].vector is None
    assert store.search([1, 0], include_vectors=True)[0].vector.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1.0],), "vector has 1 dimensions and the collection 2"),
        (([float("nan"), 1.0],), "not finite"),
        (([0.0, 0.0],), "length 0"),
        (([[1.0, 0.0]],), "vector has 2 axes"),
        (("text",), "vectors are missing"),
        (([1.0, 0.0], 0), "k is a whole number from 1"),
        (([1.0, 0.0], True), "k is a whole number"),
        (([1.0, 0.0], 2.0), "k is a whole number"),
        (([1.0, 0.0], 5, {"a": {"$x": 1}}), "is not known"),
    ],
)
def test_wrong_queries_say_what_is_wrong(
    store: AnyStore, arguments: tuple[Any, ...], sentence: str
) -> None:
    """Nothing wrong is sent."""
    store.add(["a"], [[1.0, 0.0]])
    with pytest.raises(ValidationError, match=sentence):
        store.search(*arguments)


def test_equal_distances_are_in_the_order_of_ids(store: AnyStore) -> None:
    """The same question has the same answer each time."""
    store.add(["", "", ""], [[1.0]] * 3, ids=["c", "a", "b"])
    assert [match.id for match in store.search([1.0])] == ["a", "b", "c"]


def test_k_above_the_default_width_is_served_in_full(crowd: AnyStore) -> None:
    """The index is read as widely as k needs."""
    assert len(crowd.search(CROWD[0], k=200)) == 200
    assert "HNSW index" in crowd.explain(CROWD[0], k=200)


def test_k_beyond_the_index_is_answered_exactly(crowd: AnyStore) -> None:
    """Pgvector's limit of 1,000 is none of the caller's business."""
    matches = crowd.search(CROWD[0], k=1_200)
    assert [int(m.id) for m in matches] == np.argsort(distances("cosine", CROWD, CROWD[0]))[
        :1_200
    ].tolist()
    assert crowd.explain(CROWD[0], k=1_200).startswith("Exact: every row is compared.")
    assert len(crowd.search(CROWD[0], k=5_000)) == len(CROWD)


@pytest.fixture(scope="module")
def many(postgres_dsn: str) -> Iterator[str]:
    """The schema of 6,000 rows with an index, a tenth of each kind."""
    schema = f"test_{uuid.uuid4().hex[:12]}"
    with RuvVectorStore(postgres_dsn, schema=schema, index_after=1_000) as store:
        metadata = [{"kind": row % 10} for row in range(len(MANY))]
        names = [f"{row:05}" for row in range(len(MANY))]
        store.add(names, MANY, ids=names, metadata=metadata)
    yield schema
    with administrator(postgres_dsn) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.mark.parametrize(
    ("filter_", "k", "way"),
    [
        (OTHERS, 10, "HNSW index"),
        ({"kind": {"$ne": 3}}, 10, "HNSW index"),
        ({"kind": {"$ne": 3}}, 120, "HNSW index"),
        ({"kind": {"$ne": 3}}, 400, "Exact"),
        ({"kind": 3}, 10, "Exact"),
        ({"kind": 3}, 800, "Exact"),
    ],
)
def test_a_filtered_search_is_never_short(
    many: str,
    open_store: MakeStore,
    postgres_dsn: str,
    filter_: dict[str, Any],
    k: int,
    way: str,
) -> None:
    """min(k, matches) rows, and nearly those of an exact search."""
    store = open_store(index_minded(postgres_dsn), schema=many)
    assert way in store.explain(MANY[3], k=k, filter=filter_)
    found = store.search(MANY[3], k=k, filter=filter_)
    own = (np.arange(len(MANY)) % 10 == 3) == (filter_ == {"kind": 3})
    nearest = np.argsort(np.where(own, distances("cosine", MANY, MANY[3]), np.inf))
    expected = nearest[: min(k, own.sum())].tolist()

    assert len(found) == len(expected)
    assert [m.distance for m in found] == sorted(m.distance for m in found)
    assert len({int(m.id) for m in found} & set(expected)) >= 0.95 * len(expected)


def test_the_one_row_that_passes_is_found(crowd: AnyStore) -> None:
    """However far it is, and although fewer than k pass."""
    assert [m.id for m in crowd.search(-CROWD[77], filter=Filter.key("alone").eq(True))] == [
        "00077"
    ]
    assert crowd.search(CROWD[0], filter={"kind": 11}) == []


def test_deleted_rows_do_not_make_a_search_short(crowd: AnyStore) -> None:
    """The index still holds them; the answer does not."""
    near = [match.id for match in crowd.search(CROWD[0], k=300)]
    crowd.delete(near)
    left = crowd.search(CROWD[0], k=20)
    assert len(left) == 20
    assert not {match.id for match in left} & set(near)


def test_no_setting_stays_on_a_connection(crowd: AnyStore, postgres_dsn: str) -> None:
    """What a search or a build sets is gone with its transaction."""
    crowd.search(CROWD[0], k=500, filter={"kind": 1})
    inner: Any = getattr(crowd, "inner", crowd)
    settings = """SELECT current_setting('hnsw.ef_search', true),
        current_setting('plan_cache_mode'), current_setting('statement_timeout'),
        coalesce(current_setting('hnsw.iterative_scan', true), 'off')"""
    sessions = inner._sessions
    if inner is crowd:
        with sessions._pool().connection() as connection:
            found = connection.execute(settings).fetchone()
    else:

        async def ask() -> Any:
            pool = await sessions._pool(sessions._home())
            async with pool.connection() as connection:
                return await (await connection.execute(settings)).fetchone()

        found = crowd._runner.run(ask())
    assert found == ("40", "auto", "0", "off")


def test_get_keeps_the_order_of_ids(store: AnyStore) -> None:
    """Unknown ids are left out, and one asked for twice comes once."""
    store.add(["1", "2", "3"], np.ones((3, 2)), ids=["a", "b", "c"])
    assert [record.id for record in store.get(["c", "?", "a", "c"])] == ["c", "a"]


def test_get_by_filter_and_limit(store: AnyStore) -> None:
    """Rows are in the order of their ids, and no more than asked for."""
    metadata = [{"even": n % 2 == 0} for n in range(10)]
    store.add([""] * 10, np.ones((10, 2)), ids=NAMES[:10], metadata=metadata)
    records = store.get(filter={"even": True}, limit=3)
    assert [int(record.id) for record in records] == [0, 2, 4]
    assert [r.id for r in store.get(NAMES[:3], filter={"even": True})] == ["00000", "00002"]
    assert store.count({"even": True}) == 5
    with pytest.raises(ValidationError, match="limit is a whole number from 1"):
        store.get(limit=0)


def test_explain_says_how_rows_are_found(crowd: AnyStore, open_store: MakeStore) -> None:
    """In words first, and without the query's numbers."""
    assert crowd.explain(CROWD[0]).startswith(
        "Approximate: HNSW index ruvvector_docs_hnsw_cos (cosine), ef_search 100"
    )
    assert str(float(CROWD[0][0]))[:6] not in crowd.explain(CROWD[0])
    plain = open_store()
    assert plain.explain(CROWD[0], filter={"alone": True}).startswith("Exact: the filter's rows")
    small = open_store(collection="small")
    small.add(["a"], [[1.0]])
    assert small.explain([1.0]).startswith("Exact: every row is compared.")
    assert small.explain([1.0], filter={"a": 1}).startswith("Exact: every row is read, and those")


def test_methods_show_their_arguments(store: AnyStore) -> None:
    """Help and editors see the real signature and the documentation."""
    inner: Any = getattr(store, "inner", store)
    assert list(inspect.signature(inner.search).parameters) == [
        "vector", "k", "filter", "min_score", "include_vectors", "rerank", "text",
    ]  # fmt: skip
    assert "best first" in (type(inner).search.__doc__ or "")
