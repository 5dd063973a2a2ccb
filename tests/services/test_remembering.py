"""Answers that would be the same again may be remembered; all others never are."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import DecodeError
from tests.colours import Colour, Looped, Plain

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


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
def test_what_is_remembered_has_its_exchange_and_is_no_ones_to_change(
    emulator: Emulator, colour: Colour
) -> None:
    """As it was when it came; it says that nothing was sent."""

    def ask(one: Any) -> Any:
        return one.chat.with_raw_response.complete("Hello", model=MODEL, **SURE)

    def twice(one: Any) -> Any:
        if isinstance(one, HfInferenceClient):
            return ask(one), ask(one)

        async def both() -> Any:
            return await ask(one), await ask(one)

        return both()

    where = {"base_url": emulator.url, "token": "hf_test", "generation_cache": True}
    first, second = colour(twice, **where)
    assert (first.status, second.status) == (200, 200)
    assert (first.last.cached, second.last.cached) == (False, True)
    assert second.headers == first.headers
    assert second.headers is not first.headers
    assert second.value.text == first.value.text
    assert second.curl() == first.curl()
    assert len(emulator.requests) == 1


def test_a_broken_answer_is_asked_for_again(emulator: Emulator) -> None:
    """A gateway's page with status 200 says nothing of the next time."""
    emulator.fail_next(status=200, body="<html>try later</html>", times=2)
    with client(emulator, generation_cache=True, classification_cache=True) as one:
        for ask in (
            lambda: one.chat.complete("Hello", model=MODEL, **SURE),
            lambda: one.text.classify("good", model=MODEL),
        ):
            with pytest.raises(DecodeError):
                ask()
        assert one.chat.complete("Hello", model=MODEL, **SURE).text
        assert one.text.classify("good", model=MODEL)
        assert one.cache_stats()["answers"].entries == 2


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
