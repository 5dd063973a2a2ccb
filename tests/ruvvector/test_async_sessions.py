"""What only asyncio has: event loops that come and go, and embedding functions of two kinds."""

from __future__ import annotations

import asyncio
import threading
import uuid
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.ruvvector import AsyncRuvVectorStore
from tests.ruvvector.test_sessions import all_gone, connections


def test_one_store_serves_loops_one_after_another(postgres_dsn: str, schema: str) -> None:
    """Without closing between; the sockets of a finished loop are closed."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = AsyncRuvVectorStore(make_conninfo(postgres_dsn, application_name=name), schema=schema)

    async def use() -> int:
        await store.add(["a"], [[1.0]])
        return await store.count()

    assert [asyncio.run(use()) for _ in range(3)] == [1, 2, 3]
    asyncio.run(store.close())
    assert all_gone(postgres_dsn, name)


def test_loops_in_several_threads_share_a_store(postgres_dsn: str, schema: str) -> None:
    """Each has its own pool, and closing in one closes all."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = AsyncRuvVectorStore(make_conninfo(postgres_dsn, application_name=name), schema=schema)
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()

    async def use() -> int:
        return await store.count()

    async def both() -> int:
        there = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(use(), other))
        total = await there + await use()
        assert connections(postgres_dsn, name) == 2
        await store.close()
        return total

    assert asyncio.run(both()) == 0
    other.call_soon_threadsafe(other.stop)
    thread.join()
    other.close()
    assert all_gone(postgres_dsn, name)


async def test_many_searches_share_a_few_connections(postgres_dsn: str, schema: str) -> None:
    """A hundred at once over three connections, every answer right."""
    vectors = np.eye(10, dtype=np.float32)
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema, pool_size=3) as store:
        await store.add([str(n) for n in range(10)], vectors)
        found = await asyncio.gather(*(store.search(vectors[n % 10], k=1) for n in range(100)))
    assert [matches[0].text for matches in found] == [str(n % 10) for n in range(100)]


class Embedder:
    """An object that embeds in asyncio."""

    async def __call__(self, texts: list[str]) -> Any:
        """One number for each text."""
        return [[float(len(text))] for text in texts]


async def embed_in_the_loop(texts: list[str]) -> Any:
    """A coroutine function."""
    return await Embedder()(texts)


def embed_in_a_thread(texts: list[str]) -> Any:
    """A plain function; it must not run where the loop runs."""
    assert threading.current_thread() is not threading.main_thread()
    return [[float(len(text))] for text in texts]


@pytest.mark.parametrize(
    "embed", [Embedder(), embed_in_the_loop, embed_in_a_thread, lambda texts: Embedder()(texts)]
)
async def test_embedding_functions_of_every_kind(
    postgres_dsn: str, schema: str, embed: Any
) -> None:
    """A coroutine is awaited, and a plain function cannot hold up the loop."""
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema, metric="l2", embed=embed) as store:
        await store.add(["a", "aaaa"])
        assert (await store.search("aaa", k=1))[0].text == "aaaa"


async def test_a_cancelled_search_leaves_the_store_usable(postgres_dsn: str, schema: str) -> None:
    """The connection goes back to the pool, or is replaced."""
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema, pool_size=1) as store:
        await store.add(["a"], [[1.0]])
        lock = await psycopg.AsyncConnection.connect(postgres_dsn)
        async with lock:
            await lock.execute(f"LOCK TABLE {schema}.ruvvector_docs".encode())
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await store.count()
        assert await store.count() == 1
