"""A reranker orders what a search has found, in both colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore
from tests.ruvvector.colours import AnyStore

TEXTS = [f"leek number {row}" for row in range(70)]
VECTORS = np.array([[1, row / 100] for row in range(70)])


@pytest.fixture
def filled(store: AnyStore) -> AnyStore:
    """Seventy rows, the first of which is nearest."""
    store.add(TEXTS, VECTORS, ids=[f"{row:02}" for row in range(70)])
    return store


def last_first(text: str, texts: list[str]) -> list[float]:
    """A judge who likes large numbers, and half of them more."""
    assert text == "leek"
    return [float(one.split()[-1]) / 2 for one in texts]


def test_fifty_rows_are_judged_and_the_best_k_given(filled: AnyStore) -> None:
    """By the judge's scores, which the threshold then means; distances stay."""
    found = filled.search([1, 0], k=3, rerank=last_first, text="leek")
    assert [match.id for match in found] == ["49", "48", "47"]
    assert [match.score for match in found] == [24.5, 24.0, 23.5]
    assert found[0].distance == pytest.approx(1 - 1 / np.hypot(1, 0.49), abs=1e-6)
    few = filled.search([1, 0], k=3, rerank=last_first, text="leek", min_score=24)
    assert len(few) == 2
    assert len(filled.search([1, 0], k=60, rerank=last_first, text="leek")) == 60


def test_searches_for_words_are_judged_too(filled: AnyStore) -> None:
    """By what they are asked."""
    both = filled.hybrid_search("leek", [1, 0], k=2, rerank=last_first)
    assert both[0].score > both[1].score >= 24.0
    words = filled.text_search("leek", k=2, rerank=last_first)
    assert len(words) == 2
    assert filled.text_search("leek", k=2, rerank=last_first, filter={"no": 1}) == []


async def test_a_coroutine_function_may_judge(postgres_dsn: str, schema: str) -> None:
    """With the async store; a plain function works in a thread of its own."""
    import threading

    async def judge(text: str, texts: list[str]) -> list[float]:
        return last_first(text, texts)

    threads: list[int] = []

    def plain(text: str, texts: list[str]) -> Any:
        threads.append(threading.get_ident())
        return np.array(last_first(text, texts))

    async with AsyncRuvVectorStore(postgres_dsn, schema=schema) as store:
        await store.add(TEXTS, VECTORS)
        for rerank in (judge, plain):
            found = await store.search([1, 0], k=1, rerank=rerank, text="leek")
            assert found[0].text == "leek number 49"
    assert threads != [threading.get_ident()]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rerank": last_first}, "rerank needs a text"),
        ({"rerank": "cohere", "text": "leek"}, "rerank is a str; give a function"),
        ({"rerank": lambda *_: [1.0], "text": "leek"}, "returned 1 numbers for 50 texts"),
        ({"rerank": lambda *_: [float("nan")] * 50, "text": "leek"}, "not finite"),
        ({"rerank": lambda *_: None, "text": "leek"}, "returned a NoneType"),
    ],
)
def test_what_is_no_reranker_is_said(filled: AnyStore, options: Any, sentence: str) -> None:
    """Before or after it was asked."""
    with pytest.raises(ValidationError, match=sentence):
        filled.search([1, 0], **options)
