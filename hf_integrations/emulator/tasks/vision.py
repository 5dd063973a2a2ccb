"""What a picture is and what is in it: classes, boxes, points, by its colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.media import regions
from hf_integrations.emulator.media.colours import BY_NAME, shares
from hf_integrations.emulator.media.pictures import Picture
from hf_integrations.emulator.media.regions import Region
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.tasks.asked import Asked
from hf_integrations.emulator.tasks.scores import Label, listed, ranked, softmax
from hf_integrations.emulator.words import content_stems, stem

PART = Range(0, 1)
Detection = dict[str, Any]


def classify(asked: Asked) -> list[Label]:
    """image-classification: a thing of each colour, by how much of the picture has it."""
    return ranked(asked, _raw(shares(asked.picture().pixels)), usual=5)


def classify_as(asked: Asked) -> list[Label]:
    """zero-shot-image-classification: the labels that name what can be seen, first."""
    labels = asked.labels()
    asked.words("hypothesis_template")
    described = caption(asked.picture())
    parts = shares(asked.picture().pixels)
    vectors = asked.embed([described, *labels])
    near = (vectors[1:] @ vectors[0]).tolist()
    raw = {label: 4 * _shown(label, parts) + 2 * n for label, n in zip(labels, near, strict=True)}
    return listed(softmax(raw))


def detect(asked: Asked) -> list[Detection]:
    """object-detection: the regions before the background, each as a thing of its colour."""
    threshold = asked.number("threshold", 0.5, PART)
    _, found = regions.find(asked.picture().pixels)
    told = [_detection(one, one.colour.thing, _sure(one)) for one in found]
    return [one for one in told if one["score"] >= threshold]


def detect_as(asked: Asked) -> list[Detection]:
    """zero-shot-object-detection: a box where a label names a region's colour or thing."""
    labels = asked.labels()
    threshold = asked.number("threshold", 0.1, PART)
    _, found = regions.find(asked.picture().pixels)
    told = []
    for region in found:
        for label in labels:
            sure = _sure(region) if _names(label, region) else 0.15 * _sure(region)
            told.append(_detection(region, label, round(sure, 4)))
    told = [one for one in told if one["score"] >= threshold]
    return sorted(told, key=lambda one: -float(one["score"]))


def keypoints(asked: Asked) -> list[dict[str, Any]]:
    """keypoint-detection: the corners and the middle of each region's box, in pixels."""
    threshold = asked.number("threshold", 0.5, PART)
    _, found = regions.find(asked.picture().pixels)
    told: list[dict[str, Any]] = []
    for region in found:
        left, top, right, bottom = region.box
        points = {
            "center": ((left + right) / 2, (top + bottom) / 2), "top_left": (left, top),
            "top_right": (right, top), "bottom_right": (right, bottom),
            "bottom_left": (left, bottom),
        }  # fmt: skip
        told += [
            {"label": f"{region.colour.thing} {name}", "score": _sure(region), "x": x, "y": y}
            for name, (x, y) in points.items()
        ]
    return [one for one in told if one["score"] >= threshold]


def describe(asked: Asked) -> list[dict[str, str]]:
    """image-to-text: a sentence about the picture."""
    given = asked.parameters.get("generation_parameters") or {}
    limits = [given.get("max_new_tokens")] if isinstance(given, dict) else []
    longest = asked.whole("max_new_tokens", next((n for n in limits if isinstance(n, int)), 1_000))
    return [{"generated_text": tokens.first(caption(asked.picture()), longest)}]


def caption(picture: Picture) -> str:
    """Return a sentence about a picture: what is before what."""
    behind, found = regions.find(picture.pixels)
    if not found:
        return f"a plain {behind.colour.name} picture, like {behind.colour.thing}"
    first = found[0].colour
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"a {first.name} shape{more} on a {behind.colour.name} background"


def _raw(parts: Mapping[str, float]) -> dict[str, float]:
    """Return the scores of all things; one that is not to be seen has the share of a speck."""
    return {
        colour.thing: math.log(parts.get(name, 0.0) + 0.002)
        for name, colour in BY_NAME.items()
        if name == colour.name
    }


def _shown(label: str, parts: Mapping[str, float]) -> float:
    """Return how much of the picture a label speaks of."""
    said = content_stems(label)
    return sum(
        math.sqrt(share)
        for name, share in parts.items()
        if said & {stem(name), *content_stems(BY_NAME[name].thing)}
    )


def _names(label: str, region: Region) -> bool:
    said = content_stems(label)
    return bool(said & {stem(region.colour.name), *content_stems(region.colour.thing)})


def _sure(region: Region) -> float:
    return round(0.6 + 0.39 * region.fill, 4)


def _detection(region: Region, label: str, score: float) -> Detection:
    box = dict(zip(("xmin", "ymin", "xmax", "ymax"), region.box, strict=True))
    return {"score": score, "label": label, "box": box}
