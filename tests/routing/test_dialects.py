"""The words of providers: what is told, and what is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.models.media import Audio
from hf_integrations.routing import dialects as words
from hf_integrations.routing.orders import Elsewhere, Form, Order
from hf_integrations.routing.providers import PROVIDERS
from tests.services.tasks_at_hand import WAV

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["output", "text", "words", "segments", "image", "url", "txt_file", "x"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)
SIDES = {"width": 64, "height": 32}


def order(inputs: Any = "a cat", *, model: str = "m", **parameters: Any) -> Order:
    """An order."""
    return Order(inputs, parameters, model)


def test_parameters_of_generation_stand_among_the_others() -> None:
    """And several words to avoid become one text."""
    unwanted, generating = ["dogs", "rain"], {"top_k": 3}
    mixed = order(generation_parameters=generating, negative_prompt=unwanted, seed=1)
    assert words.prompt(mixed) == {
        "prompt": "a cat", "top_k": 3, "negative_prompt": "dogs, rain", "seed": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("write", "said", "sent"),
    [
        (words.fal_prompt, SIDES, {"prompt": "a cat", "image_size": SIDES}),
        (words.fal_prompt, {"width": 64}, {"prompt": "a cat", "width": 64}),
        (
            words.fal_edit, {"target_size": SIDES},
            {"image_url": "a cat", "image_urls": ["a cat"], "image_size": SIDES},
        ),
        (words.fal_cut, {}, {"image_url": "a cat", "sync_mode": True}),
        (
            words.together_picture, {"num_inference_steps": 4},
            {"prompt": "a cat", "response_format": "base64", "steps": 4, "model": "m"},
        ),
        (
            words.together_edit, {},
            {"prompt": "", "response_format": "base64", "reference_images": ["a cat"],
             "model": "m"},
        ),
        (
            words.together_animation, {"target_size": SIDES, "prompt": "go"},
            {"model": "m", "frame_images": [{"input_image": "a cat", "frame": "first"}],
             "prompt": "go", **SIDES},
        ),
        (
            words.nscale_picture, SIDES,
            {"response_format": "b64_json", "prompt": "a cat", "model": "m", "size": "64x32"},
        ),
        (words.zai_picture, SIDES, {"model": "m", "prompt": "a cat", "size": "64x32"}),
        (
            words.replicate_edit, {"seed": 1},
            {"input": {"image": "a cat", "images": ["a cat"], "input_image": "a cat",
                       "input_images": ["a cat"], "seed": 1}},
        ),
    ],
)  # fmt: skip
def test_a_task_in_the_words_of_a_provider(write: Any, said: dict[str, Any], sent: Any) -> None:
    """Which differ in small ways."""
    assert write(order(**said)) == sent


def test_kontext_takes_one_picture() -> None:
    """Together's own exception."""
    body = words.together_edit(order(model="black-forest-labs/FLUX.1-Kontext-dev"))
    assert body["image_url"] == "a cat"
    assert "reference_images" not in body


def test_a_version_at_replicate_is_named_in_the_body() -> None:
    """And not in the path."""
    assert words.replicate_path("a/b") == "/v1/models/a/b/predictions"
    assert words.replicate_path("a/b:1f") == "/v1/predictions"
    assert words.replicate_prompt(order(model="a/b:1f"))["version"] == "1f"


def test_a_lora_brings_its_weights() -> None:
    """As fal-ai and replicate want them."""
    lora = Order("x", {}, "fal-ai/lora", "https://hub/a/b/w.safetensors", "https://hub/a/b")
    at_fal = words.fal_prompt(lora)
    assert at_fal["loras"] == [{"path": "https://hub/a/b/w.safetensors", "scale": 1}]
    assert at_fal["model_name"] == "stabilityai/stable-diffusion-xl-base-1.0"
    assert words.fal_film(lora)["loras"] == at_fal["loras"]
    assert words.replicate_prompt(lora)["input"]["lora_weights"] == "https://hub/a/b"


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (words.nscale_picture, {"num_inference_steps": 3}),
        (words.nscale_picture, {"width": 3}),
        (words.zai_picture, {"height": 3}),
    ],
)
def test_what_a_provider_has_no_word_for_is_not_dropped_in_silence(write: Any, said: Any) -> None:
    """It is named."""
    with pytest.raises(ValidationError, match=next(iter(said))):
        write(order(**said))


def test_speech_is_sent_in_a_form_with_its_times_in_openais_words() -> None:
    """`char` has none."""
    audio = Audio(WAV)
    assert words.openai_transcript(order(audio)) == Form({"model": "m"}, audio)
    fields = words.openai_transcript(order(audio, return_timestamps="word")).fields
    assert fields["timestamp_granularities[]"] == "word"
    assert words.openai_transcript(order(audio, return_timestamps=True)).fields == {
        "response_format": "verbose_json", "timestamp_granularities[]": "segment", "model": "m",
    }  # fmt: skip
    with pytest.raises(ValidationError, match="char"):
        words.openai_transcript(order(audio, return_timestamps="char"))
    assert words.fal_hearing(order(audio, return_timestamps=True))["chunk_level"] == "segment"
    assert words.fal_hearing(order(audio, return_timestamps="word"))["chunk_level"] == "word"


def test_segments_and_words_become_chunks() -> None:
    """With their times."""
    piece = {"start": 0, "end": 1.5}
    assert words.transcript({"text": "a", "segments": [{"text": "a", **piece}]}) == {
        "text": "a", "chunks": [{"text": "a", "timestamp": [0, 1.5]}],
    }  # fmt: skip
    assert words.transcript({"text": "a", "words": [{"word": "a", **piece}]})["chunks"] == [
        {"text": "a", "timestamp": [0, 1.5]}
    ]


@pytest.mark.parametrize(
    "output",
    ["said", ["said"], [{"transcription": "said"}], {"transcription": "said", "x": 1},
     {"text": "said"}, {"translation": "said", "transcription": "no"}],
)  # fmt: skip
def test_replicate_says_what_was_heard_in_many_ways(output: Any) -> None:
    """Each of them is read."""
    assert words.replicate_text({"output": output}) == {"text": "said"}


def test_a_text_in_a_file_is_fetched_first() -> None:
    """From where the answer says."""
    found = words.replicate_text({"output": {"txt_file": "https://x/a.txt"}})
    assert isinstance(found, Elsewhere)
    assert found.becomes(b"said") == {"text": "said"}


READERS = {route.read for row in PROVIDERS.values() for route in row.routes.values() if route.read}


@given(JSON)
def test_no_answer_is_too_strange(value: Any) -> None:
    """It is read, or an error of ours."""
    for read in READERS:
        try:
            read(value)
        except HfError:
            continue
