"""Texts by how well they answer a query."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Send
from hf_integrations.services.ranking import rank
from tests.services.calls import bodies, context, ok, router
from tests.services.test_infer import played

RANKS = [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]


@pytest.mark.parametrize(
    ("server", "url", "body"),
    [
        ("tei", "/rerank", {"query": "q", "texts": ["a", "b"]}),
        ("openai", "/v1/rerank", {"model": "m", "query": "q", "documents": ["a", "b"]}),
        ("endpoint", "/", {"inputs": {"query": "q", "texts": ["a", "b"]}}),
    ],
)
def test_every_server_is_asked_in_its_words(server: str, url: str, body: Any) -> None:
    """The result is the same, with the texts."""
    found, [sent] = played(
        rank(context(server=server), "q", ["a", "b"], model="m"), ok({"results": RANKS})
    )
    assert sent.url == f"http://host{url}"
    assert bodies([Send(sent)]) == [body]
    assert [(one.index, one.text) for one in found] == [(1, "b"), (0, "a")]


def test_parameters_go_where_they_are_known() -> None:
    """TEI's beside the texts; an OpenAI-compatible server has no word for them."""
    _, [sent] = played(rank(context(server="tei"), "q", ["a", "b"], truncate=True), ok(RANKS))
    assert bodies([Send(sent)])[0]["truncate"] is True
    _, [sent] = played(rank(router(), "q", ["a", "b"], model="a/b", raw_scores=True), ok(RANKS))
    assert bodies([Send(sent)])[0]["parameters"] == {"raw_scores": True}
    with pytest.raises(ValidationError, match="truncate: host is an OpenAI"):
        played(rank(context(server="openai"), "q", ["a"], truncate=True))


def test_many_texts_go_in_several_requests_to_tei() -> None:
    """As many as it takes; ranks are of all the texts."""
    first = [{"index": n, "score": n / 100} for n in range(32)]
    second = [{"index": 0, "score": 0.5}]
    texts = [f"text {n}" for n in range(33)]
    found, sent = played(rank(context(server="tei"), "q", texts, top_k=2), ok(first), ok(second))
    assert [len(one["texts"]) for one in bodies([Send(s) for s in sent])] == [32, 1]
    assert [(one.index, one.text) for one in found] == [(32, "text 32"), (31, "text 31")]


def test_ranks_that_are_not_of_the_texts_are_refused() -> None:
    """A wrong place would give a wrong text."""
    for wrong in (RANKS[:1], [{"index": 7, "score": 1}, *RANKS[1:]]):
        with pytest.raises(DecodeError, match="2 texts gave"):
            played(rank(router(), "q", ["a", "b"], model="a/b"), ok(wrong))


@pytest.mark.parametrize("wrong", [0, "5"])
def test_top_k_is_a_number(wrong: Any) -> None:
    """Of texts."""
    with pytest.raises(ValidationError, match="top_k must be a whole number"):
        played(rank(router(), "q", ["a"], model="a/b", top_k=wrong))
