"""Parts of a picture."""

from __future__ import annotations

import numpy as np

from hf_integrations.emulator.media import regions
from hf_integrations.emulator.media.colours import BY_NAME
from tests.emulator.samples import PIXELS


def scene(
    *boxes: tuple[str, int, int, int, int],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a white picture, 200 × 100, with boxes in it."""
    pixels = np.full((100, 200, 3), 245, dtype=np.uint8)
    for name, left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = BY_NAME[name].rgb
    return pixels


def test_regions_have_boxes_and_shares() -> None:
    """The largest comes first."""
    behind, found = regions.find(scene(("red", 20, 20, 60, 60), ("blue", 120, 10, 190, 80)))
    assert behind.colour.name == "white"
    assert [one.colour.name for one in found] == ["blue", "red"]
    left, top, right, bottom = found[1].box
    assert abs(left - 20) < 5 > abs(top - 20)
    assert abs(right - 60) < 5 > abs(bottom - 60)
    assert abs(found[1].share - 0.08) < 0.02
    assert found[1].fill == 1


def test_two_things_of_one_colour_are_two() -> None:
    """Unless they touch."""
    _, apart = regions.find(scene(("red", 10, 10, 50, 50), ("red", 100, 10, 150, 50)))
    _, joined = regions.find(scene(("red", 10, 10, 50, 50), ("red", 50, 10, 150, 50)))
    assert (len(apart), len(joined)) == (2, 1)


def test_masks_are_as_large_as_the_picture() -> None:
    """Together they cover it once."""
    behind, found = regions.find(PIXELS)
    masks = [one.mask(96, 64) for one in [behind, *found]]
    assert all(mask.shape == (64, 96) for mask in masks)
    assert (np.sum(masks, axis=0) == 255).all()


def test_a_plain_picture_has_nothing_in_it() -> None:
    """Nor has one with a speck."""
    behind, found = regions.find(scene())
    assert (behind.share, found) == (1.0, [])
    assert regions.find(scene(("red", 90, 50, 93, 52)))[1] == []


def test_small_pictures() -> None:
    """Down to a pixel."""
    behind, found = regions.find(PIXELS[:1, :1])
    assert behind.box == (0, 0, 1, 1)
    assert not found
