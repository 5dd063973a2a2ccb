"""`/v1/responses`, with openai's client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import TOKEN

REPLY = "Hello! How can I help you?"
TOOL: Any = {
    "type": "function", "name": "get_weather", "description": "Tells the weather.", "strict": True,
    "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    },
}  # fmt: skip


class Trip(BaseModel):
    """A schema for structured output."""

    city: str
    days: int


@pytest.fixture
def client(emulator: Emulator) -> Iterator[openai.OpenAI]:
    """A client of the shared emulator."""
    with openai.OpenAI(base_url=f"{emulator.url}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


def test_text(client: openai.OpenAI) -> None:
    """With its cost."""
    found = client.responses.create(model="m", input="Hello", instructions="Be short.")
    assert (found.output_text, found.status) == (REPLY, "completed")
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens) == (4, 8)
    assert found.instructions == "Be short."


def test_messages_with_parts(client: openai.OpenAI) -> None:
    """Of text, pictures and files; what the assistant said is read too."""
    given: Any = [
        {"role": "user", "content": [
            {"type": "input_text", "text": "What is on these?"},
            {"type": "input_image", "image_url": "data:image/png;base64,AA=="},
            {"type": "input_file", "file_data": "x"},
        ]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "?"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"role": "user", "content": "And now?"},
    ]  # fmt: skip
    assert client.responses.create(model="m", input=given).output_text
    assert "1 image and 1 file" in client.responses.create(model="m", input=given[:1]).output_text


def test_thoughts_are_an_item(client: openai.OpenAI) -> None:
    """Before the message, with their tokens."""
    found = client.responses.create(model="m", input="Hello", reasoning={"effort": "low"})
    assert [item.type for item in found.output] == ["reasoning", "message"]
    assert found.usage is not None
    assert found.usage.output_tokens_details.reasoning_tokens == 15
    assert found.output_text == REPLY


def test_a_tools_loop(client: openai.OpenAI) -> None:
    """A call, its output, an answer."""
    given: list[Any] = [{"role": "user", "content": "What is the weather in Oslo?"}]
    first = client.responses.create(model="m", input=given, tools=[TOOL])
    [call] = first.output
    assert call.type == "function_call"
    assert json.loads(call.arguments) == {"city": "Oslo"}
    for output in ("rain", [{"type": "input_text", "text": "rain"}]):
        result = {"type": "function_call_output", "call_id": call.call_id, "output": output}
        again = [*given, call.model_dump(exclude_none=True), result]
        second = client.responses.create(model="m", input=again, tools=[TOOL])
        assert "The tool get_weather answered:" in second.output_text
        assert "rain" in second.output_text


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "get_weather"}])
def test_a_call_is_demanded(client: openai.OpenAI, choice: Any) -> None:
    """Of any tool, or by name; tools of other kinds are left out."""
    tools: Any = [TOOL, {"type": "web_search"}]
    found = client.responses.create(model="m", input="Oslo", tools=tools, tool_choice=choice)
    assert [item.type for item in found.output] == ["function_call"]


def test_structured_output(client: openai.OpenAI) -> None:
    """`parse` gets its object."""
    found = client.responses.parse(model="m", input="A trip to Rome for 3 days", text_format=Trip)
    assert found.output_parsed == Trip(city="Rome", days=3)
    plain = client.responses.create(
        model="m", input="Hello", text={"format": {"type": "json_object"}}
    )
    assert json.loads(plain.output_text)


def test_too_short(client: openai.OpenAI) -> None:
    """Then it is incomplete."""
    found = client.responses.create(model="m", input="Hello", max_output_tokens=2)
    assert (found.status, found.output_text) == ("incomplete", "Hello!")
    assert found.incomplete_details is not None
    assert found.incomplete_details.reason == "max_output_tokens"


def test_a_stream_of_text(client: openai.OpenAI) -> None:
    """The helper puts the same together; events are numbered."""
    with client.responses.stream(model="m", input="Hello") as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert final.output_text == REPLY
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == REPLY


def test_a_stream_of_a_call(client: openai.OpenAI) -> None:
    """With thoughts before it, and the arguments in pieces."""
    with client.responses.stream(
        model="m-thinking", input="What is the weather in Oslo?", tools=[TOOL]
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert [item.type for item in final.output] == ["reasoning", "function_call"]
    assert "response.function_call_arguments.delta" in kinds
    assert "response.function_call_arguments.done" in kinds


@pytest.mark.parametrize(
    "body",
    [
        {"input": "a"}, {"model": "m"}, {"model": "m", "input": []}, {"model": "m", "input": [5]},
        {"model": "m", "input": [{"type": "unknown"}]},
        {"model": "m", "input": [{"role": "user", "content": [{"type": "unknown"}]}]},
        {"model": "m", "input": "a", "previous_response_id": "resp_1"},
        {"model": "m", "input": "a", "reasoning": {"effort": "some"}},
        {"model": "m", "input": "a", "max_output_tokens": 0},
    ],
)  # fmt: skip
def test_wrong_requests(http: httpx.Client, body: Any) -> None:
    """Are refused."""
    response = http.post("/v1/responses", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["message"]
