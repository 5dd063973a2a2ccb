"""Tokens that are remembered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.vocabulary import UNKNOWN, Vocabulary


@given(st.text(max_size=80))
def test_what_is_read_can_be_told_again(text: str) -> None:
    """Unless two of its tokens share an id, which takes thousands."""
    vocabulary = Vocabulary()
    found = vocabulary.read(text)
    assert vocabulary.text(one.id for one in found) == text


@given(st.text(max_size=80))
def test_places_cut_the_token_out(text: str) -> None:
    """Without the white space before it."""
    for one in Vocabulary().read(text):
        assert text[one.start : one.stop].strip() == one.text


def test_what_was_never_read_is_unknown() -> None:
    """Also after it was forgotten."""
    vocabulary = Vocabulary()
    [token] = vocabulary.read("Hello")
    assert vocabulary.text([token.id, -1]) == f"Hello{UNKNOWN}"
    vocabulary.clear()
    assert vocabulary.text([token.id]) == UNKNOWN
