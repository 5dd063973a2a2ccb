"""The live profile of a model, as LlamaIndex's metadata."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.llama_index import HfInferenceLLM
from hf_integrations.llama_index.llm import CONTEXT_WINDOW

MODEL = "meta-llama/Llama-3.3-70B-Instruct"


def test_metadata_is_the_models_own(fresh: Emulator) -> None:
    """Asked for once, when it is first wanted, and not before."""
    llm = HfInferenceLLM(MODEL, base_url=fresh.url, token="hf_test")
    before = len(fresh.requests)
    assert llm.metadata.context_window == 131_072
    assert llm.metadata.is_function_calling_model
    asked = [request.path for request in fresh.requests[before:]]
    assert asked == [f"/v1/models/{MODEL}"]
    llm.close()


def test_metadata_in_asyncio_without_holding_the_loop(fresh: Emulator) -> None:
    """It takes what is known; loaded ahead, that is all there is to know."""
    llm = HfInferenceLLM(MODEL, base_url=fresh.url, token="hf_test")

    async def load() -> int:
        assert llm.metadata.context_window == CONTEXT_WINDOW
        assert fresh.requests == []
        await asyncio.gather(llm.load_profile(), llm.load_profile())
        await llm.aclose()
        return len(fresh.requests)

    asked = asyncio.run(load())
    assert llm.metadata.context_window == 131_072
    assert len(fresh.requests) == asked == 1


@pytest.mark.parametrize(
    "given",
    [{"live_profile": False}, {"context_window": 100, "is_function_calling_model": False}],
)
def test_nobody_is_asked_when_nothing_is_wanted(fresh: Emulator, given: dict[str, Any]) -> None:
    """Because all is told, or because it was turned off."""
    llm = HfInferenceLLM(MODEL, base_url=fresh.url, token="hf_test", **given)
    told = llm.metadata
    assert fresh.requests == []
    assert told.context_window == given.get("context_window", CONTEXT_WINDOW)
    assert told.is_function_calling_model is given.get("is_function_calling_model", True)
    llm.close()


def test_a_server_that_does_not_answer_is_no_error() -> None:
    """The usual is taken, and the server is not asked again."""
    llm = HfInferenceLLM("org/model", base_url="http://127.0.0.1:9", token="hf_test")
    for _ in range(2):
        assert llm.metadata.context_window == CONTEXT_WINDOW
    llm.close()
