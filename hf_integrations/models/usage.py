"""What a call used, in tokens, in every form in which servers count it."""

from __future__ import annotations

from typing import Any

from msgspec import field

from hf_integrations.models.shapes import Received


class TokenUsage(Received):
    """What a call used, in tokens.

    Source: the OpenAI API; SGLang counts reasoning beside the rest, DeepSeek and Moonshot what
    came from a cache.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_tokens_details: dict[str, Any] | None = None
    completion_tokens_details: dict[str, Any] | None = None
    beside_reasoning: int | None = field(default=None, name="reasoning_tokens")
    beside_cached: int | None = field(default=None, name="cached_tokens")
    cache_hits: int | None = field(default=None, name="prompt_cache_hit_tokens")

    @property
    def cached_tokens(self) -> int:
        """How much of the prompt came from a cache."""
        told = (self.prompt_tokens_details or {}).get("cached_tokens")
        return int(told or self.beside_cached or self.cache_hits or 0)

    @property
    def reasoning_tokens(self) -> int:
        """How much of the completion was reasoning."""
        told = (self.completion_tokens_details or {}).get("reasoning_tokens")
        return int(told or self.beside_reasoning or 0)

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts

        return facts(
            prompt=self.prompt_tokens,
            of_it_cached=self.cached_tokens or None,
            completion=self.completion_tokens,
            of_it_reasoning=self.reasoning_tokens or None,
            together=self.total_tokens,
        )
