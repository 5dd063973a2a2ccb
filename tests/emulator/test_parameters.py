"""Parameters and endings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.parameters import OPENAI, TGI, Cut, Ending, Range, check, cut, stops
from hf_integrations.emulator.problems import Refusal, openai_problem


def refuse(message: str, param: str) -> Refusal:
    """Refuse as OpenAI does."""
    return openai_problem(400, message, param=param)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_tokens", 0),
        ("max_tokens", 1.5),
        ("max_tokens", True),
        ("temperature", 2.1),
        ("temperature", "warm"),
        ("top_p", -0.1),
        ("n", 0),
        ("presence_penalty", -3),
    ],
)
def test_what_is_out_of_range_is_refused(name: str, value: Any) -> None:
    """The refusal names the parameter and its range."""
    with pytest.raises(Refusal, match=name) as caught:
        check({name: value}, OPENAI, refuse)
    assert caught.value.body["error"]["param"] == name


def test_what_is_in_range_and_what_is_null_passes() -> None:
    """As is what is not known."""
    check({"temperature": 0, "n": None, "max_tokens": 5, "other": "x"}, OPENAI, refuse)
    check({"temperature": 0.1, "top_p": 0.5}, TGI, refuse)


def test_this_engine_wants_a_temperature_above_zero() -> None:
    """Other than OpenAI's."""
    with pytest.raises(Refusal):
        check({"temperature": 0}, TGI, refuse)


def test_a_range_says_what_it_takes() -> None:
    """In words."""
    assert str(Range(0, 2)) == "a number from 0 to 2"
    assert str(Range(1, 5, whole=True)) == "an integer from 1 to 5"


def test_stop_sequences_are_one_or_several() -> None:
    """Text, a list, or nothing."""
    assert stops("x", refuse) == ("x",)
    assert stops(["x", "y"], refuse) == ("x", "y")
    assert stops(None, refuse) == stops([], refuse) == ()


@pytest.mark.parametrize("value", [5, [5], [""], {"a": 1}])
def test_other_stops_are_refused(value: Any) -> None:
    """An empty stop would stop everything."""
    with pytest.raises(Refusal, match="stop"):
        stops(value, refuse)


@pytest.mark.parametrize(
    ("ending", "text", "reason"),
    [
        (Ending(), "How are you today?", "stop"),
        (Ending(stop=("you",)), "How are ", "sequence"),
        (Ending(stop=("today", "are")), "How ", "sequence"),
        (Ending(stop=("you",), keep_stop=True), "How are you", "sequence"),
        (Ending(max_tokens=2), "How are", "length"),
        (Ending(stop=("today",), max_tokens=1), "How", "length"),
        (Ending(max_tokens=5), "How are you today?", "stop"),
    ],
)
def test_endings(ending: Ending, text: str, reason: str) -> None:
    """At the first stop sequence, or after so many tokens."""
    found = cut("How are you today?", ending)
    assert (found.text, found.reason) == (text, reason)


@given(st.text(), st.integers(1, 9))
def test_a_cut_text_begins_the_text(text: str, limit: int) -> None:
    """And has no more tokens than allowed."""
    found: Cut = cut(text, Ending(max_tokens=limit))
    assert text.startswith(found.text)
    assert len(found.pieces) <= limit
    assert (found.text == text) == (found.reason == "stop")
