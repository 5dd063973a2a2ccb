"""An adapter as somebody else would write it: any OpenAI-compatible server, over plain httpx."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import msgspec
import numpy as np

from hf_integrations.errors import (
    DecodeError,
    HfError,
    NetworkError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.models.chat import ChatMessage, ChatResponse, TokenUsage
from hf_integrations.platform import (
    AdapterStatus,
    Capabilities,
    Chat,
    CostEstimate,
    Embedding,
    UnifiedModelChunk,
    UnifiedModelRequest,
    UnifiedModelResponse,
)
from hf_integrations.platform.events import Listener, Listeners
from hf_integrations.services.health import Check, HealthStatus
from hf_integrations.transport.telemetry import Exchange

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")
_ERRORS = {404: NotFoundError, 422: ValidationError, 429: RateLimitedError}


class PlainHttpAdapter:
    """Chats and embeds at one server."""

    provider_id = "plain-http"

    def __init__(self, base_url: str, token: str, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, **options)
        self._listeners = Listeners()
        self._calls, self._errors = 0, dict[str, int]()

    async def capabilities(self, model: str | None = None) -> Capabilities:
        """The same of each model."""
        return Capabilities(
            provider=self.provider_id,
            model=model or "",
            abilities=frozenset({"chat", "embeddings", "function_calling", "streaming"}),
        )

    async def invoke(self, request: UnifiedModelRequest[T]) -> UnifiedModelResponse[T]:
        """One request, one answer."""
        began, (path, body) = time.perf_counter(), _body(request)
        found = await self._asked("POST", path, request, body)
        answer: Any = _vectors(found) if path.endswith("embeddings") else _message(found)
        return msgspec.structs.replace(
            answer, model=answer.model or request.model, seconds=time.perf_counter() - began
        )

    async def invoke_stream(
        self, request: UnifiedModelRequest[T]
    ) -> AsyncGenerator[UnifiedModelChunk[T], None]:
        """A plain server's whole answer, as one piece."""
        if request.kind != "chat":
            raise UnsupportedTaskError("Only chats are streamed.")
        whole = await self.invoke(request)
        yield UnifiedModelChunk(text=whole.text)
        yield UnifiedModelChunk(response=whole)

    async def embeddings(
        self, texts: Sequence[str], *, model: str | None = None
    ) -> UnifiedModelResponse[NDArray[np.float32]]:
        """Vectors of n texts."""
        return await self.invoke(Embedding(texts=texts, model=model))

    async def list_models(self) -> list[str]:
        """As the server lists them."""
        found = await self._asked("GET", "/v1/models")
        return [one["id"] for one in found.json()["data"]]

    async def validate_model(self, model: str) -> bool:
        """This server takes every name."""
        return bool(model)

    async def health_check(self) -> HealthStatus:
        """Whether the list comes."""
        began = time.perf_counter()
        try:
            await self.list_models()
        except HfError as error:
            return HealthStatus([Check("api", False, time.perf_counter() - began, error.message)])
        return HealthStatus([Check("api", True, time.perf_counter() - began)])

    def status(self) -> AdapterStatus:
        """What was counted."""
        return AdapterStatus(
            provider=self.provider_id, calls=self._calls, errors=dict(self._errors)
        )

    async def estimate_cost(
        self, request: UnifiedModelRequest[T], *, output_tokens: int | None = None
    ) -> CostEstimate:
        """Nobody says a price."""
        return CostEstimate(
            provider=self.provider_id,
            model=request.model or "",
            input_tokens=request.input_tokens,
            output_tokens=(request.output_tokens or 0) if output_tokens is None else output_tokens,
        )

    def events(self, listener: Listener) -> Callable[[], None]:
        """One for each request."""
        return self._listeners.add(listener)

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def _asked(
        self, method: str, path: str, request: UnifiedModelRequest[Any] | None = None,
        body: dict[str, Any] | None = None,
    ) -> httpx.Response:  # fmt: skip
        began, error = time.perf_counter(), None
        try:
            response = await self._http.request(method, path, json=body)
            if response.status_code >= 400:
                kind = _ERRORS.get(response.status_code, ServerError)
                error = kind("The server refused.", status=response.status_code)
        except httpx.TransportError as failure:
            error = NetworkError(f"No answer: {type(failure).__name__}.")
        self._calls += 1
        if error is not None:
            self._errors[type(error).__name__] = self._errors.get(type(error).__name__, 0) + 1
        self._listeners(
            Exchange(
                task=request.kind if request else "models",
                provider=self.provider_id,
                model=(request.model if request else None) or "",
                host=self._http.base_url.host,
                began=time.time_ns(),
                seconds=time.perf_counter() - began,
                error=type(error).__name__ if error else "",
            )
        )
        if error is not None:
            raise error
        return response


def _body(request: UnifiedModelRequest[Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(request, Chat):
        said = request.messages
        messages = [{"role": "user", "content": said}] if isinstance(said, str) else said
        body = {"model": request.model, "messages": messages, **request.parameters}
        return "/v1/chat/completions", body
    if isinstance(request, Embedding):
        return "/v1/embeddings", {"model": request.model, "input": list(request.texts)}
    if isinstance(request, UnifiedModelRequest):
        raise UnsupportedTaskError(f"{request.kind} is not served.")
    raise ValidationError("That is no request.")


def _message(response: httpx.Response) -> UnifiedModelResponse[ChatMessage]:
    try:
        answer = msgspec.json.decode(response.content, type=ChatResponse)
    except msgspec.DecodeError as error:
        raise DecodeError("That is no chat.") from error
    return UnifiedModelResponse(
        output=answer.message,
        provider=PlainHttpAdapter.provider_id,
        model=answer.model or "",
        usage=answer.usage,
        finish_reason=answer.finish_reason,
    )


def _vectors(response: httpx.Response) -> UnifiedModelResponse[NDArray[np.float32]]:
    found = response.json()
    return UnifiedModelResponse(
        output=np.array([one["embedding"] for one in found["data"]], np.float32),
        provider=PlainHttpAdapter.provider_id,
        model=found.get("model", ""),
        usage=msgspec.convert(found.get("usage"), TokenUsage | None),
    )
