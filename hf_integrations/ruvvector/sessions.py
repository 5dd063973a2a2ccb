"""Executes works and operations with psycopg in plain Python; `async_sessions.py` is its twin.

Nothing is decided here: a session takes connections, sends statements and translates errors.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Mapping
from contextlib import closing
from typing import Any, TypeVar

import psycopg
import psycopg_pool

from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.ruvvector.alongside import side_by_side, watched
from hf_integrations.ruvvector.cursors import (
    Connection,
    alone,
    asked,
    cursor_of,
    gives_rows,
    reader_of,
)
from hf_integrations.ruvvector.faults import LostConnection, closed, translate, unreachable
from hf_integrations.ruvvector.forks import Forks, close_at_home
from hf_integrations.ruvvector.pipelines import in_turn
from hf_integrations.ruvvector.poolers import SEEN, is_pooled
from hf_integrations.ruvvector.pools import OwnPool, Pool
from hf_integrations.ruvvector.server import Server
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
RECONNECT_SECONDS = 5.0

# The pool reports each failed attempt to connect. Our errors say it once; who configures logging
# still gets the reports, and nobody else finds them on stderr.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())


class Sessions:
    """The connections of one store: a pool of its own, or the caller's."""

    def __init__(self, server: Server, pool: Pool | None, embed: EmbedFunction | None) -> None:
        if pool is not None and not isinstance(pool, psycopg_pool.ConnectionPool):
            raise ConfigurationError(
                f"pool is a {type(pool).__name__}; RuvVectorStore takes a "
                "psycopg_pool.ConnectionPool, AsyncRuvVectorStore an AsyncConnectionPool"
            )
        self._server = server
        self._embed = embed
        self._given = pool
        self._own: Pool | None = None
        self._suspect = False
        self._closed = False
        self._lock = threading.Lock()
        self._forks = Forks.count
        if pool is not None:
            Forks.given.add(pool)
        self._met = False
        self._pooled = server.prepared_statements is False
        self._prepares = server.prepares(pooled=self._pooled)

    def perform(self, operation: Operation[T]) -> T:
        """Answer every ask of an operation, and return what it returns."""
        try:
            ask = next(operation)
            while True:
                try:
                    answer = self._answer(ask)
                except HfError as error:
                    ask = operation.throw(error)
                else:
                    ask = operation.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            operation.close()

    def close(self) -> None:
        """Close the own pool; a given one stays open. A second call does nothing."""
        if self._forks != Forks.count:
            self._begin_anew()
        with self._lock:
            self._closed = True
            own, self._own = self._own, None
        if own is not None:
            own.close()

    def _answer(self, ask: Ask) -> Any:
        match ask:
            case Embed(texts):
                return self._embed(texts) if self._embed else None
            case Call(function, arguments):
                return function(*arguments)
            case Take(source):
                return source.take()
            case Together(operations):
                return side_by_side(self, operations)
            case _:
                return self._on_server(ask)

    def _on_server(self, ask: Transact | Fetch | Watch) -> Any:
        attempts = ask.attempts
        while True:
            pool = self._pool()
            try:
                if isinstance(ask, Fetch):
                    return self._fetch(pool, ask.statement)
                if isinstance(ask, Watch):
                    return watched(self, pool, ask)
                return self._run(pool, ask.work())
            except psycopg.Error as error:
                failure, attempts = self._translated(error), attempts - 1
                if not (isinstance(failure, LostConnection) and attempts):
                    raise failure from error

    def settings_of(self, ask: Watch) -> Mapping[str, str | int] | None:
        """None for a transaction. Behind a pooler settings would stay on somebody's connection."""
        return {} if ask.settings and self._pooled else ask.settings

    def _fetch(self, pool: Pool, statement: Statement) -> Result:
        # A search of 2 ms notices what `pool.connection()` does beyond taking and returning, which
        # is for connections that may be left inside a transaction.
        connection = pool.getconn()
        try:
            if connection.autocommit:
                return self._execute(reader_of(connection, statement), statement)
            with alone(connection):
                return self._execute(cursor_of(connection), statement)
        finally:
            pool.putconn(connection)

    def _run(self, pool: Pool, work: Work[T]) -> T:
        with (
            pool.connection() as connection,
            connection.transaction(),
            cursor_of(connection) as cursor,
        ):
            return self.steps(cursor, work)

    def steps(self, cursor: psycopg.RawCursor[tuple[Any, ...]], work: Work[T]) -> T:
        """Execute every statement of a work, and return what it returns."""
        try:
            step = next(work)
            while True:
                step = work.send(self._execute(cursor, step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            work.close()

    def _execute(self, cursor: psycopg.RawCursor[tuple[Any, ...]], step: Step) -> Result:
        if isinstance(step, Copy):
            with cursor.copy(step.sql.encode()) as copy:
                for piece in step.pieces:
                    copy.write(piece)
            return Result([], cursor.rowcount)
        if isinstance(step, InTurn):
            in_turn(cursor, step.statements, prepares=self._prepares, pooled=self._pooled)
            return Result([], 0)
        cursor.execute(**asked(step, self._prepares))
        return Result(cursor.fetchall() if gives_rows(cursor) else [], cursor.rowcount)

    def _pool(self) -> Pool:
        """An open pool to a server that was there a moment ago."""
        if (own := self._own) is not None and self._is_sound():
            return own
        if self._forks != Forks.count:
            self._begin_anew()
        if self._given is not None:
            Forks.check(self._given)
        with self._lock:
            return self._ready()

    def _is_sound(self) -> bool:
        """Whether nothing is known that speaks against the own pool."""
        return not (self._suspect or self._closed) and self._forks == Forks.count

    def _ready(self) -> Pool:
        """The pool, opened where it is not, and checked where it is suspect."""
        if self._closed:
            raise closed()
        pool = self._given or self._own
        if pool is not None and self._met and not self._suspect:
            return pool
        if self._given is None:
            conninfo = self._server.conninfo()
            self._probe(conninfo)
            pool = self._own = self._own or self._opened(conninfo)
        assert pool is not None  # noqa: S101 - one of the two is there
        if not self._met:
            self._greet(pool)
        if self._suspect:
            try:
                pool.check()
            except psycopg.Error as error:
                raise self._translated(error) from error
            self._suspect = False
        return pool

    def _begin_anew(self) -> None:
        """Leave to the parent of this forked process what is the parent's, the lock included."""
        Forks.parents.append(self._own)
        self._own, self._suspect, self._lock = None, False, threading.Lock()
        self._forks = Forks.count

    def _probe(self, conninfo: str) -> None:
        """Connect once, because a pool would go on trying and not say why it fails."""
        try:
            connection = psycopg.connect(conninfo, autocommit=True)
        except psycopg.Error as error:
            raise unreachable(error, self._server.where()) from error
        try:
            with closing(connection):
                self._know(is_pooled(connection))
        except psycopg.Error as error:
            raise self._translated(error) from error

    def _greet(self, pool: Pool) -> None:
        """Learn of a given pool whether a pooler is behind it, once for all stores that use it."""
        try:
            if pool not in SEEN:
                with pool.connection() as connection:
                    SEEN[pool] = is_pooled(connection)
        except psycopg.Error as error:
            raise self._translated(error) from error
        self._know(SEEN[pool])

    def _know(self, pooled: bool) -> None:
        """What follows from a pooler at the other end."""
        self._pooled = pooled or self._server.prepared_statements is False
        self._prepares = self._server.prepares(pooled=pooled)
        self._met = True

    def _opened(self, conninfo: str) -> Pool:
        pool = OwnPool(
            conninfo,
            connection_class=Connection,
            kwargs=self._server.connection_settings(prepares=self._prepares),
            min_size=0,
            max_size=self._server.pool_size,
            timeout=self._server.connect_timeout,
            reconnect_timeout=RECONNECT_SECONDS,
            open=False,
        )
        pool.open()
        # Also at exit: its threads would be waited for.
        weakref.finalize(self, close_at_home, pool, os.getpid())
        return pool

    def _translated(self, error: psycopg.Error) -> HfError:
        """The error in our words; what it says about the server is remembered."""
        failure = translate(error, self._server.where(), given=self._given is not None)
        timeout = isinstance(error, psycopg_pool.PoolTimeout) and self._given is None
        self._suspect = self._suspect or timeout or isinstance(failure, LostConnection)
        return failure
