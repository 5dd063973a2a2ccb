"""An adapter without a network that keeps what it says: what liars are made of."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hf_integrations.errors import NotFoundError, UnsupportedTaskError
from hf_integrations.models.chat import ChatMessage
from hf_integrations.models.text import Label
from hf_integrations.models.tools import FunctionCall, ToolCall
from hf_integrations.models.usage import TokenUsage
from hf_integrations.platform import (
    AdapterStatus,
    Capabilities,
    Chat,
    Classification,
    CostEstimate,
    Embedding,
    UnifiedModelChunk,
    UnifiedModelRequest,
    UnifiedModelResponse,
)
from hf_integrations.platform.events import Listener, Listeners
from hf_integrations.platform.requests import checked
from hf_integrations.services.health import Check, HealthStatus
from hf_integrations.transport.costs import Price
from hf_integrations.transport.telemetry import Exchange

if TYPE_CHECKING:
    from hf_integrations.platform.shapes import Capability

MODELS = ("chatter", "embedder", "judge")
WORDS = ("Tea ", "is ", "ready.")
SAYS: dict[str, frozenset[Capability]] = {
    "chatter": frozenset({"chat", "streaming", "function_calling"}),
    "embedder": frozenset({"embeddings"}),
    "judge": frozenset({"classification"}),
}
Answer = UnifiedModelResponse[Any]
Request = UnifiedModelRequest[Any]


class HonestAdapter:
    """Chats, embeds and judges by simple rules."""

    provider_id = "honest"

    def __init__(self) -> None:
        self.calls = 0
        self.listeners = Listeners()

    async def capabilities(self, model: str | None = None) -> Capabilities:
        """Of a model what it does; as a whole all of it."""
        self._check(model)
        found = SAYS[model] if model else frozenset().union(*SAYS.values())
        return Capabilities(provider=self.provider_id, model=model or "", abilities=found)

    async def invoke(self, request: Request) -> Answer:
        """An answer by a rule."""
        output = self.output(checked(request))
        self.calls += 1
        self.tell(request)
        return UnifiedModelResponse(
            output=output, provider=self.provider_id, model=request.model or "", seconds=0.001,
            usage=TokenUsage(3, 3, 6),
        )  # fmt: skip

    def output(self, request: Request) -> Any:
        """What a request asks for."""
        if not isinstance(request, Chat | Embedding | Classification):
            raise UnsupportedTaskError(f"{request.kind} is not served.")
        self._check(request.model)
        if isinstance(request, Embedding):
            return np.array([self.vector(text) for text in request.texts], np.float32)
        if isinstance(request, Classification):
            return [Label("good", 0.9), Label("bad", 0.1)]
        calls = [self.call()] if request.tools else None
        return ChatMessage("assistant", "".join(WORDS), tool_calls=calls)

    def vector(self, text: str) -> list[float]:
        """The vector of a text."""
        return [float(len(text)), float(sum(text.encode()))]

    def call(self) -> ToolCall:
        """The call of the tool that is offered."""
        return ToolCall("call_1", FunctionCall("get_weather", '{"city": "Paris"}'))

    def tell(self, request: Request) -> None:
        """Tell of a call what may be told."""
        self.listeners(
            Exchange(
                task=request.kind, provider=self.provider_id, model=request.model or "",
                host="here", began=time.time_ns(), seconds=0.001,
            )
        )  # fmt: skip

    async def invoke_stream(self, request: Request) -> AsyncGenerator[UnifiedModelChunk[Any], None]:
        """Word by word."""
        if request.kind != "chat":
            raise UnsupportedTaskError("Only chats are streamed.")
        whole = await self.invoke(request)
        for word in WORDS:
            yield UnifiedModelChunk(text=word)
        yield UnifiedModelChunk(response=whole)

    async def embeddings(self, texts: Sequence[str], *, model: str | None = None) -> Answer:
        """Vectors of n texts."""
        return await self.invoke(Embedding(texts=texts, model=model))

    async def list_models(self) -> list[str]:
        """All."""
        return list(MODELS)

    async def validate_model(self, model: str) -> bool:
        """Whether it is one."""
        return model in MODELS

    async def health_check(self) -> HealthStatus:
        """Well."""
        return HealthStatus([Check("api", True, 0.001)])

    def status(self) -> AdapterStatus:
        """What was counted."""
        return AdapterStatus(provider=self.provider_id, calls=self.calls)

    async def estimate_cost(
        self, request: Request, *, output_tokens: int | None = None
    ) -> CostEstimate:
        """At a price."""
        written = (request.output_tokens or 0) if output_tokens is None else output_tokens
        return CostEstimate(
            provider=self.provider_id, model=request.model or "", price=Price(1.0, 2.0),
            input_tokens=request.input_tokens, output_tokens=written,
        )  # fmt: skip

    def events(self, listener: Listener) -> Callable[[], None]:
        """One for each call."""
        return self.listeners.add(listener)

    async def close(self) -> None:
        """There is nothing to let go."""

    def _check(self, model: str | None) -> None:
        if model is not None and model not in MODELS:
            raise NotFoundError("There is no such model.", model=model)
