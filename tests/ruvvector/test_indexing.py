"""When the index is made, and with what; in both colours, on a real PostgreSQL."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.column_types import VECTOR
from hf_integrations.ruvvector.indexing import create_index
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.state import NoSharedMemory, State
from hf_integrations.ruvvector.table import COLUMNS, LAYOUT, Facts, Names
from hf_integrations.ruvvector.work import Heard, Result, Statement, Watch, Work
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(3).normal(size=(60, 4)).astype(np.float32)
TEXTS = [str(row) for row in range(60)]


def indexes(dsn: str, schema: str) -> dict[str, str]:
    """Name and definition of the indexes in a schema, beside those every table has."""
    with administrator(dsn) as connection:
        rows = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s", (schema,)
        ).fetchall()
    every = ("_pkey", "_namespace")
    return {str(name): str(text) for name, text in rows if not str(name).endswith(every)}


def test_the_index_comes_with_the_row_that_reaches_the_threshold(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """Below it there is none; at it there are one for vectors and one for filters."""
    store = open_store(index_after=50)
    store.add(TEXTS[:49], VECTORS[:49])
    assert indexes(postgres_dsn, schema) == {}
    store.add(TEXTS[49:50], VECTORS[49:50])
    assert set(indexes(postgres_dsn, schema)) == {
        "ruvvector_docs_hnsw_cos",
        "ruvvector_docs_metadata",
    }
    store.add(TEXTS[50:], VECTORS[50:])
    assert store.count() == 60


def test_at_once_and_never(open_store: MakeStore, postgres_dsn: str, schema: str) -> None:
    """0 makes the index with the first row, None never does."""
    open_store(collection="never", index_after=None).add(TEXTS, VECTORS)
    assert open_store(collection="never", index_after=None).ensure_index() is False
    assert indexes(postgres_dsn, schema) == {}
    open_store(collection="once", index_after=0).add(TEXTS[:1], VECTORS[:1])
    assert "ruvvector_once_hnsw_cos" in indexes(postgres_dsn, schema)


def test_a_load_in_many_calls_can_leave_the_index_to_the_end(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """Building once after the load is several times faster than inserting into the index."""
    store = open_store(index_after=10)
    assert store.ensure_index() is False
    for start in (0, 20, 40):
        store.add(TEXTS[start : start + 20], VECTORS[start : start + 20], index="defer")
    assert indexes(postgres_dsn, schema) == {}
    assert (store.ensure_index(), store.ensure_index()) == (True, False)
    assert len(indexes(postgres_dsn, schema)) == 2


@pytest.mark.parametrize("metric", METRICS)
def test_the_index_always_fits_the_query(
    open_store: MakeStore, postgres_dsn: str, schema: str, metric: str
) -> None:
    """The operator class is the metric's, and the planner can use it."""
    store = open_store(index_minded(postgres_dsn), metric=metric, index_after=0)
    store.add(TEXTS, VECTORS)
    definition = indexes(postgres_dsn, schema)[f"ruvvector_docs_hnsw_{METRICS[metric].suffix}"]
    assert METRICS[metric].operator_class("vector") in definition
    assert store.explain(VECTORS[0]).startswith("Approximate: HNSW index")


def test_one_collection_can_have_an_index_for_each_metric(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """A store makes the index it needs, whatever other index is there."""
    for metric in METRICS:
        open_store(metric=metric, index_after=0).add(TEXTS, VECTORS, ids=TEXTS)
    assert len(indexes(postgres_dsn, schema)) == 1 + len(METRICS)


def test_an_index_made_by_another_is_seen(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """Two stores reach the threshold: the index is made once."""
    first, second = open_store(index_after=5), open_store(index_after=5)
    first.add(TEXTS[:4], VECTORS[:4])
    second.add(TEXTS[4:5], VECTORS[4:5])
    assert first.ensure_index() is False
    first.create_index()
    assert len(indexes(postgres_dsn, schema)) == 2


def test_index_parameters_reach_the_server(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """What is asked for is what is built."""
    store = open_store()
    store.add(TEXTS, VECTORS)
    store.create_index(m=8, ef_construction=32, memory_mb=64, workers=0)
    definition = indexes(postgres_dsn, schema)["ruvvector_docs_hnsw_cos"]
    assert "m='8'" in definition
    assert "ef_construction='32'" in definition


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"m": 1}, "m is a whole number from 2 to 100"),
        ({"ef_construction": 20}, "ef_construction is a whole number from 32"),
        ({"ef_construction": 1_001}, "to 1000"),
        ({"memory_mb": 0}, "memory_mb is a whole number from 1"),
        ({"workers": -1}, "workers is a whole number from 0"),
    ],
)
def test_wrong_parameters_say_what_is_right(
    store: AnyStore, settings: dict[str, Any], sentence: str
) -> None:
    """The bounds are named before the server is asked."""
    with pytest.raises(ValidationError, match=sentence):
        store.create_index(**settings)


def test_there_must_be_a_collection_to_index(store: AnyStore) -> None:
    """Its dimensions are known from its rows."""
    with pytest.raises(StoreError, match="does not exist yet; add rows first"):
        store.create_index()


def test_a_build_without_shared_memory_is_done_by_one_process() -> None:
    """A container's /dev/shm is too small for workers; played by hand, as no server here is."""
    state = State(Names("public", "docs"), METRICS["cosine"], None, None, 10, 100)
    state.facts = Facts((0, 8), '"public"', VECTOR, 1, 3)
    operation = create_index(state, workers=4)

    settings = []
    ask = next(operation)
    for answer in (NoSharedMemory("no room"), None):
        assert isinstance(ask, Watch)
        settings.append(played_settings(ask.work()))
        with contextlib.suppress(StopIteration):
            ask = operation.throw(answer) if answer else operation.send(Heard(None, ()))
    assert [values["max_parallel_maintenance_workers"] for values in settings] == ["4", "0"]
    assert state.facts is None


def played_settings(work: Work[Any]) -> dict[str, str]:
    """The settings of a build, which is answered as by a server with 30,000 rows and no index."""
    column = ["vector", 1, 3]
    layout = f"ruvvector {LAYOUT}"
    description = ("0.8.5", "public", True, column, list(COLUMNS), None, layout, False)
    next(work)
    work.send(Result([], 0))
    work.send(Result([description], 1))
    statement = work.send(Result([(30_000,)], 1))
    assert isinstance(statement, Statement)
    names, values = statement.params[::2], statement.params[1::2]
    return dict(zip(names, values, strict=True))
