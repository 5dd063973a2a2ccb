"""The connections of one event loop, seen from inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf
from typing import Any

import pytest

from hf_integrations.errors import InferenceTimeoutError, NetworkError
from hf_integrations.flow import Response, Timeout
from hf_integrations.transport.engines import EngineSettings, make_async_engine
from hf_integrations.transport.engines.answers import Answer
from hf_integrations.transport.engines.async_lines import MOST_HELD, Line, Lines
from tests.transport.engines.asking import STREAMED, ask
from tests.transport.engines.scripted import END, OK, PATIENCE, STREAM, chunk
from tests.transport.engines.test_concurrency import serving


class Wire(asyncio.Transport):
    """A transport that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.reading, self.cut = True, False

    def write(self, data: object) -> None:
        """Into nothing."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits."""
        return 0

    def pause_reading(self) -> None:
        """The server is made to wait."""
        self.reading = False

    def resume_reading(self) -> None:
        """The server may go on."""
        self.reading = True

    def is_closing(self) -> bool:
        """Whether it was cut."""
        return self.cut

    def abort(self) -> None:
        """Cut it."""
        self.cut = True


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    """Connections of the running loop."""
    lines = Lines(size=2, seconds=60, wave=15)
    yield lines
    await lines.close()


def asked(lines: Lines) -> tuple[Line, Wire, Answer]:
    """A connection on which a stream was asked for."""
    line, wire, answer = Line(lines, "here"), Wire(), Answer("POST")
    line.connection_made(wire)
    line.ask(b"", b"", answer, None, 60)
    return line, wire, answer


async def test_a_stream_that_nobody_reads_makes_the_server_wait(lines: Lines) -> None:
    """What is held has a bound; taking it lets the server go on."""
    line, wire, answer = asked(lines)
    line.data_received(STREAM)
    await line.until_begun(answer)
    part = chunk(b"x" * 65536)
    for _ in range(MOST_HELD // 65536):
        line.data_received(part)
    assert wire.reading
    line.data_received(part)
    assert not wire.reading
    assert answer.pauses == 1

    assert len(await line.more(answer)) == MOST_HELD + 65536
    assert wire.reading
    line.data_received(END)
    assert await line.more(answer) == b""
    line.release()
    line.connection_lost(None)


async def test_a_server_that_is_made_to_wait_is_not_silent(lines: Lines) -> None:
    """While nobody reads, nothing is overdue; once somebody does, silence counts again."""
    line, wire, answer = asked(lines)
    line.data_received(STREAM)
    await line.until_begun(answer)
    line.data_received(chunk(b"x" * 2 * MOST_HELD))
    assert not wire.reading
    assert line.due == inf

    await line.more(answer)
    assert lines.loop.time() < line.due <= lines.loop.time() + 60
    line.cut()
    line.connection_lost(None)


async def test_what_a_reader_left_is_no_part_of_the_next_answer(lines: Lines) -> None:
    """A stream that came whole and was left early gives back a connection with nothing on it."""
    line, wire, answer = asked(lines)
    line.data_received(STREAM)
    await line.until_begun(answer)
    line.data_received(chunk(b"x" * 2 * MOST_HELD) + END)
    assert not wire.reading
    line.release()

    assert lines.take("here") is line
    assert wire.reading
    answer = Answer("POST")
    line.ask(b"", b"", answer, 60, None)
    line.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nclean")
    assert await line.until_whole(answer) == b"clean"
    line.release()
    line.connection_lost(None)


async def test_what_nobody_asked_for_ends_a_connection(lines: Lines) -> None:
    """A server that talks out of turn is not believed the next time."""
    line, wire, answer = asked(lines)
    line.data_received(OK)
    await line.until_begun(answer)
    await line.more(answer)
    line.release()
    assert not wire.cut
    line.data_received(OK)

    assert wire.cut
    line.connection_lost(None)
    assert lines.take("here") is None


async def test_connections_beyond_the_number_that_is_kept_wait_a_moment(lines: Lines) -> None:
    """For the next wave of calls; `pool_size_per_host` counts those that are kept for long."""
    asked_for = [asked(lines) for _ in range(3)]
    for line, _, answer in asked_for:
        line.data_received(OK)
        assert await line.until_whole(answer) == b"ok"
        line.release()
    first, second, surplus = (line for line, _, _ in asked_for)
    assert surplus.due < lines.loop.time() + 15 + 1 < first.due <= second.due
    assert lines.take("here") is surplus  # the next takes it first

    for line, _, _ in asked_for:
        line.connection_lost(None)


async def test_no_connection_waits_for_a_wave_that_shall_not_be_waited_for() -> None:
    """`pool_wave_timeout=0`: those beyond the number that is kept are closed at once."""
    lines = Lines(size=1, seconds=60, wave=0)
    asked_for = [asked(lines) for _ in range(2)]
    for line, _, answer in asked_for:
        line.data_received(OK)
        assert await line.until_whole(answer) == b"ok"
        line.release()
    (kept, kept_wire, _), (surplus, surplus_wire, _) = asked_for
    assert (kept_wire.cut, surplus_wire.cut) == (False, True)
    assert lines.take("here") is kept
    for line in (kept, surplus):
        line.connection_lost(None)


async def test_no_connection_is_kept_where_none_shall_be() -> None:
    """`pool_size_per_host=0`."""
    lines = Lines(size=0, seconds=60, wave=15)
    line, wire, answer = asked(lines)
    line.data_received(OK)
    await line.until_whole(answer)
    line.release()

    assert wire.cut
    line.connection_lost(None)
    await lines.close()


async def test_an_unused_connection_is_closed_in_its_time() -> None:
    """Without another request: the server's side is freed, too."""
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'secret prompt"}')
        writer.write(OK)
        await reader.read()
        gone.set()

    async with serving(talk) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings(pool_idle_timeout=0.05))
        await engine.send(ask(url))
        await gone.wait()
        await engine.close()


async def test_the_alarm_rings_for_the_first_that_is_due() -> None:
    """A call with little time, begun after one with much; and the other lives on."""
    heard = asyncio.Semaphore(0)
    late = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'secret prompt"}')
        heard.release()
        await late.wait()
        writer.write(OK)

    async with serving(talk) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings())
        patient = asyncio.create_task(engine.send(ask(url)))
        await heard.acquire()
        with pytest.raises(InferenceTimeoutError, match=r"within 0\.05 s"):
            await engine.send(ask(url, timeout=Timeout(connect=5, total=0.05)))
        late.set()
        assert (await patient).body == b"ok"
        await engine.close()


@pytest.mark.parametrize("way", ["send", "open"])
async def test_closing_tells_those_who_wait(way: str) -> None:
    """Whoever still waits for an answer learns that none will come."""
    heard = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'secret prompt"}')
        heard.set()
        await reader.read()

    async with serving(talk) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings())
        waiting: asyncio.Task[Any] = asyncio.create_task(getattr(engine, way)(ask(url)))
        await heard.wait()
        await engine.close()
        with pytest.raises(NetworkError, match="the client was closed"):
            await waiting


async def test_a_stream_closed_by_another_task_ends_for_its_reader() -> None:
    """The reader is woken, not left to wait."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'secret prompt"}')
        writer.write(STREAM)
        await reader.read()

    async with serving(talk) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings())
        body = await engine.open(ask(url, timeout=STREAMED))
        assert not isinstance(body, Response)
        reading: asyncio.Task[Any] = asyncio.ensure_future(anext(aiter(body)))
        await asyncio.sleep(0)
        await body.close()
        with pytest.raises(NetworkError):
            await reading
        with pytest.raises(StopAsyncIteration):
            await anext(aiter(body))
        await engine.close()


async def test_an_engine_that_is_dropped_closes_its_connections() -> None:
    """Nobody called close, and the loop goes on."""
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'secret prompt"}')
        writer.write(OK)
        await reader.read()
        gone.set()

    async with serving(talk) as url, asyncio.timeout(PATIENCE):
        engine = make_async_engine(EngineSettings())
        await engine.send(ask(url))
        del engine
        await gone.wait()
