"""What a model can do, of what the router and the Hub say about it."""

from __future__ import annotations

from hf_integrations.models.hub import HubModel, ModelProfile
from hf_integrations.platform.shapes import Capability

_TEXT: frozenset[Capability] = frozenset({"text_generation", "streaming"})
_CHAT: frozenset[Capability] = frozenset({"chat", "streaming"})
_OF_TASK: dict[str, frozenset[Capability]] = {
    "conversational": _CHAT,
    "image-text-to-text": _CHAT | {"vision"},
    "text-generation": _TEXT,
    "feature-extraction": frozenset({"embeddings"}),
    "sentence-similarity": frozenset({"embeddings"}),
    "text-to-image": frozenset({"image_generation"}),
    "text-classification": frozenset({"classification"}),
    "automatic-speech-recognition": frozenset({"transcription"}),
    "text-to-speech": frozenset({"speech"}),
    "text-to-audio": frozenset({"speech"}),
}
EVERYTHING: frozenset[Capability] = frozenset({
    "chat", "text_generation", "embeddings", "image_generation", "classification",
    "transcription", "speech", "function_calling", "structured_output", "vision", "streaming",
})  # fmt: skip


def abilities(
    profile: ModelProfile | None, hub: HubModel | None, *, own: bool
) -> frozenset[Capability]:
    """What is known to work.

    Args:
        profile: what the router, or a server of one's own, says of it; it lists models that chat.
        hub: what the Hub says: who serves it, for which tasks.
        own: a server of one's own answers, whose engine writes on wherever it chats.
    """
    tasks = _tasks(hub) if hub is not None else set()
    found = frozenset().union(*(_OF_TASK.get(task, frozenset()) for task in tasks))
    if profile is None or (hub is not None and tasks and not found & _CHAT):
        return found  # it is listed, and for something else
    if own:
        found |= _TEXT
    return found | _CHAT | _said(profile)


def _tasks(hub: HubModel) -> set[str]:
    tasks = {one.task for one in hub.providers if one.status == "live"}
    if hub.inference == "warm" and hub.pipeline_tag and not tasks:
        tasks.add(hub.pipeline_tag)
    return tasks


def _said(profile: ModelProfile) -> set[Capability]:
    """What is said plainly; None is no promise."""
    said: dict[Capability, bool | None] = {
        "function_calling": profile.supports_tools,
        "structured_output": profile.supports_structured_output,
        "vision": "image" in profile.input_modalities,
    }
    return {name for name, value in said.items() if value}
