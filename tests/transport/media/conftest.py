"""Both colours of an engine with errands, and servers that say what a test tells them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

import pytest
import trustme

from hf_integrations.flow import Flow, adrive, drive
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
from hf_integrations.transport.engines.errands import AsyncErrandEngine, ErrandEngine
from tests.transport.engines.scripted import Script, Server

T = TypeVar("T")
Run = Callable[[Flow[Any]], Any]
Serve = Callable[..., Server]

SETTINGS = EngineSettings(kind="httpx")


def plain(flow: Flow[T]) -> T:
    """Run a flow in plain Python."""
    engine = ErrandEngine(make_engine(SETTINGS), SETTINGS)
    try:
        return drive(flow, engine)
    finally:
        engine.close()


def looped(flow: Flow[T]) -> T:
    """Run a flow in a loop of its own."""

    async def main() -> T:
        engine = AsyncErrandEngine(make_async_engine(SETTINGS), SETTINGS)
        try:
            return await adrive(flow, engine)
        finally:
            await engine.close()

    return asyncio.run(main())


@pytest.fixture(params=[plain, looped], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a flow, once in each colour."""
    colour: Run = request.param
    return colour


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with a script."""
    with ExitStack() as stack:

        def start(script: Script, **options: Any) -> Server:
            server = Server(script, **options)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that no system trusts."""
    return trustme.CA()
