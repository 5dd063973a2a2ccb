"""An engine that runs errands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError, NetworkError, ValidationError
from hf_integrations.flow import (
    Open,
    Request,
    Response,
    Timeout,
    adrive,
    drive,
    send,
    side_by_side,
)
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
from hf_integrations.transport.engines.errands import (
    GUARDED,
    AsyncErrandEngine,
    ErrandEngine,
    Fetch,
    aside,
)
from tests.transport.engines.scripted import Peer, answer
from tests.transport.media.conftest import SETTINGS, Run, Serve


def hello(peer: Peer) -> None:
    """Answer one request."""
    peer.hear()
    peer.say(answer(b"hello"))


def test_work_is_done_and_answered(run: Run) -> None:
    """With whatever it returns."""
    assert run(aside(lambda: {"a": 1})) == {"a": 1}


def test_errors_of_work_arrive_in_the_flow(run: Run) -> None:
    """So that it can name the argument."""

    def fail() -> None:
        raise ValidationError("no")

    with pytest.raises(ValidationError, match="no"):
        run(aside(fail))


def test_a_bug_in_work_flies_straight_to_the_caller(run: Run) -> None:
    """It is not made an error of ours."""
    with pytest.raises(ZeroDivisionError):
        run(aside(lambda: 1 // 0))


def test_work_is_done_beside_the_loop() -> None:
    """In plain Python in the caller's thread; in asyncio in another, so that the loop goes on."""
    plain = ErrandEngine(make_engine(SETTINGS), SETTINGS)
    assert drive(aside(threading.get_ident), plain) == threading.get_ident()
    plain.close()
    ready = threading.Event()

    async def main() -> int:
        engine = AsyncErrandEngine(make_async_engine(SETTINGS), SETTINGS)
        work = asyncio.ensure_future(adrive(aside(wait), engine))
        while not work.done():  # the loop is free: it is what lets the work go on
            ready.set()
            await asyncio.sleep(0)
        await engine.close()
        return work.result()

    def wait() -> int:
        assert ready.wait(10)
        return threading.get_ident()

    assert asyncio.run(main()) != threading.get_ident()


def test_work_goes_side_by_side(run: Run) -> None:
    """As other asks do."""
    flows = [aside(make(n)) for n in range(5)]

    assert run(side_by_side(flows, limit=2)) == list(range(5))


def make(number: int) -> Callable[[], int]:
    """Work that gives a number."""
    return lambda: number


def test_everything_else_goes_through(run: Run, serve: Serve) -> None:
    """Whole exchanges and streams are the other engine's."""
    request = Request("GET", serve(hello).url, Timeout(5.0, total=5.0))

    def flow() -> Any:
        body = yield Open(request)
        return body.status

    assert run(send(request)).body == b"hello"
    assert run(flow()) == 200


@pytest.mark.parametrize("kind", ["auto", "httpx"])
def test_an_engine_without_errands_refuses_them(kind: Any, serve: Serve) -> None:
    """A stranger's address is never asked by an engine that does not guard."""
    server = serve(hello)
    engine = make_engine(EngineSettings(kind=kind))
    try:
        with pytest.raises(ConfigurationError):
            engine.send(_fetch(server.url))
        with pytest.raises(ConfigurationError):
            drive(aside(lambda: 1), engine)
        with pytest.raises(ConfigurationError):
            ErrandEngine(engine, SETTINGS).open(_fetch(server.url))
    finally:
        engine.close()
    assert server.connections == 0


@pytest.mark.parametrize("kind", ["auto", "httpx"])
async def test_nor_does_one_in_asyncio(kind: Any, serve: Serve) -> None:
    """The same in the other colour."""
    server = serve(hello)
    engine = make_async_engine(EngineSettings(kind=kind))
    try:
        with pytest.raises((ConfigurationError, NetworkError)):
            await engine.send(_fetch(server.url))
        with pytest.raises((ConfigurationError, NetworkError)):
            await adrive(aside(lambda: 1), engine)
        with pytest.raises((ConfigurationError, NetworkError)):
            await AsyncErrandEngine(engine, SETTINGS).open(_fetch(server.url))
    finally:
        await engine.close()
    assert server.connections == 0


def _fetch(url: str) -> Fetch:
    return Fetch("GET", GUARDED + url, Timeout(5.0, total=5.0), max_bytes=100, allow_private=True)


async def test_the_end_of_the_engine_is_the_others() -> None:
    """Closing and abandoning go through."""
    ended: list[str] = []

    class Ending:
        async def send(self, request: Request) -> Response:
            return Response(200)

        async def open(self, request: Request) -> Response:
            return Response(200)

        async def close(self) -> None:
            ended.append("closed")

        def abandon(self) -> None:
            ended.append("abandoned")

    engine = AsyncErrandEngine(Ending(), SETTINGS)
    await engine.close()
    engine.abandon()

    assert ended == ["closed", "abandoned"]
