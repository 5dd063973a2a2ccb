"""`HfInferenceEmbedding` as LlamaIndex expects it, and what it promises besides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from llama_index.core.storage.kvstore import SimpleKVStore

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.llama_index import HfInferenceEmbedding
from hf_integrations.testing.llama_index import EmbeddingSuite
from tests.llama_index.conftest import MODEL, TOKEN, last_body


class TestOverTheOpenAIRoute(EmbeddingSuite):
    """At a server of one's own."""

    embedding_class = HfInferenceEmbedding

    @pytest.fixture
    def embedding_params(self, emulator: Emulator) -> dict[str, Any]:
        """What it is made with."""
        return {"model": MODEL, "base_url": emulator.url, "token": TOKEN}


class TestOverTextEmbeddingsInference(EmbeddingSuite):
    """At TEI, by its own route."""

    embedding_class = HfInferenceEmbedding

    @pytest.fixture
    def embedding_params(self, emulator: Emulator) -> dict[str, Any]:
        """What it is made with."""
        whom = {"model_name": MODEL, "base_url": emulator.url, "api_key": TOKEN}
        return {**whom, "server": "tei", "normalize": True}


class TestThroughTheRouter(EmbeddingSuite):
    """At hf-inference, behind the router."""

    embedding_class = HfInferenceEmbedding

    @pytest.fixture
    def embedding_params(self, emulator: Emulator) -> dict[str, Any]:
        """What it is made with."""
        whom = {"model": "BAAI/bge-small-en-v1.5", "base_url": emulator.url, "token": TOKEN}
        return {**whom, "provider": "hf-inference"}


def test_a_batch_is_one_call_in_as_few_requests_as_the_server_takes(
    embedding: HfInferenceEmbedding, fresh: Emulator
) -> None:
    """100 texts at 32 a request are 4 requests, where other integrations send 100."""
    embedding.get_text_embedding_batch([f"text {number}" for number in range(100)])
    asked = [request for request in fresh.requests if request.method == "POST"]
    assert sorted(len(request.json["input"]) for request in asked) == [25, 25, 25, 25] or sorted(
        len(request.json["input"]) for request in asked
    ) == [4, 32, 32, 32]


def test_every_parameter_reaches_the_wire(whom: dict[str, Any], fresh: Emulator) -> None:
    """In the words of the server."""
    embedding = HfInferenceEmbedding(
        **whom,
        server="tei",
        query_prompt="query: ",
        text_prompt="passage: ",
        dimensions=384,
        normalize=False,
        truncate=True,
        truncation_direction="left",
        extra_body={"more": 1},
    )
    embedding.get_query_embedding("a")
    told = {"dimensions": 384, "normalize": False, "truncate": True, "more": 1}
    sent = last_body(fresh)
    assert sent["inputs"] == ["query: a"]
    assert told.items() <= sent.items()
    assert sent["truncation_direction"].lower() == "left"
    embedding.get_text_embedding("a")
    assert last_body(fresh)["inputs"] == ["passage: a"]


async def test_prompts_by_name(whom: dict[str, Any], fresh: Emulator) -> None:
    """One for queries and one for texts, in either colour."""
    names = {"query_prompt_name": "query", "text_prompt_name": "document"}
    embedding = HfInferenceEmbedding(**whom, server="tei", **names)
    embedding.get_query_embedding("a")
    assert last_body(fresh)["prompt_name"] == "query"
    await embedding.aget_query_embedding("a")
    assert last_body(fresh)["prompt_name"] == "query"
    await embedding.aget_text_embedding_batch(["a", "b"])
    assert last_body(fresh)["prompt_name"] == "document"
    await embedding.aclose()


def test_what_was_not_set_is_not_sent(embedding: HfInferenceEmbedding, fresh: Emulator) -> None:
    """Servers refuse what they do not know."""
    embedding.get_text_embedding("a")
    assert set(last_body(fresh)) <= {"model", "input", "encoding_format"}


def test_a_parameter_the_server_does_not_know_is_refused(whom: dict[str, Any]) -> None:
    """Never left out silently."""
    embedding = HfInferenceEmbedding(**whom, server="openai", text_prompt_name="document")
    with pytest.raises(ValidationError, match="prompt_name"):
        embedding.get_text_embedding("a")


def test_texts_that_are_refused_are_named_by_index(whom: dict[str, Any]) -> None:
    """And the vectors of the others are not lost."""
    embedding = HfInferenceEmbedding(**whom)
    texts = ["fine", "x" * 3_000_000, "fine too"]
    with pytest.raises(ValidationError) as caught:
        embedding.get_text_embedding_batch(texts)
    assert set(caught.value.failed) == {1}
    assert caught.value.partial is not None


def test_the_cache_of_llama_index_is_served(whom: dict[str, Any], fresh: Emulator) -> None:
    """What it holds is not asked for again."""
    embedding = HfInferenceEmbedding(**whom, embeddings_cache=SimpleKVStore())
    first = embedding.get_text_embedding_batch(["a", "b"])
    count = len(fresh.requests)
    assert embedding.get_text_embedding_batch(["a", "b"]) == first
    assert len(fresh.requests) == count


def test_the_model_by_either_name(whom: dict[str, Any]) -> None:
    """`model` here and everywhere, `model_name` in LlamaIndex; or in first place."""
    assert HfInferenceEmbedding(**whom).model_name == MODEL
    assert HfInferenceEmbedding(model_name=MODEL, token=False).model == MODEL
    assert HfInferenceEmbedding(MODEL, token=False).model == MODEL


def test_a_batch_beyond_the_frameworks_limit_is_refused(whom: dict[str, Any]) -> None:
    """By name, as one of our errors."""
    with pytest.raises(ConfigurationError, match="embed_batch_size"):
        HfInferenceEmbedding(**whom, embed_batch_size=4_096)


def test_it_is_restored_from_its_settings(whom: dict[str, Any]) -> None:
    """All but the token, which is asked of the environment."""
    embedding = HfInferenceEmbedding(**whom, normalize=True, max_retries=7)
    written = json.loads(embedding.to_json())
    assert written["class_name"] == "HfInferenceEmbedding"
    again = HfInferenceEmbedding.from_dict(written)
    assert (again.normalize, again.config.max_retries) == (True, 7)
    assert again.config.base_url == whom["base_url"]
    assert again.config.credential is None
