"""What every engine does with many requests at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

import pytest

from hf_integrations.flow import AsyncBody, AsyncEngine, Request, Response
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
from tests.transport.engines.asking import STREAMED, ask
from tests.transport.engines.callers import KINDS, Kind
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import END, OK, PATIENCE, STREAM, Peer, chunk

AT_ONCE = 1000

async_kinds = pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.plain], ids=str)
plain_kinds = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.plain], ids=str)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server in asyncio, which takes more connections than there should be threads."""
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await handler(reader, writer)
        writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.add(asyncio.create_task(talk(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0, backlog=2048)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)  # in which the transports really close


class Gate:
    """A server in asyncio that answers nobody until all have asked."""

    def __init__(self, expected: int, reply: bytes) -> None:
        self.asked = 0
        self.most = 0
        self._expected = expected
        self._reply = reply
        self._all_here = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        while True:
            await reader.readuntil(b'secret prompt"}')
            self.asked += 1
            self.most = max(self.most, self.asked)
            if self.asked == self._expected:
                self._all_here.set()
            await self._all_here.wait()
            self.asked -= 1
            writer.write(self._reply)


async def whole(engine: AsyncEngine, url: str) -> bytes:
    """One exchange."""
    return (await engine.send(ask(url))).body


async def opened(engine: AsyncEngine, url: str) -> AsyncBody:
    """One stream."""
    body = await engine.open(ask(url, timeout=STREAMED))
    assert not isinstance(body, Response)
    return body


async def streamed(engine: AsyncEngine, url: str) -> bytes:
    """One stream, read to its end."""
    body = await opened(engine, url)
    data = b"".join([part async for part in body])
    await body.close()
    return data


@async_kinds
@pytest.mark.parametrize("way", [whole, streamed])
async def test_a_thousand_are_in_flight_at_once(kind: Kind, way: object) -> None:
    """The server answers none before it has all, so none may wait for another."""
    take, reply = (whole, OK) if way is whole else (streamed, STREAM + chunk(b"ok") + END)
    gate = Gate(AT_ONCE, reply)
    async with serving(gate) as url, asyncio.timeout(60):
        engine = make_async_engine(EngineSettings(kind=kind.name))
        bodies = await asyncio.gather(*[take(engine, url) for _ in range(AT_ONCE)])
        await engine.close()

    assert bodies == [b"ok"] * AT_ONCE
    assert gate.most == AT_ONCE


@plain_kinds
def test_threads_share_an_engine(kind: Kind, serve: MakeServer) -> None:
    """A hundred threads, and the server answers none before it has all."""
    barrier = threading.Barrier(100)

    def script(peer: Peer) -> None:
        peer.hear()
        barrier.wait(PATIENCE)
        peer.say(OK)

    server = serve(script)
    engine = make_engine(EngineSettings(kind=kind.name))
    with ThreadPoolExecutor(100) as threads:
        responses = list(threads.map(engine.send, [ask(server.url)] * 100))
    engine.close()

    assert [response.body for response in responses] == [b"ok"] * 100


async def cancelled_while(
    way: str, engine: AsyncEngine, request: Request, at: asyncio.Event
) -> None:
    """Cancel a task that is waiting for the server."""

    async def wait() -> None:
        if way == "send":
            await engine.send(request)
            return
        body = await engine.open(request)
        assert not isinstance(body, Response)
        async for _ in body:
            pass

    task = asyncio.create_task(wait())
    await at.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class Watcher:
    """A server in asyncio that says when it was asked and when its client was gone."""

    def __init__(self, reply: bytes) -> None:
        self.asked = asyncio.Event()
        self.gone = asyncio.Event()
        self._reply = reply

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        await reader.readuntil(b'secret prompt"}')
        writer.write(self._reply)
        self.asked.set()
        with suppress(ConnectionError):
            await reader.read()
        self.gone.set()


@async_kinds
@pytest.mark.parametrize("way", ["send", "open"])
async def test_a_cancelled_request_is_cut(kind: Kind, way: str) -> None:
    """The server learns that nobody waits, and can stop a model that costs money."""
    watcher = Watcher(b"")
    async with serving(watcher) as url:
        engine = make_async_engine(EngineSettings(kind=kind.name))
        await cancelled_while(way, engine, ask(url), watcher.asked)
        async with asyncio.timeout(PATIENCE):
            await watcher.gone.wait()
        await engine.close()


@async_kinds
async def test_a_cancelled_reader_of_a_stream_closes_and_the_engine_works_on(kind: Kind) -> None:
    """As the pipeline does it: the reader is cancelled, the body is closed in `finally`."""
    watcher = Watcher(STREAM)
    async with serving(watcher) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings(kind=kind.name))
        body = await opened(engine, url)

        async def read() -> None:
            try:
                async for _ in body:
                    pass
            finally:
                await body.close()

        task = asyncio.create_task(read())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await watcher.gone.wait()
        again = await opened(engine, url)
        assert again.status == 200
        await again.close()
        await engine.close()


@async_kinds
async def test_an_abandoned_stream_is_cut(kind: Kind) -> None:
    """Where nothing can be awaited, as in a finaliser; a second time is no harm."""
    watcher = Watcher(STREAM)
    async with serving(watcher) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings(kind=kind.name))
        body = await opened(engine, url)
        body.abandon()
        body.abandon()
        await watcher.gone.wait()
        await engine.close()
