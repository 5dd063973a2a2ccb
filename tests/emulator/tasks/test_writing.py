"""Summaries and translations."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.tasks import lexicon
from hf_integrations.emulator.tasks.writing import summary
from tests.emulator.tasks.playing import refusal, run

TEXT = (
    "Bees make honey from flowers. Honey keeps for years. It rained yesterday. "
    "Bees dance to tell where flowers are. My car is red. Flowers need bees."
)


def test_a_summary_is_made_of_the_texts_sentences() -> None:
    """Of those that say most, in their order."""
    [found] = run("summarization", TEXT)
    assert found["summary_text"] == (
        "Bees make honey from flowers. Bees dance to tell where flowers are."
    )


@pytest.mark.parametrize("text", ["One sentence only.", "no stop", " \n "])
def test_short_texts_are_their_own_summary(text: str) -> None:
    """Nothing can be left out."""
    assert summary(text) == text.strip()


@pytest.mark.parametrize(
    "parameters",
    [{"max_length": 3}, {"max_new_tokens": 3}, {"generate_parameters": {"max_length": 3}},
     {"generate_parameters": {"max_new_tokens": 9, "max_length": 3}}],
)  # fmt: skip
def test_results_have_a_length(parameters: dict[str, Any]) -> None:
    """Whichever way it is said."""
    assert run("summarization", TEXT, **parameters) == [{"summary_text": "Bees make honey"}]
    assert run("translation", "one two three one", **parameters)[0]["translation_text"] == (
        "un deux trois"
    )


def test_several_texts_several_results() -> None:
    """In their order."""
    found = run("translation", ["Hello", "world"])
    assert found == [{"translation_text": "Bonjour"}, {"translation_text": "monde"}]


@pytest.mark.parametrize(
    ("model", "text", "expected"),
    [
        ("Helsinki-NLP/opus-mt-en-de", "The cat and the dog.", "Der Katze und der Hund."),
        ("Helsinki-NLP/opus-mt-de-en", "Hallo Welt", "Hello World"),
        ("google-t5/t5-small", "Where is my big dog?", "Où est mon grand chien?"),
        ("Helsinki-NLP/opus-mt-en-it", "Hello", "Hello"),
    ],
)
def test_the_models_name_tells_the_languages(model: str, text: str, expected: str) -> None:
    """Else it is English and French; what is in no dictionary stays."""
    assert run("translation", text, model=model)[0]["translation_text"] == expected


@pytest.mark.parametrize("target", ["es", "es_XX", "spa_Latn", "Spanish"])
def test_languages_have_several_codes(target: str) -> None:
    """Those of mBART, NLLB, and plain."""
    [found] = run("translation", "good morning", src_lang="en", tgt_lang=target)
    assert found["translation_text"] == "bueno mañana"


def test_there_and_back() -> None:
    """A word that has one meaning."""
    for word in ("hello", "water", "bread", "dog", "three"):
        for language in ("fr", "de", "es"):
            there = lexicon.translate(word, "en", language)
            assert there != word
            assert lexicon.translate(there, language, "en").lower() == word


@pytest.mark.parametrize(
    ("inputs", "parameters"),
    [
        (5, {}), ("", {}), ([], {}), ("a", {"src_lang": "en"}), ("a", {"tgt_lang": "en"}),
        ("a", {"truncation": "some"}), ("a", {"generate_parameters": 5}), ("a", {"max_length": 0}),
        ("a", {"generate_parameters": {"max_length": "9"}}),
    ],
)  # fmt: skip
def test_wrong_requests(inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal("translation", inputs, **parameters)
