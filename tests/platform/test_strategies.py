"""Whom a router asks first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.platform.strategies import (
    STRATEGIES,
    Candidate,
    Latencies,
    Strategy,
    ordered,
)


def names(strategy: Strategy, *candidates: Candidate, turn: int = 0, session: str = "") -> str:
    """The order, as one text."""
    return "".join(ordered(strategy, candidates, turn=turn, session=session or None))


A, B, C = (Candidate(provider=name) for name in "abc")


def test_fallback_keeps_the_given_order() -> None:
    """As the caller prefers."""
    assert names("fallback", C, A, B) == "cab"


def test_the_cheapest_comes_first_and_those_without_a_price_last() -> None:
    """What costs nothing is cheaper than what costs something."""
    dear, free = Candidate(provider="d", dollars=2.0), Candidate(provider="f", dollars=0.0)
    assert names("cheapest", A, dear, free) == "fda"


def test_the_fastest_comes_first_after_those_not_measured() -> None:
    """Else they would never be."""
    slow, quick = Candidate(provider="s", seconds=2.0), Candidate(provider="q", seconds=0.1)
    assert names("fastest", slow, quick, A) == "aqs"


def test_each_comes_first_in_turn() -> None:
    """And the others follow in their order."""
    assert [names("round_robin", A, B, C, turn=turn) for turn in range(4)] == [
        "abc", "bca", "cab", "abc",
    ]  # fmt: skip


def test_without_a_session_nothing_sticks() -> None:
    """It is as the caller prefers."""
    assert names("sticky", C, A, B) == "cab"


@settings(max_examples=40)
@given(st.text(min_size=1))
def test_a_session_moves_only_when_its_adapter_goes(session: str) -> None:
    """Taking away one of the others changes nothing for it."""
    order = names("sticky", A, B, C, session=session)
    last = next(one for one in (A, B, C) if one.provider == order[-1])
    rest = [one for one in (C, B, A) if one is not last]
    assert names("sticky", *rest, session=session) == order[:2]


def test_sessions_are_spread() -> None:
    """All have a share."""
    firsts = [names("sticky", A, B, C, session=str(number))[0] for number in range(300)]
    assert all(50 < firsts.count(name) < 150 for name in "abc")


@settings(max_examples=60)
@given(
    st.sampled_from(STRATEGIES),
    st.lists(st.tuples(st.none() | st.floats(0, 9), st.none() | st.floats(0, 9)), max_size=5),
    st.integers(0, 9),
    st.none() | st.text(),
)
def test_nobody_is_lost(
    strategy: Strategy, facts: list[tuple[float | None, float | None]], turn: int, session: str
) -> None:
    """Whatever is known of them."""
    found = [
        Candidate(provider=str(n), dollars=dollars, seconds=seconds)
        for n, (dollars, seconds) in enumerate(facts)
    ]
    order = ordered(strategy, found, turn=turn, session=session)
    assert sorted(order) == [one.provider for one in found]


def test_measurements_fade_and_are_forgotten() -> None:
    """The newest counts 30 of 100; after a while nothing is known."""
    known = Latencies(keep=60)
    assert known.of("a", "chat", 0) is None
    known.answered("a", "chat", 1.0, 0)
    known.answered("a", "chat", 2.0, 1)
    assert known.of("a", "chat", 61) == pytest.approx(1.3)
    assert known.of("a", "speech", 1) is None
    assert known.of("a", "chat", 62) is None


def test_who_fails_quickly_is_not_fast() -> None:
    """It is slower than everybody."""
    known = Latencies(keep=60)
    known.answered("a", "chat", 3.0, 0)
    known.failed("b", "chat", 0.01, 0)
    assert known.of("b", "chat", 0) == 6.0
