"""The life of an index: kinds, builds beside writers, progress, notices, repair, rebuild, drop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import psycopg
import psycopg_pool
import pytest

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore
from hf_integrations.ruvvector.indexes import PRECISIONS
from hf_integrations.ruvvector.work import BuildProgress
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(4)
ROWS = 400
VECTORS = RANDOM.normal(size=(ROWS, 32)).astype(np.float32)
IDS = [f"{row:03}" for row in range(ROWS)]
# What takes the server long enough that somebody can look on.
SLOW_VECTORS = RANDOM.normal(size=(1_500, 64)).astype(np.float32)
SLOW_IDS = [str(row) for row in range(len(SLOW_VECTORS))]
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
WAITING_FOR = f"{WAITING} AND query LIKE %s".encode()
SLOWLY: dict[str, Any] = {"workers": 0, "m": 32, "ef_construction": 300}


def state_of(dsn: str, schema: str) -> dict[str, bool]:
    """Each index over vectors, and whether it is valid."""
    with administrator(dsn) as connection:
        rows = connection.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_am a ON a.oid = c.relam WHERE a.amname IN ('hnsw', 'ivfflat')"
            " AND c.relnamespace = %s::regnamespace",
            (schema,),
        ).fetchall()
    return {str(name): bool(valid) for name, valid in rows}


def recall(store: AnyStore, queries: Any, k: int = 10) -> float:
    """The share of the true nearest that a search finds, by cosine."""
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    hits = 0
    for query in queries:
        true = {IDS[row] for row in np.argsort(-(unit @ query))[:k]}
        hits += len(true & {match.id for match in store.search(query, k=k)})
    return hits / (len(queries) * k)


@pytest.mark.parametrize("method", ["hnsw", "ivfflat"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_kind_of_index_is_used_and_good(
    open_store: MakeStore, postgres_dsn: str, schema: str, method: str, precision: str
) -> None:
    """Also one over halved vectors or signs, because what it finds is compared exactly."""
    store = open_store(index_minded(postgres_dsn), index_after=None)
    store.add(IDS, VECTORS, ids=IDS)
    built = store.create_index(method=method, precision=precision)
    assert (built.method, built.precision, built.notices) == (method, precision, ())
    assert state_of(postgres_dsn, schema) == {built.name: True}
    explained = store.explain(VECTORS[0]).splitlines()[0]
    assert explained.startswith(f"Approximate: {'HNSW' if method == 'hnsw' else 'IVFFlat'} index")
    assert ("compared exactly" in explained) is (precision != "full")
    assert recall(store, RANDOM.normal(size=(20, 32))) >= (0.9 if method == "hnsw" else 0.7)
    found = store.search(VECTORS[3], k=5)
    assert found[0].id == "003"
    assert found[0].distance == pytest.approx(0.0, abs=1e-6)
    assert len(store.search(VECTORS[3], k=300)) == 300


def test_a_halved_column_takes_wider_indexes(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """The precision follows from the width: full, half, bit."""
    for number, (kind, width, name) in enumerate(
        [
            ("halfvec", 2_500, "hnsw"),
            ("vector", 2_500, "half"),
            ("vector", 4_500, "bits"),
            ("halfvec", 4_500, "bits"),
        ]
    ):
        store = open_store(collection=f"c{number}", type=kind, index_after=0)
        data = RANDOM.normal(size=(8, width))
        store.add(IDS[:8], data, ids=IDS[:8])
        assert f"ruvvector_c{number}_{name}_cos" in state_of(postgres_dsn, schema)
        assert store.search(data[5], k=1)[0].id == "005"


@pytest.mark.parametrize(
    ("settings", "arguments", "sentence"),
    [
        ({"metric": "l1"}, {"method": "ivfflat"}, "no ivfflat index of precision full serves l1"),
        ({"type": "halfvec"}, {"precision": "half"}, "of precision half serves cosine over halfv"),
        ({}, {"precision": "double"}, "precision one of: auto, full, half, bit"),
        ({}, {"method": "flat"}, "method is one of: hnsw, ivfflat"),
        ({}, {"lists": 0}, "lists is a whole number from 1 to 32768"),
    ],
)
def test_an_index_that_cannot_be_is_refused(
    open_store: MakeStore, settings: dict[str, Any], arguments: dict[str, Any], sentence: str
) -> None:
    """Before the server is asked, and with the ways that are open."""
    store = open_store(**settings)
    store.add(["a"], [[1.0, 2.0]])
    with pytest.raises(ValidationError, match=sentence):
        store.create_index(**arguments)


def test_an_index_too_wide_for_its_precision_is_refused(open_store: MakeStore) -> None:
    """And "auto" is named as the way out."""
    store = open_store(type="vector")
    store.add(["a"], np.ones((1, 2_001)))
    with pytest.raises(ValidationError, match=r"full takes at most 2000 dim.*has 2001.*auto"):
        store.create_index(precision="full")


@pytest.mark.parametrize("metric", ["hamming", "jaccard"])
def test_bits_have_an_index_of_their_own(
    open_store: MakeStore, postgres_dsn: str, schema: str, metric: str
) -> None:
    """Over the column as it is."""
    bits = VECTORS > 0
    store = open_store(index_minded(postgres_dsn), metric=metric, index_after=0)
    store.add(IDS, bits, ids=IDS)
    assert list(state_of(postgres_dsn, schema)) == [f"ruvvector_docs_hnsw_{metric[:3]}"]
    assert store.explain(bits[0]).startswith("Approximate")
    assert store.search(bits[9], k=1)[0].id == "009"


@pytest.mark.parametrize("concurrently", [False, True])
def test_a_build_tells_how_far_it_is(open_store: MakeStore, concurrently: bool) -> None:
    """From a second connection, in the server's words."""
    store = open_store(index_after=None)
    store.add(SLOW_IDS, SLOW_VECTORS)
    told: list[BuildProgress] = []
    store.create_index(concurrently=concurrently, progress=told.append, **SLOWLY)
    assert told
    assert all(item.phase and item.done >= 0 for item in told)
    assert any(item.total for item in told)


@contextmanager
def row_lock(dsn: str, schema: str) -> Iterator[None]:
    """A writer of one row that does not end."""
    with administrator(dsn) as connection, connection.transaction(force_rollback=True):
        update = f"UPDATE {schema}.ruvvector_docs SET content = ''"  # noqa: S608
        connection.execute(update.encode())
        yield


def test_writers_go_on_while_an_index_is_built_concurrently(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """The build waits for an older writer, and a new writer does not wait for the build."""
    store = open_store(index_after=None)
    store.add(IDS, VECTORS, ids=IDS)
    other = RuvVectorStore(postgres_dsn, schema=schema, index_after=None)
    with administrator(postgres_dsn) as watcher, row_lock(postgres_dsn, schema):
        build = threading.Thread(target=store.create_index, kwargs={"concurrently": True})
        build.start()
        while not watcher.execute(WAITING_FOR, (f"CREATE INDEX CONCURRENTLY%{schema}%",)).rowcount:
            assert build.is_alive()
        other.add(["new"], VECTORS[:1], ids=["new"])
    build.join()
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": True}
    assert store.count() == ROWS + 1
    other.close()


def test_settings_of_a_build_do_not_stay_on_a_given_connection(
    postgres_dsn: str, schema: str
) -> None:
    """Nor does the mode in which each statement stands alone."""
    with psycopg_pool.ConnectionPool(postgres_dsn, min_size=1, max_size=1, open=True) as pool:
        store = RuvVectorStore(pool=pool, schema=schema, index_after=None)
        store.add(IDS, VECTORS)
        names = ("maintenance_work_mem", "max_parallel_maintenance_workers", "statement_timeout")
        with pool.connection() as connection:
            before = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
        store.create_index(concurrently=True, memory_mb=99, workers=0, progress=lambda _: None)
        store.rebuild_index(memory_mb=77)
        with pool.connection() as connection:
            after = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
            assert connection.autocommit is False
        assert before == after


@pytest.mark.parametrize("colour", ["sync", "async"])
async def test_a_pool_of_one_builds_untold(postgres_dsn: str, schema: str, colour: str) -> None:
    """There is no second connection to look on from; the build does not wait for one."""
    told: list[BuildProgress] = []
    slow: dict[str, Any] = {"progress": told.append, **SLOWLY}
    if colour == "sync":
        with RuvVectorStore(postgres_dsn, schema=schema, index_after=None, pool_size=1) as store:
            store.add(SLOW_IDS, SLOW_VECTORS)
            assert store.create_index(**slow) is not None
    else:
        async with AsyncRuvVectorStore(
            postgres_dsn, schema=schema, index_after=None, pool_size=1
        ) as other:
            await other.add(SLOW_IDS, SLOW_VECTORS)
            assert await other.create_index(**slow) is not None
    assert told == []
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": True}


def test_a_graph_that_no_longer_fits_is_said(
    open_store: MakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    """In the server's words, in the result and in the log."""
    store = open_store(index_after=None)
    wide = RANDOM.normal(size=(2_000, 256)).astype(np.float32)
    store.add([str(row) for row in range(2_000)], wide)
    with caplog.at_level(logging.WARNING, "hf_integrations.ruvvector"):
        built = store.create_index(memory_mb=2, workers=0)
    assert "no longer fits into maintenance_work_mem" in built.notices[0]
    assert "no longer fits" in caplog.text
    assert built.memory_mb == 2


def leave_invalid(dsn: str, schema: str) -> None:
    """What CREATE INDEX CONCURRENTLY leaves when it is broken off."""
    create = (
        f"CREATE INDEX CONCURRENTLY ruvvector_docs_hnsw_cos ON {schema}.ruvvector_docs "
        "USING hnsw (embedding vector_cosine_ops)"
    )
    with (
        administrator(dsn) as builder,
        administrator(dsn) as watcher,
        row_lock(dsn, schema),
        ThreadPoolExecutor(1) as thread,
    ):
        build = thread.submit(builder.execute, create.encode())
        pid = builder.info.backend_pid
        while not watcher.execute(f"{WAITING} AND pid = %s".encode(), (pid,)).rowcount:
            assert not build.done()
        watcher.execute("SELECT pg_cancel_backend(%s)", (pid,))
        with pytest.raises(psycopg.errors.QueryCanceled):
            build.result()


@pytest.mark.parametrize("concurrently", [False, True])
def test_what_a_failed_build_left_is_repaired(
    open_store: MakeStore, postgres_dsn: str, schema: str, concurrently: bool
) -> None:
    """An invalid index serves no search, costs every writer, and is no reason not to build."""
    store = open_store(index_after=10)
    store.add(IDS[:5], VECTORS[:5])
    leave_invalid(postgres_dsn, schema)
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": False}
    store = open_store(index_after=10)
    assert len(store.search(VECTORS[0], k=5)) == 5
    built = store.create_index(concurrently=concurrently)
    assert built is not None
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": True}
    assert store.create_index(concurrently=concurrently) is None


def test_ensure_and_rebuild_repair_too(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """`add` makes the index that a broken one stands in the way of; a rebuild makes it whole."""
    store = open_store(index_after=3)
    store.add(IDS[:2], VECTORS[:2])
    leave_invalid(postgres_dsn, schema)
    store = open_store(index_after=3)
    store.add(IDS[2:5], VECTORS[2:5])
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": True}
    store.drop_index()
    leave_invalid(postgres_dsn, schema)
    assert open_store().rebuild_index() == ["ruvvector_docs_hnsw_cos"]
    assert state_of(postgres_dsn, schema) == {"ruvvector_docs_hnsw_cos": True}


def test_a_concurrent_build_that_fails_leaves_nothing(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """The error is the caller's, the invalid index is gone."""
    store = open_store(index_after=None)
    store.add(IDS, VECTORS, ids=IDS)
    failed: list[Exception] = []

    def build() -> None:
        try:
            store.create_index(concurrently=True)
        except StoreError as error:
            failed.append(error)

    with administrator(postgres_dsn) as watcher:
        with row_lock(postgres_dsn, schema):
            thread = threading.Thread(target=build)
            thread.start()
            pattern = (f"CREATE INDEX CONCURRENTLY%{schema}%",)
            while (row := watcher.execute(WAITING_FOR, pattern).fetchone()) is None:
                assert thread.is_alive()
            watcher.execute("SELECT pg_cancel_backend(%s)", row)
        thread.join()
    assert "stopped the statement" in str(failed[0])
    assert state_of(postgres_dsn, schema) == {}


@pytest.mark.parametrize("concurrently", [False, True])
def test_rebuild_and_drop(
    open_store: MakeStore, postgres_dsn: str, schema: str, concurrently: bool
) -> None:
    """A rebuild keeps name and definition; after a drop searches are exact."""
    store = open_store(index_minded(postgres_dsn), index_after=None)
    assert store.drop_index() == []
    store.add(IDS, VECTORS, ids=IDS)
    store.create_index()
    store.create_index(method="ivfflat", lists=5)
    names = ["ruvvector_docs_hnsw_cos", "ruvvector_docs_ivf_cos"]
    told: list[BuildProgress] = []
    rebuilt = store.rebuild_index(concurrently=concurrently, progress=told.append)
    assert rebuilt == names
    assert state_of(postgres_dsn, schema) == dict.fromkeys(names, True)
    assert store.drop_index(concurrently=concurrently) == names
    assert state_of(postgres_dsn, schema) == {}
    assert store.explain(VECTORS[0]).startswith("Exact")


def test_there_must_be_something_to_rebuild(store: AnyStore) -> None:
    """The collection itself."""
    with pytest.raises(StoreError, match="does not exist yet"):
        store.rebuild_index()


def test_an_error_in_the_callers_progress_stops_the_build(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """It reaches the caller, and there is no index."""
    store = open_store(index_after=None)
    store.add(SLOW_IDS, SLOW_VECTORS)

    def refuse(_: BuildProgress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        store.create_index(progress=refuse, **SLOWLY)
    assert state_of(postgres_dsn, schema) == {}


def test_a_name_that_is_taken_says_what_to_change(open_store: Callable[..., AnyStore]) -> None:
    """Whichever of collection and index was there first; and both ways out work."""
    index, words = open_store(collection="a_hnsw_cos"), open_store(collection="a_words")
    store = open_store(collection="a")
    for one in (index, words, store):
        one.add(["x"], [[1.0, 2.0]])
    with pytest.raises(StoreError, match=r'"ruvvector_a_hnsw_cos" already exists.*store\.rename'):
        store.create_index()
    with pytest.raises(StoreError, match=r"ruvvector_a_words.*store\.rename"):
        store.create_text_index()
    index.rename("b")
    words.rename("c")
    store.create_index()
    store.create_text_index()
    for name in ("a_hnsw_cos", "a_words"):
        with pytest.raises(StoreError, match=r"Collection 'a' calls .* so\. Choose another"):
            open_store(collection=name).add(["x"], [[1.0, 2.0]])
