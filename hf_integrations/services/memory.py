"""What a client, its views and both colours remember together."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import HfError, NetworkError, NotFoundError
from hf_integrations.flow import Flow, Request, Response
from hf_integrations.routing.scaling import is_endpoint_host
from hf_integrations.services.chains import Chains
from hf_integrations.services.endpoints.memory import EndpointMemory
from hf_integrations.transport.cache import Cache, CacheStats
from hf_integrations.transport.costs import Tally
from hf_integrations.transport.lanes import Lanes
from hf_integrations.transport.metrics import Metrics
from hf_integrations.transport.patience import Patience, Recover
from hf_integrations.transport.telemetry import Listener

TELLING = frozenset((400, 502, 503))  # statuses behind which the state of an endpoint may be


class Memory:
    """How targets fare, and figures about what was done.

    Attributes:
        lanes: breakers, limiters and gates of targets, and the budget of repeats.
        metrics: the figures behind `client.metrics()`.
        tally: the tokens behind `client.costs()`.
        endpoints: what was told of dedicated endpoints.
        vectors: embeddings, as the bytes of float32.
        answers: of classification, chat and text generation.
        chains: what is known of failover.
    """

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.metrics = Metrics()
        self.tally = Tally()
        self.endpoints = EndpointMemory()
        self.vectors: Cache[bytes] = Cache()
        self.answers: Cache[Response] = Cache()
        self.chains = Chains()

    def patience(self, config: HfInferenceConfig) -> Patience:
        """The rules of some settings, over what is remembered here."""
        listeners: tuple[Listener, ...] = (self.metrics, self.tally)
        if not config.collect_metrics:
            listeners = (self.tally,) if config.budget is not None else ()
        patience = Patience.of(config, self.lanes, listeners)
        if not config.check_endpoints:
            return patience
        return replace(patience, recover=self._recover(config, patience))

    def _recover(self, config: HfInferenceConfig, patience: Patience) -> Recover:
        """What looks into failures of endpoints; of others, it says nothing."""

        def recover(request: Request, failure: HfError) -> Flow[HfError | None]:
            if failure.status not in TELLING and not isinstance(failure, _OVER):
                return failure
            if self.endpoints.key_of(request.url) is None and not is_endpoint_host(request.url):
                return failure
            from hf_integrations.services.context import Context
            from hf_integrations.services.endpoints.recovering import recovered

            context = Context(config, patience, memory=self)
            return (yield from recovered(context, request, failure))

        return recover

    def cache_stats(self) -> dict[str, CacheStats]:
        """How each cache fares."""
        return {"embeddings": self.vectors.stats(), "answers": self.answers.stats()}

    def clear_caches(self, model: str | None = None) -> int:
        """Forget answers, of one model or all; how many they were."""
        return self.vectors.clear(model) + self.answers.clear(model)


_OVER = (NetworkError, NotFoundError)  # after these, what was remembered may be over
