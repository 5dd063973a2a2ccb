"""What a model can do, as LangChain's agents ask for it: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.language_models import ModelProfile

if TYPE_CHECKING:
    from hf_integrations.models.hub import ModelProfile as HubProfile

_MEDIA = {"image": ("image_inputs", "image_url_inputs"), "audio": ("audio_inputs",),
          "video": ("video_inputs",), "file": ("pdf_inputs",), "pdf": ("pdf_inputs",)}  # fmt: skip


def model_profile(found: HubProfile) -> ModelProfile:
    """What whoever serves a model says of it, in LangChain's words; what nobody says is left out.

    Source: langchain_core, `language_models/model_profile.py`.
    """
    profile = ModelProfile(name=found.id, open_weights=True, tool_call_streaming=True)
    if found.context_length is not None:
        profile["max_input_tokens"] = found.context_length
    if (tools := found.supports_tools) is not None:
        profile["tool_calling"] = profile["tool_choice"] = tools
    if (bound := found.supports_structured_output) is not None:
        profile["structured_output"] = bound
    if found.architecture is not None:
        _say_media(profile, found)
    return profile


def _say_media(profile: ModelProfile, found: HubProfile) -> None:
    profile["text_inputs"] = "text" in found.input_modalities
    profile["text_outputs"] = "text" in found.output_modalities
    profile["image_outputs"] = "image" in found.output_modalities
    profile["audio_outputs"] = "audio" in found.output_modalities
    for medium in found.input_modalities:
        for name in _MEDIA.get(medium, ()):
            profile[name] = True  # type: ignore[literal-required]
