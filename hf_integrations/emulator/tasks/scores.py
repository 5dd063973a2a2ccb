"""Scores: raw ones made into probabilities, and labels put in their order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hf_integrations.emulator.tasks.asked import Asked

Label = dict[str, Any]


def softmax(raw: Mapping[str, float]) -> dict[str, float]:
    """Return parts of 1; a raw score that is larger by 1 gives 2.7 times the part."""
    if not raw:
        return {}
    top = max(raw.values())
    grown = {label: math.exp(value - top) for label, value in raw.items()}
    total = sum(grown.values())
    return {label: value / total for label, value in grown.items()}


def sigmoid(value: float) -> float:
    """Return a score from 0 to 1, each label for itself."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


def ranked(asked: Asked, raw: Mapping[str, float], *, usual: int) -> list[Label]:
    """Return the labels of a classification, the likeliest first.

    `function_to_apply` and `top_k` are obeyed; without the latter there are `usual` labels.
    """
    how = asked.choice("function_to_apply", "softmax", "sigmoid", "none")
    if how == "softmax":
        scores = softmax(raw)
    else:
        scores = {k: sigmoid(v) if how == "sigmoid" else v for k, v in raw.items()}
    return listed(scores)[: asked.whole("top_k", usual)]


def listed(scores: Mapping[str, float]) -> list[Label]:
    """Return labels with their scores, the highest first."""
    return [
        {"label": label, "score": round(score, 6)}
        for label, score in sorted(scores.items(), key=lambda pair: -pair[1])
    ]
