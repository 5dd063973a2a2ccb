"""Loading a corpus: bounded memory, whole batches, the index last; in both colours."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, LoadBatch, RuvVectorStore
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(9)
VECTORS = RANDOM.normal(size=(300, 6)).astype(np.float32)
IDS = [f"{row:03}" for row in range(300)]


def batches(size: int = 50, rows: int = 300) -> Iterator[LoadBatch]:
    """The rows in pieces."""
    for start in range(0, rows, size):
        part = slice(start, min(start + size, rows))
        metadata = [{"row": name} for name in IDS[part]]
        yield LoadBatch([f"text {name}" for name in IDS[part]], VECTORS[part], metadata, IDS[part])


def indexes(dsn: str, schema: str) -> dict[str, int]:
    """Name and number of every index over vectors."""
    with administrator(dsn) as connection:
        rows = connection.execute(
            "SELECT c.relname, c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname IN ('hnsw', 'ivfflat') AND c.relnamespace = %s::regnamespace",
            (schema,),
        ).fetchall()
    return {str(name): int(str(oid)) for name, oid in rows}


@pytest.mark.parametrize("connections", [1, 2, 3])
def test_a_generator_is_stored_and_indexed(
    open_store: MakeStore, postgres_dsn: str, schema: str, connections: int
) -> None:
    """Every row with all it has, whatever the number of connections."""
    store = open_store(index_after=100)
    told: list[int] = []
    loaded = store.bulk_load(batches(), connections=connections, model="m", progress=told.append)
    assert (loaded.rows, loaded.skipped, loaded.batches) == (300, 0, 6)
    assert told == [50, 100, 150, 200, 250, 300]
    assert 0 < loaded.index_seconds < loaded.seconds
    assert list(indexes(postgres_dsn, schema)) == ["ruvvector_docs_hnsw_cos"]
    records = store.get(IDS, include_vectors=True)
    np.testing.assert_array_equal([record.vector for record in records], VECTORS)
    assert records[7].metadata == {"row": "007"}
    assert {record.model for record in records} == {"m"}


def test_tuples_will_do_and_embed_makes_vectors(open_store: MakeStore) -> None:
    """Texts alone, with vectors, with ids."""
    store = open_store(embed=lambda texts: [[float(len(text)), 1.0] for text in texts])
    items = [(["a", "bb"],), (["ccc"], [[9.0, 1.0]]), (["d"], None, None, ["x"]), ([],)]
    assert store.bulk_load(items).rows == 4
    found = {record.text: record for record in store.get(limit=10, include_vectors=True)}
    assert found["bb"].vector.tolist() == [2.0, 1.0]
    assert found["ccc"].vector.tolist() == [9.0, 1.0]
    assert found["d"].id == "x"


def test_the_last_of_equal_ids_wins(open_store: MakeStore) -> None:
    """In one batch, in two batches of one load, and in two loads."""
    store = open_store()
    store.bulk_load(
        [
            (["one", "two"], [[1.0], [2.0]], None, ["a", "a"]),
            (["three"], [[3.0]], None, ["a"]),
            (["new"], [[4.0]], None, ["b"]),
        ]
    )
    assert [record.text for record in store.get(["a", "b"])] == ["three", "new"]
    store.bulk_load([(["four"], [[5.0]], None, ["a"])])
    assert [record.text for record in store.get(["a", "b"])] == ["four", "new"]


def test_a_bad_batch_is_named_and_whole_batches_stay(open_store: MakeStore) -> None:
    """What came before is stored, of the bad batch nothing."""
    store = open_store()

    def items() -> Iterator[Any]:
        yield from batches(50, 100)
        yield (["fine", "bad"], [[1.0] * 6, [float("nan")] * 6])
        yield from batches(50, 300)

    with pytest.raises(ValidationError, match=r"^batch 2: item 1: its vector: it is not finite"):
        store.bulk_load(items())
    assert store.count() == 100
    with pytest.raises(ValidationError, match="batch 0: it is a str; give a LoadBatch, or a tuple"):
        store.bulk_load(["texts"])


def test_an_error_of_the_callers_own_reaches_the_caller(open_store: MakeStore) -> None:
    """As it is, from a generator that fails on its way; whole batches stay."""
    store = open_store()

    def items() -> Iterator[LoadBatch]:
        yield from batches(50, 100)
        raise LookupError("no more")

    for connections in (1, 2):
        with pytest.raises(LookupError, match="no more"):
            store.bulk_load(items(), connections=connections)
        assert store.count() == 100


def test_what_is_there_is_not_embedded_again(open_store: MakeStore) -> None:
    """A second run completes the first, and notices what has changed."""
    seen: list[str] = []

    def embed(texts: list[str]) -> Any:
        seen.extend(texts)
        return np.ones((len(texts), 2))

    store = open_store(embed=embed)
    first = [(["a", "b"], None, None, ["a", "b"])]
    store.bulk_load(first, model="m", unchanged="skip")
    second = [(["a", "B", "c"], None, None, ["a", "b", "c"])]
    loaded = store.bulk_load(second, model="m", unchanged="skip")
    assert (loaded.rows, loaded.skipped) == (2, 1)
    assert seen == ["a", "b", "B", "c"]
    assert store.bulk_load(second, model="m", unchanged="skip").skipped == 3
    assert store.bulk_load(second, model="other", unchanged="skip").skipped == 0
    given = [(["a", "z"], [[1.0, 0.0], [0.0, 1.0]], None, ["a", "z"])]
    assert store.bulk_load(given, model="other", unchanged="skip").rows == 1


@pytest.mark.parametrize(
    ("settings", "made_again"),
    [
        ({"index": "rebuild"}, True),
        ({"index": "keep"}, False),
        ({"index": "defer"}, False),
        ({"index": "auto"}, False),
        ({"index": "auto", "total": 30}, False),
        ({"index": "auto", "total": 300}, True),
    ],
)
def test_a_big_addition_makes_the_index_again(
    open_store: MakeStore,
    postgres_dsn: str,
    schema: str,
    settings: dict[str, Any],
    made_again: bool,
) -> None:
    """As it was defined, when it is asked for or known to be worth it."""
    store = open_store(index_after=None)
    store.add(IDS[:200], VECTORS[:200], ids=IDS[:200])
    store.create_index(m=8, ef_construction=40)
    before = indexes(postgres_dsn, schema)
    store.bulk_load(batches(), **settings)
    after = indexes(postgres_dsn, schema)
    assert before.keys() == after.keys()
    assert (before != after) is made_again
    with administrator(postgres_dsn) as connection:
        row = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND indexname = %s",
            (schema, "ruvvector_docs_hnsw_cos"),
        ).fetchone()
    assert row is not None
    assert "m='8', ef_construction='40'" in str(row[0])
    assert store.count() == 300


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"connections": 0}, "connections is a whole number from 1 to 16"),
        ({"unchanged": "drop"}, "unchanged is 'store' or 'skip'"),
        ({"index": "none"}, "index is 'auto', 'rebuild', 'keep' or 'defer'"),
        ({"model": "\x00"}, "model holds a NUL"),
    ],
)
def test_settings_are_checked(store: AnyStore, settings: dict[str, Any], sentence: str) -> None:
    """Before anything is taken."""
    with pytest.raises(ValidationError, match=sentence):
        store.bulk_load([], **settings)


@pytest.mark.parametrize("batches", ["text", 7, None])
def test_what_is_no_iterable_is_refused(store: AnyStore, batches: Any) -> None:
    """By its type."""
    with pytest.raises(ValidationError, match=r"batches is a \w+; give an iterable"):
        store.bulk_load(batches)


def test_a_plain_store_takes_no_asynchronous_iterable(postgres_dsn: str, schema: str) -> None:
    """And says which store does."""
    with (
        RuvVectorStore(postgres_dsn, schema=schema) as store,
        pytest.raises(ValidationError, match="AsyncRuvVectorStore takes it"),
    ):
        store.bulk_load(asynchronous())


async def asynchronous() -> AsyncIterator[LoadBatch]:
    """The same rows, awaited."""
    for batch in batches():
        yield batch


@pytest.mark.parametrize("connections", [1, 3])
async def test_an_asynchronous_generator_is_stored(
    postgres_dsn: str, schema: str, connections: int
) -> None:
    """By one worker or several."""
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema) as store:
        loaded = await store.bulk_load(asynchronous(), connections=connections)
        assert loaded.batches == 6
        assert await store.count() == 300


async def test_a_plain_generator_does_not_hold_up_the_loop(postgres_dsn: str, schema: str) -> None:
    """Its work is done in a thread."""
    threads = set()

    def items() -> Iterator[LoadBatch]:
        for batch in batches():
            threads.add(threading.current_thread())
            yield batch

    async with AsyncRuvVectorStore(postgres_dsn, schema=schema) as store:
        await store.bulk_load(items())
    assert threading.main_thread() not in threads


LOADER = """
import resource, sys
import numpy as np
from hf_integrations.ruvvector import RuvVectorStore
dsn, schema, rows, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
random = np.random.default_rng(1)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def batches(rows):
    for start in range(0, rows, 2_000):
        names = [f"{start + n:08}" for n in range(min(2_000, rows - start))]
        vectors = random.normal(size=(len(names), 384)).astype(np.float32)
        yield [f"text of row {name} " * 10 for name in names], vectors, None, names
with RuvVectorStore(dsn, schema=schema, index_after=None) as store:
    store.count()
    base = peak()
    store.bulk_load(batches(rows), connections=connections)
    print(store.count(), round(peak() - base, 1))
"""


def load_apart(dsn: str, schema: str, rows: int, connections: int) -> float:
    """MiB that a load of so many rows takes above what its process had before."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", LOADER, dsn, schema, str(rows), str(connections)],
        capture_output=True,
        text=True,
        check=True,
    )
    count, megabytes = done.stdout.split()
    assert int(count) == rows
    return float(megabytes)


@pytest.mark.parametrize("connections", [1, 2])
def test_memory_does_not_grow_with_the_corpus(
    postgres_dsn: str, schema: str, connections: int
) -> None:
    """20,000 rows are 30 MB of vectors; what is held is a batch for each connection."""
    assert load_apart(postgres_dsn, schema, 20_000, connections) < 60


@pytest.mark.soak
@pytest.mark.parametrize("connections", [1, 2])
def test_a_million_rows_take_no_more_memory(
    postgres_dsn: str, schema: str, connections: int
) -> None:
    """1.5 GB of vectors in less than 150 MB."""
    assert load_apart(postgres_dsn, schema, 1_000_000, connections) < 150
