"""`ChatHfInference` over a real socket: every parameter, every path."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_core.runnables import ConfigurableField
from langchain_core.tools import tool

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    AuthenticationError,
    HfError,
    NetworkError,
    QuotaExceededError,
    RateLimitedError,
    ValidationError,
)
from hf_integrations.langchain import ChatHfInference
from hf_integrations.langchain.chat import PARAMETERS
from tests.langchain.conftest import MODEL, TOKEN, last_body

SETTINGS: dict[str, Any] = {
    "extra_body": {"top_k": 5},
    "frequency_penalty": 0.1,
    "logit_bias": {"7": -1.0},
    "logprobs": True,
    "max_completion_tokens": 90,
    "max_tokens": 80,
    "n": 1,
    "parallel_tool_calls": False,
    "presence_penalty": 0.2,
    "reasoning_effort": "low",
    "response_format": {"type": "text"},
    "seed": 7,
    "stop": ["zzz"],
    "temperature": 0.5,
    "top_logprobs": 2,
    "top_p": 0.9,
}
ON_THE_WIRE = {name: value for name, value in SETTINGS.items() if name != "extra_body"} | {
    "top_k": 5
}


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def test_the_list_of_settings_is_complete() -> None:
    """So that the tests below leave none out."""
    assert set(SETTINGS) == set(PARAMETERS) < set(ChatHfInference.model_fields)


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
@pytest.mark.parametrize("place", ["constructor", "call", "bind"])
async def test_every_parameter_reaches_the_wire(
    way: str, place: str, whom: dict[str, Any], fresh: Emulator
) -> None:
    """From wherever it is given, on each of the four paths, and nothing beside it."""
    own = SETTINGS if place == "constructor" else {}
    model: Any = ChatHfInference(**whom, **own)
    model = model.bind(**SETTINGS) if place == "bind" else model
    model = model.bind(tools=[add])
    given = SETTINGS if place == "call" else {}
    match way:
        case "invoke":
            model.invoke("Hello", **given)
        case "ainvoke":
            await model.ainvoke("Hello", **given)
        case "stream":
            list(model.stream("Hello", **given))
        case "astream":
            _ = [chunk async for chunk in model.astream("Hello", **given)]
    body = last_body(fresh)
    streamed = {"stream": True, "stream_options": {"include_usage": True}}

    assert body.pop("messages") == [{"role": "user", "content": "Hello"}]
    assert [one["function"]["name"] for one in body.pop("tools")] == ["add"]
    assert body == {
        "model": whom["model"], **ON_THE_WIRE, **(streamed if "stream" in way else {})
    }  # fmt: skip


def test_what_is_not_set_is_not_sent(chat: ChatHfInference, fresh: Emulator) -> None:
    """Servers differ in what they refuse."""
    chat.invoke("Hello", temperature=None, stop=[])

    assert set(last_body(fresh)) == {"model", "messages"}


def test_a_call_wins_over_the_constructor(whom: dict[str, Any], fresh: Emulator) -> None:
    """Also to leave something out, and for the model and the texts at which to stop."""
    chat = ChatHfInference(**whom, temperature=0.5, seed=7, stop=["a"])
    chat.invoke("Hello", temperature=0.1, seed=None, stop=["b"], model="org/other")
    body = last_body(fresh)

    assert (body["temperature"], body["stop"], body["model"]) == (0.1, ["b"], "org/other")
    assert "seed" not in body


def test_extra_headers_reach_the_wire(chat: ChatHfInference, fresh: Emulator) -> None:
    """For one call."""
    chat.invoke("Hello", extra_headers={"x-mine": "1"}, timeout=5)

    assert fresh.requests[-1].headers["x-mine"] == "1"


def test_a_named_provider_is_asked_by_its_own_route(whom: dict[str, Any], fresh: Emulator) -> None:
    """As huggingface_hub asks it."""
    ChatHfInference(**whom, provider="groq").invoke("Hello")

    assert fresh.requests[-1].path == "/groq/openai/v1/chat/completions"
    assert last_body(fresh)["model"] == "org/model"


def test_an_unknown_parameter_of_a_call_is_refused(chat: ChatHfInference, fresh: Emulator) -> None:
    """Nothing is ignored, and nothing sent."""
    with pytest.raises(ValidationError, match="heat"):
        chat.invoke("Hello", heat=1)
    assert fresh.requests == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unauthorized", AuthenticationError),
        ("quota", QuotaExceededError),
        ("rate_limited", RateLimitedError),
    ],
)
async def test_errors_are_typed(
    fault: str, error: type[HfError], whom: dict[str, Any], fresh: Emulator
) -> None:
    """On all four paths, with what is known about the request."""
    chat = ChatHfInference(**whom, max_retries=0)
    fresh.fail_next(fault, times=4)
    with pytest.raises(error) as caught:
        chat.invoke("Hello")
    with pytest.raises(error):
        await chat.ainvoke("Hello")
    with pytest.raises(error):
        next(chat.stream("Hello"))
    with pytest.raises(error):
        await anext(chat.astream("Hello"))

    assert caught.value.model == whom["model"]
    assert TOKEN not in str(caught.value)


def test_an_unreachable_server_is_a_typed_error() -> None:
    """Nobody is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(NetworkError):
            ChatHfInference(model="org/m", base_url=url, max_retries=0).invoke("Hello")


def test_a_failed_request_is_sent_again(whom: dict[str, Any], fresh: Emulator) -> None:
    """As often as `max_retries` says."""
    fresh.fail_next(status=503, headers={"Retry-After": "0"}, times=2)
    ChatHfInference(**whom, max_retries=2).invoke("Hello")

    assert [request.status for request in fresh.requests] == [503, 503, 200]


def test_a_reply_says_how_it_came_about(chat: ChatHfInference, fresh: Emulator) -> None:
    """Model, reason, request, provider, and what it used."""
    reply = chat.invoke("Hello!")

    assert reply.response_metadata["model_name"] == "org/model"
    assert reply.response_metadata["finish_reason"] == "stop"
    assert reply.response_metadata["model_provider"] == "huggingface"
    assert reply.response_metadata["request_id"] == fresh.requests[-1].id
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["input_tokens"] > 0


def test_the_cache_spares_a_request(whom: dict[str, Any], fresh: Emulator) -> None:
    """The same question to the same model under the same settings."""
    chat = ChatHfInference(**whom, cache=InMemoryCache())
    first, second = chat.invoke("Hello!"), chat.invoke("Hello!")
    chat.invoke("Hello!", seed=1)

    assert first.text == second.text
    assert len(fresh.requests) == 2


def test_the_rate_limiter_is_asked(whom: dict[str, Any]) -> None:
    """Once per request."""

    class Counting(InMemoryRateLimiter):
        asked = 0

        def acquire(self, *, blocking: bool = True) -> bool:
            self.asked += 1
            return super().acquire(blocking=blocking)

    limiter = Counting(requests_per_second=1000, max_bucket_size=10)
    chat = ChatHfInference(**whom, rate_limiter=limiter)
    chat.invoke("Hello!")
    list(chat.stream("Hello!"))

    assert limiter.asked == 2


async def test_usage_of_several_calls_is_summed(chat: ChatHfInference) -> None:
    """For LangChain's counter and in the result of `generate`."""
    counter = UsageMetadataCallbackHandler()
    chat.batch(["Hello!", "Hello!"], config={"callbacks": [counter]})
    result = await chat.agenerate([[HumanMessage("Hello!")]] * 2)
    counted = counter.usage_metadata["org/model"]

    assert result.llm_output is not None
    assert result.llm_output["token_usage"]["total_tokens"] == counted["total_tokens"]
    assert result.llm_output["model_name"] == "org/model"


def test_a_fallback_takes_over(whom: dict[str, Any], fresh: Emulator) -> None:
    """On a typed error."""
    first = ChatHfInference(**{**whom, "model": "org/first"}, max_retries=0)
    second = ChatHfInference(**whom)
    fresh.fail_next("server_error")
    reply = first.with_fallbacks([second]).invoke("Hello!")

    assert reply.response_metadata["model_name"] == "org/model"


def test_who_of_a_failover_chain_served_is_told(fresh: Emulator) -> None:
    """Whole and streamed; not whom the call was for."""
    settings: dict[str, Any] = {
        "base_url": "http://127.0.0.1:9", "failover": [fresh.url], "max_retries": 0,
        "token": TOKEN,
    }  # fmt: skip
    with HfInferenceClient(**settings) as client:
        chat = ChatHfInference(model=MODEL, client=client)
        whole, streamed = chat.invoke("Hello!"), list(chat.stream("Hello!"))[-1]
    for message in (whole, streamed):
        assert message.response_metadata["provider"] == fresh.url.removeprefix("http://")


def test_fields_can_be_configured_for_a_run(chat: ChatHfInference, fresh: Emulator) -> None:
    """And a run so configured still streams."""
    open_model = chat.configurable_fields(temperature=ConfigurableField(id="heat"))
    open_model.invoke("Hello!", config={"configurable": {"heat": 0.25}})
    assert last_body(fresh)["temperature"] == 0.25

    chunks = list(open_model.stream("Hello!", config={"configurable": {"heat": 0.5}}))
    assert last_body(fresh)["stream"] is True
    assert len(chunks) > 3


def test_messages_of_all_kinds_reach_the_wire(chat: ChatHfInference, fresh: Emulator) -> None:
    """With pictures."""
    picture = {"type": "image", "base64": "QUJD", "mime_type": "image/png"}
    chat.invoke([SystemMessage("Be kind."), HumanMessage([{"type": "text", "text": "?"}, picture])])
    system, user = last_body(fresh)["messages"]

    assert system == {"role": "system", "content": "Be kind."}
    assert user["content"][1]["image_url"]["url"] == "data:image/png;base64,QUJD"


def test_a_trace_knows_what_was_asked(chat: ChatHfInference) -> None:
    """Provider, model and the usual parameters."""
    model = ChatHfInference(model="org/m", temperature=0.5, max_tokens=9, stop=["x"])

    assert model._get_ls_params() == {
        "ls_provider": "huggingface", "ls_model_name": "org/m", "ls_model_type": "chat",
        "ls_temperature": 0.5, "ls_max_tokens": 9, "ls_stop": ["x"],
    }  # fmt: skip
    assert model._llm_type == "hf-inference-chat"
    assert model._identifying_params == {
        "model": "org/m", "temperature": 0.5, "max_tokens": 9, "stop": ["x"]
    }  # fmt: skip
