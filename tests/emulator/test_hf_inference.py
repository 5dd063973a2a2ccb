"""`/models/{model}`, the pipeline routes and `POST /`, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import client_of

REPLY = [{"generated_text": "Hello! How can I help you?"}]


def kind(response: httpx.Response) -> str:
    """Tell which task has answered."""
    value = response.raise_for_status().json()
    return "text" if "generated_text" in str(value) else "vectors"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/models/org/m", {"inputs": "Hello"}, "text"),
        ("/models/gpt2", {"inputs": "Hello", "parameters": {}}, "text"),
        ("/models/gpt2", {"inputs": "Hello", "stream": False}, "text"),
        ("/models/gpt2", {"inputs": ["Hello"]}, "vectors"),
        ("/models/gpt2", {"inputs": "Hello", "normalize": True}, "vectors"),
        ("/models/BAAI/bge-small-en", {"inputs": "Hello"}, "vectors"),
        ("/models/sentence-transformers/x", {"inputs": "Hello"}, "vectors"),
        ("/models/gpt2?task=feature-extraction", {"inputs": "Hello"}, "vectors"),
        ("/models/gpt2", {"inputs": "Hello", "task": "feature-extraction"}, "vectors"),
        ("/models/BAAI/bge-small-en?task=text-generation", {"inputs": "Hello"}, "text"),
        ("/hf-inference/models/org/m", {"inputs": "Hello"}, "text"),
        ("/hf-inference/models/org/m/pipeline/feature-extraction", {"inputs": "Hello"}, "vectors"),
        ("/", {"inputs": "Hello"}, "vectors"),
        ("/", {"inputs": "Hello", "parameters": {}}, "text"),
        ("/", {"inputs": "Hello", "task": "text-generation"}, "text"),
    ],
)
def test_the_task_is_found(http: httpx.Client, path: str, body: Any, expected: str) -> None:
    """By route, query, body, or the model's name."""
    assert kind(http.post(path, json=body)) == expected


def test_a_generation_comes_as_a_list_of_one(http: httpx.Client) -> None:
    """As the compatible route answers."""
    assert http.post("/models/gpt2", json={"inputs": "Hello"}).json() == REPLY


def test_similarity_is_the_cosine(http: httpx.Client) -> None:
    """Of each sentence to the source."""
    inputs = {"source_sentence": "a cat sits", "sentences": ["a cat sits", "the cats sat", "money"]}
    path = "/hf-inference/models/org/m/pipeline/sentence-similarity"
    same, near, far = http.post(path, json={"inputs": inputs}).json()
    assert np.isclose(same, 1)
    assert near > far + 0.1
    assert http.post("/", json={"inputs": inputs, "parameters": {}}).json() == [same, near, far]


def test_chat_has_a_route_of_its_own(http: httpx.Client) -> None:
    """The model is the one in the path."""
    body = {"model": "dummy", "messages": [{"role": "user", "content": "Hello"}]}
    found = http.post("/hf-inference/models/org/m/v1/chat/completions", json=body).json()
    assert found["model"] == "org/m"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/models/a/b/c", {"inputs": "x"}, 400),
        ("/models/gpt2?task=text-to-image", {"inputs": "x"}, 404),
        ("/models/gpt2?task=feature-extraction", {"inputs": {"a": 1}}, 400),
        ("/models/gpt2?task=sentence-similarity", {"inputs": "x"}, 400),
        ("/models/gpt2?task=sentence-similarity", {"inputs": {"source_sentence": 5}}, 400),
    ],
)
def test_wrong_requests_are_refused(http: httpx.Client, path: str, body: Any, status: int) -> None:
    """As text under `error`."""
    response = http.post(path, json=body)
    assert response.status_code == status
    assert isinstance(response.json()["error"], str)


def test_bodies_that_are_no_objects_are_refused(http: httpx.Client) -> None:
    """On both routes."""
    assert http.post("/models/gpt2", content=b"x").status_code == 400
    assert http.post("/", content=b"[]").status_code == 400


def test_a_model_that_is_not_served() -> None:
    """The words of the service."""
    with Emulator(models=["a/b"]) as emulator, client_of(emulator) as http:
        response = http.post("/models/c/d", json={"inputs": "Hello"})
        assert response.status_code == 400
        assert response.json() == {"error": "Model not supported by provider hf-inference"}
        assert http.post("/models/a/b", json={"inputs": "Hello"}).json() == REPLY
