"""Statements sent one after another, without waiting for what the last one gave.

By psycopg's pipeline mode: the server works on a statement while the client makes the next, and
both together take little longer than the slower of the two. It needs libpq 14; with an older one,
and behind a pooler, each statement is waited for.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import PipelineAborted
from psycopg.pq.abc import PGconn
from psycopg.waiting import Ready, Wait

from hf_integrations.ruvvector.cursors import asked
from hf_integrations.ruvvector.work import Statement

# When one has failed, the server refuses those behind it, and psycopg reports that when a pipeline
# is left, be it in place of the failure, which is then its context. The pipeline's own `sync()` is
# not to be had here: it reads before all is sent, and waits for ever where that is much.


def in_turn(
    cursor: psycopg.RawCursor[Any], statements: Iterable[Statement], *, prepares: bool, pooled: bool
) -> None:
    """Execute statements within a transaction; when one fails, those after it are not done."""
    if pooled or not psycopg.Pipeline.is_supported():
        for statement in statements:
            cursor.execute(**asked(statement, prepares))
        return
    with _first_failure() as first, cursor.connection.pipeline(), first.noted():
        for statement in statements:
            cursor.execute(**asked(statement, prepares))
            cursor.connection.wait(_sent(cursor.connection.pgconn))


async def async_in_turn(
    cursor: psycopg.AsyncRawCursor[Any],
    statements: Iterable[Statement],
    *,
    prepares: bool,
    pooled: bool,
) -> None:
    """`in_turn` for asyncio."""
    if pooled or not psycopg.Pipeline.is_supported():
        for statement in statements:
            await cursor.execute(**asked(statement, prepares))
        return
    with _first_failure() as first:
        async with cursor.connection.pipeline():
            with first.noted():
                for statement in statements:
                    await cursor.execute(**asked(statement, prepares))
                    await cursor.connection.wait(_sent(cursor.connection.pgconn))


def _sent(connection: PGconn) -> Generator[Wait, Ready | int | None, None]:
    """Wait until the server has taken what is on its way.

    libpq keeps what is too much for the socket until it is called again. Unasked it would be when
    the next statement is made, and meanwhile the server would have nothing to work on.
    """
    while connection.flush():
        ready = yield Wait.RW
        if ready and ready & Ready.R:  # it may want to be heard before it reads on
            connection.consume_input()


class _First:
    """The first failure of several."""

    def __init__(self) -> None:
        self.failure: psycopg.Error | None = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Go no further, and leave the pipeline as if nothing had failed."""
        try:
            yield
        except psycopg.Error as error:
            self.failure = error


@contextmanager
def _first_failure() -> Iterator[_First]:
    """Raise what failed first, in place of what a pipeline says when it is left."""
    first = _First()
    try:
        yield first
    except psycopg.Error as refusal:
        raise first.failure or _cause(refusal) from None
    if first.failure is not None:
        raise first.failure


def _cause(error: psycopg.Error) -> psycopg.Error:
    """What made the server refuse, where it is known."""
    while isinstance(error, PipelineAborted) and isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    return error
