"""The shapes of the provider table."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.routing.orders import found_at


@pytest.mark.parametrize(
    ("value", "found"),
    [({"a": {"b": 1}}, 1), ({"a": None}, None), ({"a": [1]}, None), ([], None), ("x", None)],
)
def test_what_is_at_a_place_or_nothing(value: Any, found: Any) -> None:
    """Never an error: answers are strange."""
    assert found_at(value, ("a", "b")) == found
    assert found_at(value, ()) == value
