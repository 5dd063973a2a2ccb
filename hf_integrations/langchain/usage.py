"""Token counts as LangChain keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

from hf_integrations.models.chat import TokenUsage

_INPUT = {"cached_tokens": "cache_read", "cache_creation_tokens": "cache_creation"}
_OUTPUT = {"reasoning_tokens": "reasoning"}
_BOTH = {"audio_tokens": "audio"}


def usage_metadata(usage: TokenUsage | None) -> UsageMetadata | None:
    """What a call used, with the details that the server gave."""
    if usage is None:
        return None
    found = UsageMetadata(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens or usage.prompt_tokens + usage.completion_tokens,
    )
    if read := _details(usage.prompt_tokens_details, _INPUT | _BOTH):
        found["input_token_details"] = InputTokenDetails(**read)  # type: ignore[typeddict-item]
    if written := _details(usage.completion_tokens_details, _OUTPUT | _BOTH):
        found["output_token_details"] = OutputTokenDetails(**written)  # type: ignore[typeddict-item]
    return found


def token_usage(usage: TokenUsage | None) -> dict[str, Any]:
    """The same in the words of `llm_output`, which older callbacks read."""
    if usage is None:
        return {}
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens or usage.prompt_tokens + usage.completion_tokens,
    }


def summed(counts: list[dict[str, int]]) -> dict[str, int]:
    """Token counts of several calls together."""
    names = dict.fromkeys(name for count in counts for name in count)
    return {name: sum(count.get(name, 0) for count in counts) for name in names}


def _details(given: Mapping[str, Any] | None, names: dict[str, str]) -> dict[str, int]:
    return {
        ours: value
        for theirs, ours in names.items()
        if isinstance(value := (given or {}).get(theirs), int)
    }
