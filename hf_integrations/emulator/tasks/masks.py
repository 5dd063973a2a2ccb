"""fill-mask: words that fit where a word is left out."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.tasks.asked import Asked, as_text, refuse
from hf_integrations.emulator.tasks.scores import softmax

_MASK = re.compile(r"\[MASK\]|<mask>")
# What often follows: words before the mask, and what fits after them.
_FITTING = (
    (r"capital of france is$", "paris lyon lille marseille nice"),
    (r"capital of germany is$", "berlin munich hamburg bonn cologne"),
    (r"capital of italy is$", "rome milan florence venice turin"),
    (r"capital of \w+ is$", "london madrid vienna lisbon athens"),
    (r"(?:goal|meaning|purpose) of life is$", "happiness love life freedom peace"),
    (r"\b(?:a|an|the|my|your|his|her|our|their|this|that)$", "man house day world book"),
    (r"\b(?:is|are|was|were|am|feel|feels)$", "good right happy here ready"),
    (r"\b(?:to|will|can|must|should|would|could)$", "be go see find help"),
    (r"\b(?:in|at|from|near)$", "london town there front time"),
    (r"\b(?:i|you|he|she|we|they|it)$", "can will was have know"),
)
_OTHERS = ("it", "the", "one", "that", "them")


def fill(asked: Asked) -> list[Any]:
    """fill-mask: the likeliest words; a list for each mask where there are several."""
    text = asked.text()
    masks = list(_MASK.finditer(text))
    if not masks:
        raise refuse("No mask_token ([MASK]) found on the input")
    most = asked.whole("top_k", 5)
    targets = asked.parameters.get("targets")
    found = [_one(text, mask, targets, most) for mask in masks]
    return found if len(found) > 1 else found[0]


def _one(text: str, mask: re.Match[str], targets: Any, most: int) -> list[dict[str, Any]]:
    words = _targets(targets) if targets is not None else _words(text[: mask.start()])
    usual = _words(text[: mask.start()])
    raw = {word: _raw(text, word, usual) for word in words}
    ranked = sorted(softmax(raw).items(), key=lambda pair: -pair[1])[:most]
    return [
        {
            "score": round(score, 6),
            "token": tokens.number(word),
            "token_str": word,
            "sequence": text[: mask.start()] + word + text[mask.end() :],
        }
        for word, score in ranked
    ]


def _words(before: str) -> list[str]:
    told = before.strip().lower()
    fitting = next((fit for said, fit in _FITTING if re.search(said, told)), "")
    return [*fitting.split(), *(word for word in _OTHERS if word not in fitting.split())]


def _targets(given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        raise refuse("Error in `parameters.targets`: it must be a list of words")
    return list(dict.fromkeys(as_text(word, "parameters.targets") for word in given))


def _raw(text: str, word: str, usual: list[str]) -> float:
    """Return how well a word fits: by its place among the usual ones, else a little, by digest."""
    if word in usual:
        return 4.0 - 0.8 * usual.index(word)
    return sha256(f"{text}\0{word}".encode("utf-8", "replace")).digest()[0] / 256 - 3
