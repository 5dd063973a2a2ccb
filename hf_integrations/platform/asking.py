"""Unified requests in the words of our own client, and its answers as unified ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from hf_integrations.client import AsyncHfInferenceClient
from hf_integrations.errors import UnsupportedTaskError
from hf_integrations.models.chat import ChatResponse
from hf_integrations.models.text_generation import TextGenerationResponse
from hf_integrations.platform.requests import UnifiedModelRequest, checked
from hf_integrations.platform.responses import UnifiedModelChunk, UnifiedModelResponse
from hf_integrations.platform.shapes import Capability
from hf_integrations.transport.streams import AsyncStream

Given: TypeAlias = dict[str, Any]
Unnamed: TypeAlias = UnifiedModelResponse[Any]  # the adapter adds who answered, and how fast


async def ask(client: AsyncHfInferenceClient, request: UnifiedModelRequest[Any]) -> Unnamed:
    """The whole answer to a request.

    Raises:
        UnsupportedTaskError: there is no such kind of work; nothing was sent.
    """
    way = _WAYS.get(checked(request).kind)
    if way is None:
        raise UnsupportedTaskError(f"{request.kind!r} is not served.", task=request.kind)
    return await way(client, getattr(request, request.subject), _given(request))


def opened(
    client: AsyncHfInferenceClient, request: UnifiedModelRequest[Any]
) -> AsyncStream[Any, Any]:
    """The answer to a request as it is written.

    Raises:
        UnsupportedTaskError: this kind of work does not stream; nothing was sent.
    """
    given = _given(checked(request))
    subject = getattr(request, request.subject)
    if request.kind == "chat":
        return client.chat.stream(subject, **given)
    if request.kind == "text_generation":
        return client.text_generation.stream(subject, **_generation(given))
    raise UnsupportedTaskError(
        f"{request.kind!r} does not stream; invoke() gives it whole.", task=request.kind
    )


def piece(chunk: Any) -> UnifiedModelChunk[Any] | None:
    """A piece of a stream; None for one that adds nothing."""
    calls = [
        call
        for choice in getattr(chunk, "choices", None) or ()
        if choice.index == 0
        for call in getattr(getattr(choice, "delta", None), "tool_calls", None) or ()
    ]
    reasoning = getattr(chunk, "reasoning", "")
    if not (chunk.text or reasoning or calls):
        return None
    return UnifiedModelChunk(text=chunk.text, reasoning=reasoning, tool_calls=calls)


def whole(answer: ChatResponse | TextGenerationResponse) -> Unnamed:
    """A whole answer of a chat or a generation."""
    return UnifiedModelResponse(
        output=answer.message if isinstance(answer, ChatResponse) else answer.text,
        provider="",
        model=(answer.model if isinstance(answer, ChatResponse) else None) or "",
        usage=answer.usage,
        finish_reason=answer.finish_reason,
        request_id=answer.request_id,
    )


def _given(request: UnifiedModelRequest[Any]) -> Given:
    named = {"model": request.model, "timeout": request.timeout}
    return request.parameters | {k: v for k, v in named.items() if v is not None}


def _generation(given: Given) -> Given:
    """Text generation has a word of its own for the most tokens."""
    if "max_tokens" not in given:
        return given
    rest = dict(given)
    return {"max_new_tokens": rest.pop("max_tokens")} | rest


async def _chat(client: AsyncHfInferenceClient, messages: Any, given: Given) -> Unnamed:
    return whole(await client.chat.complete(messages, **given))


async def _generated(client: AsyncHfInferenceClient, prompt: Any, given: Given) -> Unnamed:
    return whole(await client.text_generation.generate(prompt, **_generation(given)))


async def _embedded(client: AsyncHfInferenceClient, texts: Any, given: Given) -> Unnamed:
    found = await client.embeddings.create(texts, **given)
    return UnifiedModelResponse(
        output=found.vectors, provider="", model=found.model or "", usage=found.usage
    )


async def _drawn(client: AsyncHfInferenceClient, prompt: Any, given: Given) -> Unnamed:
    return _bare(await client.image.generate(prompt, **given))


async def _classified(client: AsyncHfInferenceClient, text: Any, given: Given) -> Unnamed:
    return _bare(await client.text.classify(text, **given))


async def _transcribed(client: AsyncHfInferenceClient, audio: Any, given: Given) -> Unnamed:
    return _bare(await client.audio.transcribe(audio, **given))


async def _spoken(client: AsyncHfInferenceClient, text: Any, given: Given) -> Unnamed:
    return _bare(await client.audio.speak(text, **given))


def _bare(output: Any) -> Unnamed:
    request_id = getattr(output, "request_id", None)
    return UnifiedModelResponse(output=output, provider="", request_id=request_id)


_WAYS: dict[Capability, Callable[[AsyncHfInferenceClient, Any, Given], Awaitable[Unnamed]]] = {
    "chat": _chat,
    "text_generation": _generated,
    "embeddings": _embedded,
    "image_generation": _drawn,
    "classification": _classified,
    "transcription": _transcribed,
    "speech": _spoken,
}
