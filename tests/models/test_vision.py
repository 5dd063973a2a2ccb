"""The forms of the tasks about pictures."""

from __future__ import annotations

import numpy as np
import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.vision import (
    depth,
    detections,
    image_answers,
    keypoints,
    masks,
    segments,
)
from tests.services.calls import ok
from tests.services.tasks_at_hand import BOX, PNG, PNG64


def test_boxes_are_whole_numbers_or_not() -> None:
    """As the server has them."""
    found = detections(ok([{"label": "a", "score": 1, "box": BOX | {"xmin": 0.5}}]))
    assert (found[0].box.xmin, found[0].box.xmax) == (0.5, 1)


def test_masks_are_pictures() -> None:
    """With a score where there is one."""
    found = segments(ok([{"label": "a", "mask": PNG64, "score": None}]))
    assert found[0].mask.data == PNG
    assert found[0].score is None


def test_masks_without_names_come_together_or_one_by_one() -> None:
    """With as many scores as masks."""
    together = masks(ok({"masks": [PNG64, PNG64], "scores": [1, 0.5]}))
    assert together == masks(ok([{"mask": PNG64, "score": 1}, {"mask": PNG64, "score": 0.5}]))
    assert masks(ok({"masks": [PNG64]}))[0].score is None
    with pytest.raises(DecodeError, match="as many scores"):
        masks(ok({"masks": [PNG64], "scores": [1, 2]}))


def test_depth_comes_as_json_or_as_a_picture() -> None:
    """The numbers, h × w, only in the first."""
    whole = depth(ok({"depth": PNG64, "predicted_depth": [[[1, 2], [3, 4]]]}))
    assert whole.to_numpy().tolist() == [[1, 2], [3, 4]]
    assert whole.to_numpy().dtype == np.float32
    alone = depth(Response(200, {}, PNG))
    assert alone.image == whole.image
    for bad in (alone, depth(ok({"depth": PNG64, "predicted_depth": [[1], [2, 3]]}))):
        with pytest.raises(DecodeError, match="no rectangle"):
            bad.to_numpy()
    with pytest.raises(DecodeError, match="empty"):
        depth(ok([]))


def test_points_and_answers_may_lack_what_not_every_model_gives() -> None:
    """A label, a score, an answer."""
    assert keypoints(ok([{"x": 1, "y": 2}]))[0].score is None
    assert image_answers(ok([{"score": 1}]))[0].answer == ""
