"""Long work and work side by side in plain Python; `async_alongside.py` is its twin."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from hf_integrations.ruvvector.cursors import Cursor, alone, cursor_of
from hf_integrations.ruvvector.work import BuildProgress, Heard, Operation, Watch

if TYPE_CHECKING:
    from hf_integrations.ruvvector.pools import Pool
    from hf_integrations.ruvvector.sessions import Sessions

FIRST_LOOK, POLL_SECONDS = 0.05, 0.5
FREE_SECONDS = 0.5  # a pool with no second connection leaves a build untold
PROGRESS = b"""
    SELECT phase, tuples_done, tuples_total, blocks_done, blocks_total
    FROM pg_stat_progress_create_index
    WHERE relid = to_regclass($1::text) AND datname = current_database()"""
APPLY = b"""
    SELECT name, current_setting(name), set_config(name, value, false)
    FROM unnest($1::text[], $2::text[]) AS s (name, value)"""
_HEARD = ("NOTICE", "WARNING")
_THERE = "42P07"  # what IF NOT EXISTS says


def side_by_side(sessions: Sessions, operations: Sequence[Operation[Any]]) -> list[Any]:
    """What each operation returns; all have ended when the first failure is raised."""
    with ThreadPoolExecutor(len(operations)) as threads:
        futures = [threads.submit(sessions.perform, operation) for operation in operations]
    return [future.result() for future in futures]


def watched(sessions: Sessions, pool: Pool, ask: Watch) -> Heard[Any]:
    """Run a work on one connection, and tell of its progress from another."""
    with (
        pool.connection() as connection,
        heard(connection) as notices,
        _place(connection, sessions.settings_of(ask)),
        cursor_of(connection) as cursor,
        ThreadPoolExecutor(1) as thread,
    ):
        future = thread.submit(sessions.steps, cursor, ask.work())
        try:
            _tell(pool, ask, future)
        except BaseException:
            connection.cancel_safe()  # it is still at work, as after Ctrl-C
            raise
        return Heard(future.result(), tuple(notices))


def reported(row: Sequence[Any]) -> BuildProgress:
    """The server's row about a build, in rows where it counts these and in pages otherwise."""
    phase, rows_done, rows_total, pages_done, pages_total = row
    if rows_total:
        return BuildProgress(phase, rows_done, rows_total)
    return BuildProgress(phase, pages_done or 0, pages_total or 0)


def pauses() -> Iterator[float]:
    """Seconds between two looks: soon at first, so that a short build is told of too."""
    pause = FIRST_LOOK
    while True:
        yield pause
        pause = min(2 * pause, POLL_SECONDS)


@contextmanager
def heard(connection: psycopg.BaseConnection[Any]) -> Generator[list[str]]:
    """The notices and warnings that the server sends meanwhile."""
    notices: list[str] = []

    def keep(diagnostic: Diagnostic) -> None:
        if diagnostic.severity_nonlocalized in _HEARD and diagnostic.sqlstate != _THERE:
            words = (diagnostic.message_primary, diagnostic.message_detail)
            notices.append(". ".join(filter(None, words)))

    connection.add_notice_handler(keep)
    try:
        yield notices
    finally:
        connection.remove_notice_handler(keep)


def names_and_values(settings: Mapping[str, str | int]) -> tuple[list[str], list[str]]:
    """Settings as the two arrays of `APPLY`."""
    return list(settings), [str(value) for value in settings.values()]


def _applied(cursor: Cursor, settings: Mapping[str, str | int]) -> dict[str, str]:
    """Set these on the connection, and tell what they were before."""
    if not settings:
        return {}
    found = cursor.execute(APPLY, names_and_values(settings), prepare=False)
    return {name: before for name, before, _ in found.fetchall()}


def _tell(pool: Pool, ask: Watch, future: Future[Any]) -> None:
    """Look on from a second connection until the work has ended."""
    if ask.tell is None:
        wait([future])
        return
    for pause in pauses():
        if wait([future], timeout=pause).done:
            return
        try:
            with pool.connection(timeout=FREE_SECONDS) as other, alone(other):
                cursor = cursor_of(other)
                row = cursor.execute(PROGRESS, (ask.table,), prepare=False).fetchone()
        except psycopg_pool.PoolTimeout:
            continue
        if row is not None:
            ask.tell(reported(row))


@contextmanager
def _place(
    connection: psycopg.Connection[Any], settings: Mapping[str, str | int] | None
) -> Generator[None]:
    """A transaction, or a connection with these settings, which are put back."""
    if settings is None:
        with connection.transaction():
            yield
        return
    with alone(connection), cursor_of(connection) as cursor:
        before = _applied(cursor, settings)
        try:
            yield
        finally:
            if connection.info.transaction_status == TransactionStatus.IDLE:
                _applied(cursor, before)
