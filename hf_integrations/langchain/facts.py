"""What is known of a call beside its answer: who served it, and how long it took; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hf_integrations.models.shapes import request_id
from hf_integrations.models.timings import Timings


def facts_of(headers: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, Any]:
    """`request_id`, `provider` and `timings` (seconds), as far as they are known.

    Args:
        headers: of the answer, their names in lower case.
        asked: what the call was told; its `provider` counts where the server does not say.
    """
    facts: dict[str, Any] = {}
    if request := request_id(headers):
        facts["request_id"] = request
    if provider := headers.get("x-inference-provider") or _asked(asked):
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
