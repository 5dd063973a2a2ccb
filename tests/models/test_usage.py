"""Tokens are counted in every form servers have."""

from __future__ import annotations

from hf_integrations.models.shapes import decode
from hf_integrations.models.usage import TokenUsage


def test_usage_counts_what_was_cached_and_thought() -> None:
    """Where a server says so."""
    usage = decode(
        b'{"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4},'
        b' "completion_tokens_details": {"reasoning_tokens": null}}',
        TokenUsage,
    )

    assert (usage.cached_tokens, usage.reasoning_tokens) == (4, 0)
    assert (TokenUsage().cached_tokens, TokenUsage().reasoning_tokens) == (0, 0)


def test_details_may_stand_beside_the_rest() -> None:
    """As SGLang, DeepSeek and Moonshot have them."""
    usage = decode(b'{"reasoning_tokens": 7, "prompt_cache_hit_tokens": 3}', TokenUsage)

    assert (usage.cached_tokens, usage.reasoning_tokens) == (3, 7)
    assert decode(b'{"cached_tokens": 2}', TokenUsage).cached_tokens == 2


def test_null_is_none_said() -> None:
    """SGLang has it for tokens it did not write."""
    usage = decode(b'{"prompt_tokens": 3, "completion_tokens": null}', TokenUsage)

    assert (usage.prompt_tokens, usage.completion_tokens) == (3, 0)
