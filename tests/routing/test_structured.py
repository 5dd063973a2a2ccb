"""A chat in the words of where it goes."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.models.chat import ChatRequest, as_messages
from hf_integrations.routing.structured import in_words_of
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import CHAT

SCHEMA = {"type": "object"}
WANTED = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}


def at(provider: str | None) -> Target:
    """A provider, or the router's choice."""
    config = HfInferenceConfig(token="hf_x")
    return resolve(config, CHAT, model="org/name", provider=provider)


def asking(response_format: Any) -> ChatRequest:
    """A chat that wants a form."""
    return ChatRequest(model="m", messages=as_messages("hi"), response_format=response_format)


def test_only_the_form_changes() -> None:
    """And fields that fall away are not sent as null."""
    said = in_words_of(at("nebius"), asking(WANTED))
    assert said == {
        "model": "m", "messages": [{"role": "user", "content": "hi"}], "guided_json": SCHEMA,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        ("groq", WANTED),
        (None, WANTED),
        ("together", None),
        ("together", {"type": "json_object"}),
        ("together", {"type": "json_schema"}),
        ("together", {"type": "json_schema", "json_schema": {"name": "x"}}),
    ],
)
def test_what_needs_no_other_words_is_left_alone(provider: str | None, wanted: Any) -> None:
    """The very same object."""
    body = asking(wanted)
    assert in_words_of(at(provider), body) is body
