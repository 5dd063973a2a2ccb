"""Long work and work side by side in asyncio; `alongside.py` is its twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool
from psycopg.pq import TransactionStatus

from hf_integrations.ruvvector.alongside import (
    APPLY,
    FREE_SECONDS,
    PROGRESS,
    heard,
    names_and_values,
    pauses,
    reported,
)
from hf_integrations.ruvvector.cursors import AsyncCursor, async_alone, async_cursor_of
from hf_integrations.ruvvector.work import Heard, Operation, Watch

if TYPE_CHECKING:
    from hf_integrations.ruvvector.async_sessions import AsyncSessions
    from hf_integrations.ruvvector.pools import AsyncPool


async def side_by_side(sessions: AsyncSessions, operations: Sequence[Operation[Any]]) -> list[Any]:
    """What each operation returns; all have ended when the first failure is raised."""
    results = await asyncio.gather(*map(sessions.perform, operations), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


async def watched(sessions: AsyncSessions, pool: AsyncPool, ask: Watch) -> Heard[Any]:
    """Run a work on one connection, and tell of its progress from another."""
    async with pool.connection() as connection:
        with heard(connection) as notices:
            async with (
                _place(connection, sessions.settings_of(ask)),
                async_cursor_of(connection) as cursor,
            ):
                task = asyncio.create_task(sessions.steps(cursor, ask.work()))
                try:
                    if ask.tell is not None:
                        await _tell(pool, ask, task)
                    value = await task
                finally:
                    task.cancel()  # which asks the server to stop, if it is still at work
                    await asyncio.wait([task])
    return Heard(value, tuple(notices))


async def _tell(pool: AsyncPool, ask: Watch, task: asyncio.Task[Any]) -> None:
    """Look on from a second connection until the work has ended."""
    for pause in pauses():
        if (await asyncio.wait([task], timeout=pause))[0]:
            return
        try:
            async with pool.connection(timeout=FREE_SECONDS) as other, async_alone(other):
                cursor = async_cursor_of(other)
                await cursor.execute(PROGRESS, (ask.table,), prepare=False)
                row = await cursor.fetchone()
        except psycopg_pool.PoolTimeout:
            continue
        if row is not None and ask.tell is not None:
            ask.tell(reported(row))


@asynccontextmanager
async def _place(
    connection: psycopg.AsyncConnection[Any], settings: Mapping[str, str | int] | None
) -> AsyncGenerator[None]:
    """A transaction, or a connection with these settings, which are put back."""
    if settings is None:
        async with connection.transaction():
            yield
        return
    async with async_alone(connection), async_cursor_of(connection) as cursor:
        before = await _applied(cursor, settings)
        try:
            yield
        finally:
            if connection.info.transaction_status == TransactionStatus.IDLE:
                await _applied(cursor, before)


async def _applied(cursor: AsyncCursor, settings: Mapping[str, str | int]) -> dict[str, str]:
    """Set these on the connection, and tell what they were before."""
    if not settings:
        return {}
    await cursor.execute(APPLY, names_and_values(settings), prepare=False)
    return {name: before for name, before, _ in await cursor.fetchall()}
