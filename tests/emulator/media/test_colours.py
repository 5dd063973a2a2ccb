"""How colours are seen."""

from __future__ import annotations

import numpy as np
import pytest

from hf_integrations.emulator.media.colours import (
    BY_NAME,
    COLOURS,
    Colour,
    coarse,
    nearest,
    resized,
    shares,
)
from tests.emulator.samples import PIXELS


@pytest.mark.parametrize("colour", COLOURS, ids=lambda one: one.name)
def test_every_colour_is_nearest_to_itself(colour: Colour) -> None:
    """Also a little darker."""
    place = COLOURS.index(colour)
    rgb = np.array(COLOURS[place].rgb)
    pixels = np.array([[rgb, np.clip(rgb - 8, 0, 255)]], dtype=np.uint8)
    assert (nearest(pixels) == place).all()


def test_other_spellings() -> None:
    """Name the same colours."""
    assert BY_NAME["gray"] is BY_NAME["grey"]
    assert BY_NAME["violet"].name == "purple"


def test_shares_add_up_to_one() -> None:
    """The largest first."""
    found = shares(PIXELS)
    assert list(found) == ["blue", "red"]
    assert sum(found.values()) == pytest.approx(1)


def test_other_sizes_keep_the_picture() -> None:
    """Larger and smaller."""
    large = resized(PIXELS, 192, 128)
    assert large.shape == (128, 192, 3)
    assert (large[::2, ::2] == PIXELS).all()
    assert coarse(PIXELS, 8).shape == (8, 8, 3)
    assert coarse(PIXELS[:2, :3]).shape == (2, 3, 3)
