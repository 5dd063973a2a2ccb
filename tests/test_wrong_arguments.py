"""What no argument can be is refused by its name, in both colours, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations import ConfigurationError, HfError, HfInferenceConfig, Tool, ValidationError
from tests.colours import Colour, Looped, Plain

both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
WRONG: dict[str, Callable[[Any, Any], Any]] = {
    "journal must be a path": lambda c, v: c.batch("summarization", ["a"], model="m", journal=v),
    "progress must be a function": lambda c, v: c.batch("fill-mask", ["a"], model="m", progress=v),
    "on_progress must be a function": (
        lambda c, v: c.endpoints.wait_for_running("a/b", on_progress=v)
    ),
    "inputs: give a string or a list": lambda c, v: c.embeddings.truncated(v),
    "model: give 'organisation/name'": lambda c, v: c.hub.profile(v),
    "tokens must be a list": lambda c, v: c.tokens.decode(v, model="m"),
}


@both
@pytest.mark.parametrize("said", WRONG)
def test_a_method_names_the_argument(said: str, colour: Colour) -> None:
    """Whatever it is; nobody is there to be asked."""
    with pytest.raises(ValidationError, match=said):
        colour(lambda c: WRONG[said](c, 5), base_url="http://127.0.0.1:9", token="hf_x")


@both
def test_what_is_checked_before_anything_is_awaited(colour: Colour) -> None:
    """The plan for an endpoint, and settings to follow."""

    def wrong(client: Any) -> Any:
        with pytest.raises(ValidationError, match="on_progress must be a function"):
            client.endpoints.running("a/b", on_progress=5)
        with pytest.raises(ConfigurationError, match="dynamic must be a DynamicConfig, not int"):
            client.follow(5)
        raise ValidationError("both were refused")

    with pytest.raises(HfError, match="both were refused"):
        colour(wrong, token=False)


@pytest.mark.parametrize("wrong", [5, None, "x", int])
def test_a_tool_is_made_of_a_class_with_fields(wrong: Any) -> None:
    """Nothing else has arguments to be asked for."""
    with pytest.raises(ValidationError, match="tools: give a class with fields, not "):
        Tool.of(wrong)


def test_a_secrets_file_is_a_path() -> None:
    """Not a number."""
    with pytest.raises(ConfigurationError, match="path must be that of a file, not int"):
        HfInferenceConfig.from_file(5)  # type: ignore[arg-type]
