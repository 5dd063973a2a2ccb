"""The two routes of a text model, and the stop sequences."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations import HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.langchain.generation import ROUTES, StopTrimmer, route_of

CHAT, GENERATION = ROUTES["chat"], ROUTES["generation"]


@pytest.mark.parametrize(
    ("settings", "model", "provider", "route"),
    [
        ({}, "org/m", None, CHAT),
        ({}, "org/m:fastest", None, CHAT),
        ({}, "org/m", "groq", CHAT),
        ({}, "org/m", "hf-inference", GENERATION),
        ({}, "org/m:hf-inference", None, GENERATION),
        ({}, "https://my.server", None, GENERATION),
        ({"base_url": "http://my.server"}, None, None, GENERATION),
        ({"base_url": "http://my.server"}, "org/m", None, GENERATION),
        ({"base_url": "https://router.huggingface.co/v1"}, "org/m", None, CHAT),
        ({"default_provider": "hf-inference"}, "org/m", None, GENERATION),
    ],
)
def test_auto_looks_only_at_the_settings(
    settings: dict[str, Any], model: str | None, provider: str | None, route: Any
) -> None:
    """Chat where the router chooses among providers, generation everywhere else."""
    config = HfInferenceConfig(**settings)

    assert route_of(config, "auto", model=model, provider=provider) is route
    assert route_of(config, "chat", model=model, provider=provider) is CHAT
    assert route_of(config, "generation", model=model, provider=provider) is GENERATION


def test_a_chat_is_told_in_its_own_words() -> None:
    """The same wishes; what is False already holds for a chat."""
    told = CHAT.arguments(
        "Hi", {"max_new_tokens": 5, "stop": ["x"], "model": "m", "return_full_text": False}
    )
    assert told == {"messages": "Hi", "max_tokens": 5, "stop": ["x"], "model": "m"}


def test_what_a_chat_does_not_know_is_refused() -> None:
    """By name; nothing is ignored."""
    with pytest.raises(ValidationError, match=r"top_k, typical_p.*via='generation'"):
        CHAT.arguments("Hi", {"top_k": 5, "typical_p": 0.5, "seed": 1})


@given(
    st.text("ab", max_size=12),
    st.lists(st.text("ab", min_size=1, max_size=3), max_size=2),
    st.booleans(),
    st.data(),
)
def test_a_stop_sequence_is_taken_off_however_the_text_is_cut(
    text: str, stops: list[str], stopped: bool, data: st.DataObject
) -> None:
    """What comes out is the text before it, and nothing of it before that is certain."""
    while any(stop in text for stop in stops):
        text = text[1:]
    ending = stops[0] if stops and stopped else ""
    whole = text + ending
    first = min((whole.find(stop) for stop in stops if stop in whole), default=len(whole))
    ended = next((whole[: first + len(s)] for s in stops if whole[first:].startswith(s)), whole)
    trimmer = StopTrimmer(stops)
    out, place = "", 0
    while place < len(ended):
        size = data.draw(st.integers(1, 4))
        out += trimmer.feed(ended[place : place + size])
        assert text.startswith(out) or ended.startswith(out)
        place += size
    assert out + trimmer.rest() == ended[: first if first < len(whole) else len(ended)]


def test_an_end_that_only_looks_like_a_stop_stays() -> None:
    """It was held back, and is given at the end."""
    trimmer = StopTrimmer(["STOP", ""])

    assert [trimmer.feed("one ST"), trimmer.rest()] == ["one ", "ST"]
