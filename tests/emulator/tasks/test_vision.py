"""What is seen in pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.emulator.media import drawing, png
from hf_integrations.emulator.media.colours import BY_NAME, COLOURS
from tests.emulator.samples import PICTURE
from tests.emulator.tasks.playing import refusal, run

PLAIN = png.write(np.full((20, 30, 3), 245, dtype=np.uint8))


def two() -> bytes:
    """Return a green picture with a red box and a smaller yellow one."""
    pixels = np.full((100, 200, 3), BY_NAME["green"].rgb, dtype=np.uint8)
    pixels[20:80, 20:90] = BY_NAME["red"].rgb
    pixels[30:60, 130:170] = BY_NAME["yellow"].rgb
    return png.write(pixels)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda one: one.name)
def test_a_plain_picture_is_the_thing_of_its_colour(colour: Any) -> None:
    """With most of the score."""
    data = png.write(np.full((8, 8, 3), colour.rgb, dtype=np.uint8))
    first, *_ = found = run("image-classification", data)
    assert first["label"] == colour.thing
    assert first["score"] > 0.9
    assert len(found) == 5


def test_classes_are_ordered_by_share() -> None:
    """And limited by `top_k`."""
    found = run("image-classification", two(), top_k=3)
    assert [one["label"] for one in found] == ["cucumber", "strawberry", "lemon"]


def test_labels_of_ones_own() -> None:
    """That name a colour or a thing."""
    labels = ["a blue car", "a strawberry", "a lemon"]
    found = run("zero-shot-image-classification", two(), candidate_labels=labels)
    assert found[0]["label"] == "a strawberry"
    assert found[-1]["label"] == "a blue car"
    assert sum(one["score"] for one in found) == pytest.approx(1, abs=1e-4)
    assert "candidate_labels" in refusal("zero-shot-image-classification", PICTURE)


def test_objects_are_where_they_are() -> None:
    """In pixels of the picture, within a few."""
    red, yellow = run("object-detection", two())
    assert (red["label"], yellow["label"]) == ("strawberry", "lemon")
    expected = {"xmin": 20, "ymin": 20, "xmax": 90, "ymax": 80}
    assert all(abs(red["box"][side] - value) <= 4 for side, value in expected.items())
    assert 0.9 < red["score"] < 1


def test_a_threshold_leaves_out_the_unsure() -> None:
    """A disc fills its box less than a square does."""
    disc = png.write(drawing.draw("red disc, white background", seed="", width=90, height=90))
    assert run("object-detection", disc)[0]["score"] < 0.95
    assert run("object-detection", disc, threshold=0.95) == []
    assert run("object-detection", PLAIN) == []
    assert "threshold" in refusal("object-detection", PICTURE, threshold=2)


def test_objects_by_labels() -> None:
    """The ones that are named are sure, the others only as sure as asked for."""
    found = run("zero-shot-object-detection", two(), candidate_labels=["yellow thing", "dog"])
    assert (found[0]["label"], found[0]["score"]) == ("yellow thing", 0.99)
    assert len(found) == 4
    sure = run("zero-shot-object-detection", two(), candidate_labels=["yellow"], threshold=0.5)
    assert [one["box"]["xmin"] > 100 for one in sure] == [True]


def test_points() -> None:
    """Five of each region, in pixels."""
    found = run("keypoint-detection", two())
    assert len(found) == 10
    assert found[0]["label"] == "strawberry center"
    assert abs(found[0]["x"] - 55) < 5 > abs(found[0]["y"] - 50)
    assert run("keypoint-detection", two(), threshold=1) == []


def test_captions() -> None:
    """A sentence, as long as is asked for."""
    [found] = run("image-to-text", two())
    assert found["generated_text"] == "a red shape and 1 more on a green background"
    assert run("image-to-text", PICTURE)[0]["generated_text"] == (
        "a red shape on a blue background"
    )
    assert run("image-to-text", PLAIN)[0]["generated_text"].startswith("a plain white picture")
    assert run("image-to-text", PICTURE, max_new_tokens=2)[0]["generated_text"] == "a red"
    given = {"max_new_tokens": 3}
    assert run("image-to-text", PICTURE, generation_parameters=given)[0]["generated_text"] == (
        "a red shape"
    )


@pytest.mark.parametrize("task", ["image-classification", "object-detection", "image-to-text"])
@pytest.mark.parametrize("inputs", [b"no picture", "", 5, None, "*"])
def test_what_is_no_picture(task: str, inputs: Any) -> None:
    """Is refused."""
    assert refusal(task, inputs)
