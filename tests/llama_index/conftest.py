"""The emulator and a real PostgreSQL, and components of LlamaIndex that ask them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM, RuvVectorStore
from tests.postgres import postgres_dsn, schema

pytest.register_assert_rewrite("hf_integrations.testing")

__all__ = ["postgres_dsn", "schema"]

MODEL = "org/model"
TOKEN = "hf_test_secret"


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An emulator that all tests share which leave it as it is."""
    with Emulator() as running:
        yield running


@pytest.fixture
def fresh() -> Iterator[Emulator]:
    """An emulator of the test's own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def whom(fresh: Emulator) -> dict[str, Any]:
    """The arguments by which a component asks the test's own emulator."""
    return {"model": MODEL, "base_url": fresh.url, "token": TOKEN}


@pytest.fixture
def llm(whom: dict[str, Any]) -> Iterator[HfInferenceLLM]:
    """A language model that asks the test's own emulator."""
    llm = HfInferenceLLM(**whom)
    yield llm
    llm.close()


@pytest.fixture
def embedding(whom: dict[str, Any]) -> Iterator[HfInferenceEmbedding]:
    """An embedding model that asks the test's own emulator."""
    embedding = HfInferenceEmbedding(**whom)
    yield embedding
    embedding.close()


@pytest.fixture
def vectors(postgres_dsn: str, schema: str) -> Iterator[RuvVectorStore]:
    """An empty vector store in the test's own schema."""
    store = RuvVectorStore(postgres_dsn, schema=schema)
    yield store
    store.close()


@pytest.fixture
def spare_loop() -> Iterator[None]:
    """A loop for LlamaIndex's plain query engines, which make one and leave it open.

    Source: llama_index.core, `async_utils.asyncio_run`, called to estimate tokens.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


def last_body(emulator: Emulator) -> dict[str, Any]:
    """The body of the latest request, as it was on the wire."""
    body: dict[str, Any] = emulator.requests[-1].json
    return body
