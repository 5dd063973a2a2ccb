"""Whether a pooler such as PgBouncer stands between a store and its server.

What a server says when a connection is made, the number of its process among it, comes from the
pooler there, which must make up a number of its own: it has no process of the server's yet.
"""

from __future__ import annotations

import weakref
from typing import Any

import psycopg

from hf_integrations.ruvvector.cursors import async_cursor_of, cursor_of

PROCESS = b"SELECT pg_backend_pid()"
# Of callers' pools, by which many stores may be made, one for each request.
SEEN: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()


def is_pooled(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server knows this connection by another number than the one it was told."""
    with cursor_of(connection) as cursor:
        row = cursor.execute(PROCESS, prepare=False).fetchone()
    return row != (connection.info.backend_pid,)


async def async_is_pooled(connection: psycopg.AsyncConnection[Any]) -> bool:
    """`is_pooled` for asyncio."""
    async with async_cursor_of(connection) as cursor:
        row = await (await cursor.execute(PROCESS, prepare=False)).fetchone()
    return row != (connection.info.backend_pid,)
