"""A turn that comes when somebody else makes room: how it is waited for, in both colours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Ticket(Protocol):
    """A turn that comes when somebody else makes room."""

    def when_called(self, call: Callable[[], None]) -> None:
        """Call `call` once it has come, from whichever thread; at once if it has."""


def wait_for(ticket: Ticket, seconds: float | None = None) -> None:
    """Wait for a turn, in a thread, and no longer than so many seconds."""
    from threading import Event

    come = Event()
    ticket.when_called(come.set)
    come.wait(seconds)


async def await_for(ticket: Ticket, seconds: float | None = None) -> None:
    """The same in an event loop; the turn may be called from any thread."""
    import asyncio

    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not come.done():
            come.set_result(None)

    def call() -> None:
        with suppress(RuntimeError):  # the loop has been closed; its flows gave their turns back
            loop.call_soon_threadsafe(settle)

    ticket.when_called(call)
    if seconds is None:
        await come
    else:
        await asyncio.wait((come,), timeout=seconds)
