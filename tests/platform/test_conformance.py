"""The published suite judges our adapter, a router, and somebody else's adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.platform import HfInferenceAdapter, ModelAdapter, ModelRouter
from hf_integrations.testing.platform import ModelAdapterSuite
from tests.platform.plain_http import PlainHttpAdapter

SECRET = "hf_very_secret"


class TestHfInferenceAdapter(ModelAdapterSuite):
    """Everything that has a unified request."""

    chat_model = "Qwen/Qwen3-32B"
    text_model = "org/base-model"
    embedding_model = "BAAI/bge-small-en"
    image_model = "black-forest-labs/FLUX.1-dev"
    classification_model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    transcription_model = "openai/whisper-large-v3"
    speech_model = "hexgrad/Kokoro-82M"
    has_tools = True
    has_prices = True
    secrets = (SECRET,)

    @pytest.fixture
    async def adapter(self, emulator: Emulator) -> AsyncIterator[ModelAdapter]:
        """At the emulator."""
        async with HfInferenceAdapter(
            base_url=emulator.url, token=SECRET, provider="hf-inference"
        ) as adapter:
            yield adapter


class TestModelRouter(TestHfInferenceAdapter):
    """The same of two, of which one can do less."""

    @pytest.fixture
    async def adapter(self, emulator: Emulator) -> AsyncIterator[ModelAdapter]:
        """Somebody else's first, ours for what that cannot do."""
        adapters: list[ModelAdapter] = [
            PlainHttpAdapter(emulator.url, SECRET),
            HfInferenceAdapter(base_url=emulator.url, token=SECRET, provider="hf-inference"),
        ]
        async with ModelRouter(adapters, strategy="cheapest") as router:
            yield router


class TestPlainHttpAdapter(ModelAdapterSuite):
    """Chats and embeddings only."""

    chat_model = "org/name"
    embedding_model = "org/name"
    has_tools = True
    secrets = (SECRET,)

    @pytest.fixture
    async def adapter(self, emulator: Emulator) -> AsyncIterator[ModelAdapter]:
        """At the emulator."""
        adapter = PlainHttpAdapter(emulator.url, SECRET)
        yield adapter
        await adapter.close()
