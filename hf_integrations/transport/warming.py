"""A model that is being loaded is asked for by one caller; the others wait with it.

So a cold start costs one request at a time, however many wait, and no retry and no turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from hf_integrations.errors import ModelLoadingError
from hf_integrations.flow import Flow, sleep
from hf_integrations.transport.telemetry import ColdStart, host_of, tell
from hf_integrations.transport.tracing import current, part

if TYPE_CHECKING:
    from hf_integrations.transport.course import Course


class Follower:
    """Who waits for the one who asks."""

    __slots__ = ("_call", "_lock", "called")

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._call: Callable[[], None] | None = None
        self.called = False

    def when_called(self, call: Callable[[], None]) -> None:
        """Call `call` once the wait is over."""
        with self._lock:
            if not self.called:
                self._call = call
                return
        call()

    def turn(self) -> Callable[[], None] | None:
        """It is over; what is to be called then. The lock is held."""
        self.called = True
        return self._call


class Warming:
    """Who asks for one model, and who waits with them.

    Attributes:
        led: whether somebody is asking.
    """

    __slots__ = ("_followers", "_leader", "_lock", "led")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leader: object = None
        self._followers: list[Follower] = []
        self.led = False

    def lead(self, who: object) -> bool:
        """Be the one who asks, unless another is."""
        with self._lock:
            if self._leader is None:
                self._leader, self.led = who, True
            return self._leader is who

    def follow(self) -> Follower:
        """Wait for the one who asks; not at all when nobody does."""
        with self._lock:
            follower = Follower(self._lock)
            if self._leader is None:
                follower.called = True
            else:
                self._followers.append(follower)
            return follower

    def leave(self, who: object) -> None:
        """Ask no more; those who waited go on. Of anybody but the leader, this means nothing."""
        with self._lock:
            if self._leader is not who:
                return
            self._leader, self.led = None, False
            followers, self._followers = self._followers, []
            calls = [follower.turn() for follower in followers]
        for call in calls:
            if call is not None:
                call()


def warm_up(course: Course, failure: ModelLoadingError) -> Flow[None]:
    """Wait until a model may be asked for again.

    Raises:
        ColdStartTimeoutError: the deadline has passed.
        ModelLoadingError: waiting is not wanted.
    """
    patience, lane = course.patience, course.lane
    if lane is not None and patience.warmup.deadline and not lane.warming.lead(course):
        return  # the next attempt waits for the one who asks
    course.cold = failure
    pause = patience.warmup.wait(course.loading, course.warmed, failure)
    left = course.left()
    if left is not None and pause >= left:
        raise failure
    course.loading += 1
    tell_of(course, pause)
    course.warm_up_took(pause)
    yield from part("cold_start", sleep(pause))


def over(course: Course) -> None:
    """The course that asked has ended: whoever waited goes on."""
    if course.lane is not None:
        course.lane.warming.leave(course)
    tell_of(course, 0.0, over=True)


def tell_of(course: Course, pause: float, *, over: bool = False) -> None:
    """Report a wait."""
    patience, about = course.patience, course.request.about
    told = patience.listeners
    if patience.on_cold_start is not None:
        told += (patience.on_cold_start,)
    if not patience.warmup.deadline or not (told or current() is not None):
        return
    event = ColdStart(
        host=host_of(course.request.url),
        provider=about.provider,
        model=about.model,
        waited=course.warmed,
        next_wait=pause,
        deadline=patience.warmup.deadline,
        estimate=course.cold.retry_after if course.cold is not None else None,
        over=over,
        error=course.error if over else "",
    )
    tell(told, event)
