"""What type checkers say of the public API; the functions are checked, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from hf_integrations import (
    AsyncHfInferenceClient,
    ChatChunk,
    ChatMessage,
    ChatRequest,
    ChatResponse,
    EmbeddingResponse,
    EndpointConfig,
    EndpointInfo,
    HfInferenceClient,
    HfInferenceConfig,
    HubModel,
    InferenceTarget,
    ModelProfile,
    StreamInterruptedError,
    TextGenerationChunk,
    TextGenerationRequest,
    TextGenerationResponse,
    TokenUsage,
    Tool,
    ToolCall,
    ValidationError,
)


def plain(client: HfInferenceClient) -> None:
    """The plain client."""
    chat = client.chat.complete("hi", model="org/name", max_tokens=5, temperature=0.5)
    assert_type(chat, ChatResponse)
    assert_type(chat.text, str)
    assert_type(chat.tool_calls, list[ToolCall])
    assert_type(chat.usage, TokenUsage | None)
    assert_type(client.chat.complete([ChatMessage("user", "hi")], provider="groq"), ChatResponse)
    assert_type(client.chat.complete([{"role": "user", "content": "hi"}]), ChatResponse)
    assert_type(client.chat.complete(ChatRequest(messages=[])), ChatResponse)
    with client.chat.stream("hi", tools=list[Tool](), timeout=5) as stream:
        for chunk in stream:
            assert_type(chunk, ChatChunk)
            assert_type(chunk.text, str)
        assert_type(stream.text, str)
        assert_type(stream.headers, dict[str, str])
    assert_type(client.text_generation.generate("x", max_new_tokens=5), TextGenerationResponse)
    assert_type(
        client.text_generation.generate(TextGenerationRequest(inputs="x")), TextGenerationResponse
    )
    for piece in client.text_generation.stream("x", stop=["."]):
        assert_type(piece, TextGenerationChunk)
    vectors = client.embeddings.create(["x"], normalize=True, truncation_direction="left")
    assert_type(vectors, EmbeddingResponse)
    assert_type(vectors.vectors, NDArray[np.float32])
    assert_type(iter(vectors), Iterator[NDArray[np.float32]])
    assert_type(vectors.tolist(), list[list[float]])
    assert_type(client.embeddings.top_k([1.0], vectors), list[tuple[int, float]])
    assert_type(client.hub.profile("org/name"), ModelProfile)
    assert_type(client.hub.profile("org/name").context_length, int | None)
    assert_type(client.hub.search("name", limit=5), list[HubModel])
    assert_type(client.resolver.target("fill-mask", model="org/name"), InferenceTarget)
    assert_type(client.endpoints.get("mine"), EndpointInfo)
    assert_type(client.endpoints.list(namespace="me"), list[EndpointInfo])
    assert_type(client.endpoints.update("mine", max_replica=2), EndpointInfo)
    assert_type(client.endpoints.get("mine").config(name="other"), EndpointConfig)
    assert_type(client.endpoints.client("mine"), HfInferenceClient)
    with client.endpoints.running("mine", afterwards="as_before") as endpoint:
        assert_type(endpoint.client, HfInferenceClient)
        assert_type(endpoint.cost, float | None)
    assert_type(client.with_options(max_retries=1), HfInferenceClient)
    assert_type(client.config, HfInferenceConfig)
    with client as same:
        assert_type(same, HfInferenceClient)


async def looped(client: AsyncHfInferenceClient) -> None:
    """The asyncio client."""
    assert_type(await client.chat.complete("hi", model="org/name", seed=1), ChatResponse)
    async with client.chat.stream("hi", model="org/name") as stream:
        async for chunk in stream:
            assert_type(chunk, ChatChunk)
        assert_type(stream.text, str)
    assert_type(await client.text_generation.generate("x", seed=1), TextGenerationResponse)
    async for piece in client.text_generation.stream("x"):
        assert_type(piece, TextGenerationChunk)
    vectors = await client.embeddings.create("x", dimensions=5)
    assert_type(vectors, EmbeddingResponse)
    assert_type(client.embeddings.top_k([1.0], vectors, k=3), list[tuple[int, float]])
    assert_type(await client.endpoints.pause("mine"), EndpointInfo)
    assert_type(client.endpoints.client("mine"), AsyncHfInferenceClient)
    async with client.endpoints.running("mine", ttl=60) as endpoint:
        assert_type(endpoint.client, AsyncHfInferenceClient)
    assert_type(client.with_options(timeout=1), AsyncHfInferenceClient)
    async with client as same:
        assert_type(same, AsyncHfInferenceClient)


def errors(interrupted: StreamInterruptedError, refused: ValidationError) -> None:
    """What errors carry."""
    assert_type(interrupted.partial, str)
    assert_type(interrupted.retry_after, float | None)
    assert_type(refused.failed, dict[int, str])


def wrong(client: HfInferenceClient, aclient: AsyncHfInferenceClient) -> list[Any]:
    """What is no right call is an error in the editor: each of these needs its mark."""
    return [
        client.chat.complete("hi", max_token=5),  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
        client.chat.complete("hi", max_tokens="5"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        client.chat.complete(5),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        client.embeddings.create(["x"], truncation_direction="up"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        aclient.chat.complete("hi").text,  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        aclient.text_generation.generate("x", max_tokens=5),  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    ]


def test_the_checked_functions_exist() -> None:
    """The promises above are kept by mypy and by pyright, not here."""
    assert all(map(callable, (plain, looped, errors, wrong)))
