"""Hugging Face inference as a platform's adapter: the router, endpoints, servers of one's own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec.structs import replace

from hf_integrations.client import AsyncHfInferenceClient
from hf_integrations.errors import NotFoundError, ValidationError
from hf_integrations.models.hub import HubModel, ModelProfile
from hf_integrations.platform import asking
from hf_integrations.platform.abilities import EVERYTHING, abilities
from hf_integrations.platform.events import Listener, Listeners
from hf_integrations.platform.requests import Embedding, UnifiedModelRequest, checked
from hf_integrations.platform.responses import UnifiedModelChunk, UnifiedModelResponse
from hf_integrations.platform.shapes import AdapterStatus, Capabilities, Capability, CostEstimate
from hf_integrations.routing.hub import router_root
from hf_integrations.routing.targets import is_router
from hf_integrations.services.health import HealthStatus
from hf_integrations.transport.costs import Price
from hf_integrations.transport.telemetry import as_listeners

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
_BY_TOKENS: frozenset[Capability] = frozenset(
    {"chat", "text_generation"}
)  # of other work the router lists no price


class HfInferenceAdapter:
    """A `ModelAdapter` over an `AsyncHfInferenceClient`; making one sends nothing.

    >>> import asyncio
    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.platform import Chat
    >>> async def ask(url):
    ...     async with HfInferenceAdapter(base_url=url, token="hf_test") as adapter:
    ...         return await adapter.invoke(Chat(messages="Hello!", model="org/name"))
    >>> with Emulator() as emulator:
    ...     asyncio.run(ask(emulator.url)).text
    'Hello! How can I help you?'
    """

    def __init__(
        self,
        client: AsyncHfInferenceClient | None = None,
        *,
        model: str | None = None,
        provider_id: str = "hf-inference-endpoints",
        assumed_output_tokens: int = 512,
        **settings: Any,
    ) -> None:
        """Make an adapter.

        Args:
            client: a client to use, which stays yours to close; else one is made of `settings`.
            model: the model of requests that name none.
            provider_id: another id, where a router has several of these.
            assumed_output_tokens: how long an answer is for `estimate_cost`, where neither it nor
                the request says.
            **settings: those of `AsyncHfInferenceClient`: token, provider, base_url, …
        """
        if client is not None and settings:
            raise ValidationError(f"{', '.join(settings)}: settings go with no client of your own.")
        if client is not None and not isinstance(client, AsyncHfInferenceClient):
            raise ValidationError(
                f"client must be an AsyncHfInferenceClient, not {type(client).__name__}."
            )
        self.provider_id = provider_id
        self._model = model
        self._assumed = assumed_output_tokens
        self._own = AsyncHfInferenceClient(**settings) if client is None else None
        base = client or self._own
        assert base is not None  # noqa: S101 - one of the two is there
        self._listeners = Listeners()
        for listener in as_listeners(base.config.on_event):
            self._listeners.add(listener)
        self._client: AsyncHfInferenceClient = base.with_options(on_event=self._listeners)

    @property
    def client(self) -> AsyncHfInferenceClient:
        """The client that is asked, for all that has no unified request."""
        return self._client

    async def capabilities(self, model: str | None = None) -> Capabilities:
        """What can be asked of a model, by the live profile and the Hub.

        Raises:
            NotFoundError: nobody serves it.
            ValidationError: it is a URL, of which nothing is listed.
        """
        model = model or self._model
        if model is None:
            return Capabilities(provider=self.provider_id, abilities=EVERYTHING)
        profile, hub = await self._profile(model), await self._hub_model(model)
        if profile is None and (hub is None or hub.availability == "unavailable"):
            raise NotFoundError("Nobody serves this model.", model=model)
        own = not is_router(router_root(self._client.config))
        found = abilities(profile, hub, own=own)
        listed = profile if found & _BY_TOKENS else None
        return Capabilities(
            provider=self.provider_id,
            model=model,
            abilities=found,
            context_length=listed.context_length if listed else None,
            price=self._price(listed, self._client.config.default_provider),
        )

    async def invoke(self, request: UnifiedModelRequest[T]) -> UnifiedModelResponse[T]:
        """The whole answer to a request."""
        began, request = perf_counter(), self._named(request)
        return self._signed(await asking.ask(self._client, request), request, began)

    async def invoke_stream(
        self, request: UnifiedModelRequest[T]
    ) -> AsyncGenerator[UnifiedModelChunk[T], None]:
        """The answer as it is written; the last piece holds the whole.

        Raises:
            StreamInterruptedError: it breaks off; `partial` holds the text so far.
        """
        began, request = perf_counter(), self._named(request)
        async with asking.opened(self._client, request) as stream:
            async for chunk in stream:
                if (piece := asking.piece(chunk)) is not None:
                    yield piece
            whole = asking.whole(await stream.response())
        whole = replace(whole, request_id=whole.request_id or stream.request_id)
        yield UnifiedModelChunk(response=self._signed(whole, request, began))

    async def embeddings(
        self, texts: Sequence[str], *, model: str | None = None
    ) -> UnifiedModelResponse[NDArray[np.float32]]:
        """Vectors of n texts: float32, n × d."""
        return await self.invoke(Embedding(texts=texts, model=model))

    async def list_models(self) -> list[str]:
        """The models that chat, as the router or a server of one's own lists them."""
        return [profile.id for profile in await self._client.hub.profiles()]

    async def validate_model(self, model: str) -> bool:
        """Whether a model is served, by the router's list or the Hub's."""
        if await self._profile(model) is not None:
            return True
        hub = await self._hub_model(model)
        return hub is not None and hub.availability != "unavailable"

    async def health_check(self) -> HealthStatus:
        """The API, the token and the providers."""
        return await self._client.health_check()

    def status(self) -> AdapterStatus:
        """How the calls of the client have fared so far."""
        total, circuits = self._client.metrics().total, self._client.circuits()
        return AdapterStatus(
            provider=self.provider_id,
            available=not circuits or any(one.state != "open" for one in circuits),
            calls=total.count,
            errors=total.errors,
            seconds=total.p50 if total.count else None,
        )

    async def estimate_cost(
        self, request: UnifiedModelRequest[T], *, output_tokens: int | None = None
    ) -> CostEstimate:
        """What a chat or a generation will cost, by the router's price list.

        Pictures and sounds among the messages are not counted.
        """
        request = self._named(request)
        limit = request.output_tokens if output_tokens is None else output_tokens
        price = None
        if request.model and "://" not in request.model and request.kind in _BY_TOKENS:
            provider = request.options.get("provider") or self._client.config.default_provider
            price = self._price(await self._profile(request.model), provider)
        return CostEstimate(
            provider=self.provider_id,
            model=request.model or "",
            input_tokens=request.input_tokens,
            output_tokens=self._assumed if limit is None else limit,
            price=price,
        )

    def events(self, listener: Listener) -> Callable[[], None]:
        """Call a function with every `Exchange`, `CircuitChange` and `ColdStart` from now on."""
        return self._listeners.add(listener)

    async def close(self) -> None:
        """Let the connections go, unless the client is yours."""
        await self._client.close()
        if self._own is not None:
            await self._own.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"HfInferenceAdapter({self.provider_id!r}, model={self._model!r})"

    def _named(self, request: UnifiedModelRequest[T]) -> UnifiedModelRequest[T]:
        if checked(request).model is None and self._model is not None:
            return replace(request, model=self._model)
        return request

    def _signed(
        self, answer: UnifiedModelResponse[T], request: UnifiedModelRequest[T], began: float
    ) -> UnifiedModelResponse[T]:
        return replace(
            answer,
            provider=self.provider_id,
            model=answer.model or request.model or "",
            seconds=perf_counter() - began,
        )

    async def _profile(self, model: str) -> ModelProfile | None:
        if "://" in model:
            raise ValidationError(
                "model: of a server by its URL nothing is listed.",
                hint="HfInferenceAdapter(base_url=…) asks that server.",
            )
        try:
            return await self._client.hub.profile(model)
        except NotFoundError:
            return None

    async def _hub_model(self, model: str) -> HubModel | None:
        try:
            return await self._client.hub.model(model.partition(":")[0])
        except NotFoundError:
            return None

    def _price(self, profile: ModelProfile | None, provider: str) -> Price | None:
        """By the token; an endpoint is paid by the hour."""
        if profile is None or self._client.config.endpoint is not None:
            return None
        pricing = profile.narrowed(provider).pricing
        return None if pricing is None else Price(pricing.input, pricing.output)
