"""What every flow of a client may look at: the settings, and what was learnt about servers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from hf_integrations.config import HfInferenceConfig
from hf_integrations.models.servers import ServerInfo
from hf_integrations.services.memory import Memory
from hf_integrations.services.requests import Requests
from hf_integrations.transport.lookups import Lookups
from hf_integrations.transport.patience import Patience

if TYPE_CHECKING:
    from hf_integrations.models.hub import HubTask, ModelProfile
    from hf_integrations.routing.resolver import Listing
    from hf_integrations.transport.media.settings import MediaSettings

_MEDIA = (
    "auto_optimize_images", "max_image_side", "max_image_bytes", "max_audio_bytes",
    "max_video_bytes", "auto_chunk_long_audio", "long_audio", "audio_window", "audio_overlap",
    "audio_windows_at_once", "allow_private_urls", "max_image_pixels", "fetch_timeout",
    "connection_timeout", "user_agent",
)  # fmt: skip


class Context(Struct, frozen=True):
    """Settings and memory of a client; its views share the memory.

    Attributes:
        servers: what `/info` said, by root URL; an empty `ServerInfo` where there is no such route.
        profiles: what models can do and cost.
        listings: who serves models.
        shown: the tasks of the Hub, by where it is, with the models it shows.
        memory: how targets fare, and figures about what was done.
        requests: what was sent under these settings, without the bodies; no view shares it.
    """

    config: HfInferenceConfig
    patience: Patience
    servers: dict[str, ServerInfo] = field(default_factory=dict)
    profiles: Lookups[ModelProfile] = field(default_factory=Lookups)
    listings: Lookups[Listing] = field(default_factory=Lookups)
    shown: Lookups[dict[str, HubTask]] = field(default_factory=Lookups)
    memory: Memory = field(default_factory=Memory)
    requests: Requests = field(default_factory=Requests)

    @classmethod
    def of(cls, config: HfInferenceConfig) -> Context:
        """A context that knows nothing yet."""
        memory = Memory()
        return cls(config, memory.patience(config), memory=memory)

    def view(self, config: HfInferenceConfig) -> Context:
        """The same memory under other settings."""
        patience = self.memory.patience(config)
        return replace(self, config=config, patience=patience, requests=Requests())

    @property
    def media(self) -> MediaSettings:
        """What the settings say of pictures, sound and film.

        The caller's own server may answer with URLs of what it made, wherever it stands.
        """
        from hf_integrations.transport.media.settings import MediaSettings

        config = self.config
        own = (urlsplit(config.base_url).netloc,) if config.base_url else ()
        values = {name: getattr(config, name) for name in _MEDIA}
        return MediaSettings(trusted_hosts=(*own, *config.trusted_hosts), **values)
