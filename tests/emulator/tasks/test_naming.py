"""Which task is meant."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hf_integrations.emulator.partners.shelf import MODELS
from hf_integrations.emulator.tasks import naming, table
from tests.emulator.right import TASKS
from tests.emulator.samples import FILM, PICTURE, SOUND


@pytest.mark.parametrize(
    ("model", "task"),
    [
        ("distilbert/distilbert-base-uncased-finetuned-sst-2-english", "text-classification"),
        ("dslim/bert-base-NER", "token-classification"),
        ("facebook/bart-large-mnli", "zero-shot-classification"),
        ("facebook/bart-large-cnn", "summarization"),
        ("Helsinki-NLP/opus-mt-en-fr", "translation"),
        ("google-bert/bert-base-uncased", "fill-mask"),
        ("BAAI/bge-reranker-v2-m3", "text-ranking"),
        ("BAAI/bge-small-en", "feature-extraction"),
        ("openai/whisper-large-v3", "automatic-speech-recognition"),
        ("openai/clip-vit-base-patch32", "zero-shot-image-classification"),
        ("google/vit-base-patch16-224", "image-classification"),
        ("facebook/detr-resnet-50", "object-detection"),
        ("Intel/dpt-depth", "depth-estimation"),
        ("black-forest-labs/FLUX.1-dev", "text-to-image"),
        ("black-forest-labs/FLUX.1-Kontext-dev", "image-to-image"),
        ("hexgrad/Kokoro-82M", "text-to-speech"),
        ("org/image-to-video-x", "image-to-video"),
        ("meta-llama/Llama-3.3-70B-Instruct", None),
        ("Qwen/Qwen3-32B", None),
        ("gpt2", None),
    ],
)
def test_names_of_models(model: str, task: str | None) -> None:
    """As they are named on the Hub."""
    assert naming.by_name(model) == task


def test_names_lead_to_tasks() -> None:
    """Every pattern to one that is there."""
    assert {task for _, task in naming._NAMES} <= table.NAMES


def test_a_tasks_own_name_is_its_name() -> None:
    """So that any model can be called after its task."""
    found = {task: naming.by_name(f"org/{task}") for task in table.RULES}
    assert {task for task, name in found.items() if name != task} == {"custom"}


def test_well_known_models_need_no_guess() -> None:
    """Where their names would mislead, the shelf knows better."""
    told = {m.id for m in MODELS.values() if m.task in table.RULES}
    guessed = {ident for ident in told if naming.by_name(ident) == MODELS[ident].task}
    assert len(guessed) > 0.6 * len(told)


@pytest.mark.parametrize(
    ("data", "mime", "task"),
    [
        (PICTURE, "", "image-classification"),
        (SOUND, "", "automatic-speech-recognition"),
        (b"\0\0\0\x20ftypisom", "", "video-classification"),
        (b"???", "audio/x-mine", "automatic-speech-recognition"),
        (b"???", "application/octet-stream", None),
        (b"???", "", None),
    ],
)
def test_raw_bytes(data: bytes, mime: str, task: str | None) -> None:
    """By what they are, else by what they are said to be."""
    assert naming.by_bytes(data, mime) == task


@pytest.mark.parametrize("task", ["text-ranking", "question-answering", "table-question-answering"])
def test_inputs_that_only_one_task_has(task: str) -> None:
    """Whatever the model is called."""
    inputs, _ = TASKS[task]
    assert naming.by_inputs({"inputs": inputs}) == task
    assert naming.by_inputs({"inputs": "text"}) is None


@pytest.mark.parametrize(
    "task",
    ["token-classification", "zero-shot-classification", "fill-mask", "summarization",
     "translation", "text-to-image", "zero-shot-image-classification",
     "document-question-answering", "image-segmentation", "automatic-speech-recognition",
     "text-classification"],
)  # fmt: skip
def test_bodies_that_are_likely_for_a_task(task: str) -> None:
    """By the parts of their inputs, or by a parameter."""
    inputs, parameters = TASKS[task]
    assert naming.by_body({"inputs": inputs, "parameters": parameters}) == task


@pytest.mark.parametrize(
    ("body", "task"),
    [
        ({"inputs": {"data": {}}}, "tabular-classification"),
        ({"table": {"a": [1]}}, "tabular-classification"),
        ({"inputs": "x", "question": "?", "image": "x"}, "visual-question-answering"),
        ({"inputs": b64encode(PICTURE).decode()}, "image-classification"),
        ({"inputs": b64encode(FILM).decode()}, "image-classification"),
        ({"inputs": "Hello"}, None),
        ({"inputs": "not base64 at all, but long enough to be taken for it, or is it?"}, None),
        ({"inputs": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"}, None),
        ({"inputs": {"unknown": 1}}, None),
        ({"inputs": "Hello", "parameters": 5}, None),
    ],
)
def test_other_bodies(body: dict[str, Any], task: str | None) -> None:
    """Text that nothing tells of is left open."""
    assert naming.by_body(body) == task


@pytest.mark.parametrize(
    ("body", "usual", "task"),
    [
        ({"inputs": "a"}, None, "text-generation"),
        ({"inputs": "a", "parameters": {}}, "feature-extraction", "text-generation"),
        ({"inputs": ["a"]}, None, "feature-extraction"),
        ({"inputs": "a", "normalize": True}, None, "feature-extraction"),
        ({"inputs": "a"}, "feature-extraction", "feature-extraction"),
    ],
)
def test_text_is_continued_or_embedded(body: dict[str, Any], usual: str | None, task: str) -> None:
    """By the form of the body, then by what is usual for the model."""
    assert naming.otherwise(body, usual) == task
