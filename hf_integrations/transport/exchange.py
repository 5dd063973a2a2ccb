"""A request until it succeeds, the error is final, or patience ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hf_integrations.errors import HfError, ModelLoadingError
from hf_integrations.flow import Flow, OpenResponse, Request, Response, open_stream, send, sleep
from hf_integrations.transport.failures import failure_of
from hf_integrations.transport.retry import Patience

Got = TypeVar("Got", bound=OpenResponse | Response)


def exchange(request: Request, patience: Patience) -> Flow[Response]:
    """Send, and send again; the answer is 2xx."""
    return (yield from _persist(request, patience, send))


def opening(request: Request, patience: Patience) -> Flow[OpenResponse]:
    """Open a stream, and try again; once it is open, nothing is repeated."""
    answer = yield from _persist(request, patience, open_stream)
    assert not isinstance(answer, Response)  # noqa: S101 - _persist raises for a refusal
    return answer


def _persist(
    request: Request, patience: Patience, ask: Callable[[Request], Flow[Got]]
) -> Flow[Got]:
    failures = loading = 0
    waited = 0.0
    while True:
        try:
            answer = yield from ask(request)
        except HfError as error:
            failure = error
        else:
            if not isinstance(answer, Response) or 200 <= answer.status < 300:
                return answer
            failure = failure_of(request, answer)
        if isinstance(failure, ModelLoadingError):
            pause = patience.warmup.wait(loading, waited, failure)
            loading, waited = loading + 1, waited + pause
        elif (wait := patience.retry.wait(failures, failure, request)) is not None:
            pause, failures = wait, failures + 1
        else:
            raise failure
        yield from sleep(pause)
