"""The course of one request: what it passes on its way out, and how its failures are met.

limiter → gate → breaker → send; then, after a failure, cold start or retry. What is off costs a
look at a setting, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from hf_integrations.errors import (
    CircuitOpenError,
    HfError,
    InferenceTimeoutError,
    ModelLoadingError,
    NetworkError,
    RateLimitedError,
    ServerError,
)
from hf_integrations.flow import Flow, OpenResponse, Request, Response, Timeout, Wait, sleep
from hf_integrations.transport.failures import failure_of
from hf_integrations.transport.flowing import Flowing
from hf_integrations.transport.lanes import Lane
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.report import Report, count
from hf_integrations.transport.tracing import part
from hf_integrations.transport.warming import over, warm_up
from hf_integrations.turns import Ticket

Got = TypeVar("Got", bound=OpenResponse | Response)


class Course:
    """One request on its way, until it is over.

    Attributes:
        failures: how often it failed; waits for a model are not counted.
        loading: how often it waited for a model to be loaded.
        warmed: seconds spent on that, also behind another who asked.
        cold: the refusal of a model that loads, if this is the one who asks for it.
        report: what will be told of it; None when nobody listens, or nobody needs to know more than
            that it went well at once.
        attempts: how many requests were sent.
        error: the class of the error it ended in; empty until then.
    """

    __slots__ = (
        "_began", "_last", "_recovered", "_started", "attempts", "cold", "error", "failures",
        "lane", "loading", "patience", "report", "request", "warmed",
    )  # fmt: skip

    def __init__(self, request: Request, patience: Patience, *, watched: bool = False) -> None:
        self.request, self.patience = request, patience
        self.lane: Lane | None = None
        self.failures = self.loading = self.attempts = 0
        self.warmed = 0.0
        self.error = ""
        self.cold: ModelLoadingError | None = None
        self._began = 0.0
        self._last: HfError | None = None
        self._recovered = False
        if patience.deadline is not None:
            self._began = patience.clock()
        if patience.lanes is not None:
            self.lane = patience.lanes.of(request)
            if patience.budget and not patience.lanes.budget.full:
                patience.lanes.pay(patience.budget)
        self.report: Report | None = None
        self._started = 0.0
        if watched or (patience.listeners and not patience.counters):
            self.report = Report(request, patience.listeners)
        elif patience.counters:
            self._started = perf_counter()

    def attempt(self, ask: Callable[[Request], Flow[Got]]) -> Flow[Got]:
        """Pass the guards and send once.

        Raises:
            HfError: it was held back, refused, or not answered.
        """
        lane, patience = self.lane, self.patience
        if lane is None:
            return self._plain(ask)
        calm = not lane.warming.led and not lane.allowance.alert and not patience.limits
        if calm and patience.concurrency is None:
            return self._guarded(ask, lane)
        return self._queued(ask, lane)

    def _plain(self, ask: Callable[[Request], Flow[Got]]) -> Flow[Got]:
        """Send; there are no guards."""
        return self._good((yield from ask(self._timed())))

    def _queued(self, ask: Callable[[Request], Flow[Got]], lane: Lane) -> Flow[Got]:
        """Wait for what has to be waited for, and pass the breaker."""
        patience = self.patience
        if lane.warming.led and patience.warmup.deadline and self.cold is None:
            yield from self._follow(lane)
        if patience.limits or lane.allowance.alert:
            yield from self._turn(lane)
        if patience.concurrency is None:
            return (yield from self._guarded(ask, lane))
        return (yield from self._placed(ask, lane, patience.concurrency))

    def meet(self, failure: HfError) -> Flow[None]:
        """Do what the failure asks for before the next attempt; raises it when there is none."""
        patience = self.patience
        if patience.recover is not None and not self._recovered:
            left = yield from patience.recover(self.request, failure)
            if left is None:
                self._recovered = True
                return
            failure = left
        if isinstance(failure, ModelLoadingError):
            yield from warm_up(self, failure)
            return
        pause = self._pause(failure)
        self.failures, self._last = self.failures + 1, failure
        if (report := self._reported()) is not None:
            report.repeats(failure, pause)
        yield from self.waiting(pause)

    def waiting(self, pause: float) -> Flow[None]:
        """Wait, and have it reported."""
        if (report := self._reported()) is not None:
            report.waited += pause
        yield from sleep(pause)

    def arrived(self, answer: Got, usage: Any = None) -> Got:
        """It went well; what was used, if the answer was read already."""
        whole = isinstance(answer, Response)
        if whole and self.report is None:
            if counters := self.patience.counters:
                seconds = perf_counter() - self._started
                count(counters, self.request, seconds, cast(Response, answer), usage)
        elif (report := self._reported()) is not None:
            if not whole:
                return cast(Got, Flowing.watched(cast(OpenResponse, answer), report))
            report.whole(cast(Response, answer), usage)
        return answer

    def failed(self, error: HfError) -> None:
        """It did not."""
        self.error = type(error).__name__
        if (report := self._reported()) is not None:
            report.failed(error)

    def end(self) -> None:
        """It asked for a model that loads, whatever came of it: let those go on who waited."""
        over(self)

    def left(self) -> float | None:
        """Seconds until the deadline; None when there is none."""
        deadline = self.patience.deadline
        return None if deadline is None else deadline - (self.patience.clock() - self._began)

    def warm_up_took(self, seconds: float) -> None:
        """Count a wait for a model."""
        self.warmed += seconds
        if (report := self._reported()) is not None:
            report.cold_start += seconds

    def _follow(self, lane: Lane) -> Flow[None]:
        """Wait with the one who asks for the model."""
        began = self.patience.clock()
        yield from part("cold_start", _wait(lane.warming.follow(), self.left()))
        self.warm_up_took(self.patience.clock() - began)
        left = self.left()
        if left is not None and left <= 0:
            raise self._last or self._too_late()

    def _placed(
        self, ask: Callable[[Request], Flow[Got]], lane: Lane, concurrency: int
    ) -> Flow[Got]:
        """Wait for a place, and keep it until the answer is whole or its stream is closed."""
        place = lane.gate.take(concurrency)
        keep = False
        try:
            if not place.called:
                yield Wait(place, self.left())
                if not place.called:
                    raise self._last or self._too_late()
            answer = yield from self._guarded(ask, lane)
            if isinstance(answer, Response):
                return answer
            keep = True
            return cast(Got, Flowing(cast(OpenResponse, answer), partial(lane.gate.give, place)))
        finally:
            if not keep:
                lane.gate.give(place)

    def _turn(self, lane: Lane) -> Flow[None]:
        """Wait for what the rate limits allow."""
        patience = self.patience
        left = self.left()
        most = patience.longest_turn if left is None else min(patience.longest_turn, left)
        wait = lane.reserve(patience.limit_of(lane), patience.clock(), most)
        if wait > most:
            raise RateLimitedError(
                f"The next turn at {lane.whose} is in {wait:.1f} s, which is too long to wait.",
                hint="Raise max_rate_limit_wait or provider_rate_limits, or ask for less.",
                provider=lane.provider or None, model=lane.model or None,
                task=self.request.about.task or None, retry_after=wait,
            )  # fmt: skip
        if wait > 0:
            yield from self.waiting(wait)

    def _guarded(self, ask: Callable[[Request], Flow[Got]], lane: Lane) -> Flow[Got]:
        """Pass the breaker, send, and let it know what came of it."""
        patience, breaker = self.patience, lane.breaker
        rules, clock = patience.breaker, patience.clock
        if rules is None:
            return self._good((yield from ask(self._timed())))
        asked_in = breaker.round  # before the look at the state: if that changes, it counts in none
        if breaker.state != "closed":
            asked_in = lane.admit(rules, clock(), patience.listeners)
        good: bool | None = None
        try:
            answer = self._good((yield from ask(self._timed())))
            good = True
            return answer
        except HfError as error:
            good = _blame(error)
            raise
        finally:
            if not (good and breaker.is_calm(rules)):
                lane.record(rules, asked_in, good, clock(), patience.listeners)

    def _good(self, answer: Got) -> Got:
        """The answer, if it is one; what it says of limits is taken note of."""
        lane = self.lane
        if lane is not None and self.patience.adaptive:
            headers = answer.headers
            if (
                "x-ratelimit-remaining-requests" in headers
                or "ratelimit" in headers
                or "x-ratelimit-remaining" in headers
            ):
                lane.learn(headers, self.patience.clock())
        if not isinstance(answer, Response) or 200 <= answer.status < 300:
            return answer
        failure = failure_of(self.request, answer)
        if lane is not None and self.patience.adaptive and answer.status == 429:
            lane.hold(failure.retry_after, self.patience.clock())
        raise failure

    def _pause(self, failure: HfError) -> float:
        """Seconds to wait before the next attempt; raises the failure when there is none."""
        if failure.status is None and isinstance(failure, (CircuitOpenError, RateLimitedError)):
            raise self._last or failure  # held back, unsent; what came before says more
        pause = self.patience.retry.wait(self.failures, failure, self.request)
        left = self.left()
        if pause is None or (left is not None and pause >= left):
            raise failure
        lanes = self.patience.lanes
        if self.patience.budget is not None and lanes is not None and not lanes.spend():
            raise failure
        return pause

    def _timed(self) -> Request:
        """The request, with no more time than is left."""
        self.attempts += 1
        if self.report is not None:
            self.report.attempts = self.attempts
        left = None if self.patience.deadline is None else self.left()
        if left is None:
            return self.request
        if left <= 0:
            raise self._last or self._too_late()
        given = self.request.timeout
        timeout = Timeout(
            min(given.connect, left),
            total=None if given.total is None else min(given.total, left),
            silence=given.silence,
        )
        return replace(self.request, timeout=timeout)

    def _reported(self) -> Report | None:
        """What will be told of it, from now on with all that a record has; None as `report`."""
        if self.report is None and self.patience.counters:
            self.report = Report(
                self.request, self.patience.listeners, started=self._started,
                attempts=self.attempts,
            )  # fmt: skip
        return self.report

    def _too_late(self) -> InferenceTimeoutError:
        about = self.request.about
        return InferenceTimeoutError(
            f"total_timeout ({self.patience.deadline:g} s) passed before anything was sent.",
            provider=about.provider or None, model=about.model or None, task=about.task or None,
        )  # fmt: skip


def _wait(ticket: Ticket, seconds: float | None) -> Flow[None]:
    yield Wait(ticket, seconds)


def _blame(error: HfError) -> bool | None:
    """Whether a failure speaks for its target, against it, or of neither."""
    if isinstance(error, (ModelLoadingError, RateLimitedError)):
        return None  # it is alive, and busy
    if isinstance(error, (ServerError, NetworkError)) and error.retryable:
        return False
    return True if error.status is not None else None
