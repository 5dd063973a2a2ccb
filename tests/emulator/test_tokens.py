"""The counting of tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator import tokens


@given(st.text())
def test_tokens_put_together_are_the_text(text: str) -> None:
    """Nothing is lost and nothing added."""
    assert "".join(tokens.pieces(text)) == text
    assert tokens.count(text) == len(tokens.pieces(text))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello, world!", ["Hello", ",", " world", "!"]),
        ("a  b \n", ["a", "  b", " \n"]),
        ("你好", ["你", "好"]),
        ("x" * 40, ["x" * 16, "x" * 16, "x" * 8]),
        ("", []),
        ("   ", ["   "]),
    ],
)
def test_words_and_signs_are_tokens(text: str, pieces: list[str]) -> None:
    """The rule of the module, by example."""
    assert tokens.pieces(text) == pieces


@given(st.text(), st.integers(0, 5))
def test_a_text_can_be_cut_at_both_ends(text: str, limit: int) -> None:
    """The first and the last tokens, and never more than asked for."""
    assert text.startswith(tokens.first(text, limit))
    assert text.endswith(tokens.last(text, limit)) or limit == 0
    assert tokens.count(tokens.first(text, limit)) <= limit


def test_ids_are_numbers_that_stay() -> None:
    """A token has one id in every process."""
    assert tokens.number("Hello") == 100738
    assert tokens.number("Hello") != tokens.number(" Hello")
