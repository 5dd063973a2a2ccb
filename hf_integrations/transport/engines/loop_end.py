"""Closing what belongs to an event loop at the latest when the loop ends.

An event loop finishes the asynchronous generators that were begun in it (asyncio.run, a Runner and
every test tool do so before they close a loop), and also one that is dropped. So what shall be
closed is kept by such a generator: nobody has to remember it, and no "Event loop is closed" and no
"Unclosed session" comes of forgetting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, TypeAlias

Close: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

# An event loop itself holds its tasks only weakly.
_tasks: set[asyncio.Task[None]] = set()


class LoopEnd:
    """Runs a closing coroutine once: when asked, when its owner is gone, or when the loop ends."""

    def __init__(self, close: Close) -> None:
        self._loop = asyncio.get_running_loop()
        self._close = close
        self._keeper: AsyncGenerator[None, None] | None = None

    async def watch(self) -> None:
        """Begin; to be called in the loop before there is anything to close."""
        if self._keeper is None:
            self._keeper = _keep(self._close)
            await anext(self._keeper)

    async def now(self) -> None:
        """Close; a second call does nothing."""
        await self.watch()
        if self._keeper is not None:
            await self._keeper.aclose()

    def later(self) -> None:
        """Close from outside the loop."""
        soon(self._loop, self.now)


def soon(loop: asyncio.AbstractEventLoop, close: Close) -> None:
    """Run a closing coroutine in its loop, from anywhere; a loop that is closed did so itself."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_begin, loop, close)


def _begin(loop: asyncio.AbstractEventLoop, close: Close) -> None:
    task = loop.create_task(close())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _keep(close: Close) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await close()
