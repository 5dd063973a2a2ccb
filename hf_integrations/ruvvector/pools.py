"""Pools of psycopg's that give the connection which was used last.

By itself a pool gives the one that has rested longest. After eight threads a single one would then
go through eight processes of the server by turns, whose caches and page tables are cold, and a
search would take a tenth longer. Connections that are not needed rest, and those that have rested
longest are closed after a while.
"""

from __future__ import annotations

from typing import Any

import psycopg
import psycopg_pool

Pool = psycopg_pool.ConnectionPool[psycopg.Connection[Any]]
AsyncPool = psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[Any]]


class OwnPool(Pool):
    """A store's own pool."""

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """The connection that came back last."""
        self._pool.rotate(1)  # from where it was put to where the next one is taken
        return super().getconn(timeout)


class OwnAsyncPool(AsyncPool):
    """`OwnPool` for asyncio."""

    async def getconn(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own argument
    ) -> psycopg.AsyncConnection[Any]:
        """The connection that came back last."""
        self._pool.rotate(1)
        return await super().getconn(timeout)
