"""Copies and pickles of stores: they work, and hold no password."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import psycopg_pool
import pytest

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector import (
    AsyncKeyedStore,
    AsyncLogStore,
    AsyncRuvVectorStore,
    KeyedStore,
    LogStore,
    RuvVectorStore,
)

SECRET = "s3cr3t"
ELSEWHERE = f"postgresql://me:{SECRET}@h.invalid:6543/d"
KINDS = [
    RuvVectorStore, AsyncRuvVectorStore, KeyedStore, AsyncKeyedStore, LogStore, AsyncLogStore,
]  # fmt: skip


def lengths(texts: list[str]) -> list[list[float]]:
    """An embedding function that a pickle finds again."""
    return [[len(text), 1.0] for text in texts]


def read_again(written: bytes) -> Any:
    """What a pickle becomes, here."""
    return pickle.loads(written)  # noqa: S301 - our own bytes


async def settled(answer: Any) -> Any:
    """An answer of either colour."""
    return await answer if inspect.isawaitable(answer) else answer


@pytest.fixture
def store(postgres_dsn: str, schema: str) -> Any:
    """A store with one row."""
    with RuvVectorStore(postgres_dsn, "kept", schema=schema, embed=lengths, ef_search=7) as made:
        made.add(["abc"], ids=["1"])
        yield made


def test_a_deep_copy_is_a_store_of_its_own(store: RuvVectorStore) -> None:
    """It reads and writes the same collection, and lives on when the first is closed."""
    with copy.deepcopy(store) as other:
        store.close()
        assert other.search("abcd", k=1)[0].id == "1"
        assert other._state.ef_search == 7


def test_a_copy_shares_connections(store: RuvVectorStore) -> None:
    """As any shallow copy shares what it holds."""
    assert copy.copy(store)._sessions is store._sessions


def test_a_pickle_asks_the_surroundings(
    store: RuvVectorStore, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the embedding function and all settings; only the DSN stays behind."""
    written = pickle.dumps(store)
    monkeypatch.setenv("DATABASE_URL", postgres_dsn)
    with read_again(written) as other:
        assert other.search("abcd", k=1)[0].id == "1"
        assert repr(other) == repr(store)
        assert other._state.ef_search == 7


async def test_a_pickle_of_a_store_for_asyncio(
    store: RuvVectorStore, postgres_dsn: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, awaited."""
    monkeypatch.setenv("DATABASE_URL", postgres_dsn)
    waiting = AsyncRuvVectorStore(None, "kept", schema=schema)
    async with read_again(pickle.dumps(waiting)) as other, copy.deepcopy(waiting) as third:
        assert await other.count() == await third.count() == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_pickle_has_no_password(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes no other database for the one it had."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    written = pickle.dumps(kind(ELSEWHERE))
    other = read_again(written)

    assert SECRET.encode() not in written
    assert b"h.invalid" not in written
    with pytest.raises(ConfigurationError, match="the dsn stayed behind"):
        await settled(other.count(*["x"][: "Log" in kind.__name__]))
    await settled(other.close())
    assert read_again(pickle.dumps(other))._reach.server is None


def test_a_password_of_the_surroundings_is_not_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for again."""
    monkeypatch.setenv("DATABASE_URL", ELSEWHERE)
    written = pickle.dumps(RuvVectorStore())
    monkeypatch.setenv("DATABASE_URL", "postgresql://other.invalid/d")

    assert SECRET.encode() not in written
    assert "other.invalid" in read_again(written)._reach.server.where()


def test_a_pool_cannot_go_elsewhere(postgres_dsn: str, schema: str) -> None:
    """A copy uses it too; a pickle says what to do."""
    with psycopg_pool.ConnectionPool(postgres_dsn, min_size=0, max_size=1) as pool:
        store = RuvVectorStore(pool=pool, schema=schema)
        assert copy.deepcopy(store).count() == 0
        with pytest.raises(ConfigurationError, match="a store with a pool= of its own"):
            pickle.dumps(store)


def test_a_view_of_another_namespace_goes_along(
    postgres_dsn: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its table and its namespace."""
    monkeypatch.setenv("DATABASE_URL", postgres_dsn)
    with KeyedStore(schema=schema) as keyed:
        keyed.within("a").put({"k": b"v"})
        with read_again(pickle.dumps(keyed.within("a"))) as other:
            assert other.get(["k"]) == [b"v"]
