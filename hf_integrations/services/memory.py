"""What a client, its views and both colours remember together."""

from __future__ import annotations

from hf_integrations.config import HfInferenceConfig
from hf_integrations.flow import Response
from hf_integrations.transport.cache import Cache, CacheStats
from hf_integrations.transport.lanes import Lanes
from hf_integrations.transport.metrics import Metrics
from hf_integrations.transport.patience import Patience


class Memory:
    """How targets fare, and figures about what was done.

    Attributes:
        lanes: breakers, limiters and gates of targets, and the budget of repeats.
        metrics: the figures behind `client.metrics()`.
        vectors: embeddings, as the bytes of float32.
        answers: of classification, chat and text generation.
    """

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.metrics = Metrics()
        self.vectors: Cache[bytes] = Cache()
        self.answers: Cache[Response] = Cache()

    def patience(self, config: HfInferenceConfig) -> Patience:
        """The rules of some settings, over what is remembered here."""
        listeners = (self.metrics,) if config.collect_metrics else ()
        return Patience.of(config, self.lanes, listeners)

    def cache_stats(self) -> dict[str, CacheStats]:
        """How each cache fares."""
        return {"embeddings": self.vectors.stats(), "answers": self.answers.stats()}

    def clear_caches(self, model: str | None = None) -> int:
        """Forget answers, of one model or all; how many they were."""
        return self.vectors.clear(model) + self.answers.clear(model)
