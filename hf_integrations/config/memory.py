"""Settings of what is remembered: answers, and figures about what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hf_integrations.config.failover import FailoverSettings


class MemorySettings(FailoverSettings, frozen=True, kw_only=True):
    """What is remembered.

    Attributes:
        embedding_cache: remember embeddings; only texts that are not known are sent.
        embedding_cache_ttl: for how long, in seconds.
        embedding_cache_bytes: how much room they may take.
        embedding_cache_call_bytes: new vectors of one call that take more are not remembered: a
            corpus that is embedded once would take memory twice, and push out what is asked for
            again. They still go to `embedding_cache_store`. None sets no limit.
        embedding_cache_store: a second, larger place for them, such as
            `hf_integrations.ruvvector.EmbeddingCache`; None for none.
        classification_cache: remember the answers of classification.
        classification_cache_ttl: for how long, in seconds.
        generation_cache: remember answers of chat and text generation whose temperature is 0 and
            whose seed is set; no other is ever remembered, and no stream.
        generation_cache_ttl: for how long, in seconds.
        answer_cache_bytes: how much room classification and generation may take.
        budget: US dollars that may be spent, by the router's price list; a call that may cost more
            than is left raises `BudgetExceededError` instead of sending. None sets no limit.
        budget_reserve_tokens: what a generation without `max_tokens` is reckoned to write, while
            it runs.
        collect_metrics: count what was done, for `client.metrics()`.
        on_event: called with each record of `hf_integrations.telemetry`: `Exchange`, `Repeat`,
            `ColdStart`, `CircuitChange`, `Failover`, `CacheLookup`, `EndpointSeen`; one function,
            or several in a list. What it raises is logged and goes no further.
    """

    embedding_cache: bool = True
    embedding_cache_ttl: float = 86_400.0
    embedding_cache_bytes: int = 100_000_000
    embedding_cache_call_bytes: int | None = 4_000_000
    embedding_cache_store: Any = None
    classification_cache: bool = False
    classification_cache_ttl: float = 3_600.0
    generation_cache: bool = False
    generation_cache_ttl: float = 3_600.0
    answer_cache_bytes: int = 100_000_000
    budget: float | None = None
    budget_reserve_tokens: int = 1000
    collect_metrics: bool = True
    on_event: Callable[[Any], None] | Sequence[Callable[[Any], None]] | None = None
