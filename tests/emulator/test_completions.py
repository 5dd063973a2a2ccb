"""`POST /v1/completions`, over a socket."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest


def post(http: httpx.Client, prompt: Any = "Hello", **fields: Any) -> httpx.Response:
    """Send a completion request."""
    return http.post("/v1/completions", json={"model": "m", "prompt": prompt, **fields})


def test_a_whole_completion(http: httpx.Client) -> None:
    """Text, reason and usage."""
    found = post(http).json()
    assert found["object"] == "text_completion"
    assert found["choices"][0]["text"] == "Hello! How can I help you?"
    assert found["choices"][0]["finish_reason"] == "stop"
    assert found["usage"] == {"prompt_tokens": 1, "completion_tokens": 8, "total_tokens": 9}


def test_a_streamed_completion_says_the_same(http: httpx.Client) -> None:
    """Token by token; the usage last when asked for."""
    response = post(http, stream=True, echo=True, stream_options={"include_usage": True})
    *lines, done = [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]
    found = [json.loads(line) for line in lines]

    assert done == "[DONE]"
    assert found[-1]["usage"]["total_tokens"] == 9
    assert "".join(e["choices"][0]["text"] for e in found[:-1]) == "HelloHello! How can I help you?"
    assert found[-2]["choices"][0]["finish_reason"] == "stop"
    assert "usage" not in post(http, stream=True).text


def test_several_prompts_and_several_choices(http: httpx.Client) -> None:
    """Prompt by prompt, in order; the prompt counts once."""
    found = post(http, ["Hello", "Write 5"], n=2, echo=True, max_tokens=2).json()
    texts = [choice["text"] for choice in found["choices"]]
    assert texts == ["HelloHello!"] * 2 + ["Write 5You wrote"] * 2
    assert found["choices"][0]["finish_reason"] == "length"
    assert found["usage"]["prompt_tokens"] == 3


@pytest.mark.parametrize(("prompt", "count"), [([1, 2], 1), ([[1], [2, 3]], 2)])
def test_token_ids_are_prompts(http: httpx.Client, prompt: Any, count: int) -> None:
    """One list or several."""
    assert len(post(http, prompt).json()["choices"]) == count


def test_wrong_stream_options_are_refused_before_the_stream(http: httpx.Client) -> None:
    """And not in the middle of it."""
    assert post(http, stream=True, stream_options="x").status_code == 400


@pytest.mark.parametrize("prompt", [None, 5, [], [1, "a"], {"a": 1}])
def test_other_prompts_are_refused(http: httpx.Client, prompt: Any) -> None:
    """In OpenAI's shape."""
    response = post(http, prompt)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "prompt"
