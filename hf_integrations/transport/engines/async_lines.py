"""The connections of one event loop: those in use, and those that wait for the next request.

A connection costs no timer of its own: one for all of them is set to the earliest moment at which
something is overdue, so that a request that ends in time never touches the loop's clock.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from math import inf
from typing import cast

from hf_integrations.transport.engines.answers import Answer, AnswerError
from hf_integrations.transport.engines.kept import Pool, has_news

# Of a stream that nobody reads, so much is kept before the server is made to wait.
MOST_HELD = 1 << 18

# A connection unused for longer may have been closed while the loop was busy; it is looked at.
FRESH = 0.02

# Up to this size, head and body are written as one piece.
SMALL = 1 << 16


class Lines:
    """Connections by where they lead; never a limit on those in use.

    Args:
        size: how many unused ones are kept.
        seconds: for how long.
        wave: how long those beyond wait, in seconds, as calls come in waves.

    Attributes:
        open: whether there may be more; False after the end.
    """

    def __init__(self, size: int, seconds: float, wave: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.open = True
        self._size = size
        self._seconds = seconds
        self._wave = min(wave, seconds)
        self._all: set[Line] = set()
        self._idle: defaultdict[Hashable, dict[Line, float]] = defaultdict(dict)  # since when
        self._alarm: asyncio.TimerHandle | None = None
        self._next = inf  # when it rings
        self._empty: asyncio.Future[None] | None = None

    def take(self, key: Hashable) -> Line | None:
        """The one that was used last, if it can be used again; those that cannot are closed."""
        idle = self._idle[key]
        while idle:
            line, since = idle.popitem()
            unused = self.loop.time() - since
            if unused < FRESH or (unused < self._seconds and not line.has_news()):
                return line
            line.cut()
        return None

    def give(self, line: Line) -> None:
        """Keep one for the next request; those beyond the number that is kept, for a moment."""
        if not self.open or not self._size:
            line.cut()
            return
        idle = self._idle[line.key]
        kept = self._seconds if len(idle) < self._size else self._wave
        if not kept:
            line.cut()
            return
        now = idle[line] = self.loop.time()
        line.due = now + kept
        self.watch(line.due)

    def watch(self, due: float) -> None:
        """Let the alarm ring at that moment at the latest."""
        if due < self._next:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self.loop.call_at(due, self._ring)
            self._next = due

    def made(self, line: Line) -> None:
        """One is connected."""
        self._all.add(line)

    def lost(self, line: Line) -> None:
        """One is gone."""
        self._all.discard(line)
        self._idle[line.key].pop(line, None)
        if self._empty is not None and not self._all and not self._empty.done():
            self._empty.set_result(None)

    def pool(self) -> Pool:
        """How many there are; may be asked from another thread."""
        idle = sum(map(len, list(self._idle.values())))
        return Pool(idle, max(0, len(self._all) - idle))

    async def close(self) -> None:
        """Cut all, and return when they are gone; a second call does nothing."""
        self.open = False
        if self._alarm is not None:
            self._alarm.cancel()
        for line in list(self._all):
            line.cut("the client was closed")
        if self._all:
            self._empty = self._empty or self.loop.create_future()
            await asyncio.shield(self._empty)

    def _ring(self) -> None:
        """Cut what is overdue, and set the alarm anew."""
        self._alarm, self._next = None, inf
        now = self.loop.time()
        for line in list(self._all):
            if line.due <= now:
                line.expire()
        self.watch(min((line.due for line in self._all), default=inf))


class Line(asyncio.Protocol):
    """One connection; it carries one exchange at a time.

    Attributes:
        key: requests with the same key may use it.
        due: when the exchange, or an unused connection, has had its time.
        answer: the answer that is being received.
    """

    __slots__ = (
        "_failure", "_held", "_lines", "_parts", "_silence", "_transport", "_waiter", "_whole",
        "answer", "due", "key",
    )  # fmt: skip

    def __init__(self, lines: Lines, key: Hashable) -> None:
        self.key = key
        self.due = inf
        self.answer: Answer | None = None
        self._lines = lines
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._parts: list[bytes] = []
        self._held = 0  # bytes in the parts
        self._whole = True
        self._silence: float | None = None

    def ask(
        self,
        head: bytes,
        body: bytes,
        answer: Answer,
        total: float | None,
        silence: float | None,
    ) -> None:
        """Write a request; `answer` will be fed what comes.

        Args:
            total: seconds in which all of it must be there.
            silence: seconds that may pass without a word.
        """
        self.answer = answer
        seconds = silence if total is None else total
        if seconds is not None:
            self.due = self._lines.loop.time() + seconds
            self._lines.watch(self.due)
        else:
            self.due = inf
        self._silence = silence if total is None else None
        assert self._transport is not None  # noqa: S101 - it is connected
        if len(body) <= SMALL:
            self._transport.write(head + body)
        else:
            self._transport.write(head)
            self._transport.write(body)

    async def until_whole(self, answer: Answer) -> bytes:
        """Wait for the end of the body; all that came of it."""
        self._whole = True
        while not answer.over:
            await self._news()
        return self._taken()

    async def until_begun(self, answer: Answer) -> None:
        """Wait for the head, and be woken from now on by all that comes."""
        self._whole = False
        while not answer.status:
            await self._news()

    async def more(self, answer: Answer) -> bytes:
        """Wait for some of the body; nothing at its end."""
        while not self._parts and not answer.over:
            await self._news()
        return self._taken()

    def release(self) -> None:
        """For the next request, if it can carry another."""
        answer, self.answer = self.answer, None
        self._taken()  # what came and was not asked for is no part of the next answer
        transport = self._transport
        sent = transport is not None and not transport.get_write_buffer_size()
        if answer is not None and answer.keeps and sent and self._failure is None:
            self._lines.give(self)
        else:
            self.cut()

    def cut(self, reason: str = "it was given up") -> None:
        """Close it at once; who waits for it is told."""
        if self._transport is not None:
            self._transport.abort()
        self._fail(AnswerError(reason))

    def expire(self) -> None:
        """What was due did not come."""
        self._fail(TimeoutError())
        self.cut()

    def has_news(self) -> bool:
        """Whether it was closed at the other end, of which the loop has not heard yet."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return True
        return has_news(transport.get_extra_info("socket"))

    def start_over(self, transport: asyncio.BaseTransport) -> None:
        """Go on over another transport: TLS has begun on the first."""
        self.answer, self._whole = None, True
        self._transport = cast(asyncio.Transport, transport)

    @property
    def transport(self) -> asyncio.Transport | None:
        """What carries the bytes, while it is connected."""
        return self._transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop tells that it is connected."""
        self._transport = cast(asyncio.Transport, transport)
        self._lines.made(self)

    def data_received(self, data: bytes) -> None:
        """The loop tells what came."""
        answer = self.answer
        if answer is None or answer.over or self._failure is not None:
            self.cut()  # nobody asked
            return
        try:
            if part := answer.feed(data):
                self._keep(part)
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits
            self._fail(error)
            return
        self._heard()
        if not self._whole or answer.over:
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """The loop tells that it is closed."""
        self._lines.lost(self)
        self._transport = None
        if error is None and self._failure is None and self.answer is not None:
            try:
                self.answer.end()
            except AnswerError as early:
                self._fail(early)
            else:
                self._wake()
        else:
            self._fail(error or AnswerError("the connection was closed"))

    def _heard(self) -> None:
        """It was not silent; while it is made to wait, it may be."""
        if self._silence is not None:
            made_to_wait = self._held > MOST_HELD
            self.due = inf if made_to_wait else self._lines.loop.time() + self._silence

    def _news(self) -> asyncio.Future[None]:
        """What is awaited: something came, or it failed."""
        waiter = self._waiter = self._lines.loop.create_future()
        if self._failure is not None:
            waiter.set_exception(self._failure)
        return waiter

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _fail(self, error: Exception) -> None:
        """The first failure counts."""
        if self._failure is None:
            self._failure = error
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(self._failure)

    def _keep(self, part: bytes) -> None:
        self._parts.append(part)
        if not self._whole:
            self._held += len(part)
            if self._held > MOST_HELD and self._transport and not self._transport.is_closing():
                self._transport.pause_reading()
                if self.answer is not None:
                    self.answer.pauses += 1

    def _taken(self) -> bytes:
        parts, self._parts = self._parts, []
        was_made_to_wait, self._held = self._held > MOST_HELD, 0
        if was_made_to_wait and self._transport and not self._transport.is_closing():
            self._transport.resume_reading()
            self._heard()
            self._lines.watch(self.due)
        return parts[0] if len(parts) == 1 else b"".join(parts)
