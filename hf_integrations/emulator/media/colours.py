"""Eleven colours, with the names people give them and a thing of each: how the emulator sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.media.png import Pixels

Indices: TypeAlias = NDArray[np.intp]

COARSE = 64  # cells in a row or column of the grid that a picture is looked at through


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour, and a thing that has it."""

    name: str
    rgb: tuple[int, int, int]
    thing: str


COLOURS = (
    Colour("black", (16, 16, 16), "night sky"),
    Colour("white", (245, 245, 245), "snow"),
    Colour("grey", (128, 128, 128), "elephant"),
    Colour("red", (214, 40, 40), "strawberry"),
    Colour("orange", (245, 140, 30), "orange"),
    Colour("yellow", (245, 220, 50), "lemon"),
    Colour("green", (50, 160, 70), "cucumber"),
    Colour("blue", (40, 90, 210), "seashore"),
    Colour("purple", (130, 60, 170), "eggplant"),
    Colour("pink", (245, 150, 190), "flamingo"),
    Colour("brown", (120, 75, 40), "teddy bear"),
)
BY_NAME = {colour.name: colour for colour in COLOURS} | {"gray": COLOURS[2], "violet": COLOURS[8]}

_RGB = np.array([colour.rgb for colour in COLOURS], dtype=np.float32)


def nearest(pixels: Pixels) -> Indices:
    """Return the place in `COLOURS` of the colour nearest to each pixel."""
    apart = pixels.astype(np.float32)[..., None, :] - _RGB
    found: Indices = np.argmin((apart**2).sum(axis=-1), axis=-1)
    return found


def coarse(pixels: Pixels, cells: int = COARSE) -> Pixels:
    """Return `pixels` looked at through a grid of at most `cells` × `cells`."""
    height, width = pixels.shape[:2]
    return resized(pixels, min(width, cells), min(height, cells))


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return `pixels` in another size, each the nearest one of before."""
    down = (np.arange(height) * pixels.shape[0]) // height
    across = (np.arange(width) * pixels.shape[1]) // width
    found: Pixels = pixels[down][:, across]
    return found


def shares(pixels: Pixels) -> dict[str, float]:
    """Return how much of the picture each colour has, the largest first; they add up to 1."""
    counts = np.bincount(nearest(coarse(pixels)).ravel(), minlength=len(COLOURS))
    order = np.argsort(-counts, kind="stable")
    return {COLOURS[at].name: float(counts[at] / counts.sum()) for at in order if counts[at]}
