"""Entities."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.tasks.entities import find
from tests.emulator.tasks.playing import refusal, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is Sarah and I live in Brooklyn.", [("PER", "Sarah"), ("LOC", "Brooklyn")]),
        ("Ada Lovelace was born in London on 10 December 1815.",
         [("PER", "Ada Lovelace"), ("LOC", "London"), ("DATE", "10 December 1815")]),
        ("Write to ada@example.com or see https://example.com/a.",
         [("EMAIL", "ada@example.com"), ("URL", "https://example.com/a")]),
        ("The meeting with NASA and Hugging Face is on 2025-01-31.",
         [("ORG", "NASA"), ("ORG", "Hugging Face"), ("DATE", "2025-01-31")]),
        ("Dr. Smith works at Oslo University.", [("PER", "Smith"), ("ORG", "Oslo University")]),
        ("Sarah lives here. Tables stand there.", [("PER", "Sarah")]),
        ("We went from Kyzyl to New York City.", [("LOC", "Kyzyl"), ("LOC", "New York City")]),
        ("I like my Toyota.", [("MISC", "Toyota")]),
        ("nothing here is written large", []),
    ],
)  # fmt: skip
def test_entities_follow_the_text(text: str, expected: list[tuple[str, str]]) -> None:
    """By how they are written, and by the words around them."""
    found = run("token-classification", text)
    assert [(one["entity_group"], one["word"]) for one in found] == expected


@given(st.text(st.sampled_from("Aa bB.@-: 19'London"), max_size=60))
def test_places_are_right(text: str) -> None:
    """Start and end cut the word out of the text, and nothing overlaps."""
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_tokens_one_by_one() -> None:
    """B for the first of an entity, I for the others, O where all are wanted."""
    found = run("token-classification", "Ada Lovelace in London", aggregation_strategy="none")
    assert [one["entity"] for one in found] == ["B-PER", "I-PER", "B-LOC"]
    assert [one["index"] for one in found] == [1, 2, 4]
    everything = run(
        "token-classification", "Ada in London", aggregation_strategy="none", ignore_labels=[]
    )
    assert [one["entity"] for one in everything] == ["O", "O", "B-LOC"]
    assert everything[2]["start"] == 7


def test_labels_are_ignored_as_asked() -> None:
    """By their names."""
    found = run("token-classification", "Ada Lovelace in London", ignore_labels=["LOC"])
    assert [one["entity_group"] for one in found] == ["PER"]


def test_a_list_for_each_of_several_texts() -> None:
    """In their order."""
    one, other = run("token-classification", ["in London", "no"])
    assert (len(one), other) == (1, [])


@pytest.mark.parametrize(
    ("inputs", "parameters"),
    [(5, {}), ("", {}), ("x", {"aggregation_strategy": "some"}), ("x", {"ignore_labels": "O"})],
)
def test_wrong_requests(inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal("token-classification", inputs, **parameters).startswith("Error in")
