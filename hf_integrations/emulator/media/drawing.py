"""Pictures from words: the shape and the colours that a prompt names, the rest by its digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.media.colours import BY_NAME, COLOURS, Colour
from hf_integrations.emulator.media.png import Pixels
from hf_integrations.emulator.words import word_set

_SHAPES = {
    "disc": word_set("circle disc ball sun moon planet apple orange balloon coin wheel eye"),
    "box": word_set("square box rectangle cube house building car book door window robot"),
    "peak": word_set("triangle pyramid mountain tent roof tree hill cone boat"),
}
_GROUND = re.compile(r"(\w+)\s+(?:background|backdrop|sky|wall|floor|sea|field)\b")
SHADE = 10  # how much darker the lower edge is, of 255


@dataclass(frozen=True, slots=True)
class Scene:
    """One shape in one colour before a background; places and sizes are parts of the whole."""

    shape: str
    colour: Colour
    ground: Colour
    x: float
    y: float
    radius: float


def draw(prompt: str, *, seed: str, width: int, height: int, avoid: str = "") -> Pixels:
    """Return h × w × 3 pixels for a prompt; the same words and seed give the same picture.

    Args:
        seed: anything that may change where the shape is and how large.
        avoid: a negative prompt; its colours are not used unless the prompt names them.
    """
    return paint(imagine(prompt, seed=seed, avoid=avoid), width, height)


def imagine(prompt: str, *, seed: str, avoid: str = "") -> Scene:
    """Decide what to show."""
    spots = sha256(f"{prompt}\0{seed}\0{avoid}".encode("utf-8", "replace")).digest()
    words = re.findall(r"\w+", prompt.lower())
    named = [BY_NAME[word] for word in words if word in BY_NAME]
    unwanted = {BY_NAME[word] for word in re.findall(r"\w+", avoid.lower()) if word in BY_NAME}
    free = [colour for colour in COLOURS if colour not in unwanted and colour not in named]
    ground = _ground(prompt, named) or free[spots[0] % len(free)]
    rest = [colour for colour in named if colour is not ground]
    others = [colour for colour in free if colour is not ground]
    colour = rest[0] if rest else others[spots[1] % len(others)]
    x, y, radius = (spots[2] / 255, spots[3] / 255, spots[4] / 255)
    return Scene(
        _shape(words, spots[5]), colour, ground, 0.35 + 0.3 * x, 0.35 + 0.3 * y, 0.2 + 0.1 * radius
    )


def paint(scene: Scene, width: int, height: int) -> Pixels:
    """Paint a scene in any size, a little darker from row to row."""
    y = ((np.arange(height)[:, None] + 0.5) / height).astype(np.float32)
    x = ((np.arange(width)[None, :] + 0.5) / width).astype(np.float32)
    colour, ground = (
        np.clip(np.array(one.rgb) - SHADE * y, 0, 255).astype(np.uint8)[:, None]
        for one in (scene.colour, scene.ground)
    )
    found: Pixels = np.where(_inside(scene, x, y)[..., None], colour, ground)
    return found


def _inside(scene: Scene, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.bool_]:
    across, down = (x - scene.x) / scene.radius, (y - scene.y) / scene.radius
    inside: NDArray[np.bool_]
    if scene.shape == "disc":
        inside = across**2 + down**2 <= 1
    elif scene.shape == "box":
        inside = np.maximum(abs(across), abs(down)) <= 1
    else:
        inside = (abs(down) <= 1) & (2 * abs(across) <= down + 1)
    return inside


def _ground(prompt: str, named: list[Colour]) -> Colour | None:
    """Return the colour said to be behind, else the last of several."""
    for word in _GROUND.findall(prompt.lower()):
        if word in BY_NAME:
            return BY_NAME[word]
    several = list(dict.fromkeys(named))
    return several[-1] if len(several) > 1 else None


def _shape(words: list[str], spot: int) -> str:
    for word in words:
        for shape, names in _SHAPES.items():
            if word in names or word.removesuffix("s") in names:
                return shape
    return list(_SHAPES)[spot % len(_SHAPES)]
