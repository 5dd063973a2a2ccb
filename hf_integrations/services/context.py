"""What every flow of a client may look at: the settings, and what was learnt about servers."""

from __future__ import annotations

from msgspec import Struct, field

from hf_integrations.config import HfInferenceConfig
from hf_integrations.models.servers import ServerInfo
from hf_integrations.transport.retry import Patience


class Context(Struct, frozen=True):
    """Settings and memory of a client; its views share the memory.

    Attributes:
        servers: what `/info` said, by root URL; an empty `ServerInfo` where there is no such route.
    """

    config: HfInferenceConfig
    patience: Patience
    servers: dict[str, ServerInfo] = field(default_factory=dict)

    @classmethod
    def of(cls, config: HfInferenceConfig) -> Context:
        """A context that knows nothing yet."""
        return cls(config, Patience.of(config))

    def view(self, config: HfInferenceConfig) -> Context:
        """The same memory under other settings."""
        return Context(config, Patience.of(config), self.servers)
