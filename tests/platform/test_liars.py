"""The published suite is tried on adapters that lie: each lie is caught, and the truth is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations.testing.platform import ModelAdapterSuite
from tests.platform import liars
from tests.platform.honest import HonestAdapter


class Suite(ModelAdapterSuite):
    """The suite, told what the honest one can do."""

    chat_model = "chatter"
    embedding_model = "embedder"
    classification_model = "judge"
    missing_model = "nobody"
    has_tools = True
    has_prices = True
    secrets = ("sesame",)


TESTS = sorted(name for name in dir(Suite) if name.startswith("test_"))


def caught(make: Callable[[], Any], suite: type[ModelAdapterSuite] = Suite) -> set[str]:
    """The tests that an adapter does not pass; each has one of its own."""
    failed = set()
    for name in TESTS:
        try:
            asyncio.run(getattr(suite(), name)(make()))
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever a lie leads to
            failed.add(name)
    return failed


LIES: dict[type[HonestAdapter], str] = {
    liars.Nameless: "test_it_is_an_adapter",
    liars.Boasts: "test_it_refuses_what_it_does_not_do",
    liars.IsModest: "test_it_says_what_it_can_do",
    liars.SpeaksOfAnother: "test_it_says_what_it_can_do",
    liars.KnowsEveryName: "test_models_are_known",
    liars.AnswersForNobody: "test_models_are_known",
    liars.ListsNothingness: "test_models_are_known",
    liars.ListsOthers: "test_models_are_known",
    liars.Unsigned: "test_it_does_what_it_says",
    liars.TakesNoTime: "test_it_does_what_it_says",
    liars.SaysNothing: "test_it_does_what_it_says",
    liars.Rambles: "test_it_does_what_it_says",
    liars.PutsTheWorstFirst: "test_it_does_what_it_says",
    liars.TakesEverything: "test_it_refuses_what_is_no_request",
    liars.RefusesByAnotherError: "test_it_refuses_what_it_does_not_do",
    liars.AnswersWhatItCannot: "test_it_refuses_what_it_does_not_do",
    liars.WritesDoubles: "test_texts_become_vectors",
    liars.Shuffles: "test_texts_become_vectors",
    liars.EmbedsAllAlike: "test_texts_become_vectors",
    liars.LosesOne: "test_texts_become_vectors",
    liars.StreamsOtherWords: "test_an_answer_comes_in_pieces",
    liars.StreamsNoEnd: "test_an_answer_comes_in_pieces",
    liars.StreamsTheWholeAlways: "test_an_answer_comes_in_pieces",
    liars.StreamsVectors: "test_only_words_come_in_pieces",
    liars.FallsSilentWhenLeft: "test_a_stream_may_be_left",
    liars.CallsWithoutAnId: "test_a_tool_is_called",
    liars.CallsAnother: "test_a_tool_is_called",
    liars.CallsWithoutArguments: "test_a_tool_is_called",
    liars.IsIll: "test_it_says_how_it_is",
    liars.RaisesWhenAskedHowItIs: "test_it_says_how_it_is",
    liars.CountsNothing: "test_it_says_how_it_is",
    liars.IsAlwaysAway: "test_it_says_how_it_is",
    liars.CostsAlwaysTheSame: "test_costs_are_reckoned",
    liars.IsFree: "test_costs_are_reckoned",
    liars.TellsNobody: "test_events_tell_of_calls_until_one_stops",
    liars.NeverStops: "test_events_tell_of_calls_until_one_stops",
    liars.TellsWhatWasSaid: "test_events_tell_of_calls_until_one_stops",
    liars.ShowsItsToken: "test_events_tell_of_calls_until_one_stops",
    liars.FailsWithItsListener: "test_events_tell_of_calls_until_one_stops",
    liars.ClosesOnce: "test_closing_twice_is_fine",
}


def test_the_truth_passes() -> None:
    """In every test."""
    assert caught(HonestAdapter) == set()


@pytest.mark.parametrize("liar", LIES, ids=lambda liar: liar.__name__)
def test_a_lie_is_caught(liar: type[HonestAdapter]) -> None:
    """By the test that is there for it."""
    assert LIES[liar] in caught(liar)


def test_every_test_of_the_suite_catches_some_lie() -> None:
    """None of them is there for show."""
    assert set(LIES.values()) == set(TESTS)


class Untold(Suite):
    """The suite, not told of tools and prices."""

    has_tools = False
    has_prices = False


def test_what_the_suite_was_not_told_of_must_not_be_there() -> None:
    """An adapter that says it calls tools, or names prices, is tried in that."""
    assert caught(HonestAdapter, Untold) == {"test_a_tool_is_called", "test_costs_are_reckoned"}
