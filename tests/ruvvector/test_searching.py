"""Searching with many vectors and with thresholds, in both colours, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg_pool
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore
from hf_integrations.ruvvector.searching import AT_ONCE, LOOK_AGAIN
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(11)
CROWD = RANDOM.normal(size=(1_200, 8)).astype(np.float32)
NAMES = [f"{row:05}" for row in range(len(CROWD))]
METADATA = [{"kind": row % 10} for row in range(len(CROWD))]
SETTINGS = """SELECT coalesce(current_setting('hnsw.ef_search', true), ''),
    coalesce(current_setting('hnsw.iterative_scan', true), 'off'),
    current_setting('plan_cache_mode')
"""


@pytest.fixture
def crowd(open_store: MakeStore, postgres_dsn: str) -> AnyStore:
    """1,200 rows with an index that is used, a tenth of each kind."""
    store = open_store(index_minded(postgres_dsn), index_after=1_000)
    store.add(NAMES, CROWD, ids=NAMES, metadata=METADATA)
    return store


@pytest.fixture
def exact(open_store: MakeStore) -> AnyStore:
    """The same rows without an index."""
    store = open_store(collection="exact", index_after=None)
    store.add(NAMES, CROWD, ids=NAMES, metadata=METADATA)
    return store


@pytest.fixture
def pool(postgres_dsn: str) -> Iterator[psycopg_pool.ConnectionPool[Any]]:
    """One connection of the caller's, in transactions as psycopg begins them."""
    with psycopg_pool.ConnectionPool(
        index_minded(postgres_dsn), min_size=1, max_size=1, open=True
    ) as pool:
        yield pool


def ids(matches: Any) -> list[str]:
    """The ids of matches."""
    return [match.id for match in matches]


@pytest.mark.parametrize(
    "options", [{}, {"filter": {"kind": 3}}, {"k": 3, "include_vectors": True}]
)
def test_many_vectors_find_what_each_finds_alone(
    crowd: AnyStore, exact: AnyStore, options: dict[str, Any]
) -> None:
    """Lists in the order of the vectors, each best first, with an index and without."""
    queries = CROWD[:30] + 0.2
    for store in (crowd, exact):
        together = store.search_many(queries, **options)
        assert together == [store.search(query, **options) for query in queries]
        assert (together[0][0].vector is not None) is ("include_vectors" in options)


def test_a_filter_that_nothing_passes_finds_nothing_and_spoils_no_other_search(
    crowd: AnyStore, exact: AnyStore
) -> None:
    """Whichever of the two is asked first: "any of these tenants", of none, is none."""
    nothings: list[Any] = [{"$or": []}, {"$and": [{"$or": []}]}, {"$not": {}}]
    for store in (crowd, exact):
        for k, nothing in enumerate(nothings, start=3):
            assert store.search(CROWD[0], k=k, filter=nothing) == []
            assert len(store.search(CROWD[0], k=k)) == k
            assert store.search(CROWD[0], k=k, filter=nothing) == []
            assert store.search_many(CROWD[:2], k=k, filter=nothing) == [[], []]
        assert len(store.search(CROWD[0], k=3, filter={"$and": [{}]})) == 3


@pytest.mark.parametrize("way", ["search", "search_many", "add", "scan", "near_duplicates"])
def test_a_collection_made_anew_with_other_vectors_is_met_as_it_is(
    way: str, open_store: MakeStore
) -> None:
    """A store that lives long looks again before it says that vectors do not fit."""
    old, other = open_store(), open_store()
    old.add(["a"], CROWD[:1])
    other.drop()
    other.add(["b", "c"], [[1.0, 0.0], [1.0, 0.0]])
    calls: dict[str, Callable[[], Any]] = {
        "search": lambda: old.search([1.0, 0.0]),
        "search_many": lambda: old.search_many([[1.0, 0.0]])[0],
        "add": lambda: old.add(["d", "e"], [[0.0, 1.0], [1.0, 1.0]]),
        "scan": lambda: next(iter(old.scan())),
        "near_duplicates": lambda: old.near_duplicates(0.9) * 2,
    }
    assert len(calls[way]()) == 2
    with pytest.raises(ValidationError, match="8 dimensions and the collection 2"):
        old.search(CROWD[0])


def test_many_vectors_are_completed_each(crowd: AnyStore) -> None:
    """Where the index finds too few for one of them, all that pass the filter are found."""
    found = crowd.search_many(CROWD[:5], k=200, filter={"kind": 3})
    assert [len(matches) for matches in found] == [120] * 5
    assert [len(matches) for matches in crowd.search_many(CROWD[:2], k=1_100)] == [1_100] * 2


def test_more_vectors_than_a_statement_takes(exact: AnyStore) -> None:
    """They are sent in several; the order is kept."""
    exact.delete(NAMES[5:])
    queries = np.tile(CROWD[:5], (AT_ONCE // 5 + 3, 1))
    found = exact.search_many(queries, k=1)
    assert [int(matches[0].id) for matches in found] == [n % 5 for n in range(len(queries))]


def test_no_vectors_find_nothing(crowd: AnyStore, open_store: MakeStore) -> None:
    """Also in a collection that is not there."""
    assert crowd.search_many([]) == crowd.search_many(np.zeros((0, 8))) == []
    missing = open_store(collection="missing")
    assert missing.search_many(CROWD[:3]) == [[], [], []]
    assert missing.search(CROWD[0], min_score=0.5) == []


def test_many_texts_are_embedded_together(open_store: MakeStore) -> None:
    """One call of the embedding function for all of them."""
    calls: list[list[str]] = []

    def embed(texts: list[str]) -> Any:
        calls.append(texts)
        return [[float(len(text)), 1.0] for text in texts]

    store = open_store(embed=embed, metric="l2")
    store.add(["a", "aaaa"])
    found = store.search_many(["aaaaa", "b"], k=1)
    assert [matches[0].text for matches in found] == ["aaaa", "a"]
    assert calls[-1] == ["aaaaa", "b"]


@pytest.mark.parametrize(
    ("vectors", "sentence"),
    [
        ("text", "vectors is a string; give a list, or call search"),
        ([[1.0, 2.0]], "vectors has 2 dimensions and the collection 8"),
        (np.ones(8), "vectors has 1 axes"),
        (np.ones((1, 2, 8)), "vectors has 3 axes"),
        ([[0.0] * 8], "row 0 cannot be searched for: it has length 0"),
        ([[1.0] * 8, [float("nan")] * 8], "row 1 cannot be searched for: it is not finite"),
        ([["a"], ["b"]], "not a table of numbers"),
    ],
)
def test_wrong_vectors_say_what_is_wrong(crowd: AnyStore, vectors: Any, sentence: str) -> None:
    """Each is named by its row."""
    with pytest.raises(ValidationError, match=sentence):
        crowd.search_many(vectors)


def test_a_bit_collection_takes_bits_only(open_store: MakeStore) -> None:
    """What the type cannot hold is refused by row."""
    store = open_store(metric="hamming")
    store.add(["a", "b"], [[1, 0, 1], [0, 0, 1]], ids=["a", "b"])
    assert ids(store.search_many([[0, 0, 1]], k=2)[0]) == ["b", "a"]
    with pytest.raises(ValidationError, match="row 1: it has numbers other than 0 and 1"):
        store.search_many([[0, 0, 1], [0.5, 0, 1]])
    with pytest.raises(ValidationError, match="vector cannot be searched for: it has numbers"):
        store.search([0.5, 0, 1])


def test_a_threshold_leaves_out_what_scores_less(crowd: AnyStore) -> None:
    """The rest is as without it."""
    everything = crowd.search(CROWD[0], k=50)
    least = everything[19].score
    assert crowd.search(CROWD[0], k=50, min_score=least) == everything[:20]
    assert crowd.search_many(CROWD[:1], k=50, min_score=least) == [everything[:20]]
    assert crowd.search(CROWD[0], min_score=2) == []
    for wrong in ("0.5", True, float("nan")):
        with pytest.raises(ValidationError, match="min_score is a number"):
            crowd.search(CROWD[0], min_score=wrong)


def test_settings_are_in_force_before_the_index_is_read(crowd: AnyStore) -> None:
    """The server says so in its plan, and a wide search finds more than the default's 40."""
    plan = crowd.explain(CROWD[0], k=200)
    assert plan.index("One-Time Filter") < plan.index("Index Scan")
    assert len(crowd.search(CROWD[0], k=200)) == 200


def test_an_index_made_by_another_store_is_noticed(
    open_store: MakeStore, postgres_dsn: str
) -> None:
    """Until then answers are exact, and so right."""
    store = open_store(index_minded(postgres_dsn), index_after=None)
    store.add(NAMES, CROWD, ids=NAMES)
    assert store.explain(CROWD[0]).startswith("Exact")
    open_store(postgres_dsn).create_index()
    for _ in range(LOOK_AGAIN):
        assert store.search(CROWD[5], k=1)[0].id == "00005"
    assert store.explain(CROWD[0]).startswith("Approximate")


def test_a_dropped_index_costs_nothing_but_time(
    crowd: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """A store that still believes in it finds all the same."""
    crowd.search(CROWD[0])
    with administrator(postgres_dsn) as connection:
        connection.execute(f'DROP INDEX "{schema}".ruvvector_docs_hnsw_cos'.encode())
    assert [m.id for m in crowd.search(CROWD[7], k=1)] == ["00007"]


@pytest.mark.parametrize("options", [{}, {"k": 300}, {"filter": {"kind": 1}}])
def test_a_given_connection_is_left_as_it_came(
    pool: psycopg_pool.ConnectionPool[Any], schema: str, options: dict[str, Any]
) -> None:
    """No setting, no open transaction, and transactions are begun as before."""
    store = RuvVectorStore(pool=pool, schema=schema, index_after=0)
    store.add(NAMES, CROWD, ids=NAMES, metadata=METADATA)
    with pool.connection() as connection:
        before = connection.execute(SETTINGS).fetchone()
    store.search(CROWD[0], **options)
    store.search_many(CROWD[:2], **options)
    with pool.connection() as connection:
        assert not connection.autocommit
        assert connection.info.transaction_status.name == "IDLE"
        assert connection.execute(SETTINGS).fetchone() == before


async def test_a_given_async_connection_is_left_as_it_came(postgres_dsn: str, schema: str) -> None:
    """The same in asyncio."""
    dsn = index_minded(postgres_dsn)
    async with psycopg_pool.AsyncConnectionPool(dsn, min_size=1, max_size=1, open=False) as pool:
        store = AsyncRuvVectorStore(pool=pool, schema=schema, index_after=0)
        await store.add(NAMES, CROWD, ids=NAMES)
        await store.search(CROWD[0], k=300)
        async with pool.connection() as connection:
            assert not connection.autocommit
            found = await (await connection.execute(SETTINGS)).fetchone()
    assert found == ("40", "off", "auto")


def test_a_failed_search_leaves_a_given_connection_usable(
    pool: psycopg_pool.ConnectionPool[Any], schema: str
) -> None:
    """Its mode is put back after an error of the server too."""
    store = RuvVectorStore(pool=pool, schema=schema)
    store.add(["a"], [[1.0, 0.0]])
    with pool.connection() as connection:
        connection.execute(f"DROP TABLE {schema}.ruvvector_docs")
    assert store.search([1.0, 0.0]) == []
    with pool.connection() as connection:
        assert not connection.autocommit
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_callers_own_adapters_change_nothing(
    pool: psycopg_pool.ConnectionPool[Any], schema: str
) -> None:
    """Whatever a pool has registered for its connections, metadata is read as JSON."""
    from psycopg.types.json import set_json_loads

    with pool.connection() as connection:
        set_json_loads(lambda data: "mine", connection)
    store = RuvVectorStore(pool=pool, schema=schema)
    store.add(["a"], [[1.0]], metadata=[{"n": 10**30, "x": 1.5}])
    assert store.search([1.0])[0].metadata == {"n": 10**30, "x": 1.5}
    with pool.connection() as connection:
        assert connection.execute("SELECT '1'::jsonb").fetchone() == ("mine",)


def test_a_number_beyond_a_float_is_read_as_python_reads_it(
    store: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """SQL can store what JSON readers refuse."""
    store.add(["a"], [[1.0]])
    with administrator(postgres_dsn) as connection:
        connection.execute(
            f"UPDATE {schema}.ruvvector_docs SET metadata = %s::jsonb".encode(),  # noqa: S608
            (f'{{"n": {10**400}.5}}',),
        )
    assert store.search([1.0])[0].metadata == {"n": float("inf")}
