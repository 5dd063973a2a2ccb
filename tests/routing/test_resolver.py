"""Who serves a model: decided from the Hub's list."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import (
    HfError,
    ModelNotAvailableOnProviderError,
    NotFoundError,
    UnsupportedTaskError,
)
from hf_integrations.models.hub import ProviderModel
from hf_integrations.routing.resolver import UNKNOWN, Listing, chosen
from hf_integrations.routing.table import SIMILARITY, TASKS
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task

T2I = TASKS["text-to-image"]


def entry(provider: str, task: str, ident: str = "there", **more: Any) -> ProviderModel:
    """A line of the list."""
    return ProviderModel(provider, ident, task, model="org/name", **more)


def decided(
    task: Task, listing: Listing, *, provider: str | None = None, token: str = ""
) -> Target:
    """The target of a call after the Hub has spoken."""
    config = HfInferenceConfig(token=token or "hf_x")
    target = resolve(config, task, model="org/name", provider=provider)
    return chosen(config, target, task, listing)


def listed(*entries: ProviderModel, task: str | None = None, tags: tuple[str, ...] = ()) -> Listing:
    """What the Hub says."""
    return Listing(True, True, entries, task, frozenset(tags))


def test_a_provider_has_a_name_of_its_own_for_the_model() -> None:
    """Errors still say the one of the Hub."""
    found = decided(CHAT, listed(entry("groq", "conversational", "llama")), provider="groq")

    assert (found.model, found.hub_model, found.is_settled) == ("llama", "org/name", True)
    assert found.about(CHAT).model == "org/name"
    lora = entry("fal-ai", "text-to-image", adapter_weights="w.safetensors")
    assert decided(T2I, listed(lora), provider="fal-ai").weights == "w.safetensors"


def test_of_several_tasks_at_one_provider_the_one_that_is_wanted_counts() -> None:
    """A list may name it twice."""
    two = listed(entry("groq", "text-generation", "a"), entry("groq", "conversational", "b"))
    assert decided(CHAT, two, provider="groq").model == "b"
    assert decided(TEXT_GENERATION, two, provider="groq").model == "a"


@pytest.mark.parametrize(
    ("task", "provider", "listing", "kind", "said"),
    [
        (
            CHAT, "groq", listed(entry("novita", "conversational")),
            ModelNotAvailableOnProviderError,
            r"org/name is not served by groq\..*It is served by novita \(conversational\)",
        ),
        (
            CHAT, "novita", listed(entry("novita", "text-to-video")), UnsupportedTaskError,
            r"served by novita for text-to-video, not for conversational\.",
        ),
        (
            T2I, None, listed(entry("groq", "conversational")), UnsupportedTaskError,
            r"org/name is served for conversational, not for text-to-image\..*groq",
        ),
        (
            CHAT, "groq", listed(), ModelNotAvailableOnProviderError, "It is served by nobody",
        ),
        (
            T2I, "hf-inference", listed(task="fill-mask"), UnsupportedTaskError,
            "a model for fill-mask, not for text-to-image",
        ),
        (T2I, "hf-inference", Listing(True, exists=False), NotFoundError, "There is no model"),
    ],
)  # fmt: skip
def test_a_wrong_pair_says_who_has_the_model_and_what_it_could_do(
    task: Task, provider: str | None, listing: Listing, kind: type[HfError], said: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(kind, match=said) as caught:
        decided(task, listing, provider=provider)
    assert (caught.value.model, caught.value.task) == ("org/name", task.name)


def test_left_open_the_first_who_is_live_serves() -> None:
    """In the order of the Hub, of those that are in the table."""
    listing = listed(
        entry("unheard-of", "text-to-image"), entry("fal-ai", "text-to-image", status="error"),
        entry("together", "text-to-image"), entry("wavespeed", "text-to-image"),
    )  # fmt: skip
    found = decided(T2I, listing)
    assert (found.provider, found.kind) == ("together", Kind.PROVIDER)
    assert found.url(T2I) == "https://router.huggingface.co/together/v1/images/generations"


def test_a_model_that_is_not_live_is_asked_and_a_warning_given(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Once."""
    staging = listed(entry("groq", "conversational", status="staging"))
    for _ in range(2):
        assert decided(CHAT, staging, provider="groq").is_settled
    assert [one.getMessage() for one in caplog.records] == ["org/name at groq is for tests only."]


@pytest.mark.parametrize("task", [FEATURE_EXTRACTION, SIMILARITY])
@pytest.mark.parametrize("served", ["feature-extraction", "sentence-similarity"])
def test_vectors_and_similarity_are_one_at_hf_inference(task: Task, served: str) -> None:
    """By the list, and by the page of the model."""
    here = listed(entry("hf-inference", served, "org/name"))
    for found in (
        decided(task, here, provider="hf-inference"),
        decided(task, here),
        decided(task, listed(task=served), provider="hf-inference"),
    ):
        assert found.url(task).endswith(f"/hf-inference/models/org/name/pipeline/{task.name}")


def test_a_task_of_the_callers_own_is_asked_whatever_the_model_is_served_for() -> None:
    """Of hf-inference, which takes any."""
    listing = listed(entry("hf-inference", "fill-mask", "org/name"))
    for provider in ("hf-inference", None):
        found = decided(TASKS["custom"], listing, provider=provider)
        assert found.url(TASKS["custom"]).endswith("/hf-inference/models/org/name")


def test_without_the_hubs_word_a_chat_is_left_to_the_router() -> None:
    """And other tasks are asked as they are."""
    chat = decided(CHAT, UNKNOWN, provider="groq")
    assert (chat.url(CHAT), chat.model) == (
        "https://router.huggingface.co/v1/chat/completions", "org/name:groq",
    )  # fmt: skip
    assert decided(T2I, UNKNOWN, provider="fal-ai").model == "org/name"
    assert decided(T2I, UNKNOWN).url(T2I).endswith("/hf-inference/models/org/name")


def test_with_its_own_key_a_provider_is_asked_for_a_model_of_its_own() -> None:
    """Which the Hub need not know."""
    missing = Listing(True, exists=False)
    found = decided(CHAT, missing, provider="groq", token="gsk")
    assert found.url(CHAT) == "https://api.groq.com/openai/v1/chat/completions"
