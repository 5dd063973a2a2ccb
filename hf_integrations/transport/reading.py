"""The bytes of a stream become its items: pure, so that it is the same in both colours."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from hf_integrations.errors import (
    AnswerTooLargeError,
    DecodeError,
    HfError,
    StreamInterruptedError,
)
from hf_integrations.flow import About, Request, Response, Timeout
from hf_integrations.models.usage import TokenUsage
from hf_integrations.transport.failures import told_instead
from hf_integrations.transport.masking import decoded
from hf_integrations.transport.report import Report
from hf_integrations.transport.sse import SSEDecoder
from hf_integrations.transport.tracing import Trace

START = 4_000  # bytes
_MOST_BAD = 3


class Item(Protocol):
    """What a stream consists of: every chunk of ours has these."""

    @property
    def text(self) -> str:
        """The text it adds."""

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ends with it."""

    @property
    def error(self) -> Any:
        """What the server put there instead, when it failed on the way."""

    @property
    def silent(self) -> bool:
        """Whether it says nothing at all, as what was read as an item and is none."""


C = TypeVar("C", bound=Item)
W = TypeVar("W", covariant=True)


class Assembly(Protocol[C, W]):
    """What the items of a stream are put together by."""

    @property
    def text(self) -> str:
        """The text so far."""

    @property
    def ended(self) -> bool:
        """Whether an item said why the answer ends."""

    def add(self, item: C) -> C:
        """Take an item in; it comes back as it is handed out."""

    def rest(self) -> C | None:
        """What was kept back when the stream ended; None for nothing."""

    def whole(self, http: Response | None = None) -> W:
        """What the items have come to, with the exchange they came from."""


class Reader(Generic[C, W]):
    """Takes the bytes of one stream and gives its items; remembers what a failure must report.

    Attributes:
        ready: the items that are complete and not yet taken, oldest first.
        done: the server has said that this was all.
        assembly: what the items are put together by.
        report: told of items as they come, where somebody listens.
        usage: tokens, as the last item that counted them says; only where somebody listens.
        request: what the stream answers, once it has been made.
        start: how an answer begins in which there is no event yet, in at most `START` bytes;
            None from the first event on.
        served_by: who answers, where several were there to be asked.
        seen: called with each item.
        waiting: events that came with the ready ones and are not made items yet: a slow reader
            holds `most` items and no more.
        trace: told of items as they come, where the call is watched.
    """

    def __init__(
        self, decode: Callable[[bytes], C], about: About, assembly: Assembly[C, W], most: int = 100
    ) -> None:
        self.ready: deque[C] = deque()
        self.done = False
        self.assembly = assembly
        self.report: Report | None = None
        self.usage: Any = None
        self.request: Request | None = None
        self.start: bytes | None = b""
        self.served_by: str | None = None
        self.seen: Callable[[C], None] | None = None
        self.trace: Trace | None = None
        self._about = about
        self._decode = decode
        self._events = SSEDecoder()
        self.waiting: list[bytes] = []
        self._most = most
        self._largest: float = inf  # bytes of an event
        self._begun = False
        self._bad = 0

    @property
    def text(self) -> str:
        """The text that has arrived."""
        return self.assembly.text

    def become(self, other: Reader[C, W], served_by: str) -> None:
        """Read as another would, before anything was read: somebody else has answered."""
        vars(self).update(vars(other))
        self.served_by = served_by

    def feed(self, data: bytes) -> None:
        """Make ready the items that `data` completes; many of them have to wait for `more`.

        Raises:
            AnswerTooLargeError: an event has more bytes than the request allows.
            HfError: the server sent an error in place of the first item.
            StreamInterruptedError: the same in place of a later one, or three items in a row that
                cannot be read; the items before it are ready.
        """
        if self.start is not None:
            self._begin(data)
        much = self._events.held + len(data) > self._largest
        events = self._events.feed(data)
        if much:
            self._check_size(events)
        if len(events) > self._most:
            self.waiting = events
            self.more()
        else:
            self._take(events)

    def estimated(self) -> TokenUsage | None:
        """What it may have used, by what was asked and what has come."""
        from hf_integrations.models.estimates import by_heuristic, texts_in

        if self.request is None:
            return None
        asked = sum(map(by_heuristic, texts_in(decoded(self.request.body))))
        come = by_heuristic(self.text)
        return TokenUsage(asked, come, asked + come)

    def _begin(self, data: bytes) -> None:
        """Keep how it begins, for the error of an answer without events."""
        self.start = ((self.start or b"") + data)[:START]
        if self.request is not None and self.request.most is not None:
            self._largest = self.request.most

    def _check_size(self, events: list[bytes]) -> None:
        """Raise an AnswerTooLargeError if an event is larger than it may be."""
        most = self._largest
        if max(self._events.held, *map(len, events), 0) <= most:
            return
        about = self._about
        raise AnswerTooLargeError(
            f"An event of the stream is larger than {most:,} bytes.",
            hint="Raise `max_answer_bytes`, or ask for less.",
            provider=about.provider or None, model=about.model or None, task=about.task or None,
        )  # fmt: skip

    def more(self) -> None:
        """Make ready the items of events that had to wait, as many as may be; raises as `feed`."""
        now, self.waiting = self.waiting[: self._most], self.waiting[self._most :]
        self._take(now)

    def finish(self) -> None:
        """Make ready what was left when the body ended; raises as `feed` does."""
        self._take(self._events.finish())
        if (rest := self.assembly.rest()) is not None:
            self.ready.append(rest)
        if self.start is None and not (self.done or self.assembly.ended):
            _warn(f"A stream ended without saying so (task {self._about.task}).")

    def interrupted(self, cause: HfError) -> StreamInterruptedError:
        """The error for a stream that broke off, with the text so far."""
        return self._failure(f"The stream broke off: {cause.message}")

    def _take(self, events: list[bytes]) -> None:
        if events:
            self.start = None
        if self.done:
            return  # what comes after the end is no part of the answer
        for event in events:
            said = event.strip()
            if said == b"[DONE]":
                self.done = True
                return
            # Some servers keep a stream alive by nothing.
            if said and (item := self._item(event)) is not None:
                self.ready.append(item)
                self._tell(item)

    def _tell(self, item: C) -> None:
        """Tell whoever wants to know that an item came."""
        if self.seen is not None:
            self.seen(item)
        if self.trace is not None:
            self.trace.item()
        if self.report is not None:
            self.report.item()
            self.usage = getattr(item, "usage", None) or self.usage

    def _item(self, event: bytes) -> C | None:
        try:
            item = self._decode(event)
        except (msgspec.DecodeError, UnicodeDecodeError, DecodeError):
            self._skip()
            return None
        if item.error is not None or item.silent:  # vLLM's errors have no `error`
            self._check(event)
        self._bad, self._begun = 0, True
        return self.assembly.add(item)

    def _check(self, event: bytes) -> None:
        """Raise the error that the server tells in place of an item, if it does."""
        request = self.request or Request("POST", "", Timeout(0.0), about=self._about)
        told = told_instead(request, Response(200, {}, event))
        if told is None:
            return
        if not self._begun:
            raise told
        error = self._failure(f"The server failed on the way: {told.message}")
        error.status, error.hint, error.retry_after = told.status, told.hint, told.retry_after
        raise error from told

    def _skip(self) -> None:
        self._bad += 1
        if self.report is not None:
            self.report.malformed += 1
        if self._bad == _MOST_BAD:
            raise self._failure(f"{_MOST_BAD} events in a row cannot be read.")
        _warn("An event of a stream cannot be read and is left out.")

    def _failure(self, message: str) -> StreamInterruptedError:
        about = self._about
        return StreamInterruptedError(
            message,
            partial=self.text,
            provider=about.provider or None,
            model=about.model or None,
            task=about.task or None,
        )


def _warn(message: str) -> None:
    import logging  # here, so that a program that logs nothing need not load it

    logging.getLogger("hf_integrations").warning(message)
