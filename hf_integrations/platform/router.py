"""Several adapters as one: who is asked first, and who is asked next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Self, TypeVar

from msgspec.structs import replace

from hf_integrations.errors import (
    ConfigurationError,
    DecodeError,
    HfError,
    StreamInterruptedError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.platform.adapter import ModelAdapter
from hf_integrations.platform.events import Listener, Listeners, Rerouted
from hf_integrations.platform.requests import Embedding, UnifiedModelRequest, checked
from hf_integrations.platform.responses import UnifiedModelChunk, UnifiedModelResponse
from hf_integrations.platform.shapes import AdapterStatus, Capabilities, CostEstimate
from hf_integrations.platform.strategies import STRATEGIES, Candidate, Latencies, Strategy, ordered
from hf_integrations.platform.together import capable, checks, listed, statuses, told
from hf_integrations.services.health import HealthStatus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
A = TypeVar("A")
Leg = tuple[ModelAdapter, UnifiedModelRequest[T]]
# What no other adapter can do better: the request, or the settings, are wrong.
_STAYS = (ValidationError, ConfigurationError, StreamInterruptedError)


class ModelRouter:
    """Several adapters as one `ModelAdapter`.

    A request goes to the first by the strategy. When it fails in a way that another may not, the
    next is asked; a stream goes on so only before its first piece.
    """

    def __init__(
        self,
        adapters: Sequence[ModelAdapter],
        *,
        strategy: Strategy = "fallback",
        fallback: bool = True,
        models: Mapping[str, Mapping[str, str]] | None = None,
        remeasure_after: float = 300.0,
        provider_id: str = "router",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Make a router; nothing is sent.

        Args:
            adapters: at least one, each with an id of its own; closed with the router.
            strategy: whom to ask first: `fallback`, `cheapest`, `fastest`, `round_robin`, `sticky`.
            fallback: ask the next when one fails.
            models: what a model is called at each adapter: `{"small": {"its id": "its name"}}`;
                adapters without a name for such a model are not asked for it.
            remeasure_after: seconds after which `fastest` forgets what it measured.
            provider_id: the id of the router itself.
            clock: seconds, to measure with.
        """
        self._adapters = {one.provider_id: one for one in adapters}
        if len(self._adapters) != len(adapters) or not adapters:
            raise ConfigurationError(
                "adapters must be at least one, each with a provider_id of its own.",
                hint="HfInferenceAdapter(provider_id=…) gives it another.",
            )
        if strategy not in STRATEGIES:
            raise ConfigurationError(f"strategy must be one of {', '.join(STRATEGIES)}.")
        self.provider_id = provider_id
        self._strategy: Strategy = strategy
        self._fallback = fallback
        self._names = {name: dict(there) for name, there in (models or {}).items()}
        if unknown := {key for there in self._names.values() for key in there} - set(
            self._adapters
        ):
            raise ConfigurationError(f"models: there is no adapter {', '.join(sorted(unknown))}.")
        self._clock, self._latencies, self._turn = clock, Latencies(remeasure_after), 0
        self._listeners = Listeners()

    async def capabilities(self, model: str | None = None) -> Capabilities:
        """What can be asked of whichever adapter serves a model.

        Raises:
            NotFoundError: none does.
        """
        asked = [one.capabilities(name) for one, name in self._serving(model)]
        return capable(self.provider_id, model or "", await _settled(asked))

    async def invoke(self, request: UnifiedModelRequest[T]) -> UnifiedModelResponse[T]:
        """The whole answer of the first that can give it; `provider` says who did.

        Raises:
            HfError: none could; `tried` says who was asked, and the class of each error.
        """
        tried: dict[str, HfError] = {}
        legs = await self._legs(request)
        for adapter, asked in legs:
            began = self._clock()
            try:
                answer = await adapter.invoke(asked)
            except HfError as error:
                self._failed(adapter, request.kind, error, tried, began, legs)
            else:
                self._answered(adapter, request.kind, began)
                return answer
        raise told(tried)

    async def invoke_stream(
        self, request: UnifiedModelRequest[T]
    ) -> AsyncGenerator[UnifiedModelChunk[T], None]:
        """The answer as it is written, of the first that begins one."""
        tried: dict[str, HfError] = {}
        legs, kind = await self._legs(request), f"{request.kind} streamed"
        for adapter, asked in legs:
            began, pieces = self._clock(), adapter.invoke_stream(asked)
            try:
                if (first := await anext(pieces, None)) is None:
                    raise DecodeError("The stream has no piece.")
            except HfError as error:
                self._failed(adapter, kind, error, tried, began, legs)
                continue
            self._answered(adapter, kind, began)
            try:
                yield first
                async for piece in pieces:
                    yield piece
            finally:
                await pieces.aclose()
            return
        raise told(tried)

    async def embeddings(
        self, texts: Sequence[str], *, model: str | None = None
    ) -> UnifiedModelResponse[NDArray[np.float32]]:
        """Vectors of n texts, n × d; vectors of different models are not to be compared."""
        return await self.invoke(Embedding(texts=texts, model=model))

    async def list_models(self) -> list[str]:
        """The router's own names, then what those adapters list that answer."""
        found = await _settled([one.list_models() for one in self._adapters.values()])
        return listed(self._names, found)

    async def validate_model(self, model: str) -> bool:
        """Whether any adapter serves a model."""
        serving = self._serving(model)
        found = await _settled([one.validate_model(name or model) for one, name in serving])
        if any(one is True for one in found):
            return True
        if errors := [one for one in found if isinstance(one, HfError)]:
            raise errors[0]
        return False

    async def health_check(self) -> HealthStatus:
        """One check for each adapter, by its id; `healthy` when all are."""
        found = await asyncio.gather(*(one.health_check() for one in self._adapters.values()))
        return checks(dict(zip(self._adapters, found, strict=True)))

    def status(self) -> AdapterStatus:
        """The figures of all adapters together; available while one of them is."""
        return statuses(self.provider_id, [one.status() for one in self._adapters.values()])

    async def estimate_cost(
        self, request: UnifiedModelRequest[T], *, output_tokens: int | None = None
    ) -> CostEstimate:
        """What a request will cost with the adapter that is next to be asked."""
        legs = await self._legs(request, look=True)
        if not legs:
            raise told({})
        adapter, asked = legs[0]
        return await adapter.estimate_cost(asked, output_tokens=output_tokens)

    def events(self, listener: Listener) -> Callable[[], None]:
        """Call a function with every event of the adapters, and with `Rerouted`, from now on."""
        stops = [one.events(listener) for one in self._adapters.values()]
        stops.append(self._listeners.add(listener))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    async def close(self) -> None:
        """Close all adapters."""
        for one in self._adapters.values():
            await one.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"ModelRouter({list(self._adapters)}, strategy={self._strategy!r})"

    def _serving(self, model: str | None) -> list[tuple[ModelAdapter, str | None]]:
        """Whom to ask for a model, and what it is called there."""
        names = self._names.get(model) if model is not None else None
        if names is None:
            return [(one, model) for one in self._adapters.values()]
        return [(self._adapters[key], name) for key, name in names.items()]

    async def _legs(self, request: UnifiedModelRequest[T], *, look: bool = False) -> list[Leg[T]]:
        """Whom to ask, in order, and for what; who only looks takes no turn."""
        serving = {
            one.provider_id: (one, replace(request, model=name))
            for one, name in self._serving(checked(request).model)
        }
        turn = self._turn
        self._turn += not look
        candidates = await self._candidates(request.kind, serving)
        order = ordered(self._strategy, candidates, turn=turn, session=request.session)
        return [serving[key] for key in order][: None if self._fallback else 1]

    async def _candidates(self, kind: str, serving: dict[str, Leg[T]]) -> list[Candidate]:
        dollars: list[float | None] = [None] * len(serving)
        if self._strategy == "cheapest":
            asked = [one.estimate_cost(request) for one, request in serving.values()]
            found = await _settled(asked)
            dollars = [None if isinstance(one, HfError) else one.dollars for one in found]
        now = self._clock()
        return [
            Candidate(provider=key, dollars=cost, seconds=self._latencies.of(key, kind, now))
            for key, cost in zip(serving, dollars, strict=True)
        ]

    def _answered(self, adapter: ModelAdapter, kind: str, began: float) -> None:
        now = self._clock()
        self._latencies.answered(adapter.provider_id, kind, now - began, now)

    def _failed(
        self, adapter: ModelAdapter, kind: str, error: HfError, tried: dict[str, HfError],
        began: float, legs: list[Leg[T]],
    ) -> None:  # fmt: skip
        """Remember a failure and tell of it, or raise what no other adapter can do better."""
        if isinstance(error, _STAYS) and not isinstance(error, UnsupportedTaskError):
            raise error
        tried[adapter.provider_id] = error
        now = self._clock()
        self._latencies.failed(adapter.provider_id, kind, now - began, now)
        if len(tried) < len(legs):
            self._listeners(
                Rerouted(
                    provider=adapter.provider_id,
                    following=legs[len(tried)][0].provider_id,
                    kind=kind,
                    error=type(error).__name__,
                )
            )


async def _settled(asked: Iterable[Awaitable[A]]) -> list[A | HfError]:
    """All answers side by side, and the errors among them; other errors are raised."""

    async def one(each: Awaitable[A]) -> A | HfError:
        try:
            return await each
        except HfError as error:
            return error

    return await asyncio.gather(*map(one, asked))
