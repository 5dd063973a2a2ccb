"""Films: moving GIFs from words, or from a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hf_integrations.emulator.media import drawing, gif
from hf_integrations.emulator.media.colours import resized
from hf_integrations.emulator.media.png import Pixels

MIME = "image/gif"
WIDEST = 160  # pixels of the longer side; packing a larger one in Python would take seconds
MOST_FRAMES = 64


def of_prompt(
    prompt: str, *, seed: str, frames: int, width: int, height: int, avoid: str = ""
) -> bytes:
    """Return a film in which the shape of the prompt crosses the scene."""
    scene = drawing.imagine(prompt, seed=seed, avoid=avoid)
    wide, high = fitting(width, height)
    steps = np.linspace(0.15, 0.85, frames)
    return gif.write([drawing.paint(replace(scene, x=float(x)), wide, high) for x in steps])


def of_picture(pixels: Pixels, *, frames: int, width: int, height: int) -> bytes:
    """Return a film in which the view wanders once around the picture."""
    small = resized(pixels, *fitting(width, height))
    return gif.write(
        [np.roll(small, at * small.shape[1] // frames, axis=1) for at in range(frames)]
    )


def fitting(width: int, height: int) -> tuple[int, int]:
    """Return a size of the same form that is small enough."""
    scale = min(1.0, WIDEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
