"""What an emulator can be told."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.settings import Settings
from hf_integrations.errors import ConfigurationError


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"max_batch": 0}, "max_batch"),
        ({"max_body": 0}, "max_body"),
        ({"dimensions": -1}, "dimensions"),
        ({"token": ""}, "token"),
        ({"models": ("a b",)}, "models"),
        ({"tasks": {"org/m": "nonsense"}}, "tasks"),
        ({"engine": "ollama"}, "engine"),
        ({"mapping": "tuple"}, "mapping"),
        ({"reasoning": "loud"}, "reasoning"),
        ({"oddity": "nonsense"}, "oddity"),
        ({"polls": -1}, "polls"),
        ({"hub_quota": -1}, "hub_quota"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], name: str) -> None:
    """By name."""
    with pytest.raises(ConfigurationError, match=name):
        Settings(**settings)


@pytest.mark.parametrize("model", ["gpt2", "org/name", "org/name:groq", "a.b-c/d_e:cheapest"])
def test_all_well_formed_models_are_served_by_default(model: str) -> None:
    """Name, owner and suffix."""
    assert Settings().serves(model)


@pytest.mark.parametrize("model", ["", "a/b/c", "a b", "/b", "a/", "a:", "http://x"])
def test_other_models_are_not(model: str) -> None:
    """Not even by default."""
    assert not Settings().serves(model)


def test_a_list_of_models_is_obeyed() -> None:
    """With any suffix."""
    settings = Settings(models=("org/name",))
    assert settings.serves("org/name")
    assert settings.serves("org/name:groq")
    assert not settings.serves("org/other")


def test_tasks_are_told_for_models() -> None:
    """For those, and no others."""
    settings = Settings(tasks={"org/m": "text-to-image"})
    assert settings.task_of("org/m") == "text-to-image"
    assert settings.task_of("org/n") is None


def test_an_engine_at_home_asks_for_no_token() -> None:
    """Unless one is set."""
    assert Settings(engine="vllm").accepts("")
    assert not Settings(engine="vllm", token="a").accepts("")


def test_tokens() -> None:
    """Any but the invalid ones, or the only one."""
    assert Settings().accepts("hf_x")
    assert not Settings().accepts("")
    assert not Settings().accepts("hf_invalid_token")
    assert Settings(token="hf_invalid").accepts("hf_invalid")
    assert not Settings(token="hf_a").accepts("hf_b")
