"""Settings of what guards a target: circuit breaker, rate limits, concurrency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from hf_integrations.config.patience import PatienceSettings
from hf_integrations.errors import ConfigurationError


class RateLimit(Struct, frozen=True, kw_only=True):
    """How many requests may be sent; each period has a bucket of its own.

    Attributes:
        per_second: requests in a second; None sets no limit.
        per_minute: in a minute.
        per_hour: in an hour.
    """

    per_second: float | None = None
    per_minute: float | None = None
    per_hour: float | None = None

    def periods(self) -> tuple[tuple[float, float], ...]:
        """Seconds and requests of each period that has a limit."""
        given = ((1.0, self.per_second), (60.0, self.per_minute), (3600.0, self.per_hour))
        return tuple((seconds, count) for seconds, count in given if count is not None)


class GuardSettings(PatienceSettings, frozen=True, kw_only=True):
    """What guards a provider or a server against us, and us against it.

    Attributes:
        circuit_breaker: stop asking a target that fails too often: `CircuitOpenError` at once.
        breaker_failure_rate: the share of failures at which that happens, from 0 to 1.
        breaker_window: among how many of the last results.
        breaker_minimum: fewer results than these say nothing.
        breaker_reset_timeout: seconds until a few requests are let through to try.
        breaker_probes: how many; when all succeed, all is as before.
        provider_rate_limits: for a provider, a host, or `*` for any other: `{"groq":
            {"per_second": 5, "per_minute": 100}}`; requests wait for their turn.
        adaptive_rate_limits: heed what servers say in their headers: below a tenth of what is
            allowed, the rest is spread over the time until it is renewed; after a 429 with
            Retry-After nobody asks before that.
        max_rate_limit_wait: the longest wait for a turn, in seconds; beyond, `RateLimitedError`.
        max_concurrency: the most requests and open streams at a time, for each provider or host;
            others wait in line. None sets no limit.
        max_answer_bytes: the largest answer that is read, unpacked, or of a stream the largest
            event; beyond, `AnswerTooLargeError`. None sets no limit.
        stream_buffer: pieces of a stream that are made ready ahead of a slow reader; what else has
            come waits as it is, and beyond 256 kB of that the server has to wait.
    """

    circuit_breaker: bool = True
    breaker_failure_rate: float = 0.5
    breaker_window: int = 50
    breaker_minimum: int = 20
    breaker_reset_timeout: float = 30.0
    breaker_probes: int = 3
    provider_rate_limits: Mapping[str, RateLimit] = field(default_factory=dict)
    adaptive_rate_limits: bool = True
    max_rate_limit_wait: float = 60.0
    max_concurrency: int | None = None
    max_answer_bytes: int | None = 250_000_000
    stream_buffer: int = 100


def checked_limits(limits: Any) -> dict[str, RateLimit]:
    """Limits as they may be written; what cannot be one is named."""
    if not isinstance(limits, Mapping):
        raise ConfigurationError("provider_rate_limits must be a dict of limits by provider.")
    return {_name(name): _limit(name, limit) for name, limit in limits.items()}


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise ConfigurationError("provider_rate_limits: a key is a provider, a host, or '*'.")
    return name


def _limit(name: str, limit: Any) -> RateLimit:
    given = limit
    if isinstance(limit, RateLimit):
        given = {key: getattr(limit, key) for key in RateLimit.__struct_fields__}
    if not isinstance(given, Mapping):
        raise ConfigurationError(f"provider_rate_limits[{name!r}] must be a dict.")
    for key, count in given.items():
        if key not in RateLimit.__struct_fields__:
            raise ConfigurationError(
                f"provider_rate_limits[{name!r}]: there is no {key!r}; it takes "
                f"{', '.join(RateLimit.__struct_fields__)}."
            )
        number = isinstance(count, (int, float)) and not isinstance(count, bool)
        if count is not None and not (number and 0 < count <= 1e9):
            raise ConfigurationError(
                f"provider_rate_limits[{name!r}]: {key} must be a number, more than 0, "
                f"not {count!r}."
            )
    return RateLimit(**given)
