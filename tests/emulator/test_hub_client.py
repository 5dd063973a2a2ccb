"""The huggingface_hub package works against the emulator unchanged."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from huggingface_hub import AsyncInferenceClient, InferenceClient
from huggingface_hub.errors import (
    HfHubHTTPError,
    InferenceTimeoutError,
    OverloadedError,
    ValidationError,
)

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import TOKEN

HELLO = [{"role": "user", "content": "Hello"}]
REPLY = "Hello! How can I help you?"


@pytest.fixture
def client(emulator: Emulator) -> InferenceClient:
    """A client of the shared emulator, as of an endpoint of one's own."""
    return InferenceClient(base_url=emulator.url, token=TOKEN, timeout=10)


def test_chat(client: InferenceClient) -> None:
    """Whole and streamed, with usage."""
    found = client.chat_completion(HELLO, max_tokens=50)
    assert found.choices[0].message.content == REPLY
    assert found.usage.total_tokens == 9
    chunks = list(client.chat_completion(HELLO, stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == REPLY


def test_chat_with_a_model_and_usage_in_the_stream(emulator: Emulator) -> None:
    """Through the alias that it has for OpenAI's sake."""
    client = InferenceClient(base_url=f"{emulator.url}/v1", api_key=TOKEN)
    chunks = list(
        client.chat.completions.create(
            model="org/m",
            messages=HELLO,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert chunks[0].model == "org/m"
    assert chunks[-1].usage is not None


def test_tools(client: InferenceClient) -> None:
    """A call that is demanded by name."""
    tool: Any = {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Adds.",
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "required": ["a", "b"],
            },
        },
    }
    choice: Any = {"function": {"name": "add"}}
    found = client.chat_completion(
        [{"role": "user", "content": "3 and 4"}], tools=[tool], tool_choice=choice
    )
    [call] = found.choices[0].message.tool_calls or []
    assert json.loads(call.function.arguments) == {"a": 3, "b": 4}


def test_structured_output(client: InferenceClient) -> None:
    """In the client's own dialect."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    found = client.chat_completion([{"role": "user", "content": "7"}], response_format=wanted)
    assert json.loads(found.choices[0].message.content or "") == {"n": 7}


def test_text_generation(client: InferenceClient) -> None:
    """Text, details, and both as a stream."""
    assert client.text_generation("Hello") == REPLY
    detailed = client.text_generation("Hello", details=True, max_new_tokens=2, stop=["x"])
    assert detailed.details is not None
    assert detailed.details.generated_tokens == 2
    assert "".join(client.text_generation("Hello", stream=True)) == REPLY
    *_, last = client.text_generation("Hello", stream=True, details=True)
    assert last.generated_text == REPLY
    assert last.details is not None
    assert last.details.finish_reason == "eos_token"


def test_embedding(client: InferenceClient, emulator: Emulator) -> None:
    """One text and several, at the bare endpoint and at its route."""
    assert client.feature_extraction("Hello").shape == (1, 384)
    vectors = client.feature_extraction(
        ["Hello", "World"],
        normalize=True,
        model=f"{emulator.url}/embed",
    )
    assert vectors.shape == (2, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_similarity(client: InferenceClient) -> None:
    """Near before far."""
    near, far = client.sentence_similarity("a cat sits", other_sentences=["cats sat", "money"])
    assert near > far


def test_errors_are_told_apart(fresh: Emulator) -> None:
    """The client's own classes, by status and type."""
    client = InferenceClient(base_url=fresh.url, token=TOKEN, timeout=10)
    with pytest.raises(ValidationError, match="max_new_tokens"):
        client.text_generation("Hello", max_new_tokens=0)
    fresh.fail_next(status=429, body={"error": "busy", "error_type": "overloaded"})
    with pytest.raises(OverloadedError):
        client.text_generation("Hello")
    fresh.fail_next("loading")
    with pytest.raises(HfHubHTTPError, match="503"):
        client.chat_completion(HELLO)
    fresh.fail_next("slow", delay=30)
    with pytest.raises(InferenceTimeoutError):
        InferenceClient(base_url=fresh.url, token=TOKEN, timeout=0.1).chat_completion(HELLO)


def test_a_wrong_token(emulator: Emulator) -> None:
    """401 with the service's words."""
    client = InferenceClient(base_url=emulator.url, token="hf_invalid_x")
    with pytest.raises(HfHubHTTPError, match="Invalid username or password"):
        client.chat_completion(HELLO)


async def test_the_async_client(emulator: Emulator) -> None:
    """As the sync one."""
    async with AsyncInferenceClient(base_url=emulator.url, token=TOKEN) as client:
        whole = await client.chat_completion(HELLO)
        stream = await client.chat_completion(HELLO, stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        vectors = await client.feature_extraction("Hello")
    assert whole.choices[0].message.content == text == REPLY
    assert vectors.shape == (1, 384)
