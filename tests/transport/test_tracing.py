"""The trace of a call is there while its flow is driven, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

from hf_integrations.errors import HfError, NetworkError
from hf_integrations.flow import Flow, Request, Response, Sleep, send, sleep
from hf_integrations.platform.events import Listeners
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import Exchange, Repeat
from hf_integrations.transport.tracing import Trace, begin, current, end, part, watched
from tests.playing import REQUEST, play

T = TypeVar("T")


class Noted:
    """A trace that notes what it is told."""

    def __init__(self) -> None:
        self.notes: list[Any] = []

    def enter(self) -> None:
        """Begin."""
        self.notes.append("enter")

    def leave(self) -> None:
        """End."""
        self.notes.append("leave")

    def carried(self, request: Request) -> Request:
        """As it is."""
        return request

    def sent(self, request: Request, ask: Callable[[Request], Flow[T]], number: int) -> Flow[T]:
        """Note the attempt."""
        self.notes.append(number)
        return ask(request)

    def part(self, name: str, flow: Flow[T]) -> Flow[T]:
        """Note the part."""
        self.notes.append(name)
        return flow

    def heard(self, event: Any) -> None:
        """Note the event."""
        self.notes.append(type(event))

    def item(self) -> None:
        """Note the item."""

    def answered(self, result: Any) -> None:
        """Note the answer."""

    def failed(self, error: BaseException) -> None:
        """Note the error."""

    def ended(self, error: HfError | None, whole: Callable[[], Any]) -> None:
        """Note the end."""


def test_it_is_the_current_one_between_begin_and_end() -> None:
    """Those within it are ended first."""
    outer: Trace = Noted()
    inner: Trace = Noted()
    first = begin(outer)
    second = begin(inner)
    assert current() is inner
    end(inner, second)
    assert current() is outer
    end(outer, first)
    assert current() is None


def test_an_end_elsewhere_disturbs_nobody() -> None:
    """A flow that was forgotten is closed in whatever context that is noticed."""
    trace = Noted()
    token = copy_context().run(begin, trace)
    end(trace, token)
    assert current() is None
    assert trace.notes == ["enter", "leave"]


def test_a_part_is_a_flow_like_any_where_nothing_is_watched() -> None:
    """The very same."""
    flow = sleep(1)
    assert part("resolve", flow) is flow
    trace = Noted()
    token = begin(trace)
    assert play(part("resolve", flow), [None])[1] == [Sleep(1)]
    end(trace, token)
    assert trace.notes == ["enter", "resolve", "leave"]


def test_each_attempt_is_seen_and_each_event_is_heard() -> None:
    """Even where nobody else listens."""
    trace = Noted()
    token = begin(trace)
    rules = Patience(Retry(1, 0.0, 0.0), Warmup(0))
    play(exchange(REQUEST, rules), [NetworkError("cut"), None, Response(200)])
    end(trace, token)
    assert trace.notes[1:4] == [0, Repeat, 1]


def test_what_is_passed_on_is_heard_once() -> None:
    """Listeners of an adapter stand behind those of its client."""
    trace, heard, listeners = Noted(), list[Any](), Listeners()
    listeners.add(heard.append)
    token = begin(trace)
    rules = Patience(Retry(1, 0.0, 0.0), Warmup(0), listeners=(listeners,))
    play(exchange(REQUEST, rules), [NetworkError("cut"), None, Response(200)])
    end(trace, token)
    assert trace.notes.count(Repeat) == 1
    assert [type(event) for event in heard] == [Repeat, Exchange]


def test_attempts_are_counted_from_nought() -> None:
    """For each request anew."""
    trace = Noted()
    for _ in range(2):
        request, ask = watched(trace, REQUEST, send)
        for _ in range(2):
            play(ask(request), [Response(200)])
    assert trace.notes == [0, 1, 0, 1]
