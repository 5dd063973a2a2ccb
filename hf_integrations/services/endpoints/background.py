"""Something done later, or again and again, beside the caller: a thread, or a task of the loop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import HfError

if TYPE_CHECKING:
    from asyncio import Task

_LOG = logging.getLogger("hf_integrations.endpoints")


class Later:
    """Do something once after some seconds, in a thread that keeps no program alive.

    Args:
        again: do it every so many seconds, until it is cancelled.
    """

    def __init__(self, seconds: float, do: Callable[[], Any], *, again: bool = False) -> None:
        self._seconds, self._do, self._again = seconds, do, again
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hf-endpoints", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Do it no more; what has begun is waited for."""
        self._over.set()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._do()
            except HfError as error:
                _LOG.warning("%s: %s", type(error).__name__, error.message)
            if not self._again:
                return


class AsyncLater:
    """The same as a task of the running loop."""

    def __init__(
        self, seconds: float, do: Callable[[], Awaitable[Any]], *, again: bool = False
    ) -> None:
        import asyncio

        async def run() -> None:
            while True:
                await asyncio.sleep(seconds)
                try:
                    await do()
                except HfError as error:
                    _LOG.warning("%s: %s", type(error).__name__, error.message)
                if not again:
                    return

        running: Coroutine[Any, Any, None] = run()
        self._task: Task[None] = asyncio.ensure_future(running)

    async def cancel(self) -> None:
        """Do it no more."""
        import asyncio

        self._task.cancel()
        await asyncio.wait([self._task])
