"""What type checkers say of chat, of tokens and of the wire; checked, and never run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_type

from hf_integrations import (
    AsyncHfInferenceClient,
    ChatChunk,
    ChatMessage,
    ChatResponse,
    EmbeddingResponse,
    HfInferenceClient,
    Image,
    TextGenerationResponse,
    ToolCall,
)
from hf_integrations.models.exchanges import Exchange, RawResponse
from hf_integrations.models.logprobs import TokenLogprob
from hf_integrations.models.servers import ServerInfo
from hf_integrations.models.timings import Timings
from hf_integrations.models.tokens import Token
from hf_integrations.transport.streams import AsyncStream, Stream


@dataclass
class Pet:
    """A pet."""

    name: str


def plain(client: HfInferenceClient, image: Image) -> None:
    """The plain client."""
    message = ChatMessage("user", ["What is this?", image])
    answer = client.chat.complete([message], response_format=Pet, tools=[Pet], tool_choice=True)
    assert_type(answer.parse(Pet), Pet)
    assert_type(answer.parsed, Any)
    assert_type(answer.reasoning, str | None)
    assert_type(answer.choices[0].tokens, list[TokenLogprob])
    assert_type(answer.timings, Timings)
    assert_type(answer.headers, Mapping[str, str])
    assert_type(client.tokens.count("x"), int)
    assert_type(client.tokens.encode("x", model="http://host"), list[Token])
    assert_type(client.tokens.decode([1]), str)
    assert_type(client.tokens.info(), ServerInfo)


def streamed(client: HfInferenceClient) -> None:
    """A stream of either kind."""
    stream = client.chat.stream("hi", n=2)
    assert_type(stream, Stream[ChatChunk, ChatResponse])
    assert_type(stream.response(), ChatResponse)
    assert_type(stream.exchange, Exchange | None)
    assert_type(client.text_generation.stream("x").response(), TextGenerationResponse)


def wire(client: HfInferenceClient) -> None:
    """What was exchanged."""
    raw = client.chat.with_raw_response.complete("hi", model="org/name", max_tokens=5)
    assert_type(raw, RawResponse[ChatResponse])
    assert_type(raw.value.tool_calls, list[ToolCall])
    assert_type(raw.exchanges, list[Exchange])
    assert_type(raw.retries, int)
    assert_type(raw.provider, str | None)
    vectors = client.embeddings.with_raw_response.create(["x"])
    assert_type(vectors.value, EmbeddingResponse)
    assert_type(client.tokens.with_raw_response.count("x").value, int)


async def looped(client: AsyncHfInferenceClient) -> None:
    """The asyncio client."""
    raw = await client.chat.with_raw_response.complete("hi")
    assert_type(raw.value, ChatResponse)
    stream = client.chat.with_raw_response.stream("hi")
    assert_type(stream, AsyncStream[ChatChunk, ChatResponse])
    assert_type(await stream.response(), ChatResponse)
    assert_type(await client.tokens.encode("x"), list[Token])


def wrong(client: HfInferenceClient) -> list[Any]:
    """What is no right call is an error in the editor: each of these needs its mark."""
    return [
        client.chat.with_raw_response.complete("hi", max_token=5),  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
        client.chat.with_raw_response.complete("hi").text,  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        client.tokens.count(5),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        client.chat.complete("hi", tool_choice=5),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    ]


def test_the_checked_functions_exist() -> None:
    """The promises above are kept by mypy and by pyright, not here."""
    assert all(map(callable, (plain, streamed, wire, looped, wrong)))
