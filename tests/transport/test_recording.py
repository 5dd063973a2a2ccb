"""What went through an engine is remembered, failures and repetitions too."""

from __future__ import annotations

import pytest

from hf_integrations.errors import NetworkError
from hf_integrations.flow import AsyncEngine, Engine, Response
from hf_integrations.models.exchanges import Exchange
from hf_integrations.transport.recording import AsyncRecorder, Recorder
from tests.playing import request
from tests.transport.bodies import (
    AsyncScriptedBody,
    AsyncScriptedEngine,
    ScriptedBody,
    ScriptedEngine,
)


def test_a_plain_engine_is_recorded() -> None:
    """One exchange for a request, however often it is sent."""
    first, second = request(b"1"), request(b"1")
    body = ScriptedBody([b"x"])
    engine: Engine = ScriptedEngine(
        [Response(503), NetworkError("no"), Response(200, {"a": "b"}, b"c"), body]
    )
    exchanges: list[Exchange] = []
    recorder = Recorder(engine, exchanges)

    assert recorder.open(first).status == 503
    with pytest.raises(NetworkError):
        recorder.open(first)
    assert (exchanges[0].status, exchanges[0].retries) == (None, 1)
    assert isinstance(recorder.open(first), Response)
    assert (exchanges[0].headers, exchanges[0].body, exchanges[0].retries) == ({"a": "b"}, b"c", 2)
    assert recorder.open(second) is body
    assert [one.request is two for one, two in zip(exchanges, (first, second), strict=True)] == [
        True
    ] * 2
    recorder.close()


async def test_an_asyncio_engine_is_recorded() -> None:
    """In the same way."""
    first = request(b"1")
    body = AsyncScriptedBody([b"x"])
    engine: AsyncEngine = AsyncScriptedEngine(
        [NetworkError("no"), Response(200, {"a": "b"}, b"c"), body]
    )
    exchanges: list[Exchange] = []
    recorder = AsyncRecorder(engine, exchanges)

    with pytest.raises(NetworkError):
        await recorder.open(first)
    assert isinstance(await recorder.open(first), Response)
    assert (exchanges[0].status, exchanges[0].retries, exchanges[0].body) == (200, 1, b"c")
    assert await recorder.open(request()) is body
    recorder.abandon()
    await recorder.close()
