"""A request until it succeeds, the error is final, or patience ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hf_integrations.errors import DecodeError, HfError
from hf_integrations.flow import Flow, OpenResponse, Request, Response, open_stream, send
from hf_integrations.transport.course import Course
from hf_integrations.transport.failures import told_instead, told_of
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.tracing import current, watched

Got = TypeVar("Got", bound=OpenResponse | Response)
T = TypeVar("T")


def exchange(request: Request, patience: Patience) -> Flow[Response]:
    """Send, and send again; the answer is 2xx."""
    return _persist(request, patience, send, Course.arrived)


def answered(request: Request, patience: Patience, read: Callable[[Response], T]) -> Flow[T]:
    """The same, and the answer as it is read.

    Some servers answer 200 and put an error into the body: where an answer cannot be read and
    holds one, this is met like any other refusal.

    Args:
        read: an answer in its shape; raises `DecodeError`.
    """

    def arrived(course: Course, response: Response) -> T:
        try:
            found = read(response)
        except DecodeError as error:
            raise told_instead(request, response) or told_of(error, request, response) from None
        course.arrived(response, getattr(found, "usage", None))
        return found

    return _persist(request, patience, send, arrived)


def opening(request: Request, patience: Patience) -> Flow[OpenResponse]:
    """Open a stream, and try again; once it is open, nothing is repeated."""
    answer = yield from _persist(request, patience, open_stream, Course.arrived)
    assert not isinstance(answer, Response)  # noqa: S101 - an attempt raises for a refusal
    return answer


def _persist(
    request: Request,
    patience: Patience,
    ask: Callable[[Request], Flow[Got]],
    arrived: Callable[[Course, Got], T],
) -> Flow[T]:
    trace = current()
    if trace is not None:
        request, ask = watched(trace, request, ask)
    course = Course(request, patience, watched=trace is not None)
    try:
        while True:
            try:
                return arrived(course, (yield from course.attempt(ask)))
            except HfError as error:
                failure = error
            yield from course.meet(failure)
    except HfError as error:
        course.failed(told_of(error, request))
        raise
    finally:
        if course.cold is not None:
            course.end()
