"""What a platform expects of whoever serves models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from hf_integrations.platform.events import Listener
from hf_integrations.platform.requests import UnifiedModelRequest
from hf_integrations.platform.responses import UnifiedModelChunk, UnifiedModelResponse
from hf_integrations.platform.shapes import AdapterStatus, Capabilities, CostEstimate
from hf_integrations.services.health import HealthStatus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")


@runtime_checkable
class ModelAdapter(Protocol):
    """Serves models by unified requests, in asyncio; any class with these methods is one.

    Every error is a `HfError`: a kind of work that is not served is an `UnsupportedTaskError`, a
    model that is not served a `NotFoundError`. `hf_integrations.testing.platform` has the tests.
    """

    @property
    def provider_id(self) -> str:
        """Who it is, such as `hf-inference-endpoints`."""
        ...

    async def capabilities(self, model: str | None = None) -> Capabilities:
        """What can be asked of a model; without one, of its own, or of the adapter as a whole."""
        ...

    async def invoke(self, request: UnifiedModelRequest[T]) -> UnifiedModelResponse[T]:
        """The whole answer to a request."""
        ...

    def invoke_stream(
        self, request: UnifiedModelRequest[T]
    ) -> AsyncGenerator[UnifiedModelChunk[T], None]:
        """The answer as it is written; the last piece holds the whole. Chats and texts stream."""
        ...

    async def embeddings(
        self, texts: Sequence[str], *, model: str | None = None
    ) -> UnifiedModelResponse[NDArray[np.float32]]:
        """Vectors of n texts, n × d: short for `invoke(Embedding(texts=…))`."""
        ...

    async def list_models(self) -> list[str]:
        """The models that are served, by name; perhaps not all that can be asked for."""
        ...

    async def validate_model(self, model: str) -> bool:
        """Whether a model is served; raises where that cannot be found out."""
        ...

    async def health_check(self) -> HealthStatus:
        """Ask how things stand; raises nothing."""
        ...

    def status(self) -> AdapterStatus:
        """How calls have fared so far; asks nobody."""
        ...

    async def estimate_cost(
        self, request: UnifiedModelRequest[T], *, output_tokens: int | None = None
    ) -> CostEstimate:
        """What a request will cost.

        Args:
            request: what would be sent.
            output_tokens: how many the answer has; the request's own limit when left out.
        """
        ...

    def events(self, listener: Listener) -> Callable[[], None]:
        """Call a function with every event from now on; returns how to stop."""
        ...

    async def close(self) -> None:
        """Let everything go; a second call does nothing."""
        ...
