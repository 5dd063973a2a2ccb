"""A flow asks, a driver answers: the logic is written once, for both colours.

A flow is a generator that yields one of five asks and is sent the answer. It never does anything
itself: no socket, no clock, no thread. `drive` answers it in plain Python, `adrive` in asyncio; a
test answers it by hand. Only `HfError` is thrown into a flow: a bug flies straight to the caller.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from contextvars import copy_context
from typing import Any, Protocol, TypeAlias, TypeVar, assert_never

from msgspec import Struct

from hf_integrations.errors import HfError
from hf_integrations.turns import Ticket, await_for, wait_for

T = TypeVar("T")


class Timeout(Struct, frozen=True):
    """How long to wait, in seconds.

    Attributes:
        connect: for a connection, name look-up and TLS included.
        total: for a whole exchange, from connecting to the last byte; None for a stream.
        silence: between two reads of a stream; None for a whole exchange.
    """

    connect: float
    total: float | None = None
    silence: float | None = None


class About(Struct, frozen=True):
    """What a request is for, so that its errors can say so. Never holds a token or a prompt."""

    task: str = ""
    provider: str = ""
    model: str = ""
    token_hint: str = ""
    account: str = ""  # tells those apart who ask and pay; nothing leads back to a token


class Request(Struct, frozen=True):
    """One HTTP request, complete: engines add nothing but the host and the length."""

    method: str
    url: str
    timeout: Timeout
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    about: About = About()
    repeat_after_timeout: bool = True
    most: int | None = None  # bytes of its answer, unpacked; of a stream, of each event

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]}, {len(self.body)} bytes)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What `rich`, and the tracebacks it draws, may show: no header and no body."""
        return [("method", self.method), ("url", self.url.partition("?")[0])]


class Response(Struct, frozen=True):
    """One HTTP response, whole. Header names are in lower case."""

    status: int
    headers: dict[str, str] = {}
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What `rich`, and the tracebacks it draws, may show: no body."""
        return [("status", self.status), ("bytes", len(self.body))]


class OpenResponse(Protocol):
    """A response whose body is still arriving; iterate it in its own colour, then close it."""

    status: int
    headers: dict[str, str]


class SyncBody(OpenResponse, Protocol):
    """The plain colour of an open response."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""


class AsyncBody(OpenResponse, Protocol):
    """The asyncio colour of an open response."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""

    def abandon(self) -> None:
        """Cut the connection from where nothing can be awaited; a second call does nothing."""


class Send(Struct, frozen=True):
    """Ask for one whole exchange; answered with a `Response`."""

    request: Request


class Open(Struct, frozen=True):
    """Ask for a response to stream; answered with an open body, or a whole `Response`."""

    request: Request


class Sleep(Struct, frozen=True):
    """Ask to wait."""

    seconds: float


class All(Struct, frozen=True):
    """Ask to run flows side by side, `limit` at a time; answered with their results in order.

    The first `HfError` stops the rest and is thrown.
    """

    flows: Sequence[Flow[Any]]
    limit: int


class Wait(Struct, frozen=True):
    """Ask to wait for a turn, so many seconds at most; when it comes depends on others."""

    ticket: Ticket
    seconds: float | None = None


Ask: TypeAlias = Send | Open | Sleep | All | Wait
Flow: TypeAlias = Generator[Ask, Any, T]


def send(request: Request) -> Flow[Response]:
    """Ask for one whole exchange."""
    response: Response = yield Send(request)
    return response


def open_stream(request: Request) -> Flow[OpenResponse | Response]:
    """Ask for a response to stream; a refusal comes whole."""
    response: OpenResponse | Response = yield Open(request)
    return response


def sleep(seconds: float) -> Flow[None]:
    """Ask to wait."""
    yield Sleep(seconds)


def side_by_side(flows: Sequence[Flow[T]], *, limit: int) -> Flow[list[T]]:
    """Ask to run flows side by side; one flow or none needs no company."""
    if not flows:
        return []
    if len(flows) == 1:
        return [(yield from flows[0])]
    results: list[T] = yield All(flows, limit)
    return results


class Engine(Protocol):
    """What really sends bytes, plain. Library errors leave it as `HfError`s."""

    def send(self, request: Request) -> Response:
        """One whole exchange."""

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""

    def close(self) -> None:
        """Close every connection; a second call does nothing."""


class AsyncEngine(Protocol):
    """What really sends bytes, in asyncio; it belongs to one event loop."""

    async def send(self, request: Request) -> Response:
        """One whole exchange."""

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""

    async def close(self) -> None:
        """Close every connection; a second call does nothing."""

    def abandon(self) -> None:
        """Let every connection go from outside the loop, which may be closed already."""


def drive(flow: Flow[T], engine: Engine, *, pause: Callable[[float], None] = time.sleep) -> T:
    """Answer every ask of `flow`, and return what it returns; `pause` answers `Sleep`."""
    try:
        ask = next(flow)
        while True:
            try:
                answer = _answer(ask, engine, pause)
            except HfError as error:
                ask = flow.throw(error)
            except StopIteration as bug:  # else it would pass for the end of the flow
                raise RuntimeError("StopIteration was raised while an ask was answered") from bug
            else:
                ask = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        flow.close()


async def adrive(flow: Flow[T], engine: AsyncEngine) -> T:
    """Answer every ask of `flow` in asyncio, and return what it returns."""
    try:
        ask = next(flow)
        while True:
            try:
                answer = await _aanswer(ask, engine)
            except HfError as error:
                ask = flow.throw(error)
            else:
                ask = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        flow.close()


def _answer(ask: Ask, engine: Engine, pause: Callable[[float], None]) -> Any:
    match ask:
        case Send(request):
            return engine.send(request)
        case Open(request):
            return engine.open(request)
        case Sleep(seconds):
            return pause(seconds)
        case All(flows, limit):
            return _all(flows, limit, engine)
        case Wait(ticket, seconds):
            return wait_for(ticket, seconds)
        case _:
            assert_never(ask)


def _aanswer(ask: Ask, engine: AsyncEngine) -> Coroutine[Any, Any, Any]:
    match ask:
        case Send(request):
            return engine.send(request)
        case Open(request):
            return engine.open(request)
        case Sleep(seconds):
            return _asleep(seconds)
        case All(flows, limit):
            return _aall(flows, limit, engine)
        case Wait(ticket, seconds):
            return await_for(ticket, seconds)
        case _:
            assert_never(ask)


async def _asleep(seconds: float) -> None:
    import asyncio  # here, so that a program in plain Python never pays for loading it

    await asyncio.sleep(seconds)


class _StoppedError(Exception):
    """Another flow of the same company failed; told to the flows, and to nobody else."""


def _all(flows: Sequence[Flow[Any]], limit: int, engine: Engine) -> list[Any]:
    """Drive flows on a few threads.

    After a failure no other flow begins, those that wait stop waiting, and those in the middle of
    an exchange end with it. An interrupted caller does not wait for these.
    """
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
    from threading import Event

    stop = Event()
    failures: list[BaseException] = []

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise _StoppedError

    def one(flow: Flow[Any]) -> Any:
        try:
            pause(0)
            return drive(flow, engine, pause=pause)
        except BaseException as error:
            failures.append(error)
            stop.set()  # before this thread takes up the next one
            raise

    threads = ThreadPoolExecutor(min(limit, len(flows)), "hf-flow")
    finished = False
    try:
        running = [threads.submit(copy_context().run, one, flow) for flow in flows]
        wait(running, return_when=FIRST_EXCEPTION)
        finished = True
    finally:
        stop.set()
        threads.shutdown(wait=finished, cancel_futures=True)
    try:
        if failures:
            raise failures[0]
        return [future.result() for future in running]
    finally:
        failures.clear()  # an error that holds this frame, which holds the error, would stay long
        running.clear()


async def _aall(flows: Sequence[Flow[Any]], limit: int, engine: AsyncEngine) -> list[Any]:
    """Drive flows as tasks; the first failure cancels the others."""
    import asyncio

    gate = asyncio.Semaphore(limit)

    def stop() -> None:
        for task in tasks:
            if task is not asyncio.current_task():
                task.cancel()

    async def one(flow: Flow[Any]) -> Any:
        async with gate:
            try:
                return await adrive(flow, engine)
            except BaseException:
                stop()  # before the gate lets the next one in
                raise

    tasks = [asyncio.ensure_future(one(flow)) for flow in flows]
    try:
        return await asyncio.gather(*tasks)
    finally:
        stop()
        await asyncio.gather(*tasks, return_exceptions=True)
