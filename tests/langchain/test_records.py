"""Records of indexing in PostgreSQL, and LangChain's indexing with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import aindex, index

from hf_integrations.errors import StoreError
from hf_integrations.langchain import RuvRecordManager, RuvVectorStore
from hf_integrations.ruvvector import AsyncKeyedStore, KeyedStore


@pytest.fixture
async def manager(postgres_dsn: str, schema: str) -> AsyncIterator[RuvRecordManager]:
    """Nothing was indexed yet."""
    made = RuvRecordManager("tests/docs", postgres_dsn, schema=schema)
    made.create_schema()
    await made.acreate_schema()
    yield made
    await made.aclose()


async def test_it_knows_what_was_indexed_when(manager: RuvRecordManager) -> None:
    """By time and by group, in both colours."""
    assert manager.list_keys() == await manager.alist_keys() == []
    manager.update(["a", "b"], group_ids=["x", None])
    between = manager.get_time()
    await manager.aupdate(["b", "c"], group_ids=["y", "y"], time_at_least=between)

    assert manager.exists(["a", "z"]) == await manager.aexists(["a", "z"]) == [True, False]
    for wanted, keys in [
        ({}, ["a", "b", "c"]),
        ({"before": between}, ["a"]),
        ({"after": between}, ["b", "c"]),
        ({"group_ids": ["x"]}, ["a"]),
        ({"group_ids": ["y"], "limit": 1}, ["b"]),
        ({"limit": 0}, []),
    ]:
        arguments: Any = wanted
        assert manager.list_keys(**arguments) == await manager.alist_keys(**arguments) == keys
    manager.delete_keys(["a"])
    await manager.adelete_keys(["b", "z"])
    assert manager.list_keys() == ["c"]


async def test_a_ready_store_is_shared_without_mixing_indexes(
    postgres_dsn: str, schema: str
) -> None:
    """Each manager sees its own namespace, or cleaning one index up would empty the other's."""
    with KeyedStore(postgres_dsn, schema=schema, name="shared") as store:
        async with AsyncKeyedStore(postgres_dsn, schema=schema, name="shared") as waiting:
            one = RuvRecordManager("one", store=store, async_store=waiting)
            two = RuvRecordManager("two", store=store, async_store=waiting)
            one.update(["a"])
            await two.aupdate(["b"])
            assert (one.list_keys(), await two.alist_keys()) == (["a"], ["b"])
            assert await one.aexists(["a", "b"]) == [True, False]


async def test_what_cannot_be_noted_is_refused(manager: RuvRecordManager) -> None:
    """A clock that went back, and groups that are too few."""
    later = await manager.aget_time() + 1_000
    with pytest.raises(StoreError, match="clock"):
        manager.update(["a"], time_at_least=later)
    with pytest.raises(StoreError, match="clock"):
        await manager.aupdate(["a"], time_at_least=later)
    with pytest.raises(ValueError, match="2 keys and 1"):
        manager.update(["a", "b"], group_ids=["x"])
    assert manager.list_keys() == []


@pytest.mark.parametrize("cleanup", ["incremental", "full", "scoped_full"])
async def test_langchains_indexing_keeps_the_store_in_step(
    cleanup: Any, manager: RuvRecordManager, postgres_dsn: str, schema: str
) -> None:
    """What is new is added, what is the same skipped, and what is gone deleted; both colours."""
    store = RuvVectorStore(DeterministicFakeEmbedding(size=4), dsn=postgres_dsn, schema=schema)
    first = [Document(text, metadata={"source": "s"}) for text in ("a", "b", "c")]
    told: Any = {"cleanup": cleanup, "source_id_key": "source", "key_encoder": "sha256"}
    one = index(first, manager, store, **told)
    two = await aindex(
        [*first[:2], Document("d", metadata={"source": "s"})], manager, store, **told
    )
    three = index(first[:2], manager, store, **told)

    assert (one["num_added"], two["num_added"], two["num_skipped"]) == (3, 1, 2)
    assert (two["num_deleted"], three["num_skipped"], three["num_deleted"]) == (1, 2, 1)
    assert sorted(one.text for one in store.store.get(filter={"source": "s"})) == ["a", "b"]
    await store.aclose()
