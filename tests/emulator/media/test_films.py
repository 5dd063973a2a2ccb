"""Films."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from hf_integrations.emulator.media import films
from tests.emulator.samples import PIXELS


def test_a_film_has_the_frames_asked_for() -> None:
    """Each another."""
    data = films.of_prompt("a red ball", seed="", frames=5, width=40, height=20)
    opened = Image.open(io.BytesIO(data))
    assert (opened.n_frames, opened.size) == (5, (40, 20))  # type: ignore[attr-defined]  # of GIF only
    shown = set()
    for at in range(5):
        opened.seek(at)
        shown.add(opened.convert("RGB").tobytes())
    assert len(shown) == 5


def test_a_film_of_a_picture_begins_with_it() -> None:
    """In its form."""
    data = films.of_picture(PIXELS, frames=3, width=96, height=64)
    opened = Image.open(io.BytesIO(data))
    assert opened.size == (96, 64)
    assert (PIXELS[5, 5].astype(int) + 25).tolist()[2] // 51 * 51 == opened.convert("RGB").getpixel(
        (5, 5)
    )[2]  # type: ignore[index]  # of RGB


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((100, 50), (100, 50)),
        ((1280, 720), (160, 90)),
        ((1, 4000), (1, 160)),
        ((160, 160), (160, 160)),
    ],
)
def test_large_films_are_made_smaller(asked: tuple[int, int], given: tuple[int, int]) -> None:
    """In the same form."""
    assert films.fitting(*asked) == given
