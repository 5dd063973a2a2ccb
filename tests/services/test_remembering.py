"""Answers that would be the same again may be remembered; all others never are."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator

MODEL = "org/name"
SURE: dict[str, Any] = {"temperature": 0, "seed": 1}


def client(emulator: Emulator, **settings: Any) -> HfInferenceClient:
    """A client of the emulator."""
    return HfInferenceClient(**{"base_url": emulator.url, "token": "hf_test"} | settings)


def asked(emulator: Emulator) -> int:
    """How often a model was asked."""
    return sum(one.method == "POST" for one in emulator.requests)


@pytest.mark.parametrize(
    ("options", "requests"),
    [(SURE, 1), ({"temperature": 0}, 2), ({"seed": 1}, 2), ({"temperature": 0.1, "seed": 1}, 2)],
)
def test_a_chat_is_remembered_only_where_nothing_is_left_to_chance(
    emulator: Emulator, options: dict[str, Any], requests: int
) -> None:
    """Temperature 0 and a seed."""
    with client(emulator, generation_cache=True) as one:
        answers = [one.chat.complete("Hello", model=MODEL, **options) for _ in range(2)]

    assert len(emulator.requests) == requests
    assert answers[0].text == answers[1].text


def test_text_generation_too(emulator: Emulator) -> None:
    """TGI knows no temperature of 0, but says the same by `do_sample`."""
    with client(emulator, generation_cache=True, server="tgi") as one:
        for _ in range(2):
            one.text_generation.generate("Hello", model=MODEL, do_sample=False, seed=1)
        assert one.metrics().total.cached == 1
    assert len(emulator.requests) == 1


def test_nothing_is_remembered_unless_it_is_asked_for(emulator: Emulator) -> None:
    """These two are off by default."""
    with client(emulator) as one:
        for _ in range(2):
            one.chat.complete("Hello", model=MODEL, **SURE)
            one.text.classify("good", model=MODEL)
    assert asked(emulator) == 4


def test_classifications_are_remembered_and_forgotten_by_model(emulator: Emulator) -> None:
    """For an hour."""
    with client(emulator, classification_cache=True) as one:
        for _ in range(2):
            one.text.classify("good", model=MODEL)
        assert asked(emulator) == 1
        assert one.clear_caches(MODEL) == 1
        one.text.classify("good", model=MODEL)
        stats = one.cache_stats()["answers"]
    assert asked(emulator) == 2
    assert (stats.hits, stats.misses) == (1, 2)
