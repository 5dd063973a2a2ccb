"""How a store finds its collection again, played without a database."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector.column_types import TYPES
from hf_integrations.ruvvector.metrics import metric_named
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import (
    StaleCollection,
    State,
    embedded,
    known,
    made_collection,
    on_collection,
    with_collection,
)
from hf_integrations.ruvvector.table import Facts, Names
from hf_integrations.ruvvector.work import Embed, Fetch, Operation, Statement, Transact, fetch

FACTS = Facts((0, 8), '"public"', TYPES["vector"], 1, 3)
ASKED = Statement("SELECT 1")


def state(**settings: Any) -> State:
    """A store's knowledge before it has asked anything."""
    values: dict[str, Any] = {"dimensions": None, "embed": None, "index_after": 1, "ef_search": 9}
    return State(Names("public", "docs"), metric_named("cosine"), **(values | settings))


def play(operation: Operation[Any], answers: list[Any]) -> tuple[Any, list[Any]]:
    """Answer an operation's asks one after another; its result, and what it asked."""
    asks: list[Any] = []
    try:
        asks.append(next(operation))
        for answer in answers:
            thrown = isinstance(answer, Exception)
            asks.append(operation.throw(answer) if thrown else operation.send(answer))
    except StopIteration as end:
        return end.value, asks
    raise AssertionError(f"more was asked: {asks[-1]}")


def count(collection: Collection) -> Operation[int]:
    """Something to do with a collection."""
    rows = yield from fetch(ASKED)
    return len(rows) + collection.facts.dimensions


class Rows:
    """An answer of the server's."""

    def __init__(self, *rows: Any) -> None:
        self.rows = rows


def kinds(asks: list[Any]) -> list[type]:
    """What was asked for."""
    return [type(ask) for ask in asks]


def test_what_is_known_is_not_asked_again() -> None:
    """One look serves many calls."""
    mine = state()
    assert play(with_collection(mine, count, 0), [FACTS, Rows(1, 2)])[0] == 5
    result, asks = play(with_collection(mine, count, 0), [Rows()])
    assert (result, kinds(asks)) == (3, [Fetch])


def test_without_a_collection_nothing_is_done() -> None:
    """And the next call looks again."""
    mine = state()
    for _ in range(2):
        result, asks = play(with_collection(mine, count, -1), [None])
        assert (result, kinds(asks)) == (-1, [Transact])


def test_a_collection_that_changed_is_looked_at_again() -> None:
    """Once; then the operation is begun anew."""
    mine = state()
    mine.facts = FACTS
    answers = [StaleCollection("gone"), FACTS, Rows(1)]
    result, asks = play(with_collection(mine, count, 0), answers)
    assert (result, kinds(asks)) == (4, [Fetch, Transact, Fetch])
    mine.facts = FACTS
    assert play(with_collection(mine, count, -1), [StaleCollection("gone"), None])[0] == -1


def test_a_collection_that_never_fits_is_an_error() -> None:
    """What the server said is passed on, instead of an empty answer."""
    stale = StaleCollection("no such function")
    with pytest.raises(StoreError, match="does not fit: no such function"):
        play(with_collection(state(), count, 0), [FACTS, stale, FACTS, stale, FACTS])
    assert play(with_collection(state(), count, 7), [FACTS, stale, FACTS, stale, None])[0] == 7


def test_reading_may_be_repeated_and_writing_not() -> None:
    """Each in a transaction of its own."""

    def work(collection: Collection) -> Generator[Any, Any, str]:
        yield ASKED
        return collection.names.collection

    for reads, attempts in ((True, 2), (False, 1)):
        result, asks = play(on_collection(state(), work, "", repeats=reads), [FACTS, "docs"])
        assert (result, asks[1].attempts) == ("docs", attempts)


def test_other_dimensions_and_types_are_refused() -> None:
    """By the setting that does not fit."""
    with pytest.raises(ConfigurationError, match="dimensions=5 was given and collection 'docs'"):
        play(known(state(dimensions=5)), [FACTS])
    with pytest.raises(ConfigurationError, match="type='halfvec' was given"):
        play(known(state(type="halfvec")), [FACTS])
    with pytest.raises(ValidationError, match="has 2 dimensions and the collection 3"):
        play(made_collection(state(), 2), [FACTS])
    with pytest.raises(StoreError, match="was dropped while it was being made"):
        play(made_collection(state(), 3), [None, None])


@pytest.mark.parametrize(
    "settings", [{"ef_search": 0}, {"ef_search": 1_001}, {"index_after": -1}, {"dimensions": True}]
)
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    """Where they are written."""
    with pytest.raises(ValidationError, match=f"{next(iter(settings))} is a whole number from"):
        state(**settings)


def test_texts_need_a_function_that_embeds() -> None:
    """It is asked for all of them at once."""
    result, asks = play(embedded(state(embed=len), ("a", "b")), [[[1.0], [2.0]]])
    assert (result, asks) == ([[1.0], [2.0]], [Embed(["a", "b"])])
    with pytest.raises(ValidationError, match="vectors are missing"):
        play(embedded(state(), ["a"]), [])


def test_a_collection_of_the_other_kind_is_refused_and_not_learnt() -> None:
    """Bits go with the metrics of bits, and numbers with the others."""
    mine = State(Names("public", "docs"), metric_named("hamming"), None, None, 1, 9)
    with pytest.raises(ConfigurationError, match="bit goes with hamming or jaccard"):
        mine.learn(FACTS)
    assert mine.facts is None
    assert mine.learn(replace(FACTS, type=TYPES["bit"])) == mine.facts
    assert mine.learn(None) is mine.facts is None


def test_an_older_layout_is_brought_up_to_date_and_looked_at_again() -> None:
    """Before anything is done with it."""
    mine, older = state(), replace(FACTS, layout=1)
    result, asks = play(known(mine), [older, None, FACTS])
    assert (result, kinds(asks)) == (FACTS, [Transact, Transact, Transact])
    assert [ask.attempts for ask in asks] == [2, 1, 2]
    assert mine.facts is FACTS


def test_an_older_layout_that_may_not_be_changed_says_how() -> None:
    """With the statements for whoever may."""
    older = replace(FACTS, layout=1)
    with pytest.raises(StoreError, match=r"migrate=False was given.*ALTER TABLE"):
        play(known(state(migrate=False)), [older])
    with pytest.raises(StoreError, match=r"not yours.*ALTER TABLE"):
        play(known(state()), [older, StoreError("not yours")])


def test_vectors_of_another_width_make_nothing() -> None:
    """They are refused before anything is asked."""
    with pytest.raises(ValidationError, match="has 2 dimensions and the collection 3"):
        play(made_collection(state(dimensions=3), 2), [])
    assert play(made_collection(state(dimensions=3), 3), [None, FACTS])[0] == FACTS
