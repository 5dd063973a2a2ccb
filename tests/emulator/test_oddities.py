"""Replies that are odd in how they are told."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.settings import ODDITIES
from hf_integrations.errors import ConfigurationError
from tests.emulator.conftest import client_of

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {
                "type": "object",
                "properties": {"place": {"type": "string"}},
                "required": ["place"],
            },
        },
    }
    for name in ("get_weather", "get_time")
]
BODY = {
    "model": "m",
    "messages": [{"role": "user", "content": "What is the weather in Oslo and the time in Rome?"}],
    "tools": TOOLS,
}
CALLS = [{"place": "Oslo"}, {"place": "Rome"}]


def whole(http: httpx.Client, oddity: str) -> Any:
    """Return the choice of a whole reply."""
    headers = {"x-emulator-fault": oddity}
    return http.post("/v1/chat/completions", json=BODY, headers=headers).json()["choices"][0]


def streamed(http: httpx.Client, oddity: str) -> list[Any]:
    """Return the deltas of a stream that have calls."""
    headers = {"x-emulator-fault": oddity}
    text = http.post("/v1/chat/completions", json=BODY | {"stream": True}, headers=headers).text
    events = [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:{")]
    events += [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    deltas = [event["choices"][0]["delta"] for event in events]
    return [delta["tool_calls"] for delta in deltas if "tool_calls" in delta]


def test_arguments_as_an_object(http: httpx.Client) -> None:
    """And not as text."""
    calls = whole(http, "arguments_object")["message"]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == CALLS
    told = streamed(http, "arguments_object")
    assert [calls[0]["function"]["arguments"] for calls in told] == CALLS


def test_calls_as_an_object(http: httpx.Client) -> None:
    """Only the first fits into a whole reply."""
    assert whole(http, "calls_object")["message"]["tool_calls"]["function"]["arguments"] == CALLS[0]
    assert [call["function"]["name"] for call in streamed(http, "calls_object")] == [
        "get_weather", "get_time",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("oddity", "indices"), [("no_index", {None}), ("same_index", {0}), ("pings", {0, 1})]
)
def test_indices(http: httpx.Client, oddity: str, indices: set[int | None]) -> None:
    """Left out, or all the same; the ids still tell the calls apart."""
    told = [call for calls in streamed(http, oddity) for call in calls]
    assert {call.get("index") for call in told} == indices
    assert len({call["id"] for call in told if "id" in call}) == 2


@pytest.mark.parametrize(("oddity", "ident"), [("empty_ids", ""), ("null_ids", None)])
def test_ids(http: httpx.Client, oddity: str, ident: str | None) -> None:
    """Empty, or null."""
    assert {call["id"] for call in whole(http, oddity)["message"]["tool_calls"]} == {ident}
    told = [call for calls in streamed(http, oddity) for call in calls]
    assert {call["id"] for call in told if "id" in call} == {ident}


def test_ids_in_every_fragment(http: httpx.Client) -> None:
    """With the name."""
    told = [call for calls in streamed(http, "repeated_ids") for call in calls]
    assert all(call["id"] and call["function"]["name"] for call in told)
    assert len({call["id"] for call in told}) == 2


def test_two_fragments_in_one_event(http: httpx.Client) -> None:
    """Of one call."""
    told = streamed(http, "one_chunk")
    assert [call["index"] for call in told[0]] == [0, 0]
    assert sum(len(calls) for calls in told) == len(
        [call for calls in streamed(http, "pings") for call in calls]
    )


def test_the_reason_stop_with_calls(http: httpx.Client) -> None:
    """Though there are some."""
    choice = whole(http, "finish_stop")
    assert choice["finish_reason"] == "stop"
    assert len(choice["message"]["tool_calls"]) == 2


def test_events_are_written_in_other_ways(http: httpx.Client) -> None:
    """Without a space, or with comments between."""
    body = BODY | {"stream": True}
    path = "/v1/chat/completions"
    bare = http.post(path, json=body, headers={"x-emulator-fault": "no_space"}).text
    assert "data: " not in bare
    assert bare.count("data:") > 3
    pings = http.post(path, json=body, headers={"x-emulator-fault": "pings"}).text
    assert pings.startswith(": ping\n\ndata: ")


def test_the_fragments_are_the_call(http: httpx.Client) -> None:
    """Put together, in every oddity that has fragments."""
    for oddity in ("same_index", "no_index", "repeated_ids", "one_chunk", "empty_ids", "pings"):
        text = "".join(
            call["function"].get("arguments", "")
            for calls in streamed(http, oddity)
            for call in calls
        )
        assert text == "".join(json.dumps(call) for call in CALLS), oddity


def test_they_are_asked_for_as_faults_are(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """By name, or as a field; once."""
    fresh.fail_next("finish_stop")
    fresh.fail_next(oddity="finish_stop")
    reasons = [
        fresh_http.post("/v1/chat/completions", json=BODY).json()["choices"][0]["finish_reason"]
        for _ in range(3)
    ]
    assert reasons == ["stop", "stop", "tool_calls"]
    with pytest.raises(ConfigurationError, match="oddity"):
        fresh.fail_next(oddity="nonsense")


@pytest.mark.parametrize("oddity", ODDITIES)
def test_all_replies_may_be_odd(oddity: str) -> None:
    """By a setting."""
    with Emulator(oddity=oddity) as emulator, client_of(emulator) as http:
        assert http.post("/v1/chat/completions", json=BODY).status_code == 200
        assert http.post("/v1/chat/completions", json=BODY | {"stream": True}).status_code == 200
