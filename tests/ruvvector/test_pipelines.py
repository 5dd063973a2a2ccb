"""Statements that are sent while the server works on the last: all of them hold, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.waiting import Wait

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector import AsyncRuvVectorStore
from hf_integrations.ruvvector.pipelines import _sent
from hf_integrations.ruvvector.rows import BATCH_ROWS
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.relay import relay

COUNT = 3 * BATCH_ROWS + 7  # rows, and so four statements
IDS = [f"{row:05}" for row in range(COUNT)]
VECTORS = np.random.default_rng(3).normal(size=(COUNT, 384)).astype(np.float32)


@pytest.mark.parametrize("prepared", [True, False])
def test_several_statements_store_every_row(
    open_store: Callable[..., AnyStore], prepared: bool
) -> None:
    """More than any buffer between here and there holds; also where each is waited for."""
    store = open_store(prepared_statements=prepared)
    store.add(["first"], VECTORS[:1], ids=["first"])
    assert store.add(["a"] * COUNT, VECTORS, ids=IDS) == IDS
    store.add(["b"] * COUNT, VECTORS, ids=IDS)
    assert store.count() == COUNT + 1
    found = store.get(IDS, include_vectors=True)
    assert {record.text for record in found} == {"b"}
    assert np.array_equal(np.array([record.vector for record in found]), VECTORS)


@pytest.mark.parametrize("place", [0, BATCH_ROWS, COUNT - 1])
def test_the_statement_at_fault_is_told_and_nothing_stays(
    open_store: Callable[..., AnyStore], postgres_dsn: str, schema: str, place: int
) -> None:
    """And not that the server refused those behind it."""
    store = open_store()
    store.add(["first"], VECTORS[:1], ids=["first"])
    with administrator(postgres_dsn) as connection:
        connection.execute(
            f"ALTER TABLE {schema}.ruvvector_docs ADD CHECK (content <> 'refused')".encode()
        )
    texts = ["ok"] * COUNT
    texts[place] = "refused"
    with pytest.raises(StoreError, match="violates check constraint"):
        store.add(texts, VECTORS, ids=IDS)
    assert store.count() == 1
    store.add(["ok"] * COUNT, VECTORS, ids=IDS)
    assert store.count() == COUNT + 1


def test_a_connection_lost_on_the_way_costs_nothing(
    open_store: Callable[..., AnyStore], postgres_dsn: str
) -> None:
    """The transaction is begun anew, from its first statement."""
    with relay(postgres_dsn) as between:
        store = open_store(between.dsn)
        store.add(["first"], VECTORS[:1], ids=["first"])
        between.cut_at = b"the last one"
        store.add([*["a"] * (COUNT - 1), "the last one"], VECTORS, ids=IDS)
        assert between.cut_at is None
        assert store.count() == COUNT + 1


async def test_a_cancelled_call_leaves_nothing_and_the_store_usable(
    postgres_dsn: str, schema: str
) -> None:
    """In the middle of a statement that waits for another writer."""
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema, pool_size=1) as store:
        await store.add(["first"], VECTORS[:1], ids=[IDS[-1]])
        other = await psycopg.AsyncConnection.connect(postgres_dsn)
        async with other:
            await other.execute(f"SELECT FROM {schema}.ruvvector_docs FOR UPDATE".encode())
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await store.add(["a"] * COUNT, VECTORS, ids=IDS)
        assert await store.count() == 1
        await store.add(["a"] * COUNT, VECTORS, ids=IDS)
        assert await store.count() == COUNT


def test_waiting_for_room_to_send_may_be_interrupted() -> None:
    """Psycopg then goes on with nothing in place of what the socket is ready for."""

    class Full:
        flushes = 0

        def flush(self) -> int:
            self.flushes += 1
            return int(self.flushes < 3)

    full: Any = Full()
    sending = _sent(full)
    assert next(sending) is Wait.RW
    assert next(sending) is Wait.RW
    assert next(sending, None) is None
