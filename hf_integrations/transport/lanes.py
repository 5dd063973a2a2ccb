"""What is known of each target: shared by a client, its views and both colours.

State is changed under one short lock and never waited for inside it: a lane says "wait 0.4 s" or
"refused", and the flow that asked does the waiting.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from msgspec import Struct

from hf_integrations.config import RateLimit
from hf_integrations.errors import CircuitOpenError
from hf_integrations.flow import Request
from hf_integrations.transport.breaker import Breaker, BreakerRules, State
from hf_integrations.transport.gate import Gate
from hf_integrations.transport.limiter import Allowance, Buckets
from hf_integrations.transport.retry import Budget
from hf_integrations.transport.telemetry import CircuitChange, Listener, host_of, tell
from hf_integrations.transport.warming import Warming

K = TypeVar("K")
V = TypeVar("V")

Target: TypeAlias = tuple[str, str, str]  # host, provider and model

MOST_LANES = 10_000  # beyond, the oldest targets are forgotten


class Circuit(Struct, frozen=True):
    """How things stand with one target.

    Attributes:
        host: whom requests go to.
        provider: who serves them; empty at a server of one's own.
        model: which model; empty when there is but one.
        state: closed (all is well), open (nobody is let through) or half-open (some try).
        failures: how many of the last results were failures.
    """

    host: str
    provider: str
    model: str
    state: State
    failures: int


class Lane:
    """The way of one account to one target.

    Attributes:
        allowance: its own: what the server said of this account and model.
        breaker: the target's, whoever asks; so is `warming`.
        buckets: the provider's, whatever the model and whoever asks; so is `gate`.
    """

    __slots__ = (
        "allowance", "breaker", "buckets", "gate", "home", "host", "model", "provider", "warming",
    )  # fmt: skip

    def __init__(self, home: Lanes, host: str, provider: str, model: str) -> None:
        self.home = home
        self.host, self.provider, self.model = host, provider, model
        self.allowance = Allowance()
        self.breaker, self.warming = home.of_target((host, provider, model))
        self.buckets, self.gate = home.of_provider(self.whose)

    @property
    def whose(self) -> str:
        """Whose limits count: the provider's, or the host's where none is named."""
        return self.provider if self.provider not in ("", "auto") else self.host

    def admit(self, rules: BreakerRules, now: float, listeners: tuple[Listener, ...] = ()) -> int:
        """Pass the breaker: the round in which this happens.

        Raises:
            CircuitOpenError: nobody may pass now.
        """
        breaker = self.breaker
        with self.home.lock:
            before = breaker.state
            left = breaker.admit(rules, now)
            asked_in, after = breaker.round, breaker.state
        if before is not after:
            self._tell(listeners, before, after)
        if left is not None:
            raise self._held_back(left)
        return asked_in

    def record(
        self, rules: BreakerRules, asked_in: int, good: bool | None, now: float,
        listeners: tuple[Listener, ...] = (),
    ) -> None:  # fmt: skip
        """What came of it; None when nothing can be said."""
        breaker = self.breaker
        with self.home.lock:
            before = breaker.state
            breaker.record(rules, asked_in, good, now)
            after = breaker.state
        if before is not after:
            self._tell(listeners, before, after)

    def reserve(self, limit: RateLimit | None, now: float, most: float) -> float:
        """Seconds until the next turn, which is the caller's if they are not more than `most`."""
        buckets, allowance = self.buckets, self.allowance
        with self.home.lock:
            wait = max(buckets.wait(limit, now), allowance.wait(now))
            if wait <= most:
                buckets.take(limit, now)
                allowance.take(now)
            return wait

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """Take note of what a server says is left."""
        with self.home.lock:
            self.allowance.learn(headers, now)

    def hold(self, seconds: float | None, now: float) -> None:
        """Let this account ask no more for as long as the server wants."""
        if seconds:
            with self.home.lock:
                self.allowance.hold(seconds, now)

    def _tell(self, listeners: tuple[Listener, ...], before: State, after: State) -> None:
        event = CircuitChange(
            host=self.host, provider=self.provider, model=self.model, before=before, after=after
        )
        tell(listeners, event)

    def _held_back(self, left: float) -> CircuitOpenError:
        who = self.provider or self.host
        return CircuitOpenError(
            f"{who} failed too often and is left alone" + (f" for {left:.1f} s." if left else "."),
            hint="Ask again later, or elsewhere; docs/resilience.md has the rules.",
            provider=self.provider or None,
            model=self.model or None,
            retry_after=left or None,
        )


class Lanes:
    """All lanes of a client and of its views, and its budget of repeats."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.budget = Budget()
        self._begin()
        _all_lanes.add(self)

    def of(self, request: Request) -> Lane:
        """The lane of a request."""
        about = request.about
        key = (host_of(request.url), about.provider, about.model, about.account)
        return self._lanes.get(key) or self._new(key)

    def of_target(self, target: Target) -> tuple[Breaker, Warming]:
        """What the lanes of all accounts to one target share."""
        return self._kept(self._of_targets, target, lambda: (Breaker(), Warming()))

    def of_provider(self, name: str) -> tuple[Buckets, Gate]:
        """What the lanes to one provider or host share."""
        return self._kept(self._of_providers, name, lambda: (Buckets(), Gate()))

    def pay(self, share: float) -> None:
        """A request pays for a part of a repeat, unless the store is full."""
        with self.lock:
            self.budget.pay(share)

    def spend(self) -> bool:
        """Take a repeat from the budget, if there is one."""
        with self.lock:
            return self.budget.spend()

    def circuits(self) -> list[Circuit]:
        """How things stand with each target that was asked."""
        from hf_integrations.models.shown import Shown

        targets = list(self._of_targets.items())
        return Shown(Circuit(*target, one.state, one.failures) for target, (one, _) in targets)

    def begin_anew(self) -> None:
        """Forget all, locks included: what a forked process must do."""
        self.lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._lanes: dict[tuple[str, str, str, str], Lane] = {}
        self._of_targets: dict[Target, tuple[Breaker, Warming]] = {}
        self._of_providers: dict[str, tuple[Buckets, Gate]] = {}

    def _new(self, key: tuple[str, str, str, str]) -> Lane:
        lane = Lane(self, *key[:3])
        return self._kept(self._lanes, key, lambda: lane)

    def _kept(self, place: dict[K, V], key: K, make: Callable[[], V]) -> V:
        """What is known under a key; where that is too much, the oldest is forgotten."""
        with self.lock:
            found = place.get(key)
            if found is None:
                if len(place) >= MOST_LANES:
                    del place[next(iter(place))]
                found = place[key] = make()
            return found


_all_lanes: weakref.WeakSet[Lanes] = weakref.WeakSet()


def _after_fork() -> None:
    for lanes in list(_all_lanes):
        lanes.begin_anew()


# Windows, which does not fork, lacks the function.
getattr(os, "register_at_fork", dict)(after_in_child=_after_fork)
