"""The forms of the tasks about text."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.models.text import (
    Entity,
    Fill,
    Label,
    entities,
    fills,
    labels,
    numbers,
    ranked,
    tokens,
    written,
)
from tests.services.calls import ok


def test_the_old_form_of_zero_shot_is_read() -> None:
    """`sequence`, `labels` and `scores`, side by side."""
    old = {"sequence": "x", "labels": ["a", "b"], "scores": [0.9, 0.1]}
    assert labels(ok(old)) == labels(ok([old])) == [Label("a", 0.9), Label("b", 0.1)]
    with pytest.raises(DecodeError, match="as many scores as labels"):
        labels(ok(old | {"scores": [1]}))


def test_an_entity_has_a_label_by_any_name() -> None:
    """`entity_group` when aggregated, `entity` when not; a place only where there is one."""
    found = entities(
        ok(
            [
                {"entity_group": "LOC", "word": "Paris", "score": 1, "start": 0, "end": 5},
                {"entity": "B-PER", "word": "Ann", "score": 1, "index": 3, "start": None},
                {"word": "x", "score": 1},
            ]
        )
    )
    assert [one.label for one in found] == ["LOC", "B-PER", ""]
    assert found[1] == Entity("Ann", 1.0, entity="B-PER")


def test_fills_say_which_mask_they_are_for() -> None:
    """One list when there is one mask, a list for each when there are several."""
    one = {"score": 1, "sequence": "a", "token": 5, "token_str": "a"}
    assert [fill.mask for fill in fills(ok([one, one]))] == [0, 0]
    assert [fill.mask for fill in fills(ok([[one], [one, one]]))] == [0, 1, 1]
    assert fills(ok(one)) == [Fill(1.0, "a", "a", 5)]
    assert fills(ok([])) == []


@pytest.mark.parametrize("name", ["summary_text", "translation_text", "generated_text", "text"])
def test_a_text_is_found_under_any_of_its_names(name: str) -> None:
    """In a list or alone."""
    assert written(ok([{name: "x"}])).text == written(ok({name: "x"})).text == "x"
    assert written(ok(["x"])).text == "x"
    with pytest.raises(DecodeError, match="holds no text"):
        written(ok({"other": "x"}))


def test_numbers_come_bare_or_named() -> None:
    """Whole ones too."""
    for answer in ([1, 0.5], [[1, 0.5]], {"similarities": [1, 0.5]}):
        assert numbers(ok(answer)) == [1.0, 0.5]


@pytest.mark.parametrize(
    "answer",
    [
        [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}],
        [{"corpus_id": 0, "score": 0.1}, {"corpus_id": 1, "score": 0.9}],
        {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]},
    ],
)
def test_ranks_are_read_in_the_words_of_every_server(answer: Any) -> None:
    """TEI, sentence-transformers, vLLM; the best first."""
    assert [(one.index, one.score) for one in ranked(ok(answer))] == [(1, 0.9), (0, 0.1)]
    with pytest.raises(DecodeError, match="lacks its index"):
        ranked(ok([{"score": 1}]))


def test_tokens_are_read_from_both_engines() -> None:
    """TEI gives a list for each text, TGI the tokens alone."""
    token = {"id": 1, "text": "a", "start": 0, "stop": 1}
    assert tokens(ok([[token]])) == tokens(ok([token]))
