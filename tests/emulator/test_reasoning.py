"""Reasoning, in its forms."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from huggingface_hub import InferenceClient

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.reasoning import form, thought
from hf_integrations.emulator.settings import Settings
from tests.emulator.conftest import client_of

HELLO = [{"role": "user", "content": "Hello"}]
REPLY = "Hello! How can I help you?"
THOUGHT = "The user says: Hello\nI look for what the prompt says about it."


def ask(http: httpx.Client, path: str = "/v1/chat/completions", **fields: Any) -> Any:
    """Return the message and the usage of a chat."""
    body = {"model": "m", "messages": HELLO, **fields}
    found = http.post(path, json=body).raise_for_status().json()
    return found["choices"][0]["message"], found["usage"]


@pytest.mark.parametrize(
    ("body", "model", "expected"),
    [
        ({}, "org/m", False),
        ({"reasoning_effort": "low"}, "org/m", True),
        ({"reasoning_effort": "none"}, "org/some-thinking", False),
        ({}, "deepseek-ai/DeepSeek-R1", True),
        ({}, "Qwen/QwQ-32B", True),
        ({}, "org/reasoning-model", True),
        ({}, "meta-llama/Llama-3.3-70B-Instruct", False),
        ({"reasoning_effort": None}, "org/m", False),
    ],
)
def test_who_thinks(body: dict[str, Any], model: str, expected: bool) -> None:
    """Those who are asked to, and those whose names say so."""
    assert bool(thought(body, model, "Hello")) == expected


def test_more_effort_more_thoughts() -> None:
    """The question is cut."""
    low, high = (thought({"reasoning_effort": e}, "m", "a " * 500) for e in ("low", "high"))
    assert high.startswith(low)
    assert len(high) > len(low)
    assert len(high) < 500
    with pytest.raises(Refusal, match="reasoning_effort"):
        thought({"reasoning_effort": "some"}, "m", "")


@pytest.mark.parametrize(
    ("settings", "body", "path", "expected"),
    [
        (Settings(), {}, "/v1/chat/completions", "reasoning"),
        (Settings(), {}, "/groq/openai/v1/chat/completions", "reasoning"),
        (Settings(), {}, "/zai-org/api/paas/v4/chat/completions", "reasoning_content"),
        (Settings(), {}, "/hf-inference/models/m/v1/chat/completions", "think"),
        (Settings(), {"reasoning_format": "raw"}, "/groq/openai/v1/chat/completions", "think"),
        (Settings(), {"reasoning_format": "hidden"}, "/v1/chat/completions", "hidden"),
        (Settings(reasoning="think"), {"reasoning_format": "parsed"}, "/v1/x", "think"),
        (Settings(engine="sglang"), {}, "/v1/chat/completions", "reasoning_content"),
    ],
)
def test_the_form_is_that_of_who_is_played(
    settings: Settings, body: dict[str, Any], path: str, expected: str
) -> None:
    """Unless the settings or the request say another."""
    assert form(settings, body, path) == expected


@pytest.mark.parametrize(
    ("reasoning", "content", "field"),
    [
        ("reasoning", REPLY, "reasoning"),
        ("reasoning_content", REPLY, "reasoning_content"),
        ("think", f"<think>\n{THOUGHT}\n</think>\n\n{REPLY}", None),
    ],
)
def test_whole_and_streamed_say_the_same(reasoning: str, content: str, field: str | None) -> None:
    """In each form, with the tokens that were thought."""
    with Emulator(reasoning=reasoning) as emulator, client_of(emulator) as http:
        message, usage = ask(http, reasoning_effort="low")
        assert message["content"] == content
        assert [message.get(name) for name in ("reasoning", "reasoning_content")] == [
            THOUGHT if name == field else None for name in ("reasoning", "reasoning_content")
        ]
        assert usage["completion_tokens_details"] == {"reasoning_tokens": 15}
        assert usage["completion_tokens"] == 8 + 15
        body = {"model": "m", "messages": HELLO, "reasoning_effort": "low", "stream": True}
        text = http.post("/v1/chat/completions", json=body).text
        deltas = [
            json.loads(line[6:])["choices"][0]["delta"]
            for line in text.splitlines()
            if line.startswith("data: {")
        ]
        assert "".join(delta.get("content") or "" for delta in deltas) == content
        if field:
            assert "".join(delta.get(field) or "" for delta in deltas) == THOUGHT


def test_thoughts_in_parts() -> None:
    """As Mistral's servers have them: in the content, whole, streamed and beside a call."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
    with Emulator(reasoning="parts") as emulator, client_of(emulator) as http:
        message, _ = ask(http, reasoning_effort="low")
        called, _ = ask(http, reasoning_effort="low", tools=[tool], tool_choice="required")
        plain, _ = ask(http)
        body = {"model": "m", "messages": HELLO, "reasoning_effort": "low", "stream": True}
        text = http.post("/v1/chat/completions", json=body).text
    deltas = [json.loads(line[6:])["choices"][0]["delta"] for line in text.splitlines()[:-2:2]]
    pieces = [delta["content"][0]["thinking"][0]["text"] for delta in deltas
              if isinstance(delta.get("content"), list)]  # fmt: skip

    assert message["content"] == [thinking, {"type": "text", "text": REPLY}]
    assert called["content"] == [thinking]
    assert plain["content"] == REPLY
    assert "".join(pieces) == THOUGHT


def test_hidden_thoughts_cost_as_well(http: httpx.Client) -> None:
    """They are not told."""
    message, usage = ask(http, reasoning_effort="low", reasoning_format="hidden")
    assert set(message) == {"role", "content"}
    assert message["content"] == REPLY
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 15}


def test_thoughts_before_a_tool_call(http: httpx.Client) -> None:
    """Stand beside it."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    given: dict[str, Any] = {"tools": [tool], "tool_choice": "required", "reasoning_effort": "low"}
    message, _ = ask(http, **given)
    assert message["reasoning"] == THOUGHT
    assert message["content"] is None
    message, _ = ask(http, **given, reasoning_format="raw")
    assert message["content"].startswith("<think>")
    assert message["tool_calls"]


def test_without_thoughts_nothing_is_told(http: httpx.Client) -> None:
    """Neither text nor tokens."""
    message, usage = ask(http)
    assert set(message) == {"role", "content"}
    assert set(usage) == {"prompt_tokens", "completion_tokens", "total_tokens"}


def test_the_hubs_client_sees_it(emulator: Emulator) -> None:
    """In its own field."""
    client = InferenceClient(base_url=emulator.url, token="hf_test")
    found = client.chat_completion(HELLO, model="org/m-thinking")
    assert found.choices[0].message.reasoning == THOUGHT
