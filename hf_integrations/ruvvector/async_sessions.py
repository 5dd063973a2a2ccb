"""Executes works and operations with psycopg in asyncio; `sessions.py` is its twin.

A pool belongs to the event loop it was opened in: there is one for each, dropped when its loop
is closed, so one store serves several loops one after another or in several threads.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import psycopg_pool

from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.ruvvector.async_alongside import side_by_side, watched
from hf_integrations.ruvvector.cursors import (
    AsyncConnection,
    asked,
    async_alone,
    async_cursor_of,
    async_reader_of,
    gives_rows,
)
from hf_integrations.ruvvector.faults import LostConnection, closed, translate, unreachable
from hf_integrations.ruvvector.forks import Forks
from hf_integrations.ruvvector.pipelines import async_in_turn
from hf_integrations.ruvvector.poolers import SEEN, async_is_pooled
from hf_integrations.ruvvector.pools import AsyncPool, OwnAsyncPool
from hf_integrations.ruvvector.server import Server
from hf_integrations.ruvvector.sessions import RECONNECT_SECONDS
from hf_integrations.ruvvector.state import EmbedFunction
from hf_integrations.ruvvector.work import (
    Ask,
    Call,
    Copy,
    Embed,
    Fetch,
    InTurn,
    Operation,
    Result,
    Statement,
    Step,
    Take,
    Together,
    Transact,
    Watch,
    Work,
)

T = TypeVar("T")


@dataclass(slots=True)
class Home:
    """What a store has in one event loop."""

    pool: AsyncPool | None = None
    suspect: bool = False
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    connections: weakref.WeakSet[psycopg.AsyncConnection[Any]] = field(
        default_factory=weakref.WeakSet
    )

    async def remember(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Keep a new connection of the pool in sight."""
        self.connections.add(connection)

    def abandon(self) -> None:
        """Close the sockets of a pool whose loop is gone and cannot close them any more."""
        for connection in list(self.connections):
            connection.pgconn.finish()


class AsyncSessions:
    """The connections of one store: a pool of its own in each event loop, or the caller's."""

    def __init__(self, server: Server, pool: AsyncPool | None, embed: EmbedFunction | None) -> None:
        if pool is not None and not isinstance(pool, psycopg_pool.AsyncConnectionPool):
            raise ConfigurationError(
                f"pool is a {type(pool).__name__}; AsyncRuvVectorStore takes a "
                "psycopg_pool.AsyncConnectionPool, RuvVectorStore a ConnectionPool"
            )
        self._server = server
        self._embed = embed
        self._given = pool
        self._homes: dict[asyncio.AbstractEventLoop, Home] = {}
        self._closed = False
        self._lock = threading.Lock()
        self._forks = Forks.count
        if pool is not None:
            Forks.given.add(pool)
        self._met = False
        self._pooled = server.prepared_statements is False
        self._prepares = server.prepares(pooled=self._pooled)

    async def perform(self, operation: Operation[T]) -> T:
        """Answer every ask of an operation, and return what it returns."""
        try:
            ask = next(operation)
            while True:
                try:
                    answer = await self._answer(ask)
                except HfError as error:
                    ask = operation.throw(error)
                else:
                    ask = operation.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            operation.close()

    async def close(self) -> None:
        """Close the own pools; a given one stays open. A second call does nothing."""
        if self._forks != Forks.count:
            self._begin_anew()
        with self._lock:
            self._closed = True
            homes, self._homes = self._homes, {}
        for loop, home in homes.items():
            if loop is asyncio.get_running_loop() and home.pool is not None:
                await home.pool.close()
            elif loop.is_running() and home.pool is not None:
                closing = asyncio.run_coroutine_threadsafe(home.pool.close(), loop)
                await asyncio.wrap_future(closing)
            else:
                home.abandon()

    async def _answer(self, ask: Ask) -> Any:
        match ask:
            case Embed(texts):
                return await _called(self._embed, texts) if self._embed else None
            case Call(function, arguments):
                return await _called(function, *arguments)
            case Take(source):
                return await source.take_in_loop()
            case Together(operations):
                return await side_by_side(self, operations)
            case _:
                return await self._on_server(ask)

    async def _on_server(self, ask: Transact | Fetch | Watch) -> Any:
        attempts = ask.attempts
        while True:
            home = self._home()
            pool = await self._pool(home)
            try:
                if isinstance(ask, Fetch):
                    return await self._fetch(pool, ask.statement)
                if isinstance(ask, Watch):
                    return await watched(self, pool, ask)
                return await self._run(pool, ask.work())
            except psycopg.Error as error:
                failure, attempts = self._translated(error, home), attempts - 1
                if not (isinstance(failure, LostConnection) and attempts):
                    raise failure from error

    def settings_of(self, ask: Watch) -> Mapping[str, str | int] | None:
        """None for a transaction. Behind a pooler settings would stay on somebody's connection."""
        return {} if ask.settings and self._pooled else ask.settings

    async def _fetch(self, pool: AsyncPool, statement: Statement) -> Result:
        connection = await pool.getconn()
        try:
            if connection.autocommit:
                return await self._execute(async_reader_of(connection, statement), statement)
            async with async_alone(connection):
                return await self._execute(async_cursor_of(connection), statement)
        finally:
            await pool.putconn(connection)

    async def _run(self, pool: AsyncPool, work: Work[T]) -> T:
        async with (
            pool.connection() as connection,
            connection.transaction(),
            async_cursor_of(connection) as cursor,
        ):
            return await self.steps(cursor, work)

    async def steps(self, cursor: psycopg.AsyncRawCursor[tuple[Any, ...]], work: Work[T]) -> T:
        """Execute every statement of a work, and return what it returns."""
        try:
            step = next(work)
            while True:
                step = work.send(await self._execute(cursor, step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            work.close()

    async def _execute(self, cursor: psycopg.AsyncRawCursor[tuple[Any, ...]], step: Step) -> Result:
        if isinstance(step, Copy):
            async with cursor.copy(step.sql.encode()) as copy:
                for piece in step.pieces:
                    await copy.write(piece)
            return Result([], cursor.rowcount)
        if isinstance(step, InTurn):
            await async_in_turn(
                cursor, step.statements, prepares=self._prepares, pooled=self._pooled
            )
            return Result([], 0)
        await cursor.execute(**asked(step, self._prepares))
        return Result(await cursor.fetchall() if gives_rows(cursor) else [], cursor.rowcount)

    def _home(self) -> Home:
        """What this store has in the running loop; homes of closed loops are cleared away."""
        here = asyncio.get_running_loop()
        if self._forks != Forks.count:
            self._begin_anew()
        if self._given is not None:
            Forks.check(self._given)
        if (home := self._homes.get(here)) is not None and not self._closed:
            return home
        with self._lock:
            if self._closed:
                raise closed()
            for loop in [loop for loop in self._homes if loop.is_closed()]:
                self._homes.pop(loop).abandon()
            return self._homes.setdefault(here, Home())

    def _begin_anew(self) -> None:
        """Leave to the parent of this forked process what is the parent's, the lock included."""
        Forks.parents.append(self._homes)
        self._homes, self._lock = {}, threading.Lock()
        self._forks = Forks.count

    async def _pool(self, home: Home) -> AsyncPool:
        """An open pool to a server that was there a moment ago."""
        pool = self._given or home.pool
        if pool is not None and self._met and not home.suspect:
            return pool
        async with home.gate:  # one of the waiting opens or checks it; the others find it so
            pool = self._given or home.pool
            if pool is not None and self._met and not home.suspect:
                return pool
            if self._given is None:
                conninfo = await asyncio.to_thread(self._server.conninfo)
                await self._probe(conninfo, home)
                pool = home.pool = home.pool or await self._opened(conninfo, home)
            assert pool is not None  # noqa: S101 - one of the two is there
            if not self._met:
                await self._greet(pool, home)
            if home.suspect:
                try:
                    await pool.check()
                except psycopg.Error as error:
                    raise self._translated(error, home) from error
                home.suspect = False
            return pool

    async def _probe(self, conninfo: str, home: Home) -> None:
        """Connect once, because a pool would go on trying and not say why it fails."""
        try:
            connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        except psycopg.Error as error:
            raise unreachable(error, self._server.where()) from error
        try:
            self._know(await async_is_pooled(connection))
        except psycopg.Error as error:
            raise self._translated(error, home) from error
        finally:
            await connection.close()

    async def _greet(self, pool: AsyncPool, home: Home) -> None:
        """Learn of a given pool whether a pooler is behind it, once for all stores that use it."""
        try:
            if pool not in SEEN:
                async with pool.connection() as connection:
                    SEEN[pool] = await async_is_pooled(connection)
        except psycopg.Error as error:
            raise self._translated(error, home) from error
        self._know(SEEN[pool])

    def _know(self, pooled: bool) -> None:
        """What follows from a pooler at the other end."""
        self._pooled = pooled or self._server.prepared_statements is False
        self._prepares = self._server.prepares(pooled=pooled)
        self._met = True

    async def _opened(self, conninfo: str, home: Home) -> AsyncPool:
        pool = OwnAsyncPool(
            conninfo,
            connection_class=AsyncConnection,
            kwargs=self._server.connection_settings(prepares=self._prepares),
            min_size=0,
            max_size=self._server.pool_size,
            timeout=self._server.connect_timeout,
            reconnect_timeout=RECONNECT_SECONDS,
            configure=home.remember,
            open=False,
        )
        await pool.open()
        return pool

    def _translated(self, error: psycopg.Error, home: Home) -> HfError:
        """The error in our words; what it says about the server is remembered."""
        failure = translate(error, self._server.where(), given=self._given is not None)
        timeout = isinstance(error, psycopg_pool.PoolTimeout) and self._given is None
        home.suspect = home.suspect or timeout or isinstance(failure, LostConnection)
        return failure


async def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of the caller's gives; a plain one works in a thread, off the loop."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - its kind is asked, not its presence
    ):
        return await function(*arguments)
    result = await asyncio.to_thread(function, *arguments)
    return await result if inspect.isawaitable(result) else result
