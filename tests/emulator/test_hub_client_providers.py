"""Every pair of provider and task that huggingface_hub has, through the router."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from huggingface_hub import AsyncInferenceClient, InferenceClient
from huggingface_hub.inference._providers import PROVIDERS

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.shelf import MODELS, SERVES, UNROUTED
from tests.emulator.conftest import TOKEN
from tests.emulator.rerouted import hub_at
from tests.emulator.samples import PICTURE, SAID, SOUND

# The async client of the package sends bytes in a way that its HTTP library would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "conversational": (
        "chat_completion", {"messages": [{"role": "user", "content": "Hello"}]},
    ),
    "text-generation": ("text_generation", {"prompt": "Hello", "max_new_tokens": 3}),
    "feature-extraction": ("feature_extraction", {"text": "Hello"}),
    "automatic-speech-recognition": ("automatic_speech_recognition", {"audio": SOUND}),
    "text-to-speech": (
        "text_to_speech", {"text": "Hello", "extra_body": {"voice": "emma"}},
    ),
    "text-to-image": (
        "text_to_image", {"prompt": "a dog", "width": 48, "height": 32, "seed": 2},
    ),
    "image-to-image": ("image_to_image", {"image": PICTURE, "prompt": "green"}),
    "text-to-video": ("text_to_video", {"prompt": "a dog", "num_frames": 3}),
    "image-to-video": ("image_to_video", {"image": PICTURE, "prompt": "go", "num_frames": 2}),
    "image-segmentation": ("image_segmentation", {"image": PICTURE}),
}  # fmt: skip
PAIRS = [
    (provider, task)
    for provider, tasks in PROVIDERS.items()
    for task in tasks
    if provider not in ("hf-inference", "openai")
]


@pytest.fixture(scope="module", autouse=True)
def hub(emulator: Emulator) -> Iterator[None]:
    """Lead the package to the shared emulator."""
    with hub_at(emulator.url):
        yield


def model_for(provider: str, task: str) -> str:
    """Return a model of the shelf; else one whose name tells its task."""
    known = (m.id for m in MODELS.values() if m.task == task and provider in m.ids)
    return next(known, f"org/{task}-model")


CHECKS: dict[str, Callable[[Any], bool]] = {
    "conversational": lambda found: found.choices[0].message.content.startswith("Hello!"),
    "text-generation": lambda found: "Hello" in str(found),
    "feature-extraction": lambda found: found.shape[-1] == 384,
    "automatic-speech-recognition": lambda found: found.text == SAID,
    "text-to-speech": lambda found: found[:4] == b"RIFF",
    "text-to-image": lambda found: found.size == (48, 32),
    "image-to-image": lambda found: found.size == (96, 64),
    "text-to-video": lambda found: found[:4] == b"GIF8",
    "image-to-video": lambda found: found[:4] == b"GIF8",
    "image-segmentation": lambda found: found[0].mask.size == (96, 64),
}


def test_the_table_is_the_one_of_the_package() -> None:
    """Nothing that it can ask for is missing; more is served than it asks for."""
    for provider, tasks in PROVIDERS.items():
        assert set(tasks) <= SERVES[provider], provider
    assert set(SERVES) - set(PROVIDERS) == {"nebius", "sambanova"}
    assert {"openai"} == UNROUTED


@pytest.mark.parametrize(("provider", "task"), PAIRS)
def test_every_pair_works(provider: str, task: str) -> None:
    """With the model's id at the provider, which the Hub tells."""
    client = InferenceClient(provider=provider, api_key=TOKEN)  # type: ignore[arg-type]  # names as text
    method, given = CALLS[task]
    assert CHECKS[task](getattr(client, method)(model=model_for(provider, task), **given))


@pytest.mark.parametrize(("provider", "task"), PAIRS)
async def test_every_pair_works_in_the_async_client(provider: str, task: str) -> None:
    """With a model that is not on the shelf."""
    method, given = CALLS[task]
    async with AsyncInferenceClient(provider=provider, api_key=TOKEN) as client:  # type: ignore[arg-type]  # names as text
        assert CHECKS[task](await getattr(client, method)(model=f"other/{task}", **given))


@pytest.mark.parametrize(
    ("provider", "task"),
    [("fal-ai", t) for t in PROVIDERS["fal-ai"]]
    + [("replicate", "text-to-image"), ("wavespeed", "text-to-image"), ("zai-org", "text-to-image")]
    + [("together", "text-to-video"), ("openai", "conversational")],
)
def test_a_key_of_ones_own_goes_to_the_provider(provider: str, task: str) -> None:
    """Past the router, as `Key` at fal-ai."""
    client = InferenceClient(provider=provider, api_key="sk-own")  # type: ignore[arg-type]  # names as text
    method, given = CALLS[task]
    assert CHECKS[task](getattr(client, method)(model=model_for(provider, task), **given))


def test_the_router_chooses() -> None:
    """Without a provider: for a chat the router does, for another task the client."""
    client = InferenceClient(api_key=TOKEN)
    found = client.chat_completion(CALLS["conversational"][1]["messages"], model="Qwen/Qwen3-32B")
    assert found.model == "Qwen/Qwen3-32B"
    picture = client.text_to_image("a dog", model="zai-org/GLM-Image", width=64, height=64)
    assert picture.size == (64, 64)


def test_streams_pass_through_the_providers() -> None:
    """Event by event."""
    client = InferenceClient(provider="groq", api_key=TOKEN)
    messages = CALLS["conversational"][1]["messages"]
    model = "meta-llama/Llama-3.3-70B-Instruct"
    parts = client.chat_completion(messages, model=model, stream=True)
    assert "".join(part.choices[0].delta.content or "" for part in parts).startswith("Hello!")


@pytest.mark.parametrize("provider", ["cohere", "fireworks-ai", "together", "groq", "hf-inference"])
def test_structured_output_in_every_dialect(provider: str) -> None:
    """The clients rewrite it for some providers."""
    client = InferenceClient(provider=provider, api_key=TOKEN)  # type: ignore[arg-type]  # names as text
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    found = client.chat_completion(
        [{"role": "user", "content": "7"}], model="org/some-chat", response_format=wanted
    )
    assert json.loads(found.choices[0].message.content or "") == {"n": 7}


def test_a_model_that_a_provider_lacks() -> None:
    """Is refused by the client, by the mapping of the Hub."""
    client = InferenceClient(provider="novita", api_key=TOKEN)
    with pytest.raises(ValueError, match="not supported by provider novita"):
        client.chat_completion([{"role": "user", "content": "x"}], model="Qwen/Qwen3-32B")


def test_the_same_prompt_and_seed_give_the_same_picture() -> None:
    """Byte for byte; another seed gives another."""
    client = InferenceClient(provider="fal-ai", api_key=TOKEN)
    one, same, other = (
        client.text_to_image("a dog", model="black-forest-labs/FLUX.1-dev", seed=seed)
        for seed in (1, 1, 2)
    )
    assert one.tobytes() == same.tobytes() != other.tobytes()
    assert io.BytesIO(one.tobytes()).getbuffer().nbytes == 512 * 512 * 3
