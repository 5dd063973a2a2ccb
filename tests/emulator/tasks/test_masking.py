"""Masks and depth."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.emulator.samples import PICTURE
from tests.emulator.tasks.playing import make, refusal, run


def opened(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the greys of a mask."""
    return np.asarray(Image.open(io.BytesIO(b64decode(text))))


@pytest.mark.parametrize(
    ("parameters", "labels"),
    [
        ({}, ["strawberry", "seashore"]),
        ({"subtask": "panoptic"}, ["strawberry", "seashore"]),
        ({"subtask": "instance"}, ["strawberry"]),
        ({"subtask": "semantic"}, ["strawberry", "seashore"]),
        ({"threshold": 0.95}, []),
        ({"overlap_mask_area_threshold": 0.9}, []),
    ],
)
def test_parts_by_subtask(parameters: dict[str, Any], labels: list[str]) -> None:
    """With a mask of black and white, as large as the picture."""
    found = run("image-segmentation", PICTURE, **parameters)
    if not labels:
        assert len(found) < 2
        return
    assert [one["label"] for one in found] == labels
    for one in found:
        mask = opened(one["mask"])
        assert mask.shape == (64, 96)
        assert set(np.unique(mask)) == {0, 255}
        assert (one["score"] is None) == (parameters.get("subtask") == "semantic")


def test_things_of_one_colour_share_a_semantic_mask() -> None:
    """One for all of them."""
    from hf_integrations.emulator.media import png

    pixels = np.full((40, 80, 3), 245, dtype=np.uint8)
    pixels[10:30, 10:30] = pixels[10:30, 50:70] = (214, 40, 40)
    assert len(run("image-segmentation", png.write(pixels), subtask="instance")) == 2
    first, _ = run("image-segmentation", png.write(pixels), subtask="semantic")
    assert opened(first["mask"])[20, [20, 60]].tolist() == [255, 255]


def test_masks_and_scores_side_by_side() -> None:
    """For mask-generation."""
    found = run("mask-generation", PICTURE)
    assert len(found["masks"]) == len(found["scores"]) == 2
    assert opened(found["masks"][0]).shape == (64, 96)


def test_depth_is_a_tensor_and_a_picture() -> None:
    """What is before the background is nearer."""
    found = run("depth-estimation", PICTURE)
    depth = opened(found["depth"])
    mask = opened(run("image-segmentation", PICTURE)[0]["mask"]) > 0
    assert depth.shape == (64, 96)
    assert depth[mask].min() > depth[~mask][: 96 * 20].max() - 80
    assert np.array(found["predicted_depth"]).shape == (32, 32)
    assert np.array(found["predicted_depth"]).max() <= 1


def test_depth_alone_as_a_picture() -> None:
    """For those that accept nothing else."""
    made = make("depth-estimation", PICTURE, accept="image/png")
    assert made.mime == "image/png"
    assert Image.open(io.BytesIO(made.data)).size == (96, 64)


def test_wrong_parameters() -> None:
    """Are refused by name."""
    assert "subtask" in refusal("image-segmentation", PICTURE, subtask="all")
    assert "mask_threshold" in refusal("image-segmentation", PICTURE, mask_threshold=5)
