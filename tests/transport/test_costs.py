"""Tokens are added up by provider and model, and priced when a price is known."""

from __future__ import annotations

from typing import Any

from hf_integrations.transport.costs import Price, Tally
from hf_integrations.transport.telemetry import Exchange


def one(**facts: Any) -> Exchange:
    """A record."""
    usual = {"task": "t", "provider": "groq", "model": "m", "host": "h", "began": 0, "seconds": 1.0}
    return Exchange(**{**usual, "input_tokens": 10, "output_tokens": 5, **facts})


def test_prices_may_come_later() -> None:
    """Then what was used before is priced too."""
    tally = Tally()
    tally(one())
    tally(one(output_tokens=None))
    assert tally.unknown() == [("groq", "m")]
    assert tally.costs().dollars == 0
    tally.learn("groq", "m", Price(1.0, 2.0))

    (cost,) = tally.costs().by_model
    assert (cost.requests, cost.input_tokens, cost.output_tokens) == (2, 20, 5)
    assert cost.dollars == 30e-6
    tally.clear()
    assert tally.costs().by_model == []


def test_what_cost_nothing_is_not_counted() -> None:
    """Remembered answers, and exchanges without tokens; own servers have no price."""
    tally = Tally()
    tally(one(cached=True))
    tally(one(input_tokens=None, output_tokens=None))
    tally(one(provider=""))
    assert tally.unknown() == []
    assert tally.costs().unpriced == ["m"]


def test_dollars_are_kept_for_calls_on_their_way() -> None:
    """They are counted with what was used, and given back once."""
    tally = Tally()
    tally.learn("groq", "m", Price(1e6, None))
    assert tally.knows("groq", "m")
    assert tally.estimate("groq", "m", 2, 5) == 2
    assert tally.estimate("groq", "other", 2, 5) == 0
    assert tally.reserve(4.0, 10.0) is None
    assert tally.reserve(7.0, 10.0) == 6
    tally(one(input_tokens=5, output_tokens=None))
    assert tally.reserve(2.0, 10.0) == 1
    tally.release(4.0)
    tally.release(4.0)
    assert tally.reserve(5.0, 10.0) is None
    assert tally.reserve(0.0, 10.0) == 0
