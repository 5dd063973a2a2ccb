"""What the store finds, as documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.matches import diverse, documents, relevance, scored
from hf_integrations.ruvvector import Match


def match(name: str, vector: list[float], score: float = 0.5) -> Match:
    """A row that was found."""
    return Match(name, f"text of {name}", {"k": name}, score, 1 - score, np.array(vector, "f4"))


def test_a_match_becomes_a_document_with_its_id() -> None:
    """Text, metadata and score."""
    ((document, score),) = scored([match("a", [1, 0])])

    assert documents([match("a", [1, 0])]) == [document]
    assert (document.id, document.page_content, document.metadata) == (
        "a",
        "text of a",
        {"k": "a"},
    )
    assert score == 0.5


@pytest.mark.parametrize(("score", "wanted"), [(1.0000001, 1), (-0.3, 0), (0.4, 0.4), (7, 1)])
def test_a_relevance_is_from_0_to_1(score: float, wanted: float) -> None:
    """LangChain warns of any other."""
    assert relevance(score) == wanted


def test_diverse_documents_are_unlike_each_other() -> None:
    """Of two that say the same, one is taken."""
    found = [match("a", [1, 0.1]), match("twin", [1, 0.11]), match("other", [0.6, 1])]

    chosen = diverse([1, 0], found, k=2, lambda_mult=0.3)
    assert [document.id for document in chosen] == ["a", "other"]
    nearest = diverse([1, 0], found, k=2, lambda_mult=1.0)
    assert [document.id for document in nearest] == ["a", "twin"]
    assert diverse([1, 0], [], k=2, lambda_mult=0.5) == []


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan"), "half", None])
def test_a_diversity_that_cannot_be_is_refused(wrong: Any) -> None:
    """Rather than an order that means nothing."""
    with pytest.raises(ValidationError, match="lambda_mult"):
        diverse([1, 0], [match("a", [1, 0])], k=1, lambda_mult=wrong)
