"""Estimates of tokens: never far off, and never without an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.chat import ChatMessage, ChatRequest, as_messages
from hf_integrations.models.estimates import (
    MESSAGE,
    by_heuristic,
    by_tokenizer,
    by_words,
    estimate,
    of_messages,
    texts_in,
)

ENGLISH = "The quick brown fox jumps over the lazy dog, and nobody in the village is surprised."


@pytest.mark.parametrize("count", [by_heuristic, by_words])
def test_english_is_near_what_tokenizers_say(count: object) -> None:
    """18 tokens by those of common models; a third more or less is near enough for a plan."""
    assert 12 <= estimate("heuristic" if count is by_heuristic else "words")(ENGLISH) <= 24


def test_other_scripts_cost_more() -> None:
    """A sign of Chinese is about a token, and not a quarter."""
    assert by_heuristic("\u4f60\u597d\u4e16\u754c") == 4


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(text: str, more: str) -> None:
    """And no text fails, lone surrogates included."""
    assert 0 <= by_heuristic(text) <= by_heuristic(text + more)
    assert (by_heuristic(text) == 0) == (text == "")


def test_a_tokenizer_that_is_here() -> None:
    """With `encode` that gives ids or an object with them, or a function that counts."""

    class Encoding:
        ids = (1, 2, 3)

    class Fast:
        def encode(self, text: str) -> Encoding:
            return Encoding()

    assert by_tokenizer(Fast())("any") == 3
    assert by_tokenizer(str.split)("two words") == 2
    assert by_tokenizer(len)("four") == 4
    with pytest.raises(ValidationError, match="tokenizer is a int"):
        by_tokenizer(3)


def test_a_conversation_counts_its_texts() -> None:
    """And a few tokens for each message; a picture is not counted."""
    picture = {"type": "image_url", "image_url": {"url": "https://e.org/a.png"}}
    messages = as_messages(
        [
            {"role": "system", "content": "four"},
            {"role": "user", "content": [{"type": "text", "text": "four"}, picture]},
        ]
    )
    assert of_messages(messages, by_heuristic) == 2 * (MESSAGE + 1)


def test_a_way_that_is_not_known_is_named() -> None:
    """With those that are."""
    with pytest.raises(ValidationError, match="server, heuristic, words"):
        estimate("guess")


def test_texts_are_found_wherever_they_are() -> None:
    """Media, and where they are, are no text."""
    said = ChatRequest(
        messages=[ChatMessage("user", [{"type": "text", "text": "a"}, "b", {"url": "http://c"}])]
    )
    found = list(texts_in([said, {"x": ("d", "data:image/png;base64,AAAA", 5, None)}]))
    assert {"a", "b", "d"} <= set(found)
    assert not {"http://c", "data:image/png;base64,AAAA"} & set(found)
