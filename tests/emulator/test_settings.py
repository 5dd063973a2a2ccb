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


def test_tokens() -> None:
    """Any but the invalid ones, or the only one."""
    assert Settings().accepts("hf_x")
    assert not Settings().accepts("")
    assert not Settings().accepts("hf_invalid_token")
    assert Settings(token="hf_invalid").accepts("hf_invalid")
    assert not Settings(token="hf_a").accepts("hf_b")
