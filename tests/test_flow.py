"""The drivers: they answer every ask, hide nothing, and leave nothing running."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from hf_integrations.errors import HfError, NetworkError, ValidationError
from hf_integrations.flow import (
    Flow,
    Request,
    Response,
    Send,
    Timeout,
    adrive,
    drive,
    open_stream,
    send,
    side_by_side,
    sleep,
)
from tests.interrupting import unmeasured
from tests.playing import REQUEST, play

Answering = Callable[[Request], Response]


class Body:
    """An open response of both colours."""

    status = 200
    headers: dict[str, str] = {}  # noqa: RUF012

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""

    def close(self) -> Any:
        """Nothing to close."""

    def abandon(self) -> None:
        """Nothing to let go."""


BODY = Body()


class Plain:
    """An engine that answers from a function."""

    def __init__(self, answer: Answering) -> None:
        self.send = answer

    def open(self, request: Request) -> Body:
        """Always the same body."""
        return BODY

    def close(self) -> None:
        """Nothing to close."""


class Looped(Plain):
    """The same in asyncio; gives way to others before it answers."""

    def __init__(self, answer: Answering) -> None:
        async def send(request: Request) -> Response:
            await asyncio.sleep(0)
            return answer(request)

        self.send = send  # type: ignore[assignment]

    async def open(self, request: Request) -> Body:  # type: ignore[override]
        """Always the same body."""
        return BODY

    async def close(self) -> None:  # type: ignore[override]
        """Nothing to close."""

    def abandon(self) -> None:
        """Nothing to let go."""


Drive = Callable[[Flow[Any], Answering], Any]


def driven(flow: Flow[Any], answer: Answering) -> Any:
    """By the plain driver."""
    return drive(flow, Plain(answer))


def adriven(flow: Flow[Any], answer: Answering) -> Any:
    """By the asyncio driver."""
    return asyncio.run(adrive(flow, Looped(answer)))  # type: ignore[arg-type]


both = pytest.mark.parametrize("run", [driven, adriven])


def numbered(number: int) -> Request:
    """A request that can be told from others."""
    return Request("GET", str(number), Timeout(1.0))


def asking(number: int) -> Flow[int]:
    """Send one request; the status that comes."""
    response = yield from send(numbered(number))
    return response.status


def echo(request: Request) -> Response:
    """Answer with the number that was sent."""
    return Response(int(request.url))


@both
def test_every_ask_is_answered_and_the_result_returned(run: Drive) -> None:
    """Send, Open, Sleep and All, one after another."""

    def flow() -> Flow[list[Any]]:
        first = yield from send(numbered(1))
        body = yield from open_stream(numbered(2))
        yield from sleep(0.0)
        rest = yield from side_by_side([asking(3), asking(4)], limit=2)
        return [first.status, body, *rest]

    assert run(flow(), echo) == [1, BODY, 3, 4]


@both
def test_a_flow_that_asks_nothing_just_returns(run: Drive) -> None:
    """No ask, no engine."""
    assert run(side_by_side([], limit=1), echo) == []


@both
def test_our_errors_are_thrown_into_the_flow(run: Drive) -> None:
    """A flow may catch what an exchange raises, and go on."""

    def fail_once(request: Request) -> Response:
        if request.url == "1":
            raise NetworkError("gone")
        return echo(request)

    def flow() -> Flow[tuple[str, int]]:
        try:
            yield from asking(1)
        except HfError as error:
            caught = error.message
        return caught, (yield from asking(2))

    assert run(flow(), fail_once) == ("gone", 2)


@both
@pytest.mark.parametrize("bug", [ZeroDivisionError, KeyboardInterrupt, StopIteration])
def test_a_bug_flies_straight_through(run: Drive, bug: type[BaseException]) -> None:
    """What is not ours is not for flows; it reaches the caller, and the flow is closed."""
    ended: list[str] = []

    def broken(request: Request) -> Response:
        raise bug

    def flow() -> Flow[None]:
        try:
            yield from asking(1)
        except Exception:  # noqa: BLE001
            ended.append("caught")
        finally:
            ended.append("closed")

    with pytest.raises(RuntimeError if bug is StopIteration else bug):
        run(flow(), broken)
    assert ended == ["closed"]


@both
def test_a_bug_of_the_flow_itself_is_not_swallowed(run: Drive) -> None:
    """An error between two asks leaves as it is."""

    def flow() -> Flow[float]:
        number = yield from asking(0)
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        run(flow(), echo)


@both
def test_what_is_no_ask_is_refused(run: Drive) -> None:
    """A flow that yields something else is a bug, not an ask that does nothing."""

    def flow() -> Any:
        yield "a word"

    with pytest.raises(AssertionError):
        run(flow(), echo)


@both
def test_results_stand_in_the_order_of_the_flows(run: Drive) -> None:
    """However they finish."""

    def flow(number: int) -> Flow[int]:
        yield from sleep(0.02 if number % 2 else 0.0)
        return (yield from asking(number))

    flows = [flow(number) for number in range(12)]

    assert run(side_by_side(flows, limit=4), echo) == list(range(12))


@both
@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_than_the_limit_run_at_a_time(run: Drive, limit: int) -> None:
    """The limit is kept, and used."""
    lock, running, most = threading.Lock(), 0, 0

    def flow(number: int) -> Flow[int]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        yield from sleep(0.02)
        with lock:
            running -= 1
        return number

    run(side_by_side([flow(number) for number in range(9)], limit=limit), echo)

    assert most == limit


@both
def test_after_a_failure_nothing_else_begins_and_nobody_waits_on(run: Drive) -> None:
    """The first failure is raised at once; a flow that waits for long does not hold it back."""
    begun: list[int] = []

    def flow(number: int) -> Flow[None]:
        begun.append(number)
        if number == 0:
            yield from sleep(300)
        raise ValidationError(f"{number} failed")

    with pytest.raises(ValidationError, match="1 failed"):
        run(side_by_side([flow(number) for number in range(50)], limit=2), echo)
    assert set(begun) <= {0, 1, 2}


@both
def test_a_bug_side_by_side_flies_through_too(run: Drive) -> None:
    """And stops the rest as a failure does."""

    def flow(number: int) -> Flow[float]:
        if number == 0:
            yield from sleep(300)
        return (yield from asking(1)) / 0

    with pytest.raises(ZeroDivisionError):
        run(side_by_side([flow(0), flow(1)], limit=2), echo)


@both
def test_a_failure_side_by_side_can_be_caught_by_the_flow_around(run: Drive) -> None:
    """It arrives as itself, not wrapped in a group."""

    def bad() -> Flow[None]:
        yield from sleep(0.0)
        raise NetworkError("gone")

    def around() -> Flow[str]:
        try:
            yield from side_by_side([bad(), bad()], limit=2)
        except NetworkError as error:
            return error.message
        return "nothing"

    assert run(around(), echo) == "gone"


def test_flows_on_threads_see_the_callers_context() -> None:
    """Context variables, which tracing lives on, are there."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    variable.set("here")

    def flow() -> Flow[str]:
        yield from sleep(0.0)
        return variable.get()

    assert drive(side_by_side([flow(), flow()], limit=2), Plain(echo)) == ["here", "here"]


INTERRUPTED = """
import signal, sys, threading
from hf_integrations.flow import Request, Response, Timeout, drive, send, side_by_side

release = threading.Event()
entered = threading.Barrier(2, lambda: print("entered", flush=True))

class Slow:
    def send(self, request):
        entered.wait()
        release.wait()
        return Response(200)

flows = [send(Request("GET", "", Timeout(1.0))) for _ in range(2)]
try:
    drive(side_by_side(flows, limit=2), Slow())
except KeyboardInterrupt:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("interrupted", flush=True)
sys.stdin.read()
release.set()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_an_interrupted_caller_does_not_wait_for_exchanges() -> None:
    """Ctrl-C while flows run side by side returns at once; what still sends ends by itself."""
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", INTERRUPTED],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=unmeasured(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "entered\n"
        told = threading.Event()

        def interrupt() -> None:
            process.send_signal(signal.SIGINT)
            while not told.wait(1):  # the first may come before anything can be interrupted
                process.send_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        said = process.stdout.readline()
        told.set()
        thread.join()
        process.stdin.close()
    assert said == "interrupted\n"
    assert process.returncode == 0


async def test_a_cancelled_caller_cancels_the_flows() -> None:
    """No task is left behind."""
    before = asyncio.all_tasks()
    flows = [sleep(300), sleep(300)]
    task = asyncio.ensure_future(adrive(side_by_side(flows, limit=2), Looped(echo)))  # type: ignore[arg-type]
    await asyncio.sleep(0.01)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert asyncio.all_tasks() == before


async def test_the_loop_is_free_while_a_flow_waits() -> None:
    """Two flows that wait for each other can both go on."""
    ready = asyncio.Event()

    def waits() -> Flow[str]:
        yield from sleep(0.0)
        return "done"

    async def other() -> None:
        ready.set()

    results = await asyncio.gather(adrive(waits(), Looped(echo)), other(), ready.wait())  # type: ignore[arg-type]

    assert results[0] == "done"


def test_one_flow_needs_no_company() -> None:
    """A single flow is asked directly, without a thread or a task."""
    _, steps = play(side_by_side([asking(7)], limit=4), [Response(7)])

    assert [type(step).__name__ for step in steps] == ["Send"]


def test_neither_requests_nor_responses_show_what_they_carry() -> None:
    """No token, no prompt and no query in a repr, or in what `rich` prints."""
    request = Request(
        "POST",
        "https://host/path?key=secret",
        Timeout(1.0),
        headers=(("authorization", "Bearer secret"),),
        body=b"secret",
    )
    response = Response(200, {"x": "secret"}, b"secret")

    for shown in (request, response, request.__rich_repr__(), response.__rich_repr__()):
        assert "secret" not in repr(shown)
    assert repr(request) == "Request(POST https://host/path, 6 bytes)"
    assert repr(response) == "Response(200, 6 bytes)"


def test_asks_can_be_compared() -> None:
    """So tests can say what they expect."""
    _, steps = play(asking(1), [Response(1)])

    assert steps == [Send(numbered(1))]
    assert REQUEST == REQUEST
