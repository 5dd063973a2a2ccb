"""What stands around a call, only where settings ask for it."""

from __future__ import annotations

import pytest

from hf_integrations.errors import BudgetExceededError
from hf_integrations.flow import Flow
from hf_integrations.services.arranging import arranged
from hf_integrations.services.context import Context
from hf_integrations.transport.costs import Price
from hf_integrations.transport.telemetry import Exchange
from tests.playing import play
from tests.services.calls import context


def flow(context: Context, number: int, *, times: int = 2) -> Flow[int]:
    """A call."""
    yield from ()
    return number * times


def test_without_settings_it_is_the_flow_itself() -> None:
    """Nothing is asked."""
    assert play(arranged(flow, context(), (3,), {"times": 4}), []) == (12, [])


def test_a_budget_is_looked_at_first() -> None:
    """With prices that are known already, nobody is asked."""
    ctx = context(budget=1)
    assert play(arranged(flow, ctx, (3,), {}), []) == (6, [])
    ctx.memory.tally.learn("groq", "m", Price(1e6, None))
    used = Exchange(
        task="t", provider="groq", model="m", host="h", began=0, seconds=1.0, input_tokens=1
    )
    ctx.memory.tally(used)
    with pytest.raises(BudgetExceededError):
        play(arranged(flow, ctx, (3,), {}), [])
