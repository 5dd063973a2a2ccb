"""The settings, as rules: each part can be turned off alone, and all with thin settings."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig, RateLimit
from hf_integrations.transport.lanes import Lane, Lanes
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.telemetry import Event


def of(**settings: Any) -> Patience:
    """The rules of some settings."""
    return Patience.of(HfInferenceConfig(**settings))


def test_thin_settings_have_no_rules() -> None:
    """And keep no state."""
    thin = Patience.of(HfInferenceConfig.thin())

    assert (thin.lanes, thin.breaker, thin.budget, thin.deadline) == (None,) * 4
    assert (thin.adaptive, thin.concurrency, thin.listeners) == (False, None, ())
    assert (thin.retry.most, thin.warmup.deadline) == (0, 0)


@pytest.mark.parametrize(
    ("off", "part", "left"),
    [
        ({"circuit_breaker": False}, "breaker", None),
        ({"adaptive_rate_limits": False}, "adaptive", False),
        ({"retry_budget": None}, "budget", None),
        ({"max_retries": 0}, "budget", None),
        ({"auto_wait_for_model": False}, "warmup", 0.0),
    ],
)
def test_each_part_is_off_alone(off: dict[str, Any], part: str, left: Any) -> None:
    """The others stay."""
    rules = of(**off)
    found = rules.warmup.deadline if part == "warmup" else getattr(rules, part)

    assert found == left
    assert rules.lanes is not None


def test_the_rules_are_those_of_the_settings() -> None:
    """By their names."""
    heard: list[Event] = []
    rules = of(
        breaker_failure_rate=0.9, breaker_window=30, breaker_minimum=10,
        breaker_reset_timeout=5, breaker_probes=1, total_timeout=50, retry_budget=0.1,
        max_rate_limit_wait=7, max_concurrency=8, repeat_after_timeout=True,
        on_event=heard.append, on_cold_start=heard.append,
    )  # fmt: skip
    breaker = rules.breaker

    assert breaker is not None
    assert (breaker.rate, breaker.window, breaker.least) == (0.9, 30, 10)
    assert (breaker.reset, breaker.probes) == (5, 1)
    assert (rules.deadline, rules.budget, rules.longest_turn) == (50, 0.1, 7)
    assert (rules.concurrency, rules.retry.after_timeout) == (8, True)
    assert rules.listeners == (heard.append,)
    assert rules.on_cold_start == heard.append


def test_a_limit_is_that_of_the_provider_the_host_or_any_other() -> None:
    """In this order."""
    limits = {"groq": {"per_second": 1}, "host": {"per_second": 2}, "*": RateLimit(per_second=3)}
    rules, home = of(provider_rate_limits=limits), Lanes()

    def found(host: str, provider: str) -> float | None:
        limit = rules.limit_of(Lane(home, host, provider, ""))
        return limit.per_second if limit else None

    assert (found("host", "groq"), found("host", ""), found("other", "auto")) == (1, 2, 3)
    assert of().limit_of(Lane(home, "host", "groq", "")) is None
