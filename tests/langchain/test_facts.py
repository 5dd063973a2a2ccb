"""What is known of a call beside its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from hf_integrations.langchain.facts import facts_of


@dataclass(frozen=True)
class Told:
    """What an answer says of itself."""

    headers: Mapping[str, str] = field(default_factory=dict)
    served_by: str | None = None


@pytest.mark.parametrize(
    ("answer", "asked", "facts"),
    [
        (Told(), {}, {}),
        (Told({"x-request-id": "r1"}), {}, {"request_id": "r1"}),
        (Told(), {"provider": "groq"}, {"provider": "groq"}),
        (Told(), {"model": "org/name:groq"}, {"provider": "groq"}),
        (Told(), {"model": "http://host:80/v1"}, {}),
        (Told({"x-inference-provider": "novita"}), {"provider": "auto"}, {"provider": "novita"}),
        (Told(served_by="sambanova"), {"provider": "groq"}, {"provider": "sambanova"}),
        (Told({"x-inference-provider": "novita"}, "auto"), {}, {"provider": "novita"}),
        (
            Told({"x-total-time": "120", "x-queue-time": "20"}),
            {},
            {"timings": {"total": 0.12, "queue": 0.02}},
        ),
    ],
)
def test_what_is_known_is_told(answer: Told, asked: Any, facts: dict[str, Any]) -> None:
    """And nothing else."""
    assert facts_of(answer, asked) == facts
