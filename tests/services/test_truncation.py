"""Texts that a model would cut are named before they are embedded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.langchain import HfInferenceEmbeddings
from hf_integrations.llama_index import HfInferenceEmbedding
from hf_integrations.services.truncation import truncated
from tests.playing import play
from tests.services.calls import context, ok

LIMIT = 8_192  # the emulator's
TEXTS = ["short", "word " * 9_000, "x" * 9_000, "word " * 100]


def test_long_texts_are_named_in_both_colours(emulator: Emulator) -> None:
    """With how long they are; short ones are not even sent."""
    where: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test", "server": "tei"}

    async def ask() -> list[tuple[int, int]]:
        async with AsyncHfInferenceClient(**where) as client:
            return [(one.index, one.limit) for one in await client.embeddings.truncated(TEXTS)]

    with HfInferenceClient(**where) as client:
        before = len(emulator.requests)
        found = client.embeddings.truncated(TEXTS)
        sent = [one for one in emulator.requests[before:] if one.path == "/tokenize"]
        assert len(sent) == 2
        assert 1 in [one.index for one in found]
        assert all(one.tokens > one.limit == LIMIT for one in found)
        assert client.embeddings.truncated("short") == []
    assert asyncio.run(ask()) == [(one.index, one.limit) for one in found]


def test_the_frameworks_name_them(emulator: Emulator) -> None:
    """With the prompt that goes before each text."""
    where: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test", "server": "tei"}
    in_langchain = HfInferenceEmbeddings(**where, document_prompt="passage: ")
    in_llama_index = HfInferenceEmbedding(**where, text_prompt="passage: ")
    found = in_langchain.truncated(TEXTS)
    assert found == in_llama_index.truncated(TEXTS)
    assert found == asyncio.run(in_langchain.atruncated(TEXTS))
    assert found == asyncio.run(in_llama_index.atruncated(TEXTS))
    assert found
    in_llama_index.close()


def test_who_does_not_tell_is_named() -> None:
    """The router, and servers without a limit; and what is no text, before anybody is asked."""
    with pytest.raises(UnsupportedTaskError, match="does not say"):
        play(truncated(context(server="tei"), TEXTS, model="http://x"), [ok({"model_id": "m"})])
    with pytest.raises(ValidationError, match=r"inputs\[1\] must be a string, not int"):
        play(truncated(context(), ["a", 3]), [])  # type: ignore[list-item]
