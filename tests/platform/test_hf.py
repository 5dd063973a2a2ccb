"""Our adapter: what it says of models and costs, whose connections it uses, what it tells."""

from __future__ import annotations

from typing import Any, assert_type

import pytest

from hf_integrations import AsyncHfInferenceClient, ChatMessage, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import RateLimitedError, StreamInterruptedError, ValidationError
from hf_integrations.platform import (
    Chat,
    Embedding,
    HfInferenceAdapter,
    ImageGeneration,
    TextGeneration,
    UnifiedModelRequest,
    UnifiedModelResponse,
)
from hf_integrations.transport.costs import Price
from hf_integrations.transport.telemetry import Exchange

MODEL = "meta-llama/Llama-3.3-70B-Instruct"


def adapter(emulator: Emulator, **settings: Any) -> HfInferenceAdapter:
    """At the emulator, without repeats."""
    return HfInferenceAdapter(base_url=emulator.url, token="hf_test", max_retries=0, **settings)


async def test_capabilities_are_those_of_the_live_profile(emulator: Emulator) -> None:
    """Abilities, context and price are what the router's list says, and nothing more."""
    async with adapter(emulator) as hf:
        tools = await hf.capabilities(MODEL)
        pictures = await hf.capabilities("google/gemma-3-27b-it")
        vectors = await hf.capabilities("BAAI/bge-small-en")

    assert {"chat", "function_calling", "streaming"} <= tools.abilities
    assert (tools.context_length, tools.price) == (131_072, Price(0.59, 0.79))
    assert "function_calling" not in pictures
    assert "vision" in pictures
    assert vectors.abilities == frozenset({"embeddings"})
    assert vectors.price is None


async def test_a_cost_is_that_of_the_provider_that_is_asked(emulator: Emulator) -> None:
    """By the router's prices, the length of the prompt and the most that may be answered."""
    request = Chat(messages=[{"role": "user", "content": "four" * 100}], model=MODEL, max_tokens=9)
    async with adapter(emulator, provider="together", assumed_output_tokens=50) as hf:
        cost = await hf.estimate_cost(request)
        other = await hf.estimate_cost(
            Chat(messages="four", model=f"{MODEL}:groq"), output_tokens=1_000_000
        )
        assumed = await hf.estimate_cost(TextGeneration(prompt="é" * 4, model=MODEL))
        drawn = await hf.estimate_cost(ImageGeneration(prompt="tea", model=MODEL))

    assert (cost.input_tokens, cost.output_tokens) == (104, 9)
    assert cost.dollars == pytest.approx((104 * 0.88 + 9 * 0.88) / 1e6)
    assert other.dollars == pytest.approx((5 * 0.59 + 0.79 * 1e6) / 1e6)
    assert (assumed.input_tokens, assumed.output_tokens) == (3, 50)
    assert drawn.dollars is None


def test_what_tools_say_is_read_too() -> None:
    """And counts as the prompt does."""
    plain = Chat(messages="What is the weather?", model=MODEL)
    tool = {"type": "function", "function": {"name": "get_weather", "description": "x" * 400}}
    offered = Chat(messages="What is the weather?", model=MODEL, tools=[tool])
    assert 100 <= offered.input_tokens - plain.input_tokens <= 140


async def test_an_endpoint_has_no_price_by_the_token(emulator: Emulator) -> None:
    """It is paid by the hour; and of a URL nothing is listed at all."""
    async with adapter(emulator, endpoint="acme/large") as hf:
        assert (await hf.estimate_cost(Chat(messages="Hello", model=MODEL))).dollars is None
        assert (await hf.capabilities(MODEL)).price is None
        there = Chat(messages="Hello", model=emulator.url)
        assert (await hf.estimate_cost(there)).dollars is None
        with pytest.raises(ValidationError, match="by its URL nothing is listed"):
            await hf.capabilities(emulator.url)


async def test_the_type_of_an_answer_is_told_by_the_request(emulator: Emulator) -> None:
    """Type checkers know it; the bare request, which is of no kind, is refused."""
    async with adapter(emulator, model=MODEL) as hf:
        assert_type(await hf.invoke(Chat(messages="Hi")), UnifiedModelResponse[ChatMessage])
        assert_type(await hf.invoke(TextGeneration(prompt="Tea")), UnifiedModelResponse[str])
        bare: UnifiedModelRequest[str] = UnifiedModelRequest()
        with pytest.raises(ValidationError, match="request must be a UnifiedModelRequest"):
            await hf.invoke(bare)


async def test_a_request_without_a_model_is_for_the_adapters_own(emulator: Emulator) -> None:
    """And one with a model is not."""
    async with adapter(emulator, model="org/own") as hf:
        assert (await hf.invoke(Chat(messages="Hello"))).model == "org/own"
        assert (await hf.invoke(Chat(messages="Hello", model="org/other"))).model == "org/other"
        assert (await hf.capabilities()).model == "org/own"


async def test_a_client_of_ones_own_stays_open_and_is_still_told(emulator: Emulator) -> None:
    """Its connections and counts are shared; the adapter's events go to both."""
    told: list[Any] = []
    heard: list[Any] = []
    settings: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test"}
    async with AsyncHfInferenceClient(**settings, on_event=told.append) as client:
        async with HfInferenceAdapter(client) as hf:
            hf.events(heard.append)
            await hf.invoke(Chat(messages="Hello", model=MODEL))
            assert hf.status().calls == client.metrics().total.count == 1
        await client.chat.complete("Hello", model=MODEL)

    assert (len(heard), len(told)) == (1, 2)
    assert isinstance(heard[0], Exchange)
    assert (heard[0].model, heard[0].error) == (MODEL, "")


def test_settings_are_for_a_client_that_is_made() -> None:
    """They would be lost on one that is there."""
    client = AsyncHfInferenceClient(token=False)
    with pytest.raises(ValidationError, match="base_url: settings go with no client"):
        HfInferenceAdapter(client, base_url="http://localhost")
    plain: Any = HfInferenceClient(token=False)
    with pytest.raises(ValidationError, match="AsyncHfInferenceClient, not HfInferenceClient"):
        HfInferenceAdapter(plain)


async def test_failures_are_counted_and_told(emulator: Emulator) -> None:
    """By their class."""
    heard: list[Any] = []
    async with adapter(emulator) as hf:
        hf.events(heard.append)
        emulator.fail("rate_limited")
        with pytest.raises(RateLimitedError):
            await hf.invoke(Chat(messages="Hello", model=MODEL))
        assert hf.status().errors == {"RateLimitedError": 1}
    assert [event.error for event in heard if isinstance(event, Exchange)] == ["RateLimitedError"]


async def test_a_stream_that_breaks_off_says_so(emulator: Emulator) -> None:
    """With what had come."""
    async with adapter(emulator) as hf:
        emulator.fail("cut")
        with pytest.raises(StreamInterruptedError) as caught:
            async for _ in hf.invoke_stream(Chat(messages="Hello", model=MODEL)):
                pass
    assert caught.value.partial


async def test_options_go_in_the_clients_words(emulator: Emulator) -> None:
    """What cannot be right is named before anything is sent."""
    async with adapter(emulator) as hf:
        request = Embedding(texts=["tea"], model="BAAI/bge-small-en", options={"truncate": 5})
        with pytest.raises(ValidationError, match="truncate"):
            await hf.invoke(request)
        with pytest.raises(ValidationError, match="colour"):
            await hf.invoke(Chat(messages="Hello", model=MODEL, options={"colour": "red"}))
    assert not [one for one in emulator.requests if one.method == "POST"]
