"""Words, stems and weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.words import (
    COMMON_WEIGHT,
    STOP_WEIGHT,
    content_stems,
    stem,
    stems,
    weight,
    word_set,
    words,
)


def test_words_are_lower_case_and_without_signs() -> None:
    """Case and punctuation make no difference."""
    assert list(words("Hello, World! It's 3.14")) == ["hello", "world", "it", "s", "3", "14"]


def test_identifiers_give_their_parts() -> None:
    """`read_file` is found by `read` and by `file`."""
    assert list(words("read_file(__init__)")) == ["read", "file", "init"]


def test_scripts_without_spaces_give_pairs() -> None:
    """Chinese and Japanese texts share words though they have no spaces."""
    assert list(words("你好啊集团")) == ["你好", "好啊", "啊集", "集团"]
    assert list(words("你好")) == ["你好"]
    assert list(words("größer")) == ["größer"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("statements", "statement"),
        ("libraries", "library"),
        ("running", "run"),
        ("stopped", "stop"),
        ("classes", "class"),
        ("multiplied", "multiply"),
        ("raised", "raise"),
        ("execution", "execute"),
        ("quickly", "quick"),
        ("darkness", "dark"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    """The common English endings make no difference."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["is", "bus", "glass", "r2d2s", "größes", "thing", "wing"])
def test_words_without_ending_stay(word: str) -> None:
    """What only looks like an ending is kept."""
    assert stem(word) == word


@given(st.text())
def test_a_stem_begins_its_word_but_for_its_last_letter(text: str) -> None:
    """Stemming only cuts, or turns a plural's `ie` into `y`."""
    for word in words(text):
        found = stem(word)
        assert found
        assert word.startswith(found[:-1])


def test_weights_fall_from_content_to_function_words() -> None:
    """What says more weighs more."""
    assert weight("the") == STOP_WEIGHT < weight("important") == COMMON_WEIGHT < weight("propeller")


def test_stems_keep_order_and_content_stems_drop_function_words() -> None:
    """Both views of one text."""
    assert stems("the cats and the dogs") == ["the", "cat", "and", "the", "dog"]
    assert content_stems("the cats and the dogs") == {"cat", "dog"}


def test_word_sets_are_written_as_text() -> None:
    """A list of words needs no quotes."""
    assert word_set("a b\nc") == {"a", "b", "c"}
