"""The engine on Python's standard library, in asyncio: `asyncio.Protocol` and nothing between.

It works on any event loop, uvloop's too, and is the fastest there (docs/engines.md).
"""

from __future__ import annotations

import asyncio
from typing import Any

from hf_integrations.flow import AsyncBody, Request, Response
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.answers import Answer
from hf_integrations.transport.engines.async_lines import Line, Lines
from hf_integrations.transport.engines.heads import Head, Heads
from hf_integrations.transport.engines.kept import Pool
from hf_integrations.transport.engines.loop_end import LoopEnd
from hf_integrations.transport.engines.reaching import NEXT_ADDRESS
from hf_integrations.transport.engines.routes import Route
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.stdlib import FAILURES, check_tunnel, translated


class AsyncStdlibEngine:
    """In asyncio, within one event loop, which must be running when it is made."""

    def __init__(self, settings: EngineSettings) -> None:
        self._heads = Heads(settings)
        self._lines = Lines(
            settings.pool_size_per_host, settings.pool_idle_timeout, settings.pool_wave_timeout
        )
        self._end = LoopEnd(self._lines.close)

    async def send(self, request: Request) -> Response:
        """One whole exchange."""
        answer = Answer(request.method, request.most)
        line = self._asked(request, answer) or await self._asked_anew(request, answer)
        return await _whole(request, answer, line)

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        answer = Answer(request.method, request.most, flows=True)
        line = self._asked(request, answer) or await self._asked_anew(request, answer)
        try:
            await line.until_begun(answer)
        except BaseException as error:
            line.cut()
            _raise_translated(error, request, answer)
            raise
        if 200 <= answer.status < 300:
            return _AsyncBody(request, answer, line)
        return await _whole(request, answer, line)

    def pool(self) -> Pool:
        """Its connections."""
        return self._lines.pool()

    async def close(self) -> None:
        """Close every connection; a second call does nothing."""
        await self._end.now()

    def abandon(self) -> None:
        """Let every connection go from outside the loop, which may be closed already."""
        self._end.later()

    def _asked(self, request: Request, answer: Answer) -> Line | None:
        """A connection that was kept, on which the request is on its way; None if there is none."""
        if not self._lines.open:
            raise faults.closed(request)
        head = self._heads.of(request)
        line = self._lines.take(head.route.key)
        if line is not None:
            _ask(line, request, answer, head, request.timeout.total)
        return line

    async def _asked_anew(self, request: Request, answer: Answer) -> Line:
        """A new connection, on which the request is on its way."""
        await self._end.watch()
        loop, timeout, head = self._lines.loop, request.timeout, self._heads.of(request)
        began, total = loop.time(), timeout.total
        try:
            async with asyncio.timeout(min(timeout.connect, total or timeout.connect)):
                line = await _connected(self._lines, head.route)
        except TimeoutError as error:
            raise faults.too_late(request, "connect") from error
        except FAILURES as error:
            raise translated(error, request, answer, "connect") from error
        if not self._lines.open:
            line.cut()
            raise faults.closed(request)
        _ask(line, request, answer, head, None if total is None else began + total - loop.time())
        return line


class _AsyncBody:
    """An open response; hands over all that has arrived, at once."""

    __slots__ = ("_answer", "_line", "_loop", "_request", "headers", "status")

    def __init__(self, request: Request, answer: Answer, line: Line) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self._request = request
        self._answer = answer
        self._line: Line | None = line
        self._loop = asyncio.get_running_loop()

    @property
    def pauses(self) -> int:
        """How often the server was made to wait."""
        return self._answer.pauses

    def __aiter__(self) -> _AsyncBody:
        return self

    async def __anext__(self) -> bytes:
        line = self._line
        if line is None:
            raise StopAsyncIteration
        try:
            data = await line.more(self._answer)
        except BaseException as error:
            self._cut()
            _raise_translated(error, self._request, self._answer)
            raise
        if not data:
            await self.close()
            raise StopAsyncIteration
        return data

    async def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        line, self._line = self._line, None
        if line is not None:
            line.release()

    def abandon(self) -> None:
        """Cut the connection from where nothing can be awaited; a second call does nothing."""
        if self._line is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.cut()


def _ask(line: Line, request: Request, answer: Answer, head: Head, total: float | None) -> None:
    """Write a request; all of the answer must be there in `total` seconds."""
    line.ask(head.before(request.body), request.body, answer, total, request.timeout.silence)


async def _whole(request: Request, answer: Answer, line: Line) -> Response:
    try:
        body = await line.until_whole(answer)
    except BaseException as error:
        line.cut()
        _raise_translated(error, request, answer)
        raise
    line.release()
    return Response(answer.status, answer.headers, body)


def _raise_translated(error: BaseException, request: Request, answer: Answer) -> None:
    """Raise what may go wrong as ours; the rest is left to fly as it is."""
    if isinstance(error, FAILURES):
        phase: faults.Phase = "silence" if request.timeout.total is None else "total"
        raise translated(error, request, answer, phase) from error


async def _connected(lines: Lines, route: Route) -> Line:
    """A connection that is ready to be used: through the proxy, and with TLS, if so it is to be."""
    line = Line(lines, route.key)
    try:
        await _connect(lines.loop, line, route)
    except BaseException:
        line.cut()
        raise
    return line


async def _connect(loop: asyncio.AbstractEventLoop, line: Line, route: Route) -> None:
    host, port = route.first
    # A name may have several addresses, and only asyncio's own loops can try them side by side.
    race = isinstance(loop, asyncio.BaseEventLoop) and not _is_address(host)
    eyes: dict[str, Any] = {"happy_eyeballs_delay": NEXT_ADDRESS} if race else {}
    if not route.tunnel:
        tls: dict[str, Any] = {"ssl": route.context, "server_hostname": route.host}
        await loop.create_connection(
            lambda: line, host, port, **(tls if route.context else {}), **eyes
        )
        return
    await loop.create_connection(lambda: line, host, port, **eyes)
    answer = Answer("CONNECT")
    line.ask(route.tunnel, b"", answer, None, None)
    await line.until_begun(answer)
    check_tunnel(answer)
    if line.transport is not None and route.context is not None:
        wrapped = await loop.start_tls(
            line.transport, line, route.context, server_hostname=route.host
        )
        if wrapped is not None:
            line.start_over(wrapped)


def _is_address(host: str) -> bool:
    """Whether a host is written as the one address it has; no name ends with a digit."""
    return ":" in host or host[-1:].isdigit()
