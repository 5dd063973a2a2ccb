"""A call that is watched while it runs: where spans come in. Nothing here knows OpenTelemetry.

While a flow of a watched call is driven, its trace is the current one of the context: requests,
waits and events on the way find it there, also in the threads and tasks of flows side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar, Token
from itertools import count
from typing import Any, Protocol, TypeVar

from hf_integrations.errors import HfError
from hf_integrations.flow import Flow, Request

T = TypeVar("T")


class Trace(Protocol):
    """One call, from its beginning to its end; it disturbs nobody, whatever happens to it."""

    def enter(self) -> None:
        """The flow is driven from now on."""

    def leave(self) -> None:
        """It no longer is."""

    def carried(self, request: Request) -> Request:
        """The request with what lets its server go on with the trace, where it may know."""

    def sent(self, request: Request, ask: Callable[[Request], Flow[T]], number: int) -> Flow[T]:
        """Ask, and see how it went; `number` counts the attempts before this."""

    def part(self, name: str, flow: Flow[T]) -> Flow[T]:
        """A flow that is a part of the call."""

    def heard(self, event: Any) -> None:
        """Something happened on the way: a record of `transport.telemetry`."""

    def item(self) -> None:
        """A piece of a stream came."""

    def answered(self, result: Any) -> None:
        """It is over, with this."""

    def failed(self, error: BaseException) -> None:
        """It is over, with an error; of a cancelled one, `GeneratorExit`."""

    def ended(self, error: HfError | None, whole: Callable[[], Any]) -> None:
        """Its stream is closed; `whole` gives what had come, put together."""


_current: ContextVar[Trace | None] = ContextVar("hf_integrations_trace", default=None)
current = _current.get  # the trace of the call that is being driven; None where none is watched


def part(name: str, flow: Flow[T]) -> Flow[T]:
    """A flow as a part of the call that is watched, if one is."""
    trace = _current.get()
    return flow if trace is None else trace.part(name, flow)


def watched(
    trace: Trace, request: Request, ask: Callable[[Request], Flow[T]]
) -> tuple[Request, Callable[[Request], Flow[T]]]:
    """A request and the way to ask it, seen by a trace at each attempt."""
    attempts = count()

    def asking(one: Request) -> Flow[T]:
        return trace.sent(one, ask, next(attempts))

    return trace.carried(request), asking


def begin(trace: Trace) -> Token[Trace | None]:
    """Make a trace the current one."""
    trace.enter()
    return _current.set(trace)


def end(trace: Trace, token: Token[Trace | None]) -> None:
    """Make the one before it the current one again."""
    with suppress(ValueError):  # a flow that was forgotten is closed from wherever that is noticed
        _current.reset(token)
    trace.leave()
