"""`/generate` and `/generate_stream`, over a socket."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

REPLY = "Hello! How can I help you?"


def post(
    http: httpx.Client, inputs: Any = "Hello", path: str = "/generate", **given: Any
) -> httpx.Response:
    """Send a generation request."""
    return http.post(path, json={"inputs": inputs, "parameters": given})


def test_a_whole_generation(http: httpx.Client) -> None:
    """An object with one field, and the engine's headers, its time in seconds."""
    response = post(http)
    assert response.json() == {"generated_text": REPLY}
    assert response.headers["x-generated-tokens"] == "8"
    assert response.headers["x-prompt-tokens"] == "1"
    assert response.headers["x-compute-characters"] == "5"
    assert 0 < float(response.headers["x-compute-time"]) < 5
    assert "." in response.headers["x-compute-time"]


def test_details(http: httpx.Client) -> None:
    """Tokens, their number, why it ended, and the seed."""
    found = post(http, details=True, max_new_tokens=2, seed=5, top_n_tokens=1).json()["details"]
    assert found["finish_reason"] == "length"
    assert found["generated_tokens"] == 2
    assert found["seed"] == 5
    assert [token["text"] for token in found["tokens"]] == ["Hello", "!"]
    assert found["prefill"] == []
    assert found["top_tokens"][0][0]["text"] == "Hello"
    prefill = post(http, decoder_input_details=True).json()["details"]["prefill"]
    assert [token["text"] for token in prefill] == ["Hello"]


def test_the_prompt_can_be_given_back(http: httpx.Client) -> None:
    """In front of the text."""
    assert post(http, return_full_text=True).json()["generated_text"] == f"Hello{REPLY}"


def test_the_stop_sequence_stays_in_the_text(http: httpx.Client) -> None:
    """As this engine leaves it there."""
    found = post(http, stop=["How"], details=True).json()
    assert found["generated_text"] == "Hello! How"
    assert found["details"]["finish_reason"] == "stop_sequence"
    assert post(http, details=True).json()["details"]["finish_reason"] == "eos_token"


def test_a_stream_tells_tokens_and_the_text_at_its_end(http: httpx.Client) -> None:
    """No space after `data:`, and no `[DONE]`."""
    response = post(http, path="/generate_stream", max_new_tokens=3)
    lines = [line for line in response.text.split("\n\n") if line]
    found = [json.loads(line.removeprefix("data:")) for line in lines]

    assert response.headers["x-accel-buffering"] == "no"
    assert all(line.startswith("data:{") for line in lines)
    assert [event["token"]["text"] for event in found] == ["Hello", "!", " How"]
    assert [event["index"] for event in found] == [1, 2, 3]
    assert [event["generated_text"] for event in found] == [None, None, "Hello! How"]
    assert found[-1]["details"] == {
        "finish_reason": "length", "generated_tokens": 3, "seed": None, "input_length": 1,
    }  # fmt: skip


def test_a_stream_may_be_asked_for_in_the_body(http: httpx.Client) -> None:
    """As the compatible route and the Hub's client do."""
    response = http.post("/generate", json={"inputs": "Hello", "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    "grammar",
    [
        {"type": "json", "value": SCHEMA},
        {"type": "json", "value": json.dumps(SCHEMA)},
        {"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}},
    ],
)
def test_grammars(http: httpx.Client, grammar: dict[str, Any]) -> None:
    """A schema as an object, as text, or beside a name."""
    found = post(http, "give me 7", grammar=grammar).json()["generated_text"]
    assert json.loads(found) == {"n": 7}


def test_a_long_prompt_is_read_from_its_end(http: httpx.Client) -> None:
    """`truncate` keeps the last tokens."""
    found = post(http, "one two three Hello", truncate=1).json()["generated_text"]
    assert found == REPLY


@pytest.mark.parametrize(
    ("inputs", "given"),
    [
        ("", {}),
        (5, {}),
        (None, {}),
        ("Hello", {"max_new_tokens": 0}),
        ("Hello", {"temperature": 0}),
        ("Hello", {"top_p": 1}),
        ("Hello", {"stop": list("abcde")}),
        ("Hello", {"grammar": {"type": "json", "value": {"type": "object"}}}),
        ("Hello", {"grammar": {"type": "json", "value": "{"}}),
        ("Hello", {"grammar": {"type": "regex", "value": "a+"}}),
        ("Hello", {"grammar": "json"}),
    ],
)
def test_wrong_requests_are_refused(http: httpx.Client, inputs: Any, given: Any) -> None:
    """With a 422 in the engine's shape."""
    response = post(http, inputs, **given)
    assert response.status_code == 422
    assert response.json()["error_type"] == "validation"
    assert response.json()["error"].startswith("Input validation error: ")


def test_parameters_must_be_an_object(http: httpx.Client) -> None:
    """A list is none."""
    response = http.post("/generate", json={"inputs": "Hello", "parameters": [1]})
    assert response.status_code == 422
    assert http.post("/generate", content=b"{").status_code == 422
