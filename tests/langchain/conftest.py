"""The emulator and the components that ask it; stores on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings, HfInferenceLLM
from tests.postgres import postgres_dsn, schema

__all__ = ["postgres_dsn", "schema"]

MODEL = "org/model"
TOKEN = "hf_test"


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An emulator with its defaults, shared by tests that leave it as it is."""
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
def chat(whom: dict[str, Any]) -> ChatHfInference:
    """A chat model that asks the test's own emulator."""
    return ChatHfInference(**whom)


@pytest.fixture
def llm(whom: dict[str, Any]) -> HfInferenceLLM:
    """A text model that asks the test's own emulator."""
    return HfInferenceLLM(**whom)


@pytest.fixture
def embeddings(whom: dict[str, Any]) -> HfInferenceEmbeddings:
    """An embedding model that asks the test's own emulator."""
    return HfInferenceEmbeddings(**whom)


def last_body(emulator: Emulator) -> dict[str, Any]:
    """The body of the latest request, as it was on the wire."""
    body: dict[str, Any] = emulator.requests[-1].json
    return body
