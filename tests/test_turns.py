"""A turn is waited for in a thread, and in a loop, whoever gives it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from hf_integrations.turns import await_for, wait_for


class Later:
    """A turn that another thread gives."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.thread: threading.Thread | None = None
        self._at_once = at_once

    def when_called(self, call: Callable[[], None]) -> None:
        """Call it now, or from a thread."""
        if self._at_once:
            call()
            return
        self.thread = threading.Thread(target=call)
        self.thread.start()


def test_a_thread_waits_until_it_is_called() -> None:
    """By another thread, or at once."""
    turn = Later()
    wait_for(turn)
    wait_for(Later(at_once=True))

    assert turn.thread is not None
    turn.thread.join()


async def test_a_loop_goes_on_when_it_is_called() -> None:
    """From another thread, which touches nothing of the loop."""
    turns = [Later() for _ in range(5)]
    await asyncio.gather(*map(await_for, turns), await_for(Later(at_once=True)))

    for turn in turns:
        assert turn.thread is not None
        turn.thread.join()


async def test_a_wait_may_have_an_end() -> None:
    """In either colour, a turn that does not come is not waited for longer."""

    class Never:
        def when_called(self, call: Callable[[], None]) -> None:
            """Never."""

    wait_for(Never(), 0.001)
    await await_for(Never(), 0.001)


def test_a_loop_that_is_gone_breaks_nobody() -> None:
    """Who makes room need not know that nobody waits any more."""
    calls: list[Callable[[], None]] = []

    class Never:
        def when_called(self, call: Callable[[], None]) -> None:
            calls.append(call)

    async def main() -> None:
        task = asyncio.ensure_future(await_for(Never()))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(main())
    calls[0]()
