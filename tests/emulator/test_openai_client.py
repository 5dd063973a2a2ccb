"""The openai package works against the emulator unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import TOKEN

MODEL = "openai/gpt-oss-120b:cheapest"
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": {field: {"type": "string"}},
                "required": [field],
            },
        },
    }
    for name, description, field in (
        ("get_weather", "Get the weather at a location.", "location"),
        ("get_time", "Get the time in a city.", "city"),
    )
]


class Trip(BaseModel):
    """A schema for structured output."""

    city: str
    days: int


@pytest.fixture
def client(emulator: Emulator) -> Iterator[openai.OpenAI]:
    """A client of the shared emulator."""
    with openai.OpenAI(base_url=f"{emulator.url}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


def test_chat(client: openai.OpenAI) -> None:
    """Text, reason and usage."""
    found = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hello"}]
    )
    assert found.choices[0].message.content == "Hello! How can I help you?"
    assert found.usage is not None
    assert found.usage.total_tokens == 9


def test_streamed_chat(client: openai.OpenAI) -> None:
    """The helper for streams puts the same text together."""
    with client.chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        stream_options={"include_usage": True},
    ) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "Hello! How can I help you?"
    assert final.usage is not None
    assert final.usage.completion_tokens == 8


def test_an_agents_loop(client: openai.OpenAI) -> None:
    """Two calls side by side, their results, an answer."""
    messages: list[Any] = [
        {"role": "user", "content": "What is the weather in Oslo and the time in Rome?"}
    ]
    first = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    message = first.choices[0].message
    assert message.tool_calls is not None
    calls = [call for call in message.tool_calls if call.type == "function"]
    assert [json.loads(call.function.arguments) for call in calls] == [
        {"location": "Oslo"},
        {"city": "Rome"},
    ]
    messages.append(message.model_dump(exclude_none=True))
    messages += [
        {"role": "tool", "tool_call_id": call.id, "content": f"result {at}"}
        for at, call in enumerate(calls)
    ]
    second = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    assert second.choices[0].message.content == (
        "The tool get_weather answered: result 0\nThe tool get_time answered: result 1"
    )


def test_streamed_tool_calls(client: openai.OpenAI) -> None:
    """The helper puts the fragments together."""
    with client.chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": "What is the weather in Oslo?"}],
        tools=TOOLS,
        tool_choice="required",
    ) as stream:
        [call] = stream.get_final_completion().choices[0].message.tool_calls or []
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"location": "Oslo"}


def test_structured_output(client: openai.OpenAI) -> None:
    """`parse` gets its object."""
    found = client.chat.completions.parse(
        model=MODEL,
        messages=[{"role": "user", "content": "A trip to Rome for 3 days"}],
        response_format=Trip,
    )
    assert found.choices[0].message.parsed == Trip(city="Rome", days=3)


def test_embeddings_in_both_encodings(client: openai.OpenAI) -> None:
    """The client asks for base64 by itself, unless told otherwise."""
    packed = client.embeddings.create(model="m", input=["Hello", "World"])
    plain = client.embeddings.create(model="m", input=["Hello", "World"], encoding_format="float")
    assert [len(item.embedding) for item in packed.data] == [384, 384]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding)


def test_completions(client: openai.OpenAI) -> None:
    """Whole and streamed."""
    whole = client.completions.create(model="m", prompt="Hello", max_tokens=3)
    assert whole.choices[0].text == "Hello! How"
    assert whole.choices[0].finish_reason == "length"
    parts = client.completions.create(model="m", prompt="Hello", max_tokens=3, stream=True)
    assert "".join(part.choices[0].text for part in parts) == "Hello! How"


def test_models(client: openai.OpenAI) -> None:
    """The list, and one."""
    listed = [model.id for model in client.models.list()]
    assert client.models.retrieve(listed[0]).id == listed[0]


def test_errors_are_told_apart(fresh: Emulator) -> None:
    """The client's own classes, by status and body."""
    with openai.OpenAI(base_url=f"{fresh.url}/v1", api_key=TOKEN, max_retries=0) as client:
        expected: list[tuple[str, type[openai.APIStatusError]]] = [
            ("unauthorized", openai.AuthenticationError),
            ("forbidden", openai.PermissionDeniedError),
            ("not_found", openai.NotFoundError),
            ("invalid", openai.UnprocessableEntityError),
            ("rate_limited", openai.RateLimitError),
            ("loading", openai.InternalServerError),
        ]
        for name, kind in expected:
            fresh.fail_next(name)
            with pytest.raises(kind):
                client.embeddings.create(model="m", input="x")
        with pytest.raises(openai.BadRequestError, match="not supported by any provider"):
            client.chat.completions.create(model="no model", messages=[])
        fresh.fail_next("error_event")
        stream = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        with pytest.raises(openai.APIError, match="failed while answering"):
            list(stream)


async def test_the_async_client(emulator: Emulator) -> None:
    """As the sync one."""
    async with openai.AsyncOpenAI(base_url=f"{emulator.url}/v1", api_key=TOKEN) as client:
        stream = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert text == "Hello! How can I help you?"
