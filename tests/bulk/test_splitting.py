"""Texts become pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.bulk import split
from hf_integrations.errors import ValidationError

TEXTS = st.text(st.sampled_from("ab .!\n#=*ü中 "), max_size=400)


@given(TEXTS, st.integers(1, 80))
def test_no_piece_is_larger_than_asked(text: str, size: int) -> None:
    """A piece is at most `size` characters, its heading not counted."""
    for piece in split(text, size):
        assert len(piece.text.removeprefix(piece.heading).strip("\n")) <= size


@given(TEXTS, st.integers(1, 80))
def test_nothing_is_lost(text: str, size: int) -> None:
    """Every letter of the text stands in some piece, in order."""
    pieces = split(text, size)
    body = "".join(piece.text for piece in pieces)

    assert set(body) >= {char for char in text if char.isalpha()}
    letters = [char for char in text if char.isalpha()]
    found = iter(body)
    assert all(letter in found for letter in letters)


def test_short_paragraphs_share_a_piece() -> None:
    """As many as fit, with the empty line between them kept."""
    assert [each.text for each in split("one\n\ntwo\n\nthree", 9)] == ["one\n\ntwo", "three"]


@pytest.mark.parametrize("text", ["# Title\n\nbody", "Title\n=====\n\nbody", "Title\n*****\nbody"])
def test_a_heading_goes_with_its_text(text: str) -> None:
    """In Markdown and in reStructuredText; the piece begins with it."""
    (piece,) = split(text)

    assert (piece.heading, piece.text) == ("Title", "Title\n\nbody")


def test_each_piece_under_a_heading_carries_it() -> None:
    """Later pieces of a section are found by its words too."""
    pieces = split("# Cats\n\n" + "cat " * 20 + "\n\n" + "purr " * 20 + "\n\n# Dogs\n\nbark", 110)

    assert [each.heading for each in pieces] == ["Cats", "Cats", "Dogs"]
    assert all(each.text.startswith(each.heading) for each in pieces)


def test_a_long_paragraph_is_cut_between_its_lines_then_sentences_then_words() -> None:
    """What belongs together stays together as long as it can."""
    assert [each.text for each in split("aa aa\nbb bb\ncc cc", 11)] == ["aa aa\nbb bb", "cc cc"]
    assert [each.text for each in split("Aa aa. Bb bb. Cc.", 7)] == ["Aa aa.", "Bb bb.", "Cc."]
    assert [each.text for each in split("aaaa bbbb cccc", 9)] == ["aaaa bbbb", "cccc"]
    assert [each.text for each in split("aaaabbbbcc", 4)] == ["aaaa", "bbbb", "cc"]


@pytest.mark.parametrize("text", ["# " + "x" * 5000, "x" * 5000 + "\n====="])
def test_a_line_that_is_too_long_for_a_heading_is_text(text: str) -> None:
    """It would stand with each piece under it."""
    pieces = split(text + "\n\nbody", 1000)

    assert {each.heading for each in pieces} == {""}
    assert sum(each.text.count("x") for each in pieces) == 5000
    assert max(len(each.text) for each in pieces) <= 1000


def test_a_line_of_dashes_alone_is_no_heading() -> None:
    """A rule between paragraphs is text."""
    assert [each.heading for each in split("one\n\n-----\n\ntwo")] == [""]


def test_a_size_below_one_is_refused() -> None:
    """Nothing fits into nothing."""
    with pytest.raises(ValidationError, match="size"):
        split("text", 0)
