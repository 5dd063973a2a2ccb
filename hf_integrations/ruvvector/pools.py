"""Pools of psycopg's that give the connection which was used last.

By itself a pool gives the one that has rested longest. After eight threads a single one would then
go through eight processes of the server by turns, whose caches and page tables are cold: a search
takes a tenth longer, and a short one twice as long. Connections that are not needed rest, and are
closed after a while.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import psycopg
import psycopg_pool

Pool = psycopg_pool.ConnectionPool[psycopg.Connection[Any]]
AsyncPool = psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[Any]]


class _LastFirst(deque[Any]):
    """Gives first what was put in last."""

    def append(self, item: Any) -> None:
        """Put in what is to be given next."""
        self.appendleft(item)


class OwnPool(Pool):
    """A store's own pool."""

    def __init__(self, conninfo: str, **settings: Any) -> None:
        super().__init__(conninfo, **settings)
        self._pool = _LastFirst()


class OwnAsyncPool(AsyncPool):
    """`OwnPool` for asyncio."""

    def __init__(self, conninfo: str, **settings: Any) -> None:
        super().__init__(conninfo, **settings)
        self._pool = _LastFirst()
