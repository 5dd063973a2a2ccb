"""A breaker: opens within its threshold, tries with exactly its probes, and closes or opens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.breaker import Breaker, BreakerRules

RULES = BreakerRules(rate=0.5, window=10, least=4, reset=30.0, probes=3)


def fed(*results: bool) -> Breaker:
    """A breaker that has seen these results."""
    breaker = Breaker()
    for good in results:
        breaker.record(RULES, breaker.round, good, 0.0)
    return breaker


def half_open() -> Breaker:
    """One whose first probe has just been let through."""
    breaker = fed(*[False] * 4)
    assert breaker.admit(RULES, 30.0) is None
    return breaker


def test_it_opens_at_the_rate_and_not_before_enough_is_known() -> None:
    """Three failures say nothing; the fourth of four is half and more."""
    assert fed(False, False, False).state == "closed"
    assert fed(True, True, False, False).state == "open"
    assert fed(True, True, True, False).state == "closed"


def test_only_the_last_results_count() -> None:
    """What was good long ago does not help."""
    assert fed(*[True] * 10, *[False] * 5).state == "open"
    assert fed(*[True] * 10, *[False] * 4).state == "closed"


def test_while_it_is_open_nobody_passes_and_it_says_how_long() -> None:
    """The wait shrinks."""
    breaker = fed(*[False] * 4)

    assert breaker.admit(RULES, 10.0) == 20.0
    assert breaker.left(RULES, 25.0) == 5.0
    assert breaker.left(RULES, 35.0) == 0.0


def test_half_open_lets_exactly_its_probes_through() -> None:
    """Whoever else asks is told to come back."""
    breaker = half_open()

    assert [breaker.admit(RULES, 31.0) for _ in range(5)] == [None, None, 0.0, 0.0, 0.0]
    assert breaker.state == "half-open"


def test_it_closes_when_all_probes_succeed_and_forgets_the_past() -> None:
    """The third of three."""
    breaker = half_open()
    for _ in range(3):
        assert breaker.state == "half-open"
        breaker.record(RULES, breaker.round, True, 31.0)

    assert breaker.state == "closed"
    assert breaker.failures == 0


def test_one_failed_probe_opens_it_again_for_as_long() -> None:
    """From that moment."""
    breaker = half_open()
    breaker.record(RULES, breaker.round, False, 40.0)

    assert breaker.state == "open"
    assert breaker.admit(RULES, 50.0) == 20.0


def test_a_probe_that_says_nothing_is_given_back() -> None:
    """It was cancelled, or held up; another may try."""
    breaker = half_open()
    breaker.admit(RULES, 30.0)
    breaker.admit(RULES, 30.0)
    assert breaker.admit(RULES, 30.0) == 0.0
    breaker.record(RULES, breaker.round, None, 30.0)

    assert breaker.admit(RULES, 30.0) is None


def test_results_of_an_earlier_round_do_not_count() -> None:
    """They were asked before it opened."""
    breaker = half_open()
    for _ in range(9):
        breaker.record(RULES, 0, True, 31.0)
        breaker.record(RULES, 0, False, 31.0)

    assert breaker.state == "half-open"


@given(st.lists(st.tuples(st.sampled_from(["admit", "good", "bad", "none"]), st.integers(0, 40))))
def test_never_more_probes_than_the_rules_say(moves: list[tuple[str, int]]) -> None:
    """Whatever happens, and in whatever order."""
    breaker, now, out = Breaker(), 0.0, 0
    for move, seconds in moves:
        now += seconds
        before = breaker.round
        if move == "admit":
            passed = breaker.admit(RULES, now) is None
            out = 0 if breaker.round != before else out
            out += passed and breaker.state == "half-open"
        else:
            good = {"good": True, "bad": False, "none": None}[move]
            if breaker.state == "half-open" and not out:
                continue
            out -= breaker.state == "half-open" and good is None
            breaker.record(RULES, breaker.round, good, now)
        assert out <= RULES.probes
        assert 0 <= breaker.failures <= RULES.window


def test_a_window_full_of_successes_is_calm_until_one_fails() -> None:
    """Then a success would change nothing, and need not be written down."""
    breaker = Breaker()
    for _ in range(RULES.window):
        assert not breaker.is_calm(RULES)
        breaker.record(RULES, breaker.round, True, 0.0)
    assert breaker.is_calm(RULES)
    breaker.record(RULES, breaker.round, False, 0.0)
    assert not breaker.is_calm(RULES)
