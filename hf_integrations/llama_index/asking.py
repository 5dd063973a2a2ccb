"""What a language model is told and asked, in both colours: the calls of the client behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse
from llama_index.core.bridge.pydantic import Field

from hf_integrations.llama_index.connected import Connected
from hf_integrations.llama_index.messages import to_wire
from hf_integrations.llama_index.replies import chat_reply, generation_reply

if TYPE_CHECKING:
    from hf_integrations.models.chat import ChatChunk
    from hf_integrations.models.text_generation import TextGenerationChunk
    from hf_integrations.transport.streams import AsyncStream, Stream

_SENT = (
    "temperature",
    "max_tokens",
    "top_p",
    "seed",
    "stop",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_effort",
)


class Asking(Connected):
    """A model's parameters, and the calls that send them."""

    model: str = Field(default="", description="The model: organisation/name, or a server's URL.")
    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    top_p: float | None = Field(default=None, ge=0, le=1)
    seed: int | None = None
    stop: str | list[str] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    reasoning_effort: str | None = None
    additional_kwargs: dict[str, Any] = Field(default_factory=dict)

    def _parameters(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """What a call is told: the fields that are set, then what it was given itself."""
        fields = {name: getattr(self, name) for name in _SENT}
        about = {"model": self.model or None, "provider": self.provider, "timeout": self.timeout}
        return about | fields | self.additional_kwargs | kwargs

    def _generation_parameters(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The same in the words of text generation."""
        told = {
            name: value for name, value in self._parameters(kwargs).items() if value is not None
        }
        if "max_tokens" in told:
            told.setdefault("max_new_tokens", told.pop("max_tokens"))
        if isinstance(told.get("stop"), str):
            told["stop"] = [told["stop"]]
        return told

    def _chat(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        chat = self._clients.plain.chat
        return chat_reply(chat.complete(to_wire(messages), **self._parameters(kwargs)))

    async def _achat(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> ChatResponse:
        chat = self._clients.asynchronous.chat
        return chat_reply(await chat.complete(to_wire(messages), **self._parameters(kwargs)))

    def _open_chat(
        self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]
    ) -> Stream[ChatChunk, Any]:
        return self._clients.plain.chat.stream(to_wire(messages), **self._parameters(kwargs))

    def _aopen_chat(
        self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]
    ) -> AsyncStream[ChatChunk, Any]:
        return self._clients.asynchronous.chat.stream(to_wire(messages), **self._parameters(kwargs))

    def _generate(self, prompt: str, kwargs: dict[str, Any]) -> CompletionResponse:
        generation = self._clients.plain.text_generation
        return generation_reply(generation.generate(prompt, **self._generation_parameters(kwargs)))

    async def _agenerate(self, prompt: str, kwargs: dict[str, Any]) -> CompletionResponse:
        generation = self._clients.asynchronous.text_generation
        told = self._generation_parameters(kwargs)
        return generation_reply(await generation.generate(prompt, **told))

    def _open_generation(
        self, prompt: str, kwargs: dict[str, Any]
    ) -> Stream[TextGenerationChunk, Any]:
        generation = self._clients.plain.text_generation
        return generation.stream(prompt, **self._generation_parameters(kwargs))

    def _aopen_generation(
        self, prompt: str, kwargs: dict[str, Any]
    ) -> AsyncStream[TextGenerationChunk, Any]:
        generation = self._clients.asynchronous.text_generation
        return generation.stream(prompt, **self._generation_parameters(kwargs))
