"""text-generation-inference alone, over a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.errors import ValidationError

from tests.emulator.conftest import TOKEN
from tests.emulator.engines.conftest import Play

HELLO = [{"role": "user", "content": "Hello"}]
REPLY = "Hello! How can I help you?"


def test_the_compatible_route_answers_a_list(play: Play) -> None:
    """Or a stream, when the body says so."""
    http = play("tgi")
    assert http.post("/", json={"inputs": "Hello"}).json() == [{"generated_text": REPLY}]
    stream = http.post("/", json={"inputs": "Hello", "stream": True})
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.text.startswith("data:{")


def test_tokens_are_one_list(play: Play) -> None:
    """With their places; for a chat, with the prompt it becomes."""
    http = play("tgi")
    found = http.post("/tokenize", json={"inputs": "Hello world"}).json()
    assert [(one["text"], one["start"], one["stop"]) for one in found] == [
        ("Hello", 0, 5), ("world", 6, 11),
    ]  # fmt: skip
    chat = http.post("/chat_tokenize", json={"messages": HELLO}).json()
    assert chat["templated_text"] == "<|user|>\nHello\n<|assistant|>\n"
    last = chat["tokenize_response"][-1]
    assert last["stop"] == len(chat["templated_text"])


def test_sagemaker_and_vertex(play: Play) -> None:
    """Texts or chats."""
    http = play("tgi")
    assert http.post("/invocations", json={"inputs": "Hello"}).json()[0]["generated_text"] == REPLY
    chat = http.post("/invocations", json={"model": "m", "messages": HELLO}).json()
    assert chat["choices"][0]["message"]["content"] == REPLY
    instances = [{"inputs": "Hello", "parameters": {"details": True}}, {"messages": HELLO}]
    one, other = http.post("/vertex", json={"instances": instances}).json()["predictions"]
    assert one["details"]["finish_reason"] == "eos_token"
    assert other["choices"][0]["message"]["content"] == REPLY


def test_chat_has_no_id(play: Play) -> None:
    """And usage only when it is asked for; thoughts stand in the text."""
    http = play("tgi")
    body: dict[str, Any] = {"model": "tgi", "messages": HELLO, "stream": True}
    events = [
        json.loads(line[5:])
        for line in http.post("/v1/chat/completions", json=body).text.splitlines()
        if line.startswith("data: {")
    ]
    assert {event["id"] for event in events} == {""}
    assert all("usage" not in event for event in events)
    thinking = http.post("/v1/chat/completions", json={
        "model": "tgi", "messages": HELLO, "reasoning_effort": "low",
    })  # fmt: skip
    assert thinking.json()["choices"][0]["message"]["content"].startswith("<think>\n")


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_object", "value": SCHEMA},
        {"type": "json", "value": SCHEMA},
        {"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}},
        {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
        {"type": "text"},
        None,
    ],
)
def test_structured_output(play: Play, wanted: Any) -> None:
    """In its own dialect."""
    body = {"model": "m", "messages": [{"role": "user", "content": "7"}], "response_format": wanted}
    response = play("tgi").post("/v1/chat/completions", json=body).raise_for_status()
    content = response.json()["choices"][0]["message"]["content"]
    if wanted and wanted["type"] != "text":
        assert json.loads(content) == {"n": 7}


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/tokenize", {"inputs": 5}, "validation"),
        ("/vertex", {"instances": []}, "validation"),
        ("/vertex", {"instances": [5]}, "validation"),
        ("/chat_tokenize", {"messages": []}, "validation"),
        ("/v1/chat/completions", {"model": "m", "messages": [{"role": "nobody"}]}, "validation"),
        ("/v1/chat/completions",
         {"model": "m", "messages": HELLO, "response_format": {"type": "json_object"}},
         "Input validation error"),
        ("/v1/chat/completions",
         {"model": "m", "messages": HELLO, "response_format": {"type": "json", "value": {}}},
         "template_error"),
        ("/v1/chat/completions",
         {"model": "m", "messages": HELLO, "response_format": {"type": "json_object"},
          "tools": [{"type": "function", "function": {"name": "f"}}]},
         "tool_error"),
    ],
)  # fmt: skip
def test_wrong_requests(play: Play, path: str, body: Any, kind: str) -> None:
    """422, with the kind of the error."""
    response = play("tgi").post(path, json=body)
    assert response.status_code == 422
    assert response.json()["error_type"] == kind
    assert isinstance(response.json()["error"], str)


def test_the_hubs_client_knows_it(play: Play) -> None:
    """By its replies and its errors."""
    client = InferenceClient(
        provider="hf-inference", model=str(play("tgi").base_url).rstrip("/"), token=TOKEN
    )
    assert client.text_generation("Hello") == REPLY
    assert client.health_check()
    assert client.get_endpoint_info()["router"] == "text-generation-router"
    with pytest.raises(ValidationError):
        client.text_generation("Hello", max_new_tokens=0)
