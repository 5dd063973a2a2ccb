"""The shared client, in both colours: services over one set of connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from hf_integrations.config import HfInferenceConfig, known
from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import adrive, drive
from hf_integrations.services.overview import (
    ABOUT_CONNECTIONS,
    AsyncOverview,
    Overview,
    PlainOverview,
    fixed,
)
from hf_integrations.services.parts import service

if TYPE_CHECKING:  # each is loaded when it is first used
    from hf_integrations.routing.tasks import Row
    from hf_integrations.services.audio import AsyncSounds, Sounds
    from hf_integrations.services.chat import AsyncChat, Chat
    from hf_integrations.services.context import Context
    from hf_integrations.services.embeddings import AsyncEmbeddings, Embeddings
    from hf_integrations.services.endpoints.service import AsyncEndpoints, Endpoints
    from hf_integrations.services.hub import AsyncHub, Hub
    from hf_integrations.services.image import AsyncImages, Images
    from hf_integrations.services.resolver import AsyncProviderResolver, ProviderResolver
    from hf_integrations.services.tabular import AsyncTabular, Tabular
    from hf_integrations.services.text import AsyncTexts, Texts
    from hf_integrations.services.text_generation import AsyncTextGeneration, TextGeneration
    from hf_integrations.services.tokens import AsyncTokens, Tokens
    from hf_integrations.services.video import AsyncVideos, Videos
    from hf_integrations.transport.connections import Connections
    from hf_integrations.transport.engines import EngineSettings

In = TypeVar("In")
Out = TypeVar("Out")
S = TypeVar("S")
C = TypeVar("C", bound="_Client")


class _Client(Overview):
    """What both colours share: settings, memory and connections."""

    def __init__(
        self,
        config: HfInferenceConfig | None = None,
        *,
        token: Any = None,
        provider: str | None = None,
        base_url: str | None = None,
        http_client: object = None,
        **settings: Any,
    ) -> None:
        """Make a client; nothing is sent.

        Args:
            config: the settings; those below change single ones of them.
            token: the access token, or a function that returns it; False sends none.
            provider: who serves models; the setting `default_provider`.
            base_url: where inference goes, instead of the router.
            http_client: an `httpx` or `httpx2` client of your own to send with; never closed here.
            **settings: any other field of `HfInferenceConfig`.
        """
        named = {"token": token, "provider": provider, "base_url": base_url}
        settings |= {name: value for name, value in named.items() if value is not None}
        _rename(settings)
        if config is None:
            config = HfInferenceConfig(**known(settings))
        elif not isinstance(config, HfInferenceConfig):
            raise ConfigurationError(
                f"config must be a HfInferenceConfig, not {type(config).__name__}.",
                hint="Pass a token as token=, a URL as base_url=.",
            )
        elif settings:
            config = config.with_options(**settings)
        self._context, self._connections = _beginnings(config, http_client)
        self._at_close = []

    @property
    def config(self) -> HfInferenceConfig:
        """The settings."""
        return self._context.config

    def bound(self, made: Callable[[Context, Connections], S]) -> S:
        """A service over this client's settings and connections."""
        return made(self._context, self._connections)

    def with_options(self, **settings: Any) -> Self:
        """This client under other settings.

        It shares connections and what was learnt about servers; each of the two is closed on its
        own, and the connections go with the last.
        """
        if changed := ABOUT_CONNECTIONS & settings.keys():
            raise fixed(changed)
        _rename(settings)
        return self._view(type(self), self._context.view(self.config.with_options(**settings)))

    def _view(self, kind: type[C], context: Context) -> C:
        """A client over the same connections."""
        view = object.__new__(kind)
        view._context = context
        view._connections = self._connections.hold()
        view._at_close = []
        return view

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config!r})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.with_options()  # settings never change, and connections cannot be copied

    def __reduce__(self) -> tuple[Any, ...]:
        if self._connections.http_client is not None:
            raise ConfigurationError("A client with an http_client= of its own cannot be pickled.")
        return type(self), (self.config,)


class HfInferenceClient(_Client, PlainOverview):
    """Hugging Face inference, plain.

    Safe to share between threads, and to use inside a running event loop, such as a notebook's.

    >>> from hf_integrations import HfInferenceClient
    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     with HfInferenceClient(base_url=emulator.url, token="hf_test") as client:
    ...         client.embeddings.create(["a text", "another"], model="org/name").vectors.shape
    (2, 384)
    """

    chat: service[Chat] = service("chat.Chat")
    text_generation: service[TextGeneration] = service("text_generation.TextGeneration")
    embeddings: service[Embeddings] = service("embeddings.Embeddings")
    text: service[Texts] = service("text.Texts")
    image: service[Images] = service("image.Images")
    audio: service[Sounds] = service("audio.Sounds")
    video: service[Videos] = service("video.Videos")
    tabular: service[Tabular] = service("tabular.Tabular")
    hub: service[Hub] = service("hub.Hub")
    tokens: service[Tokens] = service("tokens.Tokens")
    resolver: service[ProviderResolver] = service("resolver.ProviderResolver")

    def in_asyncio(self) -> AsyncHfInferenceClient:
        """This client for asyncio: the same settings, limits, circuits, caches and counts.

        Each of the two is closed on its own.
        """
        return self._view(AsyncHfInferenceClient, self._context)

    @cached_property
    def endpoints(self) -> Endpoints[HfInferenceClient]:
        """Dedicated endpoints: managed, waited for, asked by name."""
        from hf_integrations.services.endpoints.service import Endpoints

        return Endpoints(self._context, self._connections, self.with_options)

    @overload
    def run(self, task: Row[In, Out], inputs: Any = None, **parameters: Any) -> Out: ...
    @overload
    def run(self, task: str, inputs: Any = None, **parameters: Any) -> Any: ...
    def run(self, task: Any, inputs: Any = None, **parameters: Any) -> Any:
        """Do any task, by its name on the Hub or its row in `routing.table`; docs/tasks.md."""
        flow = self._run(task, inputs, parameters)
        return drive(flow, self._connections.engine())

    def close(self) -> None:
        """Let the connections go; a second call does nothing."""
        self._end()
        self._connections.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class AsyncHfInferenceClient(_Client, AsyncOverview):
    """Hugging Face inference in asyncio: the same names, awaited.

    May be used from several event loops, one after another or side by side.
    """

    chat: service[AsyncChat] = service("chat.AsyncChat")
    text_generation: service[AsyncTextGeneration] = service("text_generation.AsyncTextGeneration")
    embeddings: service[AsyncEmbeddings] = service("embeddings.AsyncEmbeddings")
    text: service[AsyncTexts] = service("text.AsyncTexts")
    image: service[AsyncImages] = service("image.AsyncImages")
    audio: service[AsyncSounds] = service("audio.AsyncSounds")
    video: service[AsyncVideos] = service("video.AsyncVideos")
    tabular: service[AsyncTabular] = service("tabular.AsyncTabular")
    hub: service[AsyncHub] = service("hub.AsyncHub")
    tokens: service[AsyncTokens] = service("tokens.AsyncTokens")
    resolver: service[AsyncProviderResolver] = service("resolver.AsyncProviderResolver")

    def in_plain(self) -> HfInferenceClient:
        """This client without asyncio: the same settings, limits, circuits, caches and counts.

        Each of the two is closed on its own.
        """
        return self._view(HfInferenceClient, self._context)

    @cached_property
    def endpoints(self) -> AsyncEndpoints[AsyncHfInferenceClient]:
        """Dedicated endpoints: managed, waited for, asked by name."""
        from hf_integrations.services.endpoints.service import AsyncEndpoints

        return AsyncEndpoints(self._context, self._connections, self.with_options)

    @overload
    async def run(self, task: Row[In, Out], inputs: Any = None, **parameters: Any) -> Out: ...
    @overload
    async def run(self, task: str, inputs: Any = None, **parameters: Any) -> Any: ...
    async def run(self, task: Any, inputs: Any = None, **parameters: Any) -> Any:
        """Do any task, by its name on the Hub or its row in `routing.table`; docs/tasks.md."""
        flow = self._run(task, inputs, parameters)
        return await adrive(flow, self._connections.async_engine())

    async def close(self) -> None:
        """Let the connections go; a second call does nothing."""
        for over in self._end():
            await over
        await self._connections.arelease()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()


def _rename(settings: dict[str, Any]) -> None:
    """Put `provider`, as a client calls it, under the name that it has in the settings."""
    if "provider" not in settings:
        return
    provider = settings.pop("provider")
    if settings.setdefault("default_provider", provider) != provider:
        raise ConfigurationError(
            "provider and default_provider are one setting, and say different things; leave one "
            "of them out."
        )


def _beginnings(config: HfInferenceConfig, http_client: object) -> tuple[Context, Connections]:
    """What a client is made of; loaded with the first one, not by the import of the class."""
    from hf_integrations.services.context import Context
    from hf_integrations.transport.connections import Connections

    return Context.of(config), Connections(_engine_settings(config), http_client)


def _engine_settings(config: HfInferenceConfig) -> EngineSettings:
    from hf_integrations.transport.engines import EngineSettings

    return EngineSettings(
        kind=config.http_engine,
        pool_idle_timeout=config.pool_idle_timeout,
        pool_wave_timeout=config.pool_wave_timeout,
        pool_size_per_host=config.pool_size_per_host,
        ca_file=str(config.ca_file) if config.ca_file else None,
        client_cert=str(config.client_cert) if config.client_cert else None,
        proxy_loopback=config.proxy_loopback,
    )
