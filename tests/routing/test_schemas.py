"""Structured output in each provider's words."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.routing.providers import PROVIDERS
from hf_integrations.routing.tasks import CHAT

SCHEMA = {"type": "object"}
ASKED = {"name": "x", "schema": SCHEMA, "strict": True}


@pytest.mark.parametrize(
    ("provider", "changed"),
    [
        ("cohere", {"response_format": {"type": "json_object", "schema": SCHEMA}}),
        ("fireworks-ai", {"response_format": {"type": "json_object", "schema": SCHEMA}}),
        ("together", {"response_format": {"type": "json_schema", "schema": SCHEMA}}),
        ("hf-inference", {"response_format": {"type": "json_object", "value": SCHEMA}}),
        ("nebius", {"response_format": None, "guided_json": SCHEMA}),
        ("sambanova", {
            "response_format": {"type": "json_schema", "json_schema": ASKED | {"strict": False}},
        }),
    ],
)  # fmt: skip
def test_each_has_words_of_its_own(provider: str, changed: dict[str, Any]) -> None:
    """What the caller gave is left as it is."""
    route = PROVIDERS[provider].routes[CHAT.name]
    assert route.schema is not None
    assert route.schema(ASKED) == changed
    assert ASKED["strict"] is True
