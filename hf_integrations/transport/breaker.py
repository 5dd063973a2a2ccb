"""A circuit breaker: after too many failures a target is left alone, then tried with few requests.

Only arithmetic: who holds it sees to it that one thread at a time asks, and tells the time.
"""

from __future__ import annotations

from collections import deque
from typing import Literal, TypeAlias

from msgspec import Struct

State: TypeAlias = Literal["closed", "open", "half-open"]


class BreakerRules(Struct, frozen=True):
    """When to open and when to close.

    Attributes:
        rate: the share of failures among the last results at which it opens.
        window: how many results are looked at.
        least: fewer results than these say nothing.
        reset: seconds until probes are let through.
        probes: how many; all must succeed for it to close, and one failure opens it again.
    """

    rate: float
    window: int
    least: int
    reset: float
    probes: int


class Breaker:
    """Closed: all may pass. Open: nobody. Half-open: so many probes, and nobody else.

    Attributes:
        state: which of the three.
        round: counts the changes of state; a result counts only in the round it was asked in.
    """

    __slots__ = ("_failed", "_let", "_passed", "_results", "_since", "round", "state")

    def __init__(self) -> None:
        self.state: State = "closed"
        self.round = 0
        self._results: deque[bool] = deque()
        self._failed = self._let = self._passed = 0
        self._since = 0.0

    @property
    def failures(self) -> int:
        """How many of the last results were failures."""
        return self._failed

    def is_calm(self, rules: BreakerRules) -> bool:
        """Whether a success would change nothing: the window is full of nothing else."""
        return not self._failed and self.state == "closed" and len(self._results) >= rules.window

    def admit(self, rules: BreakerRules, now: float) -> float | None:
        """None when a request may pass; else the seconds until one may, as far as is known."""
        if self.state == "closed":
            return None
        if self.state == "open":
            left = self._since + rules.reset - now
            if left > 0:
                return left
            self._turn("half-open", now)
        if self._let >= rules.probes:
            return 0.0
        self._let += 1
        return None

    def left(self, rules: BreakerRules, now: float) -> float:
        """Seconds until probes are let through; 0 when that is not to be waited for."""
        return max(0.0, self._since + rules.reset - now) if self.state == "open" else 0.0

    def record(self, rules: BreakerRules, asked_in: int, good: bool | None, now: float) -> None:
        """What came of a request that was admitted in a round; None when nothing can be said."""
        if asked_in != self.round:
            return
        if self.state == "half-open":
            self._probed(rules, good, now)
        elif good is not None:
            self._add(rules, good)
            count = len(self._results)
            if not good and count >= rules.least and self._failed >= rules.rate * count:
                self._turn("open", now)

    def _probed(self, rules: BreakerRules, good: bool | None, now: float) -> None:
        if good is None:
            self._let -= 1
        elif not good:
            self._turn("open", now)
        else:
            self._passed += 1
            if self._passed >= rules.probes:
                self._turn("closed", now)

    def _add(self, rules: BreakerRules, good: bool) -> None:
        self._results.append(good)
        self._failed += not good
        while len(self._results) > rules.window:
            self._failed -= not self._results.popleft()

    def _turn(self, state: State, now: float) -> None:
        self.state, self._since = state, now
        self.round += 1
        self._let = self._passed = 0
        if state == "closed":
            self._failed = 0
            self._results.clear()
