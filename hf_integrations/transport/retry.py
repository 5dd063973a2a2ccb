"""When to send again, and how long to wait before it: arithmetic, without a clock.

Full jitter: each wait is drawn evenly from zero to a bound that doubles up to a cap, so that many
callers who failed together do not come back together.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hf_integrations.config.patience import FIRST_COLD_WAIT
from hf_integrations.errors import ColdStartTimeoutError, HfError, InferenceTimeoutError
from hf_integrations.flow import Request

RESERVE = 100.0  # repeats that are there before any request has paid for one
WARMUP_FIRST = (FIRST_COLD_WAIT, 4.0, 8.0, 16.0)
_DOUBLINGS = 64  # more than any cap leaves room for; without a bound, a float would run over


def _draw() -> float:
    import random  # here: few calls ever fail, and it takes long to load

    return random.random()  # noqa: S311 - spreading load needs no secrecy


class Retry(Struct, frozen=True):
    """How failures are met.

    Attributes:
        most: how many times a request is sent again.
        base: the bound of the first wait, in seconds.
        cap: the longest wait, in seconds; a server that asks for a longer one gets none.
        draw: a number from 0 to 1.
        after_timeout: repeat also what timed out and may do harm when done twice.
    """

    most: int
    base: float
    cap: float
    draw: Callable[[], float] = _draw
    after_timeout: bool = False

    def wait(self, failures: int, error: HfError, request: Request) -> float | None:
        """Seconds to wait before sending again; None when that is no use.

        Args:
            failures: how many times it has failed before this one.
        """
        if not error.retryable or failures >= self.most:
            return None
        if isinstance(error, InferenceTimeoutError) and not self._may_repeat(error, request):
            return None  # the server may still be working on it, and charge for both
        drawn = self.draw() * min(self.cap, self.base * 2.0 ** min(failures, _DOUBLINGS))
        if error.retry_after is None:
            return drawn
        if error.retry_after > self.cap:
            return None
        return min(self.cap, error.retry_after + drawn)

    def _may_repeat(self, error: InferenceTimeoutError, request: Request) -> bool:
        harmless = request.repeat_after_timeout or error.phase in ("connect", "place")
        return harmless or self.after_timeout


class Warmup(Struct, frozen=True):
    """How a model that is being loaded is waited for.

    Attributes:
        deadline: the most time spent waiting, in seconds; 0 raises at once.
    """

    deadline: float

    def wait(self, asked: int, waited: float, error: HfError) -> float:
        """Seconds to wait before asking again: 2, 4, 8, 16, then every 15 and, late, every 30.

        Args:
            asked: how many times the model was still loading before this one.
            waited: seconds waited so far.

        Raises:
            ColdStartTimeoutError: the deadline has passed.
        """
        if not self.deadline:
            raise error
        left = self.deadline - waited
        if left <= 0:
            raise ColdStartTimeoutError(
                f"The model was still loading after {self.deadline:g} s.",
                hint="Raise cold_start_timeout, or ask again later.",
                status=error.status, provider=error.provider, model=error.model, task=error.task,
                request_id=error.request_id,
            ) from error  # fmt: skip
        if asked < len(WARMUP_FIRST):
            return min(WARMUP_FIRST[asked], left)
        return min(15.0 if waited < 180 else 30.0, left)


class Budget:
    """Repeats in store: each request pays for a part of one, so that a storm is not doubled.

    Only arithmetic: who holds it sees to it that one thread at a time asks.

    Attributes:
        full: there is no room for more.
    """

    __slots__ = ("full", "left")

    def __init__(self) -> None:
        self.left = RESERVE
        self.full = True

    def pay(self, share: float) -> None:
        """A request pays."""
        self.left = min(RESERVE, self.left + share)
        self.full = self.left >= RESERVE

    def spend(self) -> bool:
        """Take a repeat, if there is one."""
        if self.left < 1.0:
            return False
        self.left -= 1.0
        self.full = False
        return True
