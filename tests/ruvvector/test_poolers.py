"""Stores behind a PgBouncer in transaction mode: noticed by themselves, and everything works."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import psycopg
import psycopg_pool
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import ConfigurationError, StoreError
from hf_integrations.ruvvector import AsyncRuvVectorStore, KeyedStore, LogStore, RuvVectorStore
from hf_integrations.ruvvector.poolers import SEEN
from hf_integrations.ruvvector.work import BuildProgress
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.pgbouncer import pgbouncer

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(5).normal(size=(1_500, 64)).astype(np.float32)
IDS = [f"{row:04}" for row in range(len(VECTORS))]
TEXTS = [f"soup {row} of {'leeks' if row % 2 else 'plums'}" for row in range(len(VECTORS))]


@pytest.fixture(scope="module")
def narrow(postgres_dsn: str) -> Iterator[str]:
    """One connection to the server for everybody."""
    with pgbouncer(postgres_dsn) as dsn:
        yield dsn


@pytest.fixture
def pooled(narrow: str) -> Iterator[str]:
    """The same, so that what stays on it is seen; the next test finds it empty."""
    yield narrow
    with psycopg.connect(narrow, autocommit=True) as connection:
        connection.execute("DEALLOCATE ALL")


@pytest.fixture(scope="module")
def shared(postgres_dsn: str) -> Iterator[str]:
    """Two connections to the server, handed out by the transaction."""
    with pgbouncer(postgres_dsn, size=2) as dsn:
        yield dsn


def of_connection(dsn: str, query: str) -> list[tuple[Any, ...]]:
    """What the pooler's only connection answers."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize(("said", "kept"), [(None, False), (False, False), (True, True)])
def test_a_pooler_gets_no_prepared_statements_unless_told(
    open_store: MakeStore, pooled: str, said: bool | None, kept: bool
) -> None:
    """Without a word it is noticed; newer poolers can be trusted with them, and are by True."""
    store = open_store(pooled, prepared_statements=said)
    store.add(["a"], [[1.0]], ids=["a"])
    for _ in range(10):
        assert store.search([1.0])[0].id == "a"
    assert bool(of_connection(pooled, "SELECT name FROM pg_prepared_statements")) is kept


def test_a_pool_of_the_callers_is_asked_once(pooled: str, postgres_dsn: str, schema: str) -> None:
    """However many stores are made by it, such as one for each request."""
    for dsn, expected in ((pooled, True), (postgres_dsn, False)):
        with psycopg_pool.ConnectionPool(dsn, min_size=1, max_size=1, open=True) as pool:
            for _ in range(2):
                store = RuvVectorStore(pool=pool, schema=schema)
                store.add(["a"], [[1.0]], ids=["a"])
                for _ in range(10):
                    assert store.search([1.0])[0].id == "a"
            assert SEEN[pool] is expected
            with pool.connection() as connection:
                found = connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    assert found
    assert of_connection(pooled, "SELECT name FROM pg_prepared_statements") == []


def test_threads_behind_a_pooler_get_their_own_answers(shared: str, schema: str) -> None:
    """Eight on two connections; with prepared statements one would run another's."""
    with RuvVectorStore(shared, schema=schema, index_after=None) as store:
        store.add(TEXTS[:200], VECTORS[:200], ids=IDS[:200])

        def ask(row: int) -> bool:
            return store.search(VECTORS[row], k=1)[0].id == IDS[row] and store.count() == 200

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(ask, range(200)))


async def test_tasks_behind_a_pooler_get_their_own_answers(shared: str, schema: str) -> None:
    """Two hundred at once, eight at a time, on two connections."""
    async with AsyncRuvVectorStore(shared, schema=schema, index_after=None) as store:
        await store.add(TEXTS[:200], VECTORS[:200], ids=IDS[:200])
        found = await asyncio.gather(*(store.search(vector, k=1) for vector in VECTORS[:200]))
    assert [matches[0].id for matches in found] == IDS[:200]


@pytest.mark.parametrize("concurrently", [False, True])
def test_a_build_behind_a_pooler_tells_how_far_it_is(
    shared: str, schema: str, concurrently: bool
) -> None:
    """Though the pooler's connections have other numbers than the server's."""
    told: list[BuildProgress] = []
    slowly: dict[str, Any] = {"workers": 0, "m": 32, "ef_construction": 300}
    with RuvVectorStore(shared, schema=schema, index_after=None) as store:
        store.add(IDS, VECTORS)
        store.create_index(concurrently=concurrently, progress=told.append, **slowly)
    assert any(item.total for item in told)


@pytest.mark.parametrize("said", [None, True])
def test_a_build_leaves_nothing_on_a_connection_of_others(
    open_store: MakeStore, pooled: str, said: bool | None
) -> None:
    """Outside of a transaction nothing is set, whether or not statements are prepared."""
    asked = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"
    store = open_store(pooled, index_after=None, prepared_statements=said)
    store.add(IDS[:50], VECTORS[:50])
    before = of_connection(pooled, asked)
    store.create_index(concurrently=True, memory_mb=99, workers=0)
    store.rebuild_index(memory_mb=98)
    store.search(VECTORS[0], k=5)
    assert of_connection(pooled, asked) == before


def test_every_kind_of_call_works_behind_a_pooler(open_store: MakeStore, shared: str) -> None:
    """Writing, reading, words, indexes, a look at everything."""
    store = open_store(shared, index_after=100)
    rows = [(TEXTS[at : at + 100], VECTORS[at : at + 100], None, IDS[at : at + 100])
            for at in range(0, 300, 100)]  # fmt: skip
    assert store.bulk_load(rows, connections=2).rows == 300
    assert store.bulk_load(rows, unchanged="skip").skipped == 300
    store.update_metadata({"year": 2020}, IDS[:10])
    found = store.search(VECTORS[3], k=20, filter={"year": {"$gte": 2020}})
    assert (len(found), found[0].id) == (10, IDS[3])
    assert [one[0].id for one in store.search_many(VECTORS[:5], k=2)] == IDS[:5]
    assert "leeks" in store.text_search("leeks", k=1)[0].text
    assert store.hybrid_search("leeks", VECTORS[3], k=1)[0].id == IDS[3]
    assert len(store.diverse_search(VECTORS[3], k=4)) == 4
    assert store.near_duplicates(0.9999) == []
    assert sum(len(batch) for batch in store.scan(batch_size=70)) == 300
    assert store.measure_recall().recall > 0.9
    assert "Limit" in store.explain(VECTORS[0])
    assert store.copy_to("other") == 300
    assert [info.name for info in store.collections()] == ["docs", "other"]
    assert store.delete(filter={"year": 2020}) == 10
    store.drop()
    assert store.count() == 0


def test_connections_that_a_pooler_loses_cost_a_read_nothing(
    open_store: MakeStore, shared: str, postgres_dsn: str
) -> None:
    """Nor rows that are stored by id: what the pooler says of it means another try."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = open_store(make_conninfo(shared, application_name=name))
    store.add(["a"], [[1.0]], ids=["a"])
    for expected in (1, 2):
        with administrator(postgres_dsn) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = %s",
                (name,),
            )
        assert store.count() == expected
        store.add(["b"], [[1.0]], ids=["b"])


def test_the_small_stores_work_behind_a_pooler(shared: str, schema: str) -> None:
    """Keys and logs."""
    with KeyedStore(shared, schema=schema) as keyed, LogStore(shared, schema=schema) as logs:
        for turn in range(10):
            keyed.put({"a": b"%d" % turn})
            logs.append("talk", [turn])
        assert keyed.get(["a", "z"]) == [b"9", None]
        assert logs.read("talk") == list(range(10))


def test_a_tenants_role_is_bound_behind_a_pooler_too(
    open_store: MakeStore, postgres_dsn: str
) -> None:
    """Row-level security goes by the role of the connection, which the pooler keeps apart."""
    role = f"role_{uuid.uuid4().hex[:8]}"
    mine, theirs = (open_store(namespace=name) for name in ("mine", "theirs"))
    for store in (mine, theirs):
        store.add(TEXTS[:20], VECTORS[:20], ids=IDS[:20])
    with administrator(postgres_dsn) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        mine.grant(role)
        with pgbouncer(make_conninfo(postgres_dsn, user=role)) as dsn:
            tenant, intruder = (open_store(dsn, namespace=name) for name in ("mine", "theirs"))
            tenant.add(["more"], VECTORS[:1], ids=["more"])
            assert tenant.bulk_load([(["new"], VECTORS[:1], None, ["new"])]).rows == 1
            assert (tenant.count(), intruder.count()) == (22, 0)
            assert tenant.search(VECTORS[1], k=1)[0].id == IDS[1]
            with pytest.raises(StoreError, match="row-level security"):
                intruder.add(["x"], VECTORS[:1])
        connection.execute(f"DROP OWNED BY {role}".encode())
        connection.execute(f"DROP ROLE {role}".encode())
    assert theirs.count() == 20


@pytest.mark.parametrize("said", ["no", 2, []])
def test_what_is_no_answer_is_refused(said: Any) -> None:
    """Where it is written."""
    with pytest.raises(ConfigurationError, match=r"prepared_statements is a .*; give True, False"):
        RuvVectorStore("postgresql://x/y", prepared_statements=said)
