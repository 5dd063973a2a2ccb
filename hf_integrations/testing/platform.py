"""What a platform expects of a `ModelAdapter`, as a suite to subclass; it needs pytest-asyncio.

A subclass gives the adapter and says by names of models what it can do; what it says, it must
keep, and what it does not, it must refuse.
"""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.errors import HfError, UnsupportedTaskError, ValidationError
from hf_integrations.platform.adapter import ModelAdapter
from hf_integrations.platform.events import AdapterEvent
from hf_integrations.platform.requests import (
    Chat,
    Classification,
    Embedding,
    ImageGeneration,
    Speech,
    TextGeneration,
    Transcription,
    UnifiedModelRequest,
)
from hf_integrations.platform.responses import UnifiedModelResponse

PLANTED = "plantedprompt"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


class ModelAdapterSuite:
    """Every `ModelAdapter`.

    Attributes:
        chat_model: chats; None where the adapter does not.
        text_model: writes on; and so forth for each kind of work.
        missing_model: one that the adapter refuses; None where it takes every name.
        has_tools: the chat model calls tools.
        has_prices: the adapter knows what a chat costs.
        secrets: texts that nothing may show, such as the token.
    """

    chat_model: str | None = None
    text_model: str | None = None
    embedding_model: str | None = None
    image_model: str | None = None
    classification_model: str | None = None
    transcription_model: str | None = None
    speech_model: str | None = None
    missing_model: str | None = None
    has_tools = False
    has_prices = False
    secrets: tuple[str, ...] = ()

    @pytest.fixture
    async def adapter(self) -> AsyncIterator[ModelAdapter]:
        """The subject; closed afterwards."""
        raise NotImplementedError
        yield  # noqa: PT022 - a subclass closes what it yields

    async def test_it_is_an_adapter(self, adapter: ModelAdapter) -> None:
        """By its methods, with an id."""
        assert isinstance(adapter, ModelAdapter)
        assert isinstance(adapter.provider_id, str)
        assert adapter.provider_id

    async def test_it_says_what_it_can_do(self, adapter: ModelAdapter) -> None:
        """As a whole, and of each model that it serves."""
        whole = await adapter.capabilities()
        assert whole.provider == adapter.provider_id
        for request in self.served():
            assert request.kind in whole
            of_model = await adapter.capabilities(request.model)
            assert of_model.model == request.model
            assert request.kind in of_model

    async def test_it_does_what_it_says(self, adapter: ModelAdapter) -> None:
        """An answer of the right kind, that says who gave it."""
        for request in self.served():
            self.check(request, await adapter.invoke(request))

    async def test_it_refuses_what_it_does_not_do(self, adapter: ModelAdapter) -> None:
        """With the one error that lets a router go on, and by it nothing that it says it does."""
        whole = await adapter.capabilities()
        for request in self.all_requests():
            if request.model is None:
                error = await _refusal(adapter, request)
                assert isinstance(error, UnsupportedTaskError) is (request.kind not in whole)

    async def test_it_refuses_what_is_no_request(self, adapter: ModelAdapter) -> None:
        """Before anything is sent."""
        nothing: Any = "Hello"
        with pytest.raises(ValidationError):
            await adapter.invoke(nothing)

    async def test_an_answer_comes_in_pieces(self, adapter: ModelAdapter) -> None:
        """They add up to the whole, which is in the last of them."""
        for request in self.served():
            if request.kind in ("chat", "text_generation"):
                pieces = [piece async for piece in adapter.invoke_stream(request)]
                assert [piece.response is None for piece in pieces] == [True] * (
                    len(pieces) - 1
                ) + [False]
                whole = pieces[-1].response
                assert whole is not None
                self.check(request, whole)
                assert "".join(piece.text for piece in pieces) == whole.text

    async def test_only_words_come_in_pieces(self, adapter: ModelAdapter) -> None:
        """What cannot be streamed is refused."""
        with pytest.raises(UnsupportedTaskError):
            await anext(adapter.invoke_stream(Embedding(texts=["a"], model=self.embedding_model)))

    async def test_a_stream_may_be_left(self, adapter: ModelAdapter) -> None:
        """And the adapter answers after it."""
        for request in self.served():
            if request.kind == "chat":
                async with aclosing(adapter.invoke_stream(request)) as pieces:
                    await anext(pieces)
                self.check(request, await adapter.invoke(request))

    async def test_a_tool_is_called(self, adapter: ModelAdapter) -> None:
        """With a name, arguments and an id; whole and in pieces."""
        if self.chat_model is None:
            return
        assert ("function_calling" in await adapter.capabilities(self.chat_model)) is self.has_tools
        if not self.has_tools:
            return
        request = Chat(
            messages="What is the weather of Paris?", tools=[WEATHER], tool_choice="required",
            model=self.chat_model,
        )  # fmt: skip
        *_, last = [piece async for piece in adapter.invoke_stream(request)]
        for answer in (await adapter.invoke(request), last.response):
            assert answer is not None
            (call,) = answer.tool_calls
            assert call.id
            assert call.name == "get_weather"
            assert "city" in call.arguments

    async def test_texts_become_vectors(self, adapter: ModelAdapter) -> None:
        """One for each, in order, the same for the same text."""
        if self.embedding_model is None:
            return
        texts = ["tea", "coffee", "tea", "a long way home"]
        vectors = (await adapter.embeddings(texts, model=self.embedding_model)).output
        assert (vectors.ndim, len(vectors), str(vectors.dtype)) == (2, 4, "float32")
        assert abs(vectors[0] - vectors[2]).max() < 1e-3
        assert abs(vectors[0] - vectors[1]).max() > 1e-3
        alone = (await adapter.embeddings(texts[3:], model=self.embedding_model)).output
        assert abs(alone[0] - vectors[3]).max() < 1e-3

    async def test_models_are_known(self, adapter: ModelAdapter) -> None:
        """Those that are listed and those that are named; others are not."""
        listed = await adapter.list_models()
        assert all(listed)
        for name in [*listed[:3], *(request.model for request in self.served())]:
            assert name is not None
            assert await adapter.validate_model(name)
        if self.missing_model is not None:
            assert not await adapter.validate_model(self.missing_model)
            with pytest.raises(HfError):
                await adapter.capabilities(self.missing_model)
            for request in self.served():
                with pytest.raises(HfError):
                    await adapter.invoke(replace(request, model=self.missing_model))

    async def test_it_says_how_it_is(self, adapter: ModelAdapter) -> None:
        """By asking, and by what it has seen."""
        assert (await adapter.health_check()).healthy
        before = adapter.status()
        for request in self.served():
            await adapter.invoke(request)
        after = adapter.status()
        assert (after.provider, after.available) == (adapter.provider_id, True)
        assert after.calls >= before.calls + len(self.served())

    async def test_costs_are_reckoned(self, adapter: ModelAdapter) -> None:
        """More for longer answers; nothing is said where no price is known."""
        if self.chat_model is None:
            return
        request = Chat(messages="a" * 400, model=self.chat_model, max_tokens=10)
        short = await adapter.estimate_cost(request)
        long = await adapter.estimate_cost(request, output_tokens=1_000)
        assert 50 <= short.input_tokens <= 400
        assert (short.output_tokens, long.output_tokens) == (10, 1_000)
        assert (short.dollars is not None) is self.has_prices
        if self.has_prices:
            assert short.dollars is not None
            assert long.dollars is not None
            assert 0 < short.dollars < long.dollars

    async def test_events_tell_of_calls_until_one_stops(self, adapter: ModelAdapter) -> None:
        """And of nothing that was said; a listener that fails disturbs nobody."""
        if self.chat_model is None:
            return
        heard: list[AdapterEvent] = []
        stops = [adapter.events(heard.append), adapter.events(_failing)]
        request = Chat(messages=PLANTED, model=self.chat_model)
        answer = await adapter.invoke(request)
        assert heard
        for stop in stops:
            stop()
        told = len(heard)
        await adapter.invoke(request)
        assert len(heard) == told
        self.check_hidden(heard, adapter, request, answer, adapter.status())

    async def test_closing_twice_is_fine(self, adapter: ModelAdapter) -> None:
        """As it happens in every program."""
        await adapter.close()
        await adapter.close()

    def all_requests(self) -> list[UnifiedModelRequest[Any]]:
        """One of each kind; those without a model are not served."""
        return [
            Chat(messages="What is tea?", model=self.chat_model, max_tokens=50),
            TextGeneration(prompt="Tea is", model=self.text_model, max_tokens=20),
            Embedding(texts=["tea", "coffee"], model=self.embedding_model),
            ImageGeneration(prompt="a cup of tea", model=self.image_model),
            Classification(content="I like tea.", model=self.classification_model),
            Transcription(audio=silence(), model=self.transcription_model),
            Speech(content="Tea is ready.", model=self.speech_model),
        ]

    def served(self) -> list[UnifiedModelRequest[Any]]:
        """Those that the adapter serves."""
        return [request for request in self.all_requests() if request.model is not None]

    def check(self, request: UnifiedModelRequest[Any], answer: UnifiedModelResponse[Any]) -> None:
        """An answer fits its request."""
        assert answer.provider
        assert answer.model
        assert answer.seconds > 0
        limit, usage = request.output_tokens, answer.usage
        assert not limit or usage is None or usage.completion_tokens <= limit
        if request.kind in ("chat", "text_generation"):
            assert answer.text
        elif request.kind == "classification":
            scores = [label.score for label in answer.output]
            assert scores == sorted(scores, reverse=True)
        elif request.kind == "embeddings":
            assert len(answer.output) == 2
        elif request.kind == "transcription":
            assert isinstance(answer.output.text, str)  # of silence, perhaps an empty one
        else:
            assert answer.output.data

    def check_hidden(self, *shown: object) -> None:
        """Nothing shows a secret or what was said."""
        text = " ".join(f"{one!r} {one}" for one in shown)
        assert [one for one in (PLANTED, *self.secrets) if one in text] == []


def silence() -> bytes:
    """A tenth of a second of it, as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(3_200))
    return file.getvalue()


async def _refusal(adapter: ModelAdapter, request: UnifiedModelRequest[Any]) -> HfError | None:
    try:
        await adapter.invoke(request)
    except HfError as error:
        return error
    return None


def _failing(event: AdapterEvent) -> None:
    raise RuntimeError("a listener that fails")
