"""What a model can do, of what is said about it."""

from __future__ import annotations

from hf_integrations.models.hub import Architecture, HubModel, ModelOffer, ModelProfile
from hf_integrations.platform.abilities import abilities


def profile(*, tools: bool | None, reads: str = "text") -> ModelProfile:
    """One offer, as the router lists it."""
    return ModelProfile(
        "org/name",
        architecture=Architecture([reads]),
        providers=[ModelOffer("groq", supports_tools=tools)],
    )


def hub(task: str, status: str = "live") -> HubModel:
    """Served by one provider."""
    mapping = {"groq": {"providerId": "x", "task": task, "status": status}}
    return HubModel("org/name", mapping=mapping)


def test_the_router_chats_and_writes_on_only_where_it_is_said() -> None:
    """A server of one's own does both."""
    listed = profile(tools=True)
    at_router = abilities(listed, hub("conversational"), own=False)
    assert at_router == {"chat", "streaming", "function_calling"}
    assert abilities(listed, None, own=True) == at_router | {"text_generation"}
    assert "text_generation" in abilities(None, hub("text-generation"), own=False)


def test_what_nobody_says_is_not_claimed() -> None:
    """Tools of which nothing is said, and offers that are not live."""
    assert abilities(profile(tools=None), None, own=False) == {"chat", "streaming"}
    assert "vision" in abilities(profile(tools=False, reads="image"), None, own=False)
    assert abilities(None, hub("text-to-image", "staging"), own=False) == set()
    assert abilities(None, hub("a-task-of-tomorrow"), own=False) == set()


def test_a_model_that_waits_on_hf_inference_counts_by_its_task() -> None:
    """Which lists no providers."""
    warm = HubModel("org/name", pipeline_tag="text-to-speech", inference="warm")
    assert abilities(None, warm, own=False) == {"speech"}
