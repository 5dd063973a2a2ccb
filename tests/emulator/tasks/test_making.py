"""Pictures, films and solids that are made."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.emulator.samples import FILM, PICTURE, PIXELS
from tests.emulator.tasks.playing import make, refusal, run


def opened(data: bytes) -> Image.Image:
    """Return a picture."""
    return Image.open(io.BytesIO(data))


def test_a_picture_of_the_size_asked_for() -> None:
    """512 by 512 else; its prompt is kept in it."""
    made = make("text-to-image", "a red dog", width=120, height=80)
    assert made.mime == "image/png"
    assert opened(made.data).size == (120, 80)
    assert opened(made.data).info["Comment"] == "a red dog"
    assert opened(make("text-to-image", "a dog").data).size == (512, 512)


def test_a_picture_shows_what_its_prompt_says() -> None:
    """To those who look at it."""
    made = make("text-to-image", "a green box on a pink background", width=90, height=60)
    [found] = run("image-to-text", made.data)
    assert found["generated_text"] == "a green shape on a pink background"


@pytest.mark.parametrize(
    "parameters",
    [{"seed": 5}, {"num_inference_steps": 30}, {"guidance_scale": 7.5}, {"scheduler": "ddim"},
     {"negative_prompt": "red"}],
)  # fmt: skip
def test_every_parameter_changes_the_picture(parameters: dict[str, Any]) -> None:
    """And the same ones give the same picture."""
    size = {"width": 64, "height": 64}
    plain = make("text-to-image", "a dog", **size)
    changed = make("text-to-image", "a dog", **size, **parameters)
    assert changed != plain
    assert changed == make("text-to-image", "a dog", **size, **parameters)


def test_pictures_of_nothing() -> None:
    """By the model and the seed."""
    size = {"width": 32, "height": 32}
    one = make("unconditional-image-generation", None, **size)
    other = make("unconditional-image-generation", None, model="org/other", **size)
    assert one != other != make("unconditional-image-generation", None, seed=2, **size)


def test_a_picture_moves_towards_its_prompt() -> None:
    """In its own size, or the one asked for."""
    made = make("image-to-image", PICTURE, prompt="make it yellow")
    changed = np.asarray(opened(made.data)).astype(int)
    yellow = np.array((245, 220, 50))
    assert abs(changed - yellow).sum() < abs(PIXELS.astype(int) - yellow).sum()
    size = {"width": 30, "height": 20}
    assert opened(make("image-to-image", PICTURE, target_size=size).data).size == (30, 20)
    assert opened(make("image-text-to-image", PICTURE, **size).data).size == (30, 20)


def test_a_picture_without_a_prompt_stays_as_it_is() -> None:
    """Pixel for pixel; also where all of the prompt is unwanted."""
    assert (np.asarray(opened(make("image-to-image", PICTURE).data)) == PIXELS).all()
    made = make("image-to-image", PICTURE, prompt="red", negative_prompt="red")
    assert (np.asarray(opened(made.data)) == PIXELS).all()
    assert make("image-to-image", PICTURE, prompt="a horse") != make("image-to-image", PICTURE)


@pytest.mark.parametrize(
    ("task", "inputs"),
    [("text-to-video", "a dog"), ("image-to-video", PICTURE), ("image-text-to-video", PICTURE)],
)
def test_films(task: str, inputs: Any) -> None:
    """With the number of frames asked for, up to a limit."""
    made = make(task, inputs, num_frames=3)
    assert made.mime == "image/gif"
    assert opened(made.data).n_frames == 3  # type: ignore[attr-defined]  # of GIF only
    assert opened(make(task, inputs).data).n_frames == 8  # type: ignore[attr-defined]  # of GIF only


def test_films_from_films() -> None:
    """Of their size, in the colours of the prompt; what is not decoded stands for its bytes."""
    made = make("video-to-video", FILM, num_frames=2, prompt="make it green")
    assert opened(made.data).size == (32, 32)
    assert made != make("video-to-video", FILM, num_frames=2)
    one, other = (
        make("video-to-video", b"\0\0\0\x20ftypisom" + end, num_frames=2) for end in (b"a", b"b")
    )
    assert one != other
    assert opened(one.data).n_frames == 2  # type: ignore[attr-defined]  # of GIF only
    assert refusal("video-to-video", b"no film at all, but text") == "Malformed video file"


def test_solids() -> None:
    """In the colour of the words or the picture."""
    made = make("text-to-3d", "a red chair")
    assert made.mime == "model/gltf-binary"
    assert made.data[:4] == b"glTF"
    assert b'"name":"red"' in made.data
    assert b'"name":"blue"' in make("image-to-3d", PICTURE).data


@pytest.mark.parametrize(
    ("task", "inputs", "parameters"),
    [
        ("text-to-image", 5, {}), ("text-to-image", "", {}), ("text-to-image", "a", {"width": 0}),
        ("text-to-image", "a", {"height": 2_049}), ("text-to-image", "a", {"width": 1.5}),
        ("text-to-image", "a", {"seed": "x"}), ("text-to-image", "a", {"num_inference_steps": 0}),
        ("text-to-image", "a", {"negative_prompt": 5}), ("text-to-video", "a", {"num_frames": 0}),
        ("image-to-image", PICTURE, {"target_size": 5}), ("image-to-image", b"x", {}),
        ("image-to-image", PICTURE, {"target_size": {"width": "9", "height": 9}}),
        ("image-to-image", PICTURE, {"prompt": 5}), ("text-to-3d", None, {}),
    ],
)  # fmt: skip
def test_wrong_requests(task: str, inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal(task, inputs, **parameters)
