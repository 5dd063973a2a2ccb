"""What every asyncio engine leaves behind: nothing, whether it was closed or forgotten."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading

import pytest

from hf_integrations.flow import AsyncEngine, Response
from hf_integrations.transport.engines import EngineSettings, make_async_engine
from hf_integrations.transport.engines.loop_end import LoopEnd
from tests.transport.engines.asking import STREAMED, ask
from tests.transport.engines.callers import KINDS, Kind
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import OK, PATIENCE, STREAM, Gone, Peer

async_kinds = pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.plain], ids=str)


class Watched:
    """A script that answers, and tells when its clients have gone."""

    def __init__(self) -> None:
        self.gone = threading.Event()

    def __call__(self, peer: Peer) -> None:
        """One connection."""
        try:
            while True:
                peer.hear()
                peer.say(OK)
        except Gone:
            self.gone.set()
            raise


@async_kinds
def test_a_forgotten_engine_ends_with_its_loop(kind: Kind, serve: MakeServer) -> None:
    """`asyncio.run` and nothing more: the connections are closed, and no warning is left."""
    script = Watched()
    server = serve(script)
    kept = []

    async def main() -> None:
        engine = make_async_engine(EngineSettings(kind=kind.name))
        kept.append(engine)
        await engine.send(ask(server.url))

    asyncio.run(main())
    for engine in kept:
        engine.abandon()  # what the client does with the engines of loops that are gone
    kept.clear()
    gc.collect()

    assert script.gone.wait(PATIENCE)


@async_kinds
def test_abandoning_from_another_thread_closes_in_the_loop(kind: Kind, serve: MakeServer) -> None:
    """A plain `close` of a client that was used in a loop which still runs elsewhere."""
    script = Watched()
    server = serve(script)

    async def main() -> None:
        engine = make_async_engine(EngineSettings(kind=kind.name))
        await engine.send(ask(server.url))
        await asyncio.to_thread(engine.abandon)
        assert await asyncio.to_thread(script.gone.wait, PATIENCE)

    asyncio.run(main())


@async_kinds
def test_a_stream_may_be_abandoned_after_its_loop(kind: Kind, serve: MakeServer) -> None:
    """A finaliser that comes late does no harm."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        peer.wait_until_gone()

    server = serve(script)

    async def main() -> tuple[AsyncEngine, object]:
        engine = make_async_engine(EngineSettings(kind=kind.name))
        body = await engine.open(ask(server.url, timeout=STREAMED))
        assert not isinstance(body, Response)
        await engine.close()
        return engine, body

    engine, body = asyncio.run(main())
    body.abandon()  # type: ignore[attr-defined]
    engine.abandon()


PROGRAM = """
import asyncio, sys
from hf_integrations.flow import Request, Timeout
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine

kind, url, how = sys.argv[1:]
request = Request("POST", url, Timeout(5, 10), body=b"x")
if how == "plain":
    engine = make_engine(EngineSettings(kind=kind))
    print(engine.send(request).body)
else:
    async def main():
        global engine
        engine = make_async_engine(EngineSettings(kind=kind))
        print((await engine.send(request)).body)
    if how == "run":
        asyncio.run(main())
    else:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
"""


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("how", ["run", "loop"])
def test_a_program_that_closes_nothing_ends_in_silence(
    kind: Kind, how: str, serve: MakeServer
) -> None:
    """Nothing on standard error, and no thread or connection that keeps the program alive."""
    server = serve(Watched())
    done = subprocess.run(  # noqa: S603  (our own words)
        [sys.executable, "-c", PROGRAM, kind.name, server.url, "plain" if kind.plain else how],
        capture_output=True,
        timeout=30,
        check=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("b'ok'\n", "")


async def test_what_is_watched_is_closed_once() -> None:
    """Asked twice, and then the loop ends, too."""
    closed = []

    async def close() -> None:
        closed.append(1)

    end = LoopEnd(close)
    await end.watch()
    await end.watch()
    await end.now()
    await end.now()

    assert closed == [1]


def test_what_is_watched_is_closed_with_the_loop() -> None:
    """Nobody asks; and asking afterwards does nothing."""
    closed = []

    async def close() -> None:
        closed.append(1)

    async def main() -> LoopEnd:
        end = LoopEnd(close)
        await end.watch()
        return end

    end = asyncio.run(main())
    end.later()

    assert closed == [1]
