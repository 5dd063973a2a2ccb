"""Questions about pictures: what is to be seen, and what is written."""

from __future__ import annotations

import re
from typing import Any

from hf_integrations.emulator.media import regions
from hf_integrations.emulator.media.colours import BY_NAME
from hf_integrations.emulator.media.pictures import Picture
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.tasks import spans, vision
from hf_integrations.emulator.tasks.asked import Asked, as_text, refuse
from hf_integrations.emulator.tasks.scores import softmax
from hf_integrations.emulator.words import content_stems, stem

_YES_NO = re.compile(r"\W*(?:is|are|does|do|can|has|have|was|were)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_COLOUR = re.compile(r"\bcolou?rs?\b", re.IGNORECASE)
_BEHIND = re.compile(r"\bbackground|behind|sky\b", re.IGNORECASE)


def about_picture(asked: Asked) -> list[dict[str, Any]]:
    """visual-question-answering: answers in a word or two, the likeliest first."""
    question = as_text(asked.part("question"), "inputs.question")
    raw = _answers(question, asked.picture())
    ranked = sorted(softmax(raw).items(), key=lambda pair: -pair[1])
    return [
        {"score": round(score, 6), "answer": answer}
        for answer, score in ranked[: asked.whole("top_k", 5)]
    ]


def about_document(asked: Asked) -> list[dict[str, Any]]:
    """document-question-answering: words of the document, and which words they are.

    There is no reading of print here: the words are those of `word_boxes`, else those of the
    comments in the PNG, else those of a sentence about the picture.
    """
    question = as_text(asked.part("question"), "inputs.question")
    stride = asked.whole("doc_stride", 128)
    asked.whole("max_question_len", 64)
    asked.whole("max_seq_len", 512, Range(stride, 100_000, whole=True))
    asked.words("lang")
    picture = asked.picture()
    context = _given(asked) or picture.text or vision.caption(picture)
    found = spans.find(question, context, asked.whole("max_answer_len", 15))
    told = [
        {
            "score": span.score, "answer": context[span.start : span.end],
            "start": len(context[: span.start].split()),
            "end": max(0, len(context[: span.end].split()) - 1),
        }
        for span in found
    ]  # fmt: skip
    if asked.parameters.get("handle_impossible_answer") and found[0].score < 0.2:
        told.insert(0, {"score": 0.9, "answer": "", "start": 0, "end": 0})
    return told[: asked.whole("top_k", 1)]


def _given(asked: Asked) -> str:
    """Return the words of `word_boxes`: pairs of a word and its box, or words and boxes in turn."""
    boxes = asked.parameters.get("word_boxes")
    if boxes is None:
        return ""
    if not isinstance(boxes, list):
        raise refuse("Error in `parameters.word_boxes`: it must be a list of words and boxes")
    words = [one[0] if isinstance(one, list) and one else one for one in boxes]
    return " ".join(word for word in words if isinstance(word, str))


def _answers(question: str, picture: Picture) -> dict[str, float]:
    """Return answers with raw scores."""
    behind, found = regions.find(picture.pixels)
    colours = [behind.colour] if _BEHIND.search(question) else [one.colour for one in found]
    colours = list(dict.fromkeys([*colours, behind.colour]))
    if _HOW_MANY.search(question):
        return {
            str(n): -abs(n - len(found)) * 2.0
            for n in range(max(0, len(found) - 2), len(found) + 3)
        }
    if _COLOUR.search(question):
        return {colour.name: 3.0 - 2 * at for at, colour in enumerate(colours)}
    if _YES_NO.match(question):
        said = content_stems(question)
        names = [name for name in BY_NAME if stem(name) in said]
        seen = {colour.name for colour in colours}
        agrees = bool(names) and all(BY_NAME[name].name in seen for name in names)
        return {"yes": 3.0 * agrees, "no": 3.0 * (not agrees)}
    return {colour.thing: 3.0 - 2 * at for at, colour in enumerate(colours)}
