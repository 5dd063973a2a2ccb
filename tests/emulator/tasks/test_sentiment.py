"""Classes of texts."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.tasks.sentiment import feeling
from tests.emulator.tasks.playing import refusal, run


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love this wonderful film", "POSITIVE"),
        ("What a terrible, boring waste of time", "NEGATIVE"),
        ("This is not good at all", "NEGATIVE"),
        ("It isn’t bad", "POSITIVE"),  # noqa: RUF001 - typographic apostrophe
        ("They never fail", "POSITIVE"),
        ("The table is made of wood", "POSITIVE"),
    ],
)
def test_sentiment_follows_the_words(text: str, label: str) -> None:
    """A denial turns them around; without any, there is a small leaning."""
    [[first, second]] = run("text-classification", text)
    assert first["label"] == label
    assert first["score"] + second["score"] == pytest.approx(1)


def test_stronger_words_score_higher() -> None:
    """By themselves, and by the word before them."""
    assert feeling("very good") > feeling("good") > 0
    assert feeling("good great excellent") > feeling("good")
    assert feeling("really awful") < feeling("awful") < feeling("wood")


def test_a_list_for_each_input() -> None:
    """Also for pairs of texts."""
    found = run("text-classification", ["good", {"text": "bad", "text_pair": "awful"}], top_k=1)
    assert [[one["label"] for one in labels] for labels in found] == [["POSITIVE"], ["NEGATIVE"]]


@pytest.mark.parametrize(
    "inputs", [None, "", [], [5], [{}], {"text": 5}, {"text": "a", "text_pair": 5}]
)
def test_wrong_inputs(inputs: Any) -> None:
    """Are refused."""
    assert "inputs" in refusal("text-classification", inputs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The team won the match by two goals", "sports"),
        ("The president lost the election", "politics"),
        ("The new phone has a faster chip", "technology"),
        ("A recipe for dinner with fresh fish", "food"),
        ("The bank raised the price of money", "economics"),
    ],
)
def test_labels_of_ones_own(text: str, expected: str) -> None:
    """By what the text speaks of."""
    labels = ["sports", "politics", "technology", "food", "economics"]
    found = run("zero-shot-classification", text, candidate_labels=labels)
    assert found[0]["label"] == expected
    assert sum(one["score"] for one in found) == pytest.approx(1, abs=1e-4)


def test_labels_in_the_text_win() -> None:
    """And feelings are labels too."""
    found = run("zero-shot-classification", "about my invoice", candidate_labels="greeting,invoice")
    assert found[0]["label"] == "invoice"
    found = run("zero-shot-classification", "so sad", candidate_labels=["positive", "negative"])
    assert found[0]["label"] == "negative"


def test_several_labels_may_be_true() -> None:
    """Then each has a score of its own."""
    labels = ["sports", "music"]
    found = run(
        "zero-shot-classification",
        "The team won the match and sang a song at the concert",
        candidate_labels=labels,
        multi_label=True,
    )
    assert all(one["score"] > 0.8 for one in found)


def test_wrong_parameters() -> None:
    """Are refused by name."""
    labels = {"candidate_labels": ["a"]}
    assert "candidate_labels" in refusal("zero-shot-classification", "x")
    assert "place for" in refusal(
        "zero-shot-classification", "x", hypothesis_template="a", **labels
    )
    assert "multi_label" in refusal("zero-shot-classification", "x", multi_label="yes", **labels)


def test_ranks() -> None:
    """The best first; with their texts, when these are asked for."""
    inputs = {"query": "two cats", "texts": ["money", "the cats", "two cats"]}
    found = run("text-ranking", inputs)
    assert [one["index"] for one in found] == [2, 1, 0]
    assert "text" not in found[0]
    assert run("text-ranking", inputs, return_text=True)[0]["text"] == "two cats"
    for wrong in ({"query": "a", "texts": []}, {"texts": ["a"]}, {"query": "a", "texts": [5]}, "x"):
        assert "inputs" in refusal("text-ranking", wrong)
