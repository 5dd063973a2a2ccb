"""Pictures, films and solids made from words or from a picture.

What is asked for twice is made twice the same: words, seed and the other parameters decide.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import numpy as np

from hf_integrations.emulator.media import drawing, films, formats, pictures, png, solids
from hf_integrations.emulator.media.colours import BY_NAME, resized, shares
from hf_integrations.emulator.media.png import Pixels
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.tasks.asked import Asked, Made, refuse

SIDE = Range(1, 2_048, whole=True)
USUAL = 512  # pixels of a side that is not asked for
_STEPS, _SCALE = Range(1, 1_000, whole=True), Range(0, 1_000)
_SEED = Range(-(2**63), 2**64, whole=True)
_FRAMES = Range(1, 1_000)
STRENGTH = 0.45  # how far a picture goes towards the colours of a prompt


def picture(asked: Asked) -> Made:
    """text-to-image: PNG of the size asked for."""
    prompt = asked.text()
    drawn = drawing.draw(
        prompt, seed=_seed(asked), width=asked.whole("width", USUAL, SIDE),
        height=asked.whole("height", USUAL, SIDE), avoid=asked.words("negative_prompt"),
    )  # fmt: skip
    return Made(png.write(drawn, text=prompt), "image/png")


def any_picture(asked: Asked) -> Made:
    """unconditional-image-generation: PNG that only the model and the seed decide."""
    drawn = drawing.draw(
        asked.model, seed=_seed(asked), width=asked.whole("width", USUAL, SIDE),
        height=asked.whole("height", USUAL, SIDE),
    )  # fmt: skip
    return Made(png.write(drawn), "image/png")


def picture_from_picture(asked: Asked) -> Made:
    """image-to-image: the picture, nearer to the colours that the prompt asks for."""
    pixels, prompt = asked.picture().pixels, _prompt(asked)
    width, height = _target(asked, pixels)
    changed = _tinted(resized(pixels, width, height), prompt, _seed(asked))
    return Made(png.write(changed, text=prompt), "image/png")


def film(asked: Asked) -> Made:
    """text-to-video: a moving GIF in which the shape of the prompt crosses the scene."""
    size = {
        "width": asked.whole("width", USUAL, SIDE),
        "height": asked.whole("height", USUAL, SIDE),
    }
    data = films.of_prompt(
        asked.text(), seed=_seed(asked), frames=_frames(asked),
        avoid=asked.words("negative_prompt"), **size,
    )  # fmt: skip
    return Made(data, films.MIME)


def film_from_picture(asked: Asked) -> Made:
    """image-to-video: a moving GIF that wanders around the picture."""
    pixels = asked.picture().pixels
    width, height = _target(asked, pixels)
    changed = _tinted(pixels, _prompt(asked), _seed(asked))
    return Made(
        films.of_picture(changed, frames=_frames(asked), width=width, height=height), films.MIME
    )


def film_from_film(asked: Asked) -> Made:
    """video-to-video: a moving GIF, nearer to the prompt; what is no GIF stands for its bytes."""
    data = asked.content()
    found = pictures.read(data)
    if found is None and not formats.mime(data).startswith("video/"):
        raise refuse("Malformed video file")
    if found is not None:
        pixels = found.pixels
    else:
        pixels = drawing.draw(sha256(data).hexdigest(), seed="", width=USUAL, height=USUAL)
    width, height = _target(asked, pixels)
    changed = _tinted(pixels, _prompt(asked), _seed(asked))
    return Made(
        films.of_picture(changed, frames=_frames(asked), width=width, height=height), films.MIME
    )


def solid(asked: Asked) -> Made:
    """text-to-3d: binary glTF in the colour that the prompt names."""
    scene = drawing.imagine(asked.text(), seed=_seed(asked))
    return Made(
        solids.tetrahedron(scene.colour, 5 * scene.radius, name=asked.text()[:64]), solids.MIME
    )


def solid_from_picture(asked: Asked) -> Made:
    """image-to-3d: binary glTF in the colour of most of the picture."""
    first = next(iter(shares(asked.picture().pixels)))
    return Made(solids.tetrahedron(BY_NAME[first], 1.0, name=first), solids.MIME)


def _seed(asked: Asked) -> str:
    """Return all that may change a picture beside its words."""
    seed = asked.whole("seed", 0, _SEED)
    steps = asked.whole("num_inference_steps", 0, _STEPS)
    guidance = asked.number("guidance_scale", 0, _SCALE)
    return f"{seed} {steps} {guidance:g} {asked.words('scheduler')}"


def _prompt(asked: Asked) -> str:
    avoided = asked.words("negative_prompt").lower().split()
    given = asked.words("prompt") or str(asked.part("prompt") or "")
    return " ".join(word for word in given.split() if word.lower() not in avoided)


def _frames(asked: Asked) -> int:
    return min(int(asked.number("num_frames", 8, _FRAMES)), films.MOST_FRAMES)


def _target(asked: Asked, pixels: Pixels) -> tuple[int, int]:
    """Return the size asked for, as `target_size`, or bare; else that of the picture."""
    size: Any = asked.parameters.get("target_size") or {}
    if not isinstance(size, dict):
        raise refuse("Error in `parameters.target_size`: it must have a width and a height")
    found = []
    for name, usual in (("width", pixels.shape[1]), ("height", pixels.shape[0])):
        value = size.get(name, asked.parameters.get(name))
        value = usual if value is None else value
        if not SIDE.holds(value):
            raise refuse(f"Error in `parameters.target_size.{name}`: it must be {SIDE}")
        found.append(int(value))
    return found[0], found[1]


def _tinted(pixels: Pixels, prompt: str, seed: str) -> Pixels:
    named = [BY_NAME[word] for word in re.findall(r"\w+", prompt.lower()) if word in BY_NAME]
    if not prompt:
        return pixels
    tint = named[0] if named else drawing.imagine(prompt, seed=seed).colour
    shades = np.arange(256)[:, None] * (1 - STRENGTH) + np.array(tint.rgb) * STRENGTH
    found: Pixels = shades.astype(np.uint8)[pixels, np.arange(3)]
    return found
