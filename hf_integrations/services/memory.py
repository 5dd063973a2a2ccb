"""What a client, its views and both colours remember together."""

from __future__ import annotations

from hf_integrations.config import HfInferenceConfig
from hf_integrations.transport.lanes import Lanes
from hf_integrations.transport.metrics import Metrics
from hf_integrations.transport.patience import Patience


class Memory:
    """How targets fare, and figures about what was done.

    Attributes:
        lanes: breakers, limiters and gates of targets, and the budget of repeats.
        metrics: the figures behind `client.metrics()`.
    """

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.metrics = Metrics()

    def patience(self, config: HfInferenceConfig) -> Patience:
        """The rules of some settings, over what is remembered here."""
        listeners = (self.metrics,) if config.collect_metrics else ()
        return Patience.of(config, self.lanes, listeners)
