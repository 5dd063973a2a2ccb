"""`/models/{model}`, the pipeline routes and `POST /`, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.media import formats
from hf_integrations.emulator.tasks.table import RULES
from tests.emulator.conftest import client_of
from tests.emulator.right import TASKS
from tests.emulator.samples import PICTURE, SOUND

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
        ("/models/gpt2?task=nonsense", {"inputs": "x"}, 404),
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


@pytest.mark.parametrize(
    ("path", "data", "label"),
    [
        ("/models/org/m", PICTURE, "seashore"),
        ("/models/org/m-object-detection", PICTURE, "strawberry"),
        ("/hf-inference/models/facebook/detr-resnet-50", PICTURE, "strawberry"),
        ("/models/superb/hubert-large-superb-er", SOUND, "Speech"),
        ("/?task=image-classification", PICTURE, "seashore"),
    ],
)
@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", ""])
def test_raw_bytes(http: httpx.Client, path: str, data: bytes, label: str, kind: str) -> None:
    """Whatever they are said to be, they are what they are."""
    headers = {"content-type": kind} if kind else {}
    found = http.post(path, content=data, headers=headers).raise_for_status().json()
    assert found[0]["label"] == label


def test_bytes_come_back(http: httpx.Client) -> None:
    """With their type, and what they took."""
    response = http.post("/models/org/m-text-to-image", json={"inputs": "a dog"})
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-compute-type"] == "cpu"
    assert formats.mime(response.content) == "image/png"


def test_a_task_of_ones_own(http: httpx.Client) -> None:
    """Is echoed at an endpoint of one's own; elsewhere it must be called custom."""
    body = {"inputs": {"a": 1}, "task": "my-task"}
    assert http.post("/", json=body).json() == body
    raw = http.post(
        "/?task=my-task", content=b"\0\1", headers={"content-type": "application/octet-stream"}
    )
    assert raw.content == b"\0\1"
    assert http.post("/models/org/m", json=body).status_code == 404
    assert http.post("/models/org/m?task=custom", json={"a": 1}).json() == {"a": 1}


def test_an_endpoint_does_the_task_of_the_header(http: httpx.Client) -> None:
    """Unless the request or the settings say another."""
    body, header = {"inputs": "It is good. [MASK]"}, {"x-hf-task": "fill-mask"}
    assert http.post("/", json=body, headers=header).json()[0]["token_str"]
    told = http.post("/?task=text-classification", json=body, headers=header).json()
    with Emulator(tasks={"endpoint": "summarization"}) as emulator, client_of(emulator) as one:
        set_ = one.post("/", json=body, headers=header).json()

    assert told[0][0]["label"] == "POSITIVE"
    assert "summary_text" in set_[0]


@pytest.mark.parametrize("task", sorted(RULES.keys() - {"custom"}))
def test_a_model_called_after_its_task_has_it(http: httpx.Client, task: str) -> None:
    """Though its requests may look like those of another."""
    inputs, parameters = TASKS[task]
    body = {"inputs": inputs, "parameters": parameters}
    found, told = (http.post(f"/models/org/{p}", json=body) for p in (task, f"m?task={task}"))
    if task not in ("unconditional-image-generation", "translation"):  # whose model's name counts
        assert found.content == told.content
    assert found.status_code == told.status_code == 200


def test_other_names_of_tasks(http: httpx.Client) -> None:
    """As older clients have them."""
    found = http.post("/models/org/m?task=ner", json={"inputs": "Ada in London"}).json()
    assert found[-1]["entity_group"] == "LOC"
    assert kind(http.post("/models/org/m?task=conversational", json={"inputs": "Hello"})) == "text"


def test_the_task_of_a_model_may_be_told() -> None:
    """And is overridden by the request."""
    with Emulator(tasks={"org/m": "fill-mask"}) as emulator, client_of(emulator) as http:
        found = http.post("/models/org/m", json={"inputs": "It is [MASK]"}).json()
        assert found[0]["token_str"] == "good"
        other = http.post("/models/org/m?task=text-classification", json={"inputs": "good"}).json()
        assert other[0][0]["label"] == "POSITIVE"


def test_a_model_that_is_not_served() -> None:
    """The words of the service."""
    with Emulator(models=["a/b"]) as emulator, client_of(emulator) as http:
        response = http.post("/models/c/d", json={"inputs": "Hello"})
        assert response.status_code == 400
        assert response.json() == {"error": "Model not supported by provider hf-inference"}
        assert http.post("/models/a/b", json={"inputs": "Hello"}).json() == REPLY
