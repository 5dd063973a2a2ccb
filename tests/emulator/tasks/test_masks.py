"""Words that were left out."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import tokens
from tests.emulator.tasks.playing import refusal, run


def test_likely_words_come_first() -> None:
    """In a sentence, with a score and an id."""
    found = run("fill-mask", "The capital of France is [MASK].")
    first = found[0]
    assert first["token_str"] == "paris"
    assert first["sequence"] == "The capital of France is paris."
    assert first["token"] == tokens.number("paris")
    assert sum(one["score"] for one in found) <= 1.0001
    assert [one["score"] for one in found] == sorted((o["score"] for o in found), reverse=True)
    assert len(found) == 5


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The goal of life is <mask>.", "happiness"),
        ("I am <mask>", "good"),
        ("You must [MASK] it", "be"),
        ("[MASK] rains", "it"),
        ("Give me the [MASK]", "man"),
        ("Zzz [MASK]", "it"),
    ],
)
def test_the_words_before_decide(text: str, word: str) -> None:
    """Both masks are known."""
    assert run("fill-mask", text)[0]["token_str"] == word


def test_a_list_for_each_of_several_masks() -> None:
    """In their order, the other masks left as they are."""
    one, two = run("fill-mask", "The [MASK] is [MASK].", top_k=1)
    assert one[0]["sequence"] == "The man is [MASK]."
    assert two[0]["sequence"] == "The [MASK] is good."


def test_only_the_targets() -> None:
    """Are scored, likely or not."""
    found = run("fill-mask", "The [MASK] sleeps", targets=["zebra", "man", "zebra"])
    assert [one["token_str"] for one in found] == ["man", "zebra"]


@pytest.mark.parametrize(
    ("inputs", "parameters"),
    [("no mask", {}), (5, {}), ("[MASK]", {"targets": []}), ("[MASK]", {"targets": [5]}),
     ("[MASK]", {"targets": "a"}), ("[MASK]", {"top_k": 0})],
)  # fmt: skip
def test_wrong_requests(inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal("fill-mask", inputs, **parameters)
