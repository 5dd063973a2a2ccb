"""What is known of a call beside its answer: who served it, and how long it took; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from hf_integrations.models.shapes import request_id
from hf_integrations.models.timings import Timings


class Told(Protocol):
    """An answer or a stream, as far as it says how it came."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the answer, their names in lower case."""

    @property
    def served_by(self) -> str | None:
        """Who answered, where several were there to be asked (the setting `failover`)."""


def facts_of(answer: Told, asked: Mapping[str, Any]) -> dict[str, Any]:
    """`request_id`, `provider` and `timings` (seconds), as far as they are known.

    Args:
        asked: what the call was told; its `provider` counts where neither the server nor a
            failover chain says who served it.
    """
    headers = answer.headers
    facts: dict[str, Any] = {}
    if request := request_id(headers):
        facts["request_id"] = request
    if provider := headers.get("x-inference-provider") or answer.served_by or _asked(asked):
        facts["provider"] = provider
    if timings := msgspec.to_builtins(Timings.of(headers)):
        facts["timings"] = timings
    return facts


def _asked(asked: Mapping[str, Any]) -> str | None:
    """The provider a call was for, beside the model or behind its name."""
    if provider := asked.get("provider"):
        return str(provider)
    model = str(asked.get("model") or "")
    return None if "://" in model else model.partition(":")[2] or None
