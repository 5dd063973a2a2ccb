"""Classes of a text: its sentiment by its words, and labels that the caller gives."""

from __future__ import annotations

import re
from typing import Any

from hf_integrations.emulator.tasks.asked import Asked, as_text, refuse
from hf_integrations.emulator.tasks.scores import Label, listed, ranked, sigmoid, softmax
from hf_integrations.emulator.words import word_set

GOOD = word_set(
    """good great excellent amazing awesome wonderful fantastic love loved loves lovely like liked
    likes happy best better brilliant perfect beautiful enjoy enjoyed enjoyable fun nice superb
    pleased pleasant delighted delightful recommend impressive helpful friendly fast easy glad
    thanks win won success successful charming funny cheerful exciting positive"""
)
BAD = word_set(
    """bad terrible awful horrible hate hated hates poor worst worse boring sad angry disappointed
    disappointing disappointment ugly slow broken useless annoying waste wrong fail failed failure
    dislike disliked mediocre dull unhappy dreadful disgusting rude difficult problem problems
    pain painful lost cry crying dirty cold negative sorry refund"""
)
_STRONG = word_set("very really extremely so absolutely totally truly incredibly too highly")
_NOT = word_set("not no never hardly without isn't wasn't don't didn't doesn't won't can't cannot")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_FACTOR = 6.0  # how much a word in common says about a label


def feeling(text: str) -> float:
    """Return how good (above 0) or bad (below 0) a text sounds; a denial turns a word around."""
    total, found = 0.0, _WORD.findall(text.lower().replace("’", "'"))  # noqa: RUF001
    for at, word in enumerate(found):
        value = (word in GOOD) - (word in BAD)
        if not value:
            continue
        before = found[max(0, at - 3) : at]
        strength = 1.5 if _STRONG & set(before) else 1.0
        total += -0.8 * value if _NOT & set(before) else value * strength
    return total


def classify(asked: Asked) -> list[list[Label]]:
    """text-classification: POSITIVE and NEGATIVE, a list for each input."""
    many = asked.inputs if isinstance(asked.inputs, list) else [asked.inputs]
    if not many:
        raise refuse("Error in `inputs`: it must not be empty")
    return [
        ranked(asked, {"POSITIVE": value, "NEGATIVE": -value}, usual=5)
        for value in (feeling(_pair(one)) + 0.05 for one in many)
    ]


def zero_shot(asked: Asked) -> list[Label]:
    """zero-shot-classification: the likeness of the text to a sentence with each label."""
    labels, text = asked.labels(), asked.text()
    template = asked.words("hypothesis_template") or "This example is {}."
    if "{}" not in template:
        raise refuse("Error in `parameters.hypothesis_template`: it must have a place for {}")
    scores = {label: _fit(asked, text, label) for label in labels}
    several = asked.parameters.get("multi_label")
    if several is not None and not isinstance(several, bool):
        raise refuse("Error in `parameters.multi_label`: it must be true or false")
    if several:
        return listed({label: sigmoid(2 * value - 1.5) for label, value in scores.items()})
    return listed(softmax(scores))


def rerank(asked: Asked) -> list[dict[str, Any]]:
    """text-ranking: texts by their likeness to the query, the best first."""
    query, texts = as_text(asked.part("query"), "inputs.query"), asked.part("texts")
    if not isinstance(texts, list) or not texts:
        raise refuse("Error in `inputs.texts`: it must be a list of texts, and not empty")
    vectors = asked.embed([query, *(as_text(one, "inputs.texts") for one in texts)])
    scores = (vectors[1:] @ vectors[0]).tolist()
    found = [{"index": at, "score": round(sigmoid(8 * s - 2), 6)} for at, s in enumerate(scores)]
    if asked.parameters.get("return_text") or asked.body.get("return_text"):
        found = [{**one, "text": texts[at]} for at, one in enumerate(found)]
    return sorted(found, key=lambda one: -float(one["score"]))


def _pair(one: Any) -> str:
    """Return the text of one input; a pair of texts is read as one."""
    if isinstance(one, dict):
        pair = as_text(one.get("text_pair"), "inputs.text_pair") if "text_pair" in one else ""
        return f"{as_text(one.get('text'), 'inputs.text')} {pair}"
    return as_text(one, "inputs")


# Words that speak of a subject without its name: what a model would know.
_KIN = {
    "sport": word_set("team match game goal player league score season coach race win football"),
    "polit": word_set("election president government vote minister law party senate parliament"),
    "scien": word_set("research study experiment theory cell physics atom space telescope data"),
    "tech": word_set("computer software phone app data internet chip robot code device screen"),
    "econom": word_set("market stock price bank money trade tax growth inflation profit"),
    "business": word_set("company market profit sales customer revenue startup deal"),
    "refund": word_set("money back return charged paid bill reimburse"),
    "travel": word_set("trip flight hotel visit beach tour train journey holiday"),
    "food": word_set("eat restaurant cook meal dish recipe taste dinner lunch pizza"),
    "health": word_set("doctor hospital disease medicine patient pain vaccine"),
    "music": word_set("song band album guitar concert sing melody"),
    "weather": word_set("rain sun snow wind storm cloud temperature sunny"),
}


def _fit(asked: Asked, text: str, label: str) -> float:
    lowered = label.lower()
    told = set(_WORD.findall(text.lower()))
    told |= {word.removesuffix("s") for word in told}
    value = 0.0
    for stem, kin in _KIN.items():
        if stem in lowered:
            value += 1.5 * len(kin & told)
    if lowered in ("positive", "negative"):
        value += 2 * feeling(text) * (1 if lowered == "positive" else -1)
    vectors = asked.embed([text, label])
    return value + _FACTOR * float(vectors[0] @ vectors[1])
