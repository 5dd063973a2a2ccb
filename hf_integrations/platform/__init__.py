"""For platforms that speak to several kinds of models: one interface, typed, in asyncio.

A `ModelAdapter` is anything that answers unified requests; `HfInferenceAdapter` is ours, and a
`ModelRouter` is several of them. The names are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hf_integrations._names import loaded

if TYPE_CHECKING:
    from hf_integrations.platform.adapter import ModelAdapter
    from hf_integrations.platform.events import Rerouted
    from hf_integrations.platform.hf import HfInferenceAdapter
    from hf_integrations.platform.registry import (
        adapter_names,
        make_adapter,
        register_adapter,
        unregister_adapter,
    )
    from hf_integrations.platform.requests import (
        Chat,
        Classification,
        Embedding,
        ImageGeneration,
        Speech,
        TextGeneration,
        Transcription,
        UnifiedModelRequest,
    )
    from hf_integrations.platform.responses import UnifiedModelChunk, UnifiedModelResponse
    from hf_integrations.platform.router import ModelRouter
    from hf_integrations.platform.shapes import (
        AdapterStatus,
        Capabilities,
        Capability,
        CostEstimate,
    )

_PLACES = {
    "adapter": ("ModelAdapter",),
    "events": ("Rerouted",),
    "hf": ("HfInferenceAdapter",),
    "registry": ("adapter_names", "make_adapter", "register_adapter", "unregister_adapter"),
    "requests": (
        "Chat", "Classification", "Embedding", "ImageGeneration", "Speech", "TextGeneration",
        "Transcription", "UnifiedModelRequest",
    ),
    "responses": ("UnifiedModelChunk", "UnifiedModelResponse"),
    "router": ("ModelRouter",),
    "shapes": ("AdapterStatus", "Capabilities", "Capability", "CostEstimate"),
}  # fmt: skip
_HOME = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "AdapterStatus",
    "Capabilities",
    "Capability",
    "Chat",
    "Classification",
    "CostEstimate",
    "Embedding",
    "HfInferenceAdapter",
    "ImageGeneration",
    "ModelAdapter",
    "ModelRouter",
    "Rerouted",
    "Speech",
    "TextGeneration",
    "Transcription",
    "UnifiedModelChunk",
    "UnifiedModelRequest",
    "UnifiedModelResponse",
    "adapter_names",
    "make_adapter",
    "register_adapter",
    "unregister_adapter",
]


def __getattr__(name: str) -> Any:
    return loaded(__name__, _HOME, name)


def __dir__() -> list[str]:
    return __all__
