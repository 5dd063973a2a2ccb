"""What is known of a call beside its answer."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.langchain.facts import facts_of


@pytest.mark.parametrize(
    ("headers", "asked", "facts"),
    [
        ({}, {}, {}),
        ({"x-request-id": "r1"}, {}, {"request_id": "r1"}),
        ({}, {"provider": "groq"}, {"provider": "groq"}),
        ({}, {"model": "org/name:groq"}, {"provider": "groq"}),
        ({}, {"model": "http://host:80/v1"}, {}),
        ({"x-inference-provider": "novita"}, {"provider": "auto"}, {"provider": "novita"}),
        (
            {"x-total-time": "120", "x-queue-time": "20"},
            {},
            {"timings": {"total": 0.12, "queue": 0.02}},
        ),
    ],
)
def test_what_is_known_is_told(headers: Any, asked: Any, facts: dict[str, Any]) -> None:
    """And nothing else."""
    assert facts_of(headers, asked) == facts
