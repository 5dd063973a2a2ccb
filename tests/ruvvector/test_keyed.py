"""Keys and values on a real PostgreSQL, in both colours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import AsyncKeyedStore, KeyedStore
from hf_integrations.ruvvector.keyed import BATCH, _Keyed, _put
from hf_integrations.ruvvector.tables import Place
from tests.postgres import administrator

VALUES = {"a": b"1", "b": b"\x00\xff", "ab": b""}


@pytest.fixture
def store(postgres_dsn: str, schema: str) -> Iterator[KeyedStore]:
    """A store whose table is not there yet."""
    with KeyedStore(postgres_dsn, schema=schema) as made:
        yield made


@pytest.fixture
async def awaited(postgres_dsn: str, schema: str) -> AsyncIterator[AsyncKeyedStore]:
    """The same for asyncio."""
    async with AsyncKeyedStore(postgres_dsn, schema=schema) as made:
        yield made


def keys(store: KeyedStore, **wanted: Any) -> list[str]:
    """The keys of a scan."""
    return [entry.key for batch in store.scan(**wanted) for entry in batch]


def test_what_was_put_is_got(store: KeyedStore) -> None:
    """In the order of the question, None for what is not there."""
    store.put(VALUES)
    store.put({"a": b"2"})

    assert store.get(["b", "nothing", "a", "ab", "b"]) == [
        b"\x00\xff",
        None,
        b"2",
        b"",
        b"\x00\xff",
    ]
    assert store.has(["a", "nothing"]) == [True, False]
    assert store.count() == 3
    assert store.delete(["a", "nothing"]) == 1
    assert store.clear() == 2
    assert store.count() == 0


def test_before_the_first_write_there_is_nothing(store: KeyedStore, postgres_dsn: str) -> None:
    """No table is made by looking, and none of these is an error."""
    assert store.get(["a"]) == [None]
    assert (store.has(["a"]), store.count(), keys(store)) == ([False], 0, [])
    assert (store.delete(["a"]), store.clear()) == (0, 0)
    store.put({})
    with administrator(postgres_dsn) as connection:
        found = connection.execute("SELECT to_regclass(%s)", [f"{store._state.table}"]).fetchone()
    assert found == (None,)


async def test_asyncio_is_the_same(awaited: AsyncKeyedStore) -> None:
    """Every operation."""
    assert await awaited.get(["a"]) == [None]
    await awaited.put(VALUES, labels={"a": "x"})
    assert await awaited.get(["ab", "a"]) == [b"", b"1"]
    assert await awaited.has(["a"]) == [True]
    assert [e.key async for batch in awaited.scan(batch_size=2) for e in batch] == ["a", "ab", "b"]
    assert await awaited.now() > 1_700_000_000
    assert await awaited.delete(["a"]) == 1
    assert (await awaited.count(), await awaited.clear()) == (2, 2)


def test_the_stores_have_the_same_methods() -> None:
    """And the same arguments."""
    assert {name for name in vars(_Keyed) if not name.startswith("_")} >= {"get", "put", "scan"}
    one, other = (inspect.signature(kind) for kind in (KeyedStore, AsyncKeyedStore))
    assert list(one.parameters) == list(other.parameters)


def test_one_store_serves_several_loops(postgres_dsn: str, schema: str) -> None:
    """One after another, as scripts with asyncio.run do."""
    store = AsyncKeyedStore(postgres_dsn, schema=schema)
    asyncio.run(store.put({"a": b"1"}))
    assert asyncio.run(store.get(["a"])) == [b"1"]
    asyncio.run(store.close())


def test_namespaces_do_not_see_each_other(store: KeyedStore) -> None:
    """In one table."""
    other = store.within("other")
    store.put({"a": b"1"})
    other.put({"a": b"2", "b": b"3"})

    assert (store.get(["a", "b"]), other.get(["a", "b"])) == ([b"1", None], [b"2", b"3"])
    assert (store.clear(), other.count()) == (1, 2)


def test_writers_of_many_keys_take_them_in_one_order() -> None:
    """Through all batches, or two writers would wait for each other in a circle."""
    names = [f"{n:05}" for n in range(2 * BATCH + 1)]
    place = Place("public", "ruvkeyed", "keys", "")
    steps: list[Any] = list(_put(place, names[::-1], dict.fromkeys(names, b""), {}))

    assert [name for step in steps for name in step.params[1]] == names


def test_a_scan_goes_in_order_and_in_batches(store: KeyedStore) -> None:
    """Through more keys than one statement brings, each exactly once."""
    store.put({f"k{n:05d}": b"x" for n in range(2 * BATCH + 1)})

    assert keys(store) == [f"k{n:05d}" for n in range(2 * BATCH + 1)]
    assert [len(batch) for batch in store.scan(batch_size=BATCH)] == [BATCH, BATCH, 1]
    assert keys(store, prefix="k0000", batch_size=3) == [f"k0000{n}" for n in range(10)]
    assert {e.value for batch in store.scan(include_values=False) for e in batch} == {b""}


def test_a_scan_takes_labels_and_times(store: KeyedStore) -> None:
    """As record managers ask for them."""
    store.put({"a": b"", "b": b"", "c": b""}, labels={"a": "x", "b": "y"})
    between = store.now()
    store.put({"d": b""}, labels={"d": "x"})

    assert keys(store, labels=["x"]) == ["a", "d"]
    assert keys(store, labels=[None, "y"]) == ["b", "c"]
    assert keys(store, labels=[]) == []
    assert keys(store, before=between) == ["a", "b", "c"]
    assert keys(store, after=between) == ["d"]
    (entry, *_), *_ = store.scan(labels=["y"])
    assert (entry.key, entry.label) == ("b", "y")
    assert entry.changed_at < between


def test_a_prefix_is_taken_literally(store: KeyedStore) -> None:
    """No wildcard has a meaning."""
    store.put({"a%b": b"", "axb": b"", "a_b": b""})

    assert keys(store, prefix="a%") == ["a%b"]
    assert keys(store, prefix="a_") == ["a_b"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        st.binary(),
        max_size=20,
    )
)
def test_any_keys_and_bytes_come_back(store: KeyedStore, values: dict[str, bytes]) -> None:
    """Whatever their characters."""
    store.clear()
    store.put(values)

    assert store.get(list(values)) == list(values.values())
    assert keys(store) == sorted(values, key=str.encode)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: s.get("ab"), "keys is a string"),
        (lambda s: s.get([""]), r"keys\[0\] is a str or empty"),
        (lambda s: s.get(["a", 1]), r"keys\[1\] is a int"),
        (lambda s: s.put({"a\0": b""}), "NUL"),
        (lambda s: s.put({"a" * 2001: b""}), "longer than 2000 bytes"),
        (lambda s: s.put({"a": "text"}), "is no bytes"),
        (lambda s: s.scan(prefix=1), "prefix is a int"),
    ],
)
def test_what_cannot_be_stored_is_refused(
    call: Callable[[Any], Any], words: str, store: KeyedStore
) -> None:
    """Before anything is sent, naming the argument."""
    with pytest.raises(ValidationError, match=words):
        call(store)


def test_settings_that_cannot_be_are_refused() -> None:
    """When it is made."""
    with pytest.raises(ValidationError, match="name"):
        KeyedStore("postgresql://x", name="")
    with pytest.raises(ConfigurationError, match="no connection string"):
        KeyedStore("hello there")


def test_a_table_of_somebody_else_is_left_alone(
    store: KeyedStore, postgres_dsn: str, schema: str
) -> None:
    """And named."""
    with administrator(postgres_dsn) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
        connection.execute(f'CREATE TABLE "{schema}".ruvkeyed_keys (other int)')
    with pytest.raises(StoreError, match="not made by this store"):
        store.put({"a": b"1"})


def test_a_pool_of_the_callers_stays_open(postgres_dsn: str, schema: str) -> None:
    """It is used and never closed."""
    import psycopg_pool

    with psycopg_pool.ConnectionPool(postgres_dsn, min_size=1, open=True) as pool:
        with KeyedStore(pool=pool, schema=schema) as store:
            store.put({"a": b"1"})
        with pool.connection() as connection:
            assert isinstance(connection, psycopg.Connection)


async def test_many_writers_make_one_table(postgres_dsn: str, schema: str) -> None:
    """At the same moment."""
    async with AsyncKeyedStore(postgres_dsn, schema=schema) as store:
        await asyncio.gather(*(store.put({f"k{n}": b"", "all": b""}) for n in range(16)))
        assert await store.count() == 17


def test_a_repr_shows_no_password(postgres_dsn: str) -> None:
    """Nor any DSN."""
    assert repr(KeyedStore(postgres_dsn)) == "<KeyedStore 'keys' in schema 'public'>"
