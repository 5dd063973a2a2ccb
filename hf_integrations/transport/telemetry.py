"""What happened, as records that never change: the one place from which anything is observed.

`on_event` is called with each; `client.metrics()` is fed by the same. A record holds no prompt, no
answer and no token. A listener that raises is logged and disturbs nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from hf_integrations.flow import About
from hf_integrations.transport.locked import Locked
from hf_integrations.transport.tracing import current


class Exchange(Struct, frozen=True, kw_only=True):
    """One exchange, with all its repeats, when it is over; a stream when it is closed.

    Attributes:
        task: as the Hub spells it.
        provider: who was asked; empty at a server of one's own.
        model: which model; empty when there is but one.
        host: whom the request went to.
        began: when, in nanoseconds since 1970.
        seconds: how long it took in all.
        attempts: how many requests were sent.
        waited: seconds spent waiting before repeats and for turns.
        cold_start: seconds spent waiting for the model to be loaded.
        streamed: whether the answer came in pieces.
        first_item: seconds until the first piece of a stream; None when none came.
        items: pieces of a stream.
        malformed: events of a stream that could not be read, and were left out.
        pauses: how often the server was made to wait, as its stream was not read fast enough.
        status: of the answer; None when none came.
        error: the class of the error it ended in; empty when it went well.
        request_id: the server's id of the last request.
        bytes_sent: the size of the body.
        bytes_received: the size of the answer's body, when it came whole.
        input_tokens: as the server counted them; None when it did not say.
        output_tokens: the same of the answer.
        estimated: they are estimates: a stream was over before its server had said.
        cached: the answer was remembered, and nothing was sent.
    """

    task: str
    provider: str
    model: str
    host: str
    began: int
    seconds: float
    attempts: int = 1
    waited: float = 0.0
    cold_start: float = 0.0
    streamed: bool = False
    first_item: float | None = None
    items: int = 0
    malformed: int = 0
    pauses: int = 0
    status: int | None = None
    error: str = ""
    request_id: str | None = None
    bytes_sent: int = 0
    bytes_received: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    estimated: bool = False
    cached: bool = False


class CircuitChange(Struct, frozen=True, kw_only=True):
    """A circuit breaker changed its state."""

    host: str
    provider: str
    model: str
    before: str
    after: str


class ColdStart(Struct, frozen=True, kw_only=True):
    """A model is being waited for, or the wait is over.

    Attributes:
        waited: seconds so far.
        next_wait: seconds until it is asked for again.
        deadline: seconds after which no more is waited.
        estimate: seconds it will take, as the server says; None when it does not.
        over: whether the wait is over, well or not.
        error: the class of the error it ended in; empty while it lasts, and when it went well.
    """

    host: str
    provider: str
    model: str
    waited: float
    next_wait: float
    deadline: float
    estimate: float | None = None
    over: bool = False
    error: str = ""


class Repeat(Struct, frozen=True, kw_only=True):
    """A request failed, and is sent again.

    Attributes:
        attempts: how many were sent so far.
        wait: seconds until the next.
        error: the class of the error.
        status: of the refusal; None when there was no answer.
    """

    task: str
    provider: str
    model: str
    host: str
    attempts: int
    wait: float
    error: str
    status: int | None = None


class Failover(Struct, frozen=True, kw_only=True):
    """A target of a chain did not serve a call, and the next one is asked.

    Attributes:
        name: who did not.
        following: who is asked now.
        error: the class of the error.
    """

    name: str
    following: str
    error: str


class CacheLookup(Struct, frozen=True, kw_only=True):
    """Something was looked for in a cache.

    Attributes:
        cache: which one, as `client.cache_stats()` names it.
        model: whose answers were looked for.
        hits: how many were remembered.
        misses: how many were not.
    """

    cache: str
    model: str
    hits: int
    misses: int


class EndpointSeen(Struct, frozen=True, kw_only=True):
    """The management API told the state of a dedicated endpoint.

    Attributes:
        endpoint: `namespace/name`.
        state: as the API spells it: running, paused, scaledToZero, failed, ….
        ready: replicas that answer.
        target: replicas that are wanted.
        error: the class of the error in which a call for it ended; empty for a mere look.
    """

    endpoint: str
    state: str
    ready: int = 0
    target: int = 0
    error: str = ""


E = TypeVar("E")
Event: TypeAlias = (
    Exchange | CircuitChange | ColdStart | Repeat | Failover | CacheLookup | EndpointSeen
)
Listener: TypeAlias = Callable[[Event], None]


class Counter(Locked):
    """A listener that needs no record of what went well at once, and came whole.

    Most calls do. While only counters listen, these are spared the making of a record.
    """

    def __call__(self, event: Event) -> None:
        """Count what a record says."""
        raise NotImplementedError

    def answered(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        """Count an answer to the first attempt.

        Args:
            whose: the provider, or the host at a server of one's own.
            about: what the request was for.
            seconds: how long it took.
            read: input tokens, as the server counted them.
            written: the same of the answer.
        """
        raise NotImplementedError


class Gathering(Counter):
    """A counter that counts answers a few at a time, and notes each in as few steps as it can.

    Whoever reads the figures has what was noted counted first (docs/performance.md).
    """

    def __init__(self) -> None:
        self._noted: list[tuple[str, About, float, int | None, int | None]] = []
        super().__init__()

    def answered(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        """Note an answer to the first attempt."""
        noted = self._noted
        noted.append((whose, about, seconds, read, written))  # one step, so it needs no lock
        if len(noted) >= TOGETHER:
            with self._lock:
                self._count_noted()

    def _count_noted(self) -> None:
        """Count what was noted; only under the lock."""
        noted = self._noted[:]
        del self._noted[: len(noted)]
        for one in noted:
            self._count(*one)

    def _count(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        raise NotImplementedError


TOGETHER = 32


@lru_cache(maxsize=1_024)
def host_of(url: str) -> str:
    """Whom a URL leads to, with the port; a program asks the same ones again and again."""
    return url.split("/", 3)[2]


def counters_among(listeners: tuple[Listener, ...]) -> tuple[Counter, ...]:
    """The listeners, if all of them are counters; else none."""
    found = tuple([one for one in listeners if isinstance(one, Counter)])
    return found if len(found) == len(listeners) else ()


def as_listeners(given: Any) -> tuple[Callable[[Any], None], ...]:
    """What the setting `on_event` means: nobody, one, or several."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


def tell(listeners: tuple[Callable[[E], None], ...], event: E) -> None:
    """Tell every listener, and the trace of the call; one that raises is logged."""
    if (trace := current()) is not None:
        trace.heard(event)
    pass_on(listeners, event)


def pass_on(listeners: tuple[Callable[[E], None], ...], event: E) -> None:
    """Tell every listener what the trace, if there is one, has been told already."""
    for listener in listeners:
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the call it watched went well
            log_raised(error)


def usage_in(body: bytes) -> tuple[int | None, int | None]:
    """Input and output tokens, as the `usage` of an answer says, without reading all of it."""
    place = body.rfind(b'"usage"', max(0, len(body) - _TAIL))
    if place < 0:
        return None, None
    if usual := _USUAL(body, place):
        return int(usual[1]), int(usual[2])
    read, written = _count(body, place, _PROMPT), _count(body, place, _COMPLETION)
    if read is None and written is None:
        return _count(body, place, _INPUT), _count(body, place, _OUTPUT)
    return read, written


_TAIL = 4096
# As most servers write it, read at once; whatever differs is found name by name.
_USUAL = re.compile(
    rb'"usage":\s*\{\s*"prompt_tokens":\s*(\d+),\s*"completion_tokens":\s*(\d+)'
).match
_PROMPT, _COMPLETION = b'"prompt_tokens"', b'"completion_tokens"'  # of the chat completions API
_INPUT, _OUTPUT = b'"input_tokens"', b'"output_tokens"'  # of the responses API
_NUMBER = re.compile(rb"\s*:\s*(\d+)").match


def _count(body: bytes, place: int, name: bytes) -> int | None:
    """The number behind the first of a name."""
    found = body.find(name, place)
    number = _NUMBER(body, found + len(name)) if found >= 0 else None
    return int(number[1]) if number else None


def log_raised(error: Exception) -> None:
    """Log that a listener raised, without what it said: that may quote anything."""
    import logging  # here, so that a program that logs nothing need not load it

    logging.getLogger("hf_integrations").warning(
        "A listener of events raised %s.", type(error).__name__
    )
