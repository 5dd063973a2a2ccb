"""What a request is allowed to wait for, and what it has to pass: the settings, as rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from hf_integrations.config import HfInferenceConfig, RateLimit
from hf_integrations.errors import HfError
from hf_integrations.flow import Flow, Request
from hf_integrations.transport.breaker import BreakerRules
from hf_integrations.transport.lanes import Lane, Lanes
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import (
    Counter,
    Listener,
    as_listeners,
    counters_among,
)

# Asked about a failure, before it is met: None to send again at once, else the error to go on with.
Recover: TypeAlias = Callable[[Request, HfError], Flow[HfError | None]]


class Patience(Struct, frozen=True):
    """The rules of one client, or of a view; state is in `lanes`, which they share.

    Attributes:
        retry: how failures are met.
        warmup: how a model that is being loaded is waited for.
        deadline: seconds for a request with all its repeats; None sets no limit.
        budget: repeats that each request pays for; None sets no limit.
        lanes: what is known of targets; None when nothing is to be known.
        breaker: when a target is left alone; None for never.
        limits: rate limits by provider or host.
        adaptive: heed what servers say of their limits.
        longest_turn: the longest wait for a turn, in seconds.
        concurrency: the most exchanges at a time, by provider or host.
        listeners: who is told what happened.
        counters: the same, while nobody needs a record of what went well.
        on_cold_start: who is told, besides, of waits for a model.
        recover: asked about each failure; the way in for who can wake an endpoint.
        clock: seconds, from any beginning.
    """

    retry: Retry
    warmup: Warmup
    deadline: float | None = None
    budget: float | None = None
    lanes: Lanes | None = None
    breaker: BreakerRules | None = None
    limits: Mapping[str, RateLimit] = {}
    adaptive: bool = False
    longest_turn: float = 60.0
    concurrency: int | None = None
    listeners: tuple[Listener, ...] = ()
    counters: tuple[Counter, ...] = ()
    on_cold_start: Listener | None = None
    recover: Recover | None = None
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(
        cls,
        config: HfInferenceConfig,
        lanes: Lanes | None = None,
        listeners: tuple[Listener, ...] = (),
        recover: Recover | None = None,
    ) -> Patience:
        """As the settings say."""
        told = listeners + as_listeners(config.on_event)
        guarded = (
            config.circuit_breaker or config.adaptive_rate_limits or config.auto_wait_for_model
            or config.provider_rate_limits or config.max_concurrency is not None
            or (config.max_retries > 0 and config.retry_budget is not None)
        )  # fmt: skip
        return cls(
            Retry(
                config.max_retries, config.retry_base_delay, config.retry_max_delay,
                after_timeout=config.repeat_after_timeout,
            ),
            Warmup(config.cold_start_timeout if config.auto_wait_for_model else 0.0),
            deadline=config.total_timeout,
            budget=config.retry_budget if config.max_retries else None,
            lanes=(lanes or Lanes()) if guarded else None,
            breaker=_rules(config),
            limits=config.provider_rate_limits,
            adaptive=config.adaptive_rate_limits,
            longest_turn=config.max_rate_limit_wait,
            concurrency=config.max_concurrency,
            listeners=told,
            counters=counters_among(told),
            on_cold_start=config.on_cold_start,
            recover=recover,
        )  # fmt: skip

    def limit_of(self, lane: Lane) -> RateLimit | None:
        """The limit that counts for a lane."""
        limits = self.limits
        if not limits:
            return None
        for name in (lane.provider, lane.host, "*"):
            if name in limits:
                return limits[name]
        return None


def _rules(config: HfInferenceConfig) -> BreakerRules | None:
    if not config.circuit_breaker:
        return None
    return BreakerRules(
        config.breaker_failure_rate, config.breaker_window, config.breaker_minimum,
        config.breaker_reset_timeout, config.breaker_probes,
    )  # fmt: skip
