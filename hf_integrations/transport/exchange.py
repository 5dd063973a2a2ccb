"""A request until it succeeds, the error is final, or patience ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hf_integrations.errors import HfError
from hf_integrations.flow import Flow, OpenResponse, Request, Response, open_stream, send
from hf_integrations.transport.course import Course
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.tracing import current, watched

Got = TypeVar("Got", bound=OpenResponse | Response)


def exchange(request: Request, patience: Patience) -> Flow[Response]:
    """Send, and send again; the answer is 2xx."""
    return _persist(request, patience, send)


def opening(request: Request, patience: Patience) -> Flow[OpenResponse]:
    """Open a stream, and try again; once it is open, nothing is repeated."""
    answer = yield from _persist(request, patience, open_stream)
    assert not isinstance(answer, Response)  # noqa: S101 - an attempt raises for a refusal
    return answer


def _persist(
    request: Request, patience: Patience, ask: Callable[[Request], Flow[Got]]
) -> Flow[Got]:
    trace = current()
    if trace is not None:
        request, ask = watched(trace, request, ask)
    course = Course(request, patience)
    try:
        while True:
            try:
                answer = yield from course.attempt(ask)
            except HfError as error:
                failure = error
            else:
                return course.arrived(answer)
            yield from course.meet(failure)
    except HfError as error:
        course.failed(error)
        raise
    finally:
        course.end()
