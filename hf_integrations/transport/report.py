"""What will be told of one exchange, while it is on its way."""

from __future__ import annotations

import time
from typing import Any

from hf_integrations.errors import HfError
from hf_integrations.flow import Request, Response
from hf_integrations.models.shapes import request_id
from hf_integrations.transport.telemetry import (
    Counter,
    Exchange,
    Listener,
    Repeat,
    host_of,
    log_raised,
    tell,
    usage_in,
)


def count(
    counters: tuple[Counter, ...], request: Request, seconds: float, response: Response, usage: Any
) -> None:
    """Tell counters of an answer to the first attempt, for which nothing had to be waited."""
    read, written = _tokens(response, usage)
    about = request.about
    whose = about.provider or host_of(request.url)
    for counter in counters:
        try:
            counter.answered(whose, about, seconds, read, written)
        except Exception as error:  # noqa: BLE001 - as in `tell`
            log_raised(error)


class Report:
    """Figures of one exchange; told once, when it is over.

    Args:
        started: when, by `time.perf_counter`; now if left out.

    Attributes:
        attempts: how many requests were sent.
        waited: seconds spent waiting.
        cold_start: seconds spent waiting for the model.
        malformed: events of a stream that could not be read.
    """

    __slots__ = (
        "_began", "_first", "_items", "_listeners", "_request", "_start", "_told", "attempts",
        "cold_start", "malformed", "waited",
    )  # fmt: skip

    def __init__(
        self,
        request: Request,
        listeners: tuple[Listener, ...],
        *,
        started: float | None = None,
        attempts: int = 0,
    ) -> None:
        self._request, self._listeners = request, listeners
        self._began, self._start = time.time_ns(), time.perf_counter()
        if started is not None:
            self._began -= int((self._start - started) * 1e9)
            self._start = started
        self._told = False
        self._first: float | None = None
        self._items = 0
        self.attempts, self.malformed = attempts, 0
        self.waited = self.cold_start = 0.0

    def whole(self, response: Response, usage: Any = None) -> None:
        """A whole answer came, with this usage if it was read."""
        read, written = _tokens(response, usage)
        self._tell(
            status=response.status, request_id=request_id(response.headers),
            bytes_received=len(response.body), input_tokens=read, output_tokens=written,
        )  # fmt: skip

    def recalled(self, response: Response) -> None:
        """The answer was remembered; its tokens were counted when it came."""
        self._tell(status=response.status, cached=True)

    def failed(self, error: HfError) -> None:
        """It ended in an error."""
        self._tell(status=error.status, error=type(error).__name__, request_id=error.request_id)

    def repeats(self, failure: HfError, wait: float) -> None:
        """It failed, and will be sent again."""
        request, about = self._request, self._request.about
        event = Repeat(
            task=about.task, provider=about.provider, model=about.model,
            host=host_of(request.url), attempts=self.attempts, wait=wait,
            error=type(failure).__name__, status=failure.status,
        )  # fmt: skip
        tell(self._listeners, event)

    def item(self) -> None:
        """A piece of a stream came."""
        if self._first is None:
            self._first = time.perf_counter() - self._start
        self._items += 1

    def ended(self, **facts: Any) -> None:
        """A stream was closed."""
        self._tell(
            streamed=True, first_item=self._first, items=self._items, malformed=self.malformed,
            **facts,
        )  # fmt: skip

    def _tell(self, **facts: Any) -> None:
        if self._told:
            return
        self._told = True
        request, about = self._request, self._request.about
        event = Exchange(
            task=about.task, provider=about.provider, model=about.model,
            host=host_of(request.url), began=self._began,
            seconds=time.perf_counter() - self._start, attempts=self.attempts,
            waited=self.waited, cold_start=self.cold_start, bytes_sent=len(request.body), **facts,
        )  # fmt: skip
        tell(self._listeners, event)


def _tokens(response: Response, usage: Any) -> tuple[int | None, int | None]:
    """What was read and written: as the answer says that was read, else as its body does.

    Less than nothing counts as not said: it would be money back.
    """
    read: int = getattr(usage, "prompt_tokens", 0)
    if read <= 0:
        return usage_in(response.body)
    written: int = usage.completion_tokens  # embeddings have none
    return read, written if written > 0 else usage_in(response.body)[1]
