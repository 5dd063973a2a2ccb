"""Scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.tasks.asked import Asked
from hf_integrations.emulator.tasks.scores import listed, ranked, sigmoid, softmax
from hf_integrations.emulator.vectors import Vectorizer


def ask(**parameters: object) -> Asked:
    """Return a request with parameters."""
    return Asked("m", Vectorizer(8), body={"parameters": parameters})


@given(st.dictionaries(st.text(max_size=3), st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_softmax_gives_parts_of_one(raw: dict[str, float]) -> None:
    """In the order of the raw scores."""
    found = softmax(raw)
    assert sum(found.values()) == pytest.approx(1)
    assert max(found.values()) == found[max(raw, key=lambda label: raw[label])]


def test_of_nothing_there_is_nothing() -> None:
    """And no division by it."""
    assert softmax({}) == {}
    assert listed({}) == []


@given(st.floats(-1e9, 1e9))
def test_sigmoid_is_between_zero_and_one(value: float) -> None:
    """However far out."""
    assert 0 <= sigmoid(value) <= 1


@pytest.mark.parametrize(
    ("how", "expected"),
    [("softmax", 0.880797), ("sigmoid", 0.731059), ("none", 1.0), (None, 0.880797)],
)
def test_the_function_asked_for_is_applied(how: str | None, expected: float) -> None:
    """Softmax, unless another is named."""
    first, second = ranked(ask(function_to_apply=how), {"b": -1.0, "a": 1.0}, usual=5)
    assert (first["label"], first["score"]) == ("a", expected)
    assert second["label"] == "b"


def test_only_so_many() -> None:
    """As asked for, or as usual."""
    raw = {str(n): float(n) for n in range(9)}
    assert len(ranked(ask(), raw, usual=5)) == 5
    assert [one["label"] for one in ranked(ask(top_k=2), raw, usual=5)] == ["8", "7"]
    assert len(ranked(ask(top_k=100), raw, usual=5)) == 9
