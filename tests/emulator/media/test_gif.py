"""GIF by hand, with pillow as the judge."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from hf_integrations.emulator.media import gif
from tests.emulator.samples import PIXELS

NOISE = np.random.default_rng(1).integers(0, 256, (120, 150, 3), dtype=np.uint8)


def frames_of(data: bytes) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Return the frames as pillow sees them."""
    opened = Image.open(io.BytesIO(data))
    return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(opened)]


@pytest.mark.parametrize("pixels", [PIXELS, NOISE, NOISE[:1, :1], NOISE[:1]], ids=range(4))
def test_every_pixel_comes_back(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    """In the nearest of 216 colours; noise fills the table of codes several times over."""
    [found] = frames_of(gif.write([pixels]))
    assert (found == (pixels.astype(int) + 25) // 51 * 51).all()


def test_it_moves() -> None:
    """Every frame for its time, for ever."""
    data = gif.write([PIXELS, np.roll(PIXELS, 20, axis=1), 255 - PIXELS], delay=12)
    opened = Image.open(io.BytesIO(data))
    assert (opened.info["duration"], opened.info["loop"]) == (120, 0)
    one, two, three = frames_of(data)
    assert (np.roll(one, 20, axis=1) == two).all()
    assert not (three == one).any(axis=2).all()


def test_what_repeats_is_packed_small() -> None:
    """A plain frame takes a few hundred bytes."""
    assert len(gif.pack(bytes(100_000))) < 1_000
