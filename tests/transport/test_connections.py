"""Engines are shared, made late, and closed when the last holder lets go."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import AsyncEngine, Engine, Request, Timeout
from hf_integrations.transport.connections import Connections
from hf_integrations.transport.engines import EngineSettings

SETTINGS = EngineSettings()


@pytest.fixture
def connections() -> Connections:
    """Connections that were never used."""
    return Connections(SETTINGS)


def health(emulator: Emulator) -> Request:
    """A request that needs no token."""
    return Request("GET", f"{emulator.url}/health", Timeout(5.0, total=5.0))


def works(engine: Engine, emulator: Emulator) -> bool:
    """Whether an engine answers; a closed one raises."""
    try:
        return engine.send(health(emulator)).status == 200
    except ConfigurationError as error:
        assert "closed" in error.message  # noqa: PT017
        return False


async def aworks(engine: AsyncEngine, emulator: Emulator) -> bool:
    """The same in asyncio."""
    try:
        return (await engine.send(health(emulator))).status == 200
    except ConfigurationError as error:
        assert "closed" in error.message  # noqa: PT017
        return False


def test_all_holders_share_one_engine(connections: Connections, emulator: Emulator) -> None:
    """Made once, whoever asks first."""
    other = connections.hold()
    engine = other.engine()

    assert connections.engine() is engine
    assert other.hold().engine() is engine
    assert works(engine, emulator)
    connections.release()
    other.release()


def test_the_last_holder_closes(connections: Connections, emulator: Emulator) -> None:
    """Not one before; and letting go twice does not count twice."""
    other = connections.hold()
    engine = connections.engine()
    connections.release()
    connections.release()
    assert works(engine, emulator)

    other.release()
    assert not works(engine, emulator)


def test_who_has_let_go_gets_nothing_more(connections: Connections) -> None:
    """Though others still hold, as its owner has closed it."""
    other = connections.hold()
    connections.release()

    for ask in (connections.engine, connections.async_engine, connections.hold):
        with pytest.raises(ConfigurationError, match="This client is closed"):
            ask()
    assert other.engine() is other.engine()
    other.release()


def test_a_holder_that_is_gone_does_not_count(connections: Connections, emulator: Emulator) -> None:
    """A view that was dropped and not closed keeps nothing open."""
    connections.hold()
    gc.collect()
    engine = connections.engine()

    connections.release()
    assert not works(engine, emulator)


def test_closing_what_was_never_used_makes_nothing(connections: Connections) -> None:
    """In both colours."""
    connections.release()
    asyncio.run(Connections(SETTINGS).arelease())


def test_threads_that_begin_together_get_one_engine(connections: Connections) -> None:
    """Not one each."""
    start = threading.Barrier(8)
    found: list[Engine] = []

    def ask() -> None:
        start.wait(10)
        found.append(connections.engine())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    connections.release()


def test_every_loop_has_its_engine_and_loops_that_are_gone_have_none(
    connections: Connections, emulator: Emulator
) -> None:
    """One after another; a loop that is closed takes its engine with it."""

    async def use() -> AsyncEngine:
        engine = connections.async_engine()
        assert connections.hold().async_engine() is engine
        assert await aworks(engine, emulator)
        return engine

    engines = [asyncio.run(use()) for _ in range(3)]

    assert len({id(engine) for engine in engines}) == 3
    connections.release()


def test_loops_side_by_side_do_not_share(connections: Connections, emulator: Emulator) -> None:
    """Each thread with a loop of its own."""
    found: list[AsyncEngine] = []

    async def use() -> None:
        engine = connections.async_engine()
        assert await aworks(engine, emulator)
        found.append(engine)

    threads = [threading.Thread(target=asyncio.run, args=(use(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(map(id, found))) == 4
    connections.release()


async def test_letting_go_in_a_loop_waits_for_its_connections(
    connections: Connections, emulator: Emulator
) -> None:
    """They are closed when it returns."""
    engine = connections.async_engine()
    assert await aworks(engine, emulator)

    await connections.arelease()
    await connections.arelease()
    assert not await aworks(engine, emulator)


async def test_letting_go_in_a_loop_that_used_nothing_closes_the_plain_engine(
    connections: Connections, emulator: Emulator
) -> None:
    """One holder may have used both colours."""
    engine = connections.engine()
    await connections.arelease()

    assert not await asyncio.to_thread(works, engine, emulator)


async def test_letting_go_without_a_loop_abandons_what_loops_have(
    connections: Connections, emulator: Emulator
) -> None:
    """The engine closes in its loop, as soon as that runs."""
    engine = connections.async_engine()
    assert await aworks(engine, emulator)

    connections.release()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not await aworks(engine, emulator)


async def test_an_engine_is_not_made_after_the_end(connections: Connections) -> None:
    """Even for a holder that had looked just before it."""
    engines: Any = connections._engines
    connections.release()

    for ask in (engines.plain, engines.of_running_loop):
        with pytest.raises(ConfigurationError, match="closed"):
            ask()


def test_a_client_of_the_callers_own_is_used(emulator: Emulator) -> None:
    """And not closed."""
    with httpx.Client() as own:
        connections = Connections(SETTINGS, own)
        assert connections.http_client is own
        assert works(connections.engine(), emulator)
        connections.release()
        assert not own.is_closed


FORK = """
import os, sys
from hf_integrations import HfError, HfInferenceClient, HfInferenceConfig

url, engine = sys.argv[1:]
client = HfInferenceClient(base_url=url, token="hf_test", http_engine=engine, server="openai")
assert client.chat.complete("hi", model="org/name").text
if os.fork() == 0:
    try:
        said = client.chat.complete("hi", model="org/name").text
        fresh = HfInferenceClient(base_url=url, token="hf_test", http_engine=engine)
        said += fresh.chat.complete("hi", model="org/name").text
    except HfError as error:
        said = str(error)
    print("child:", said)
    sys.exit()
_, status = os.wait()
print("parent:", client.chat.complete("hi", model="org/name").text)
sys.exit(status)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
@pytest.mark.parametrize("engine", ["auto", "httpx", "pyreqwest"])
def test_a_client_works_in_a_forked_process(emulator: Emulator, engine: str) -> None:
    """With connections of its own; an engine that cannot says so instead of hanging."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", FORK, emulator.url, engine],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    child, parent = sorted(done.stdout.splitlines())

    if engine == "pyreqwest":
        assert "does not work in a process that was forked" in child
    else:
        assert child == "child: " + "Hello! How can I help you?" * 2
    assert parent == "parent: Hello! How can I help you?"


ASYNC_FORK = """
import asyncio, os, sys
from hf_integrations import AsyncHfInferenceClient

async def main():
    print((await client.chat.complete("hi", model="org/name")).text, flush=True)

client = AsyncHfInferenceClient(base_url=sys.argv[1], token="hf_test")
asyncio.run(main())
if os.fork() == 0:
    asyncio.run(main())
    sys.exit()
os.wait()
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_an_asyncio_client_works_in_a_forked_process(emulator: Emulator) -> None:
    """In a loop of its own."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", ASYNC_FORK, emulator.url],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert done.stdout.splitlines() == ["Hello! How can I help you?"] * 3
    assert done.stderr == ""
