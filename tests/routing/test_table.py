"""The task table holds every task, each row whole."""

from __future__ import annotations

from types import NoneType
from typing import Any, get_origin

import msgspec
import pytest

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.models.media import Media
from hf_integrations.models.shapes import Sent
from hf_integrations.routing.table import CUSTOM, ROWS, TASKS
from hf_integrations.routing.tasks import Kind, Row

PROMISED = [
    "chat-completion", "image-text-to-text", "text-generation", "summarization", "translation",
    "text-classification", "token-classification", "question-answering", "fill-mask",
    "zero-shot-classification", "sentence-similarity", "text-ranking", "feature-extraction",
    "image-classification", "object-detection", "image-segmentation", "image-to-text",
    "text-to-image", "image-to-image", "zero-shot-image-classification",
    "zero-shot-object-detection", "visual-question-answering", "document-question-answering",
    "depth-estimation", "mask-generation", "keypoint-detection", "unconditional-image-generation",
    "automatic-speech-recognition", "audio-classification", "text-to-speech", "text-to-audio",
    "audio-to-audio", "text-to-video", "image-to-video", "video-classification", "video-to-video",
    "table-question-answering", "tabular-classification", "tabular-regression", "text-to-3d",
    "image-to-3d", "custom",
]  # fmt: skip


def test_every_promised_task_is_a_row() -> None:
    """And no other."""
    assert sorted(TASKS) == sorted(PROMISED)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_a_row_is_whole(row: Row[Any, Any]) -> None:
    """What it takes can be sent, what it gives can be read, and its method is on both clients."""
    assert row.takes in (str, NoneType, object) or issubclass(row.takes, (Media, Sent))
    gives: Any = row.gives
    media = isinstance(gives, type) and issubclass(gives, Media)
    assert (row.reads is None) is (media or row is CUSTOM)
    assert get_origin(row.gives) or isinstance(row.gives, type)
    assert row.paths[Kind.OWN] == "/"
    for client in (HfInferenceClient(), AsyncHfInferenceClient()):
        found: Any = client
        for name in row.method.split("."):
            found = getattr(found, name)
        assert callable(found)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_parameters_are_shapes_that_msgspec_can_check(row: Row[Any, Any]) -> None:
    """So that a wrong one is found before it is sent."""
    if row.parameters is None:
        assert row is CUSTOM
        return
    needs = "candidate_labels" in row.parameters.__annotations__
    required = {"candidate_labels": ["a"]} if needs else {}
    assert msgspec.convert(required, row.parameters) == required
