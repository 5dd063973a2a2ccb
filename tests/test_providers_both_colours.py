"""Every pair of the provider table over a real socket, in both colours, against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.shelf import MODELS
from hf_integrations.errors import QuotaExceededError
from hf_integrations.routing.orders import Route
from hf_integrations.routing.providers import (
    PROVIDERS,
    InferenceProvider,
    register_provider,
    unregister_provider,
)
from hf_integrations.routing.tasks import CHAT
from tests.colours import Colour, Looped, Plain
from tests.emulator.samples import PICTURE, SAID, SOUND

HUB_NAMES = {CHAT.name: "conversational"}
both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])

# For each task: the call, and what must be true of its result.
CALLS: dict[str, tuple[Callable[[Any, str], Any], Callable[[Any], bool]]] = {
    CHAT.name: (
        lambda c, m: c.chat.complete("Hello", model=m),
        lambda found: found.text.startswith("Hello!"),
    ),
    "text-generation": (
        lambda c, m: c.text_generation.generate("Hello", model=m, max_new_tokens=3),
        lambda found: found.generated_text.startswith("Hello"),
    ),
    "feature-extraction": (
        lambda c, m: c.embeddings.create(["a", "b"], model=m, normalize=True),
        lambda found: found.vectors.shape == (2, 384),
    ),
    "automatic-speech-recognition": (
        lambda c, m: c.audio.transcribe(SOUND, model=m, return_timestamps=True),
        lambda found: found.text == SAID,
    ),
    "text-to-speech": (
        lambda c, m: c.audio.speak("Hello", model=m, voice="emma"),
        lambda found: found.media_type == "audio/wav",
    ),
    "text-to-image": (
        lambda c, m: c.image.generate("a dog", model=m, width=48, height=32),
        lambda found: found.size == (48, 32),
    ),
    "image-to-image": (
        lambda c, m: c.image.edit(PICTURE, model=m, prompt="green"),
        lambda found: found.size == (96, 64),
    ),
    "text-to-video": (
        lambda c, m: c.video.generate("a dog", model=m, num_frames=2, negative_prompt=["rain"]),
        lambda found: found.media_type == "image/gif",
    ),
    "image-to-video": (
        lambda c, m: c.video.animate(PICTURE, model=m, prompt="go"),
        lambda found: found.media_type == "image/gif",
    ),
    "image-segmentation": (
        lambda c, m: c.image.segment(PICTURE, model=m),
        lambda found: found[0].mask.size == (96, 64),
    ),
}
PAIRS = [(name, task) for name, row in PROVIDERS.items() for task in row.routes]


def model_for(provider: str, task: str) -> str:
    """A model of the shelf, which has another name there; else one whose name tells its task."""
    hub = HUB_NAMES.get(task, task)
    known = (m.id for m in MODELS.values() if m.task == hub and provider in m.ids)
    return next(known, f"org/{'a-chat' if task == CHAT.name else task}-model")


@both
@pytest.mark.parametrize(("provider", "task"), PAIRS)
def test_a_pair_makes_a_round_trip(
    emulator: Emulator, colour: Colour, provider: str, task: str
) -> None:
    """With the name the model has there, below the provider's prefix."""
    call, check = CALLS[task]
    model = model_for(provider, task)
    token = "hf_x" if PROVIDERS[provider].routed else "sk-x"
    found = colour(
        lambda client: call(client, model), base_url=emulator.url, token=token, provider=provider
    )

    assert check(found)
    asked = [one for one in emulator.requests if not one.path.startswith(("/api", "/outputs"))]
    assert all(one.path.startswith(f"/{provider}/") for one in asked)
    assert all("authorization" not in one.headers for one in emulator.requests
               if one.path.startswith("/outputs"))  # fmt: skip


@both
@pytest.mark.parametrize("provider", ["groq", "hf-inference", "zai-org", "deepinfra", "together"])
def test_streams_come_through_providers(emulator: Emulator, colour: Colour, provider: str) -> None:
    """Chats, and texts where they are written."""
    settings = {"base_url": emulator.url, "token": "hf_x", "provider": provider}
    model = model_for(provider, CHAT.name)
    chunks = colour.items(lambda client: client.chat.stream("Hello", model=model), **settings)

    assert "".join(chunk.text for chunk in chunks).startswith("Hello!")
    assert chunks[-1].usage.completion_tokens > 0
    if "text-generation" in PROVIDERS[provider].routes:
        model = model_for(provider, "text-generation")
        pieces = colour.items(
            lambda client: client.text_generation.stream("Hello", model=model, max_new_tokens=3),
            **settings,
        )
        assert "".join(piece.text for piece in pieces).startswith("Hello")


@both
def test_left_open_a_task_is_done_by_whoever_serves_it(emulator: Emulator, colour: Colour) -> None:
    """As the Hub lists them."""
    found = colour(
        lambda client: client.image.generate(
            "a dog", model="zai-org/GLM-Image", provider="auto", width=32, height=32
        ),
        base_url=emulator.url, token="hf_x",
    )  # fmt: skip
    assert found.size == (32, 32)
    assert emulator.requests[1].path.startswith("/zai-org/")


@both
def test_who_has_to_pay_is_said(emulator: Emulator, colour: Colour) -> None:
    """When credits are used up."""
    routed, own = {"token": "hf_x", "bill_to": "us"}, {"token": "gsk-x"}
    for settings, said in ((routed, "'us' pays"), (own, "at groq pays")):
        emulator.fail("quota")
        with pytest.raises(QuotaExceededError, match=said):
            colour(
                lambda client: client.chat.complete("Hello", model="a/b-chat"),
                base_url=emulator.url, provider="groq", resolve_models=False, **settings,
            )  # fmt: skip


@both
def test_a_provider_of_ones_own_is_asked(emulator: Emulator, colour: Colour) -> None:
    """Like any other, once it is in the table."""
    row = InferenceProvider(
        "my-lab", emulator.url, {CHAT.name: Route("/v1/chat/completions")},
        routed=False, mapped=False,
    )  # fmt: skip
    register_provider(row)
    try:
        found = colour(
            lambda client: client.chat.complete("Hello", model="mine", provider="my-lab"),
            token="sk-x",
        )  # fmt: skip
    finally:
        unregister_provider("my-lab")
    assert found.text.startswith("Hello!")
    assert emulator.requests[0].path == "/v1/chat/completions"
