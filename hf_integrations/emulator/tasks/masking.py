"""Pictures about pictures: masks of their parts, and their depth."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np

from hf_integrations.emulator.media import png, regions
from hf_integrations.emulator.media.colours import coarse
from hf_integrations.emulator.media.pictures import Picture
from hf_integrations.emulator.media.png import Pixels
from hf_integrations.emulator.media.regions import Region
from hf_integrations.emulator.tasks.asked import Asked, Made
from hf_integrations.emulator.tasks.vision import PART

_DEPTH_CELLS = 32  # of the tensor that is sent beside the picture of the depth


def segment(asked: Asked) -> list[dict[str, Any]]:
    """image-segmentation: a mask as large as the picture, for each part of it.

    `instance` gives the regions before the background, `semantic` one mask for each thing and no
    scores, `panoptic` (the default) the regions and the background.
    """
    subtask = asked.choice("subtask", "panoptic", "instance", "semantic")
    threshold = asked.number("threshold", 0.5, PART)
    asked.number("mask_threshold", 0.5, PART)  # masks are 0 or 1 here: any threshold gives the same
    smallest = asked.number("overlap_mask_area_threshold", 0.0, PART)
    picture = asked.picture()
    behind, found = regions.find(picture.pixels)
    if subtask == "semantic":
        return _semantic(picture, [*found, behind])
    parts = found if subtask == "instance" else [*found, behind]
    return [
        _part(picture, one, score=round(0.6 + 0.39 * one.fill, 4))
        for one in parts
        if 0.6 + 0.39 * one.fill >= threshold and one.fill >= smallest
    ]


def masks(asked: Asked) -> dict[str, Any]:
    """mask-generation: masks and their scores, side by side.

    Source: transformers, `pipelines/mask_generation.py`.
    """
    picture = asked.picture()
    behind, found = regions.find(picture.pixels)
    parts = [*found, behind]
    return {
        "masks": [_encoded(one.mask(picture.width, picture.height)) for one in parts],
        "scores": [round(0.6 + 0.39 * one.fill, 4) for one in parts],
    }


def depth(asked: Asked) -> dict[str, Any] | Made:
    """depth-estimation: what is lower in the picture, and before the background, is nearer.

    Source: transformers, `pipelines/depth_estimation.py`: `predicted_depth` and a picture, `depth`.
    With `Accept: image/png` the picture is sent alone.
    """
    picture = asked.picture()
    shown = _depth(picture)
    if asked.accept.startswith("image/"):
        return Made(png.write(shown), "image/png")
    tensor = coarse(np.repeat(shown[..., None], 3, axis=2), _DEPTH_CELLS)[..., 0] / 255
    return {"predicted_depth": np.round(tensor, 4).tolist(), "depth": _encoded(shown)}


def _semantic(picture: Picture, parts: list[Region]) -> list[dict[str, Any]]:
    joined: dict[str, Pixels] = {}
    for one in parts:
        mask = one.mask(picture.width, picture.height)
        before = joined.get(one.colour.thing)
        joined[one.colour.thing] = mask if before is None else np.maximum(before, mask)
    return [{"score": None, "label": k, "mask": _encoded(mask)} for k, mask in joined.items()]


def _part(picture: Picture, region: Region, *, score: float) -> dict[str, Any]:
    mask = _encoded(region.mask(picture.width, picture.height))
    return {"score": score, "label": region.colour.thing, "mask": mask}


def _depth(picture: Picture) -> Pixels:
    behind, _ = regions.find(picture.pixels)
    slope = np.linspace(40, 160, picture.height, dtype=np.float32)[:, None]
    before = behind.mask(picture.width, picture.height) == 0
    found: Pixels = (slope + 80 * before).astype(np.uint8)
    return found


def _encoded(mask: Pixels) -> str:
    return b64encode(png.write(mask)).decode()
