"""Token counts in LangChain's words."""

from __future__ import annotations

from hf_integrations.langchain.usage import summed, token_usage, usage_metadata
from hf_integrations.models.chat import TokenUsage


def test_counts_and_details_are_kept() -> None:
    """Cached, audio and reasoning tokens have their names; what is not a count is left out."""
    usage = TokenUsage(
        prompt_tokens=10,
        completion_tokens=5,
        total_tokens=15,
        prompt_tokens_details={"cached_tokens": 4, "audio_tokens": None, "other": 3},
        completion_tokens_details={"reasoning_tokens": 2, "audio_tokens": 1},
    )

    assert usage_metadata(usage) == {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_token_details": {"cache_read": 4},
        "output_token_details": {"reasoning": 2, "audio": 1},
    }


def test_a_missing_total_is_the_sum() -> None:
    """Some servers leave it out."""
    usage = TokenUsage(prompt_tokens=10, completion_tokens=5)

    assert usage_metadata(usage) == {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    assert token_usage(usage)["total_tokens"] == 15


def test_no_usage_is_none() -> None:
    """Nothing is made up."""
    assert usage_metadata(None) is None
    assert token_usage(None) == {}


def test_counts_of_several_calls_are_summed() -> None:
    """Each name over all of them."""
    assert summed([{"a": 1, "b": 2}, {"a": 3}]) == {"a": 4, "b": 2}
    assert summed([]) == {}
