"""Reading a whole collection in batches, in both colours."""

from __future__ import annotations

import importlib.util
import json
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.test_sessions import connections, lose_connections, run_python

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(1).normal(size=(250, 4)).astype(np.float32)
NAMES = [f"{row:03}" for row in range(250)]
METADATA = [{"even": row % 2 == 0, "n": row, "née": [None]} for row in range(250)]


@pytest.fixture
def filled(store: AnyStore) -> AnyStore:
    """250 rows, stored in another order than that of their ids."""
    order = np.random.default_rng(2).permutation(250).tolist()
    store.add(
        [f"text {row}" for row in order],
        VECTORS[order],
        ids=[NAMES[row] for row in order],
        metadata=[METADATA[row] for row in order],
        model="mini",
    )
    return store


@pytest.mark.parametrize(
    ("size", "lengths"), [(100, [100, 100, 50]), (125, [125, 125]), (999, [250])]
)
def test_every_row_comes_once_in_the_order_of_ids(
    filled: AnyStore, size: int, lengths: list[int]
) -> None:
    """Columns belong together, and vectors are n × d."""
    batches = list(filled.scan(size))
    assert [len(batch) for batch in batches] == lengths
    assert [name for batch in batches for name in batch.ids] == NAMES
    np.testing.assert_array_equal(np.concatenate([batch.vectors for batch in batches]), VECTORS)
    first = batches[0]
    assert (first.texts[7], first.metadata[7], first.models[7]) == ("text 7", METADATA[7], "mini")
    assert (first.providers[7], len(first.content_hashes[7])) == (None, 64)
    assert first.created_at[7].tzinfo is not None
    assert first.vectors.dtype == np.float32


def test_a_filter_and_a_place_to_begin(filled: AnyStore) -> None:
    """A scan that was broken off goes on after its last id."""
    batches = list(filled.scan(50, filter={"even": True}, after="099", include_vectors=False))
    assert [name for batch in batches for name in batch.ids] == NAMES[100::2]
    assert batches[0].vectors is None
    assert list(filled.scan(filter={"n": -1})) == list(filled.scan(after="999")) == []


def test_types_and_namespaces(open_store: MakeStore) -> None:
    """Halved numbers and bits come as float32; other tenants' rows do not come."""
    half = open_store(collection="half", type="halfvec", namespace="one")
    half.add(["a", "b"], [[0.5, 1.0], [2.0, 3.0]], ids=["a", "b"])
    open_store(collection="half", namespace="two").add(["c"], [[1.0, 1.0]])
    (batch,) = half.scan()
    assert batch.vectors.tolist() == [[0.5, 1.0], [2.0, 3.0]]
    bits = open_store(collection="bits", metric="hamming")
    bits.add(["a"], [[1, 0, 1]])
    assert next(iter(bits.scan())).vectors.tolist() == [[1.0, 0.0, 1.0]]


def test_a_missing_collection_has_no_batches(store: AnyStore) -> None:
    """And wrong arguments are named before anything is read."""
    assert list(store.scan()) == []
    with pytest.raises(ValidationError, match="batch_size is a whole number"):
        store.scan(0)
    with pytest.raises(ValidationError, match="ids: item 0"):
        store.scan(after=5)
    with pytest.raises(ValidationError, match="is not known"):
        store.scan(filter={"a": {"$x": 1}})


def test_nothing_is_held_between_batches(filled: AnyStore, postgres_dsn: str) -> None:
    """Rows may change meanwhile, and a lost connection costs nothing."""
    scan = iter(filled.scan(100))
    assert next(scan).ids == NAMES[:100]
    filled.delete(NAMES[100:200])
    filled.add(["new"], VECTORS[:1], ids=["150"])
    assert next(scan).ids == ["150", *NAMES[200:]]
    assert list(scan) == []


def test_a_scan_outlives_its_connection(open_store: MakeStore, postgres_dsn: str) -> None:
    """Each batch is asked for by itself."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = open_store(make_conninfo(postgres_dsn, application_name=name))
    store.add(NAMES, VECTORS, ids=NAMES)
    scan = iter(store.scan(100))
    next(scan)
    assert connections(postgres_dsn, name) == 1
    lose_connections(postgres_dsn, name)
    assert [len(batch) for batch in scan] == [100, 50]


async def test_a_scan_can_be_left_early(postgres_dsn: str, schema: str) -> None:
    """Its connection is free at once, in asyncio too."""
    with RuvVectorStore(postgres_dsn, schema=schema, pool_size=1) as store:
        store.add(NAMES, VECTORS, ids=NAMES)
        for _batch in store.scan(10):
            break
        assert store.count() == 250
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema, pool_size=1) as other:
        async for _batch in other.scan(10):
            break
        assert await other.count() == 250


@pytest.mark.skipif(not importlib.util.find_spec("pyarrow"), reason="pyarrow is not installed")
def test_a_batch_as_arrow(filled: AnyStore) -> None:
    """Vectors as lists of fixed size, metadata as JSON."""
    batch = next(iter(filled.scan(3)))
    table: Any = batch.to_arrow()
    assert table.num_rows == 3
    assert table.column("id").to_pylist() == NAMES[:3]
    np.testing.assert_array_equal(np.stack(table.column("vector").to_pylist()), VECTORS[:3])
    assert json.loads(table.column("metadata").to_pylist()[1]) == METADATA[1]
    assert table.column("created_at").to_pylist() == batch.created_at
    without = next(iter(filled.scan(3, include_vectors=False))).to_arrow()
    assert "vector" not in without.schema.names


@pytest.mark.skipif(not importlib.util.find_spec("pandas"), reason="pandas is not installed")
def test_a_batch_as_a_data_frame(filled: AnyStore) -> None:
    """One row each, by id."""
    frame: Any = next(iter(filled.scan(3))).to_pandas()
    assert frame.index.tolist() == NAMES[:3]
    assert frame.loc["001", "metadata"] == METADATA[1]
    np.testing.assert_array_equal(frame.loc["002", "vector"], VECTORS[2])
    without = next(iter(filled.scan(3, include_vectors=False))).to_pandas()
    assert "vector" not in without.columns


@pytest.mark.parametrize(("method", "package"), [("to_arrow", "pyarrow"), ("to_pandas", "pandas")])
def test_a_missing_package_is_named(method: str, package: str) -> None:
    """With what to install."""
    code = f"""
import sys
sys.modules[{package!r}] = None
from hf_integrations.ruvvector import Batch
Batch([], [], [], [], [], [], [], None).{method}()
"""
    assert (
        f"ConfigurationError: this needs {package}: pip install {package}"
        in run_python(code).stderr
    )
    assert issubclass(ConfigurationError, Exception)
