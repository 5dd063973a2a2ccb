"""`POST /v1/chat/completions`, over a socket."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

MODEL = "org/model"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather at a location.",
        "parameters": {
            "type": "object",
            "properties": {"location": {"type": "string"}},
            "required": ["location"],
        },
    },
}


def post(http: httpx.Client, text: str = "Hello", **fields: Any) -> httpx.Response:
    """Send a chat request."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": text}], **fields}
    return http.post("/v1/chat/completions", json=body)


def events(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the events of a stream that ends as it should."""
    assert response.headers["content-type"].startswith("text/event-stream")
    *lines, done = [line for line in response.text.split("\n\n") if line]
    assert done == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_a_whole_reply(http: httpx.Client) -> None:
    """Every field of the answer."""
    found = post(http).json()
    assert found["object"] == "chat.completion"
    assert found["model"] == MODEL
    assert found["id"].startswith("chatcmpl-")
    assert found["usage"] == {"prompt_tokens": 1, "completion_tokens": 8, "total_tokens": 9}
    assert found["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello! How can I help you?"},
            "finish_reason": "stop",
            "logprobs": None,
        }
    ]


def test_a_streamed_reply_says_the_same(http: httpx.Client) -> None:
    """First the role, then the text in tokens, then why it ended."""
    found = events(post(http, stream=True))
    deltas = [event["choices"][0]["delta"] for event in found]

    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(d.get("content", "") for d in deltas) == "Hello! How can I help you?"
    assert [event["choices"][0]["finish_reason"] for event in found[-2:]] == [None, "stop"]
    assert len({event["id"] for event in found}) == 1
    assert all("usage" not in event for event in found)


def test_usage_comes_last_in_a_stream_when_asked_for(http: httpx.Client) -> None:
    """In an event without choices."""
    last = events(post(http, stream=True, stream_options={"include_usage": True}))[-1]
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 9


def test_the_same_request_gets_the_same_reply(http: httpx.Client) -> None:
    """Even its id."""
    one, other = post(http).json(), post(http).json()
    assert one | {"created": 0} == other | {"created": 0}


def test_limits_end_a_reply(http: httpx.Client) -> None:
    """Tokens and stop sequences."""
    cut = post(http, max_tokens=3).json()
    assert cut["choices"][0]["message"]["content"] == "Hello! How"
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["usage"]["completion_tokens"] == 3
    assert post(http, max_completion_tokens=1).json()["choices"][0]["finish_reason"] == "length"

    stopped = post(http, stop=["you"]).json()["choices"][0]
    assert stopped["message"]["content"] == "Hello! How can I help "
    assert stopped["finish_reason"] == "stop"


def test_several_choices(http: httpx.Client) -> None:
    """Whole and streamed; each is counted."""
    found = post(http, n=2).json()
    assert [choice["index"] for choice in found["choices"]] == [0, 1]
    assert found["usage"]["completion_tokens"] == 16
    assert {e["choices"][0]["index"] for e in events(post(http, n=2, stream=True))} == {0, 1}


def test_log_probabilities(http: httpx.Client) -> None:
    """All zero, as nothing else could have been said."""
    content = post(http, logprobs=True, top_logprobs=2).json()["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in content) == "Hello! How can I help you?"
    assert content[0]["logprob"] == 0.0
    assert content[0]["bytes"] == list(b"Hello")
    assert content[0]["top_logprobs"][0]["token"] == "Hello"
    assert (
        post(http, logprobs=True).json()["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        == []
    )
    streamed = events(post(http, logprobs=True, stream=True))
    assert streamed[1]["choices"][0]["logprobs"]["content"][0]["token"] == "Hello"


def test_a_tool_is_called(http: httpx.Client) -> None:
    """With arguments as JSON text and no content."""
    choice = post(http, "What is the weather in Oslo?", tools=[WEATHER]).json()["choices"][0]
    [call] = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    assert call["type"] == "function"
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"location": "Oslo"}


def test_a_tool_call_is_streamed_in_fragments(http: httpx.Client) -> None:
    """First id and name, then the arguments piece by piece."""
    found = events(post(http, "Weather in New South Wales?", tools=[WEATHER], stream=True))
    calls = [call for event in found for call in event["choices"][0]["delta"].get("tool_calls", [])]
    assert calls[0]["function"] == {"name": "get_weather", "arguments": ""}
    assert calls[0]["id"]
    assert all("id" not in call and "name" not in call["function"] for call in calls[1:])
    assert len(calls) > 2
    text = "".join(call["function"]["arguments"] for call in calls)
    assert json.loads(text) == {"location": "New South Wales"}
    assert found[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_the_tools_answer_is_passed_on(http: httpx.Client) -> None:
    """The second half of an agent's loop."""
    call = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    body = {
        "model": MODEL,
        "tools": [WEATHER],
        "messages": [
            {"role": "user", "content": "What is the weather in Oslo?"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "It's sunny."},
        ],
    }
    message = http.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    assert message["content"] == "The tool get_weather answered: It's sunny."


SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_schema", "json_schema": {"name": "trip", "schema": SCHEMA}},
        {"type": "json_schema", "schema": SCHEMA},
        {"type": "json_object", "schema": SCHEMA},
        {"type": "json_object", "value": SCHEMA},
        {"type": "json", "value": SCHEMA},
    ],
)
def test_structured_output_in_every_dialect(http: httpx.Client, wanted: dict[str, Any]) -> None:
    """OpenAI, Together, Cohere and Fireworks, the Hub's client, and text-generation-inference."""
    found = post(http, "A trip to Rome for 3 days", response_format=wanted).json()
    content = found["choices"][0]["message"]["content"]
    assert json.loads(content) == {"city": "Rome", "days": 3}


def test_json_mode_and_text_mode(http: httpx.Client) -> None:
    """Any object, or no JSON at all."""
    text = post(http, response_format={"type": "json_object"}).json()
    assert isinstance(json.loads(text["choices"][0]["message"]["content"]), dict)
    plain = post(http, response_format={"type": "text"}).json()
    assert plain["choices"][0]["message"]["content"].startswith("Hello")


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": []},
        {"temperature": 9},
        {"stop": 5},
        {"response_format": {"type": "yaml"}},
        {"response_format": {"type": "json_schema"}},
        {"response_format": "json"},
        {"model": None},
        {"model": 5},
        {"tool_choice": "required"},
        {"stream": True, "stream_options": "x"},
        {"response_format": {"type": "json_schema", "schema": {"minimum": "x", "type": "integer"}}},
    ],
)
def test_wrong_requests_are_refused(http: httpx.Client, fields: dict[str, Any]) -> None:
    """With a 400 in OpenAI's shape."""
    response = post(http, **fields)
    assert response.status_code == 400
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"\xff\xfe"])
def test_bodies_that_are_no_json_objects_are_refused(http: httpx.Client, body: bytes) -> None:
    """Before anything else is looked at."""
    assert http.post("/v1/chat/completions", content=body).status_code == 400


def test_a_model_that_nobody_serves(http: httpx.Client) -> None:
    """The router's own words and code."""
    error = post(http, model="no such model").json()["error"]
    assert error["code"] == "model_not_supported"
    assert "not supported by any provider you have enabled" in error["message"]


def test_a_question_over_a_context_is_answered_from_it(http: httpx.Client) -> None:
    """The main use."""
    prompt = "Context: Ravens are black. Swans are white birds.\n\nQuestion: What are swans?"
    found = post(http, prompt).json()["choices"][0]["message"]["content"]
    assert found == "Swans are white birds."
