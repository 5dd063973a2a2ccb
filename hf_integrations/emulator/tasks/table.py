"""The table of the tasks: the Hub's name of each, and the rule that answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hf_integrations.emulator.problems import hub_problem
from hf_integrations.emulator.tasks import (
    asking,
    entities,
    hearing,
    making,
    masking,
    masks,
    sentiment,
    sheets,
    spans,
    vision,
    writing,
)
from hf_integrations.emulator.tasks.asked import Asked, Made

Rule = Callable[[Asked], Any]

# Answered elsewhere: these have routes, streams or limits of their own.
TEXT_GENERATION, EMBEDDING, SIMILARITY = (
    "text-generation", "feature-extraction", "sentence-similarity",
)  # fmt: skip
CHAT = "conversational"
CUSTOM = "custom"

RULES: dict[str, Rule] = {
    "text-classification": sentiment.classify,
    "token-classification": entities.recognise,
    "zero-shot-classification": sentiment.zero_shot,
    "text-ranking": sentiment.rerank,
    "question-answering": spans.answer,
    "table-question-answering": sheets.answer,
    "tabular-classification": sheets.classify,
    "tabular-regression": sheets.regress,
    "fill-mask": masks.fill,
    "summarization": writing.summarize,
    "translation": writing.translate,
    "image-classification": vision.classify,
    "zero-shot-image-classification": vision.classify_as,
    "object-detection": vision.detect,
    "zero-shot-object-detection": vision.detect_as,
    "keypoint-detection": vision.keypoints,
    "image-to-text": vision.describe,
    "visual-question-answering": asking.about_picture,
    "document-question-answering": asking.about_document,
    "image-segmentation": masking.segment,
    "mask-generation": masking.masks,
    "depth-estimation": masking.depth,
    "text-to-image": making.picture,
    "unconditional-image-generation": making.any_picture,
    "image-to-image": making.picture_from_picture,
    "image-text-to-image": making.picture_from_picture,
    "text-to-video": making.film,
    "image-to-video": making.film_from_picture,
    "image-text-to-video": making.film_from_picture,
    "video-to-video": making.film_from_film,
    "text-to-3d": making.solid,
    "image-to-3d": making.solid_from_picture,
    "automatic-speech-recognition": hearing.transcribe,
    "audio-classification": hearing.classify,
    "audio-to-audio": hearing.part,
    "text-to-speech": hearing.say,
    "text-to-audio": hearing.say,
    "video-classification": hearing.classify_film,
    CUSTOM: lambda asked: echo(asked),
}
ALIASES = {
    CHAT: TEXT_GENERATION,
    "sentiment-analysis": "text-classification",
    "ner": "token-classification",
    "text2text-generation": TEXT_GENERATION,
    "image-text-to-text": TEXT_GENERATION,
    "sentence-embeddings": EMBEDDING,
    "rerank": "text-ranking",
    "asr": "automatic-speech-recognition",
    "vqa": "visual-question-answering",
}
NAMES = frozenset([*RULES, TEXT_GENERATION, EMBEDDING, SIMILARITY, CHAT])


def answer(task: str, asked: Asked) -> Any:
    """Answer a task by its rule: a JSON value, or `Made` bytes."""
    rule = RULES.get(task)
    if rule is None:
        raise hub_problem(404, "Task not found for this model")
    return rule(asked)


def echo(asked: Asked) -> Any:
    """Answer a task of one's own as a handler would that returns what it was given."""
    if asked.data is not None:
        return Made(asked.data, asked.mime or "application/octet-stream")
    return dict(asked.body)
