"""Who serves what."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.catalogue import CATALOGUE
from hf_integrations.emulator.partners import shelf
from hf_integrations.emulator.providers import PROVIDERS
from hf_integrations.emulator.tasks.table import CHAT, EMBEDDING, NAMES, RULES, TEXT_GENERATION


@pytest.mark.parametrize("model", shelf.MODELS.values(), ids=lambda one: one.id)
def test_every_provider_of_a_model_serves_its_task(model: shelf.Model) -> None:
    """And every task is one of the table's."""
    assert model.task in NAMES
    assert model.ids
    assert all(model.task in shelf.SERVES[provider] for provider in model.ids)
    assert model.tag in NAMES - {CHAT}


def test_the_catalogue_of_chat_is_on_the_shelf() -> None:
    """With the providers that the router names."""
    for name, offers in CATALOGUE.items():
        assert shelf.MODELS[name].task == CHAT
        assert set(shelf.MODELS[name].ids) == {offer.provider for offer in offers}


def test_the_table_fits_the_paths() -> None:
    """A provider with a path of completions or embeddings serves these."""
    for provider, (chat, completions, embeddings) in PROVIDERS.items():
        assert chat
        assert CHAT in shelf.SERVES[provider]
        if TEXT_GENERATION in shelf.SERVES[provider]:
            assert completions
        if EMBEDDING in shelf.SERVES[provider]:
            assert embeddings


def test_every_task_has_a_model_at_hf_inference() -> None:
    """So that none need be given."""
    served = {model.task for model in shelf.MODELS.values() if "hf-inference" in model.ids}
    assert set(RULES) - served <= {
        "custom", "text-to-video", "image-to-video", "image-text-to-image", "image-text-to-video",
        "video-to-video",
    }  # fmt: skip


def test_other_models_are_served_by_all() -> None:
    """Who serve the task that their names speak of, or that is told."""
    found = shelf.find("org/some-text-to-video")
    assert set(found.ids) >= {"fal-ai", "novita", "replicate", "together", "wavespeed"}
    assert found.mapping()["novita"] == ("org/some-text-to-video", "text-to-video")
    assert shelf.find("org/anything").task == CHAT
    assert "openai" not in shelf.find("org/anything").ids
    assert shelf.find("org/anything", "image-segmentation").tag == "image-segmentation"
    assert shelf.find("openai/whisper-large-v3", "text-to-speech").task == "text-to-speech"


def test_ids_at_providers_lead_back() -> None:
    """To the task of the model."""
    assert shelf.task_at("fal-ai", "fal-ai/flux/dev") == "text-to-image"
    assert shelf.task_at("together", "Wan-AI/Wan2.2-I2V-A14B") == "image-to-video"
    assert shelf.task_at("fal-ai", "fal-ai/unknown") is None


def test_lists() -> None:
    """By provider, tag and name."""
    found = shelf.listed(["wavespeed", "novita"], "text-to-video", "")
    assert [model.id for model in found] == ["Wan-AI/Wan2.2-T2V-A14B"]
    assert {m.id for m in shelf.listed([], None, "flux")} == {
        "black-forest-labs/FLUX.1-dev", "black-forest-labs/FLUX.1-Kontext-dev",
    }  # fmt: skip
    assert len(shelf.listed([], None, "")) == len(shelf.MODELS)
