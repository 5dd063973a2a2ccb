"""Hugging Face inference at home in LangChain, LlamaIndex and PostgreSQL.

The names below are loaded when they are first used: importing the package costs next to nothing,
and loads no framework, no database driver and no server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hf_integrations._names import loaded
from hf_integrations._version import __version__

if TYPE_CHECKING:
    from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
    from hf_integrations.config import HfInferenceConfig
    from hf_integrations.errors import (
        AnswerTooLargeError,
        AuthenticationError,
        BudgetExceededError,
        CircuitOpenError,
        ColdStartTimeoutError,
        ConfigurationError,
        DecodeError,
        EndpointFailedError,
        EndpointPausedError,
        EndpointUnhealthyError,
        GatewayTimeoutError,
        HfError,
        InferenceTimeoutError,
        ModelLoadingError,
        ModelNotAvailableOnProviderError,
        NetworkError,
        NotFoundError,
        PermissionDeniedError,
        QuotaExceededError,
        RateLimitedError,
        ServerError,
        ServiceUnavailableError,
        StoreError,
        StreamInterruptedError,
        UnsupportedTaskError,
        ValidationError,
    )
    from hf_integrations.models.chat import (
        ChatChunk,
        ChatMessage,
        ChatRequest,
        ChatResponse,
        TokenUsage,
        Tool,
        ToolCall,
    )
    from hf_integrations.models.embeddings import EmbeddingResponse
    from hf_integrations.models.endpoint_config import EndpointConfig
    from hf_integrations.models.endpoint_images import EndpointImage
    from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
    from hf_integrations.models.hub import HubModel, ModelProfile
    from hf_integrations.models.media import (
        Audio,
        AudioInput,
        Image,
        ImageInput,
        Media,
        Video,
        VideoInput,
    )
    from hf_integrations.models.popular import Models
    from hf_integrations.models.text_generation import (
        TextGenerationChunk,
        TextGenerationRequest,
        TextGenerationResponse,
    )
    from hf_integrations.routing.providers import (
        InferenceProvider,
        register_provider,
        unregister_provider,
    )
    from hf_integrations.routing.targets import InferenceTarget
    from hf_integrations.routing.tasks import InferenceTask
    from hf_integrations.services.health import HealthStatus
    from hf_integrations.services.resolver import AsyncProviderResolver, ProviderResolver

_PLACES = {
    "client": ("AsyncHfInferenceClient", "HfInferenceClient"),
    "config": ("HfInferenceConfig",),
    "errors": (
        "AnswerTooLargeError", "AuthenticationError", "BudgetExceededError", "CircuitOpenError",
        "ColdStartTimeoutError", "ConfigurationError", "DecodeError", "EndpointFailedError",
        "EndpointPausedError", "EndpointUnhealthyError", "GatewayTimeoutError", "HfError",
        "InferenceTimeoutError", "ModelLoadingError", "ModelNotAvailableOnProviderError",
        "NetworkError", "NotFoundError", "PermissionDeniedError", "QuotaExceededError",
        "RateLimitedError", "ServerError", "ServiceUnavailableError", "StoreError",
        "StreamInterruptedError", "UnsupportedTaskError", "ValidationError",
    ),
    "models.chat": (
        "ChatChunk", "ChatMessage", "ChatRequest", "ChatResponse", "TokenUsage", "Tool", "ToolCall",
    ),
    "models.embeddings": ("EmbeddingResponse",),
    "models.endpoint_config": ("EndpointConfig",),
    "models.endpoint_images": ("EndpointImage",),
    "models.endpoints": ("EndpointInfo", "EndpointStatus"),
    "models.hub": ("HubModel", "ModelProfile"),
    "models.popular": ("Models",),
    "models.media": (
        "Audio", "AudioInput", "Image", "ImageInput", "Media", "Video", "VideoInput",
    ),
    "models.text_generation": (
        "TextGenerationChunk", "TextGenerationRequest", "TextGenerationResponse",
    ),
    "routing.providers": ("InferenceProvider", "register_provider", "unregister_provider"),
    "routing.targets": ("InferenceTarget",),
    "routing.tasks": ("InferenceTask",),
    "services.health": ("HealthStatus",),
    "services.resolver": ("AsyncProviderResolver", "ProviderResolver"),
}  # fmt: skip
_HOME = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "AnswerTooLargeError",
    "AsyncHfInferenceClient",
    "AsyncProviderResolver",
    "Audio",
    "AudioInput",
    "AuthenticationError",
    "BudgetExceededError",
    "ChatChunk",
    "ChatMessage",
    "ChatRequest",
    "ChatResponse",
    "CircuitOpenError",
    "ColdStartTimeoutError",
    "ConfigurationError",
    "DecodeError",
    "EmbeddingResponse",
    "EndpointConfig",
    "EndpointFailedError",
    "EndpointImage",
    "EndpointInfo",
    "EndpointPausedError",
    "EndpointStatus",
    "EndpointUnhealthyError",
    "GatewayTimeoutError",
    "HealthStatus",
    "HfError",
    "HfInferenceClient",
    "HfInferenceConfig",
    "HubModel",
    "Image",
    "ImageInput",
    "InferenceProvider",
    "InferenceTarget",
    "InferenceTask",
    "InferenceTimeoutError",
    "Media",
    "ModelLoadingError",
    "ModelNotAvailableOnProviderError",
    "ModelProfile",
    "Models",
    "NetworkError",
    "NotFoundError",
    "PermissionDeniedError",
    "ProviderResolver",
    "QuotaExceededError",
    "RateLimitedError",
    "ServerError",
    "ServiceUnavailableError",
    "StoreError",
    "StreamInterruptedError",
    "TextGenerationChunk",
    "TextGenerationRequest",
    "TextGenerationResponse",
    "TokenUsage",
    "Tool",
    "ToolCall",
    "UnsupportedTaskError",
    "ValidationError",
    "Video",
    "VideoInput",
    "__version__",
    "register_provider",
    "unregister_provider",
]


def __getattr__(name: str) -> Any:
    return loaded(__name__, _HOME, name)


def __dir__() -> list[str]:
    return __all__
