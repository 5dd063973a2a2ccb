"""Pictures from words."""

from __future__ import annotations

import numpy as np
import pytest

from hf_integrations.emulator.media.colours import shares
from hf_integrations.emulator.media.drawing import draw, imagine


def scene(prompt: str, *, seed: str = "", avoid: str = "") -> tuple[str, str, str]:
    """Return shape, colour and ground of what is shown."""
    found = imagine(prompt, seed=seed, avoid=avoid)
    return found.shape, found.colour.name, found.ground.name


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a red circle on a blue background", ("disc", "red", "blue")),
        ("a blue sky over a green house", ("box", "green", "blue")),
        ("two yellow balls before purple", ("disc", "yellow", "purple")),
        ("A WHITE MOUNTAIN, black sky", ("peak", "white", "black")),
    ],
)
def test_colours_and_shapes_are_those_of_the_prompt(
    prompt: str, expected: tuple[str, str, str]
) -> None:
    """The one that is behind is the last, or the one that is said to be."""
    assert scene(prompt) == expected


def test_one_colour_is_that_of_the_shape() -> None:
    """The ground has another."""
    for seed in map(str, range(20)):
        _, colour, ground = scene("an orange cube", seed=seed)
        assert colour == "orange" != ground


def test_colours_to_avoid() -> None:
    """Are not taken."""
    for seed in map(str, range(40)):
        found = scene("a dog", seed=seed, avoid="no red, green or blue things")
        assert not {"red", "green", "blue"} & set(found)


def test_the_same_words_and_seed_give_the_same_pixels() -> None:
    """Any other gives others."""
    one = draw("a dog", seed="1", width=40, height=30)
    assert np.array_equal(one, draw("a dog", seed="1", width=40, height=30))
    assert not np.array_equal(one, draw("a dog", seed="2", width=40, height=30))
    assert not np.array_equal(one, draw("a cat", seed="1", width=40, height=30))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 300), (300, 7)])
def test_any_size(width: int, height: int) -> None:
    """Of three bytes a pixel."""
    found = draw("a dog", seed="", width=width, height=height)
    assert found.shape == (height, width, 3)
    assert found.dtype == np.uint8


@pytest.mark.parametrize("shape", ["ball", "box", "mountain"])
def test_what_is_drawn_is_seen(shape: str) -> None:
    """In the colours of the prompt, and no others."""
    found = shares(draw(f"a yellow {shape}, blue background", seed="3", width=99, height=99))
    assert set(found) == {"yellow", "blue"}
    assert 0.03 < found["yellow"] < 0.4
