"""`HfInferenceEmbeddings` over a real socket."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import AuthenticationError, ConfigurationError, ValidationError
from hf_integrations.langchain import HfInferenceEmbeddings
from hf_integrations.langchain.embeddings import PARAMETERS
from tests.langchain.conftest import MODEL, TOKEN

SETTINGS: dict[str, Any] = {
    "dimensions": 16,
    "extra_body": {"mine": 1},
    "normalize": True,
    "truncate": True,
    "truncation_direction": "left",
}


def bodies(emulator: Emulator) -> list[dict[str, Any]]:
    """What was asked, in order."""
    return [request.json for request in emulator.requests if request.method == "POST"]


def test_the_list_of_settings_is_complete() -> None:
    """So that the test below leaves none out."""
    assert set(SETTINGS) == set(PARAMETERS) < set(HfInferenceEmbeddings.model_fields)


async def test_every_parameter_reaches_the_wire(whom: dict[str, Any], fresh: Emulator) -> None:
    """For documents and queries, each with its own prompt, in both colours."""
    model = HfInferenceEmbeddings(
        **whom, **SETTINGS, document_prompt_name="passage", query_prompt_name="query"
    )
    model.embed_documents(["a"])
    await model.aembed_documents(["a"])
    model.embed_query("a")
    await model.aembed_query("a")
    rest = {k: v for k, v in SETTINGS.items() if k != "extra_body"} | {"mine": 1}

    assert bodies(fresh) == [
        {"inputs": ["a"], "prompt_name": name, **rest}
        for name in ("passage", "passage", "query", "query")
    ]


async def test_prompts_as_text_are_put_before(whom: dict[str, Any], fresh: Emulator) -> None:
    """For servers that know no prompts by name."""
    model = HfInferenceEmbeddings(**whom, document_prompt="passage: ", query_prompt="query: ")
    model.embed_documents(["a", "b"])
    await model.aembed_query("a")
    documents, query = bodies(fresh)

    assert documents["input"] == ["passage: a", "passage: b"]
    assert query["input"] == ["query: a"]


def test_texts_travel_as_they_are(embeddings: HfInferenceEmbeddings, fresh: Emulator) -> None:
    """Line breaks mean something."""
    embeddings.embed_documents(["one\ntwo\r\n three "])

    assert bodies(fresh)[0]["input"] == ["one\ntwo\r\n three "]


async def test_no_texts_are_no_request(embeddings: HfInferenceEmbeddings, fresh: Emulator) -> None:
    """In both colours."""
    assert embeddings.embed_documents([]) == []
    assert await embeddings.aembed_documents([]) == []
    assert fresh.requests == []


async def test_vectors_come_as_lists_and_as_arrays(embeddings: HfInferenceEmbeddings) -> None:
    """The same numbers, in order."""
    texts = [f"text {n}" for n in range(70)]
    lists = embeddings.embed_documents(texts)
    array = embeddings.vectors(texts)

    assert np.array_equal(np.array(lists, np.float32), array)
    assert np.array_equal(array, await embeddings.avectors(texts))
    assert array.dtype == np.float32
    assert array.shape == (70, 384)
    assert all(isinstance(number, float) for number in lists[0])
    assert embeddings.query_vector("text 3") == pytest.approx(array[3])
    assert await embeddings.aquery_vector("text 3") == pytest.approx(array[3])


def test_batches_are_as_large_as_they_may_be(whom: dict[str, Any], fresh: Emulator) -> None:
    """By the setting, and in order."""
    model = HfInferenceEmbeddings(**whom, batch_size=10, concurrency=2)
    model.embed_documents([f"text {n}" for n in range(25)])

    assert sorted(len(body["input"]) for body in bodies(fresh)) == [5, 10, 10]
    assert model.plain_client().config.embedding_concurrency == 2


async def test_errors_are_typed(whom: dict[str, Any]) -> None:
    """A wrong token, a wrong text, a wrong argument."""
    bad = HfInferenceEmbeddings(**{**whom, "token": "hf_invalid"})
    with pytest.raises(AuthenticationError):
        bad.embed_query("a")
    with pytest.raises(AuthenticationError):
        await bad.aembed_documents(["a"])
    model = HfInferenceEmbeddings(**whom)
    mixed: Any = ["a", 3]
    with pytest.raises(ValidationError):
        model.embed_documents(mixed)
    text: Any = "not a list"
    with pytest.raises(ValidationError, match="list of strings"):
        model.embed_documents(text)
    with pytest.raises(ConfigurationError, match="batch_size"):
        HfInferenceEmbeddings(**whom, batch_size=-1)


def test_similar_texts_are_near(embeddings: HfInferenceEmbeddings) -> None:
    """Which is what it is for."""
    near, far = embeddings.vectors(["The cat sleeps on the mat.", "Stocks fell on Monday."])
    query = embeddings.query_vector("Where does the cat sleep?")

    assert query @ near > query @ far


def test_a_server_of_ones_own_needs_no_model(fresh: Emulator) -> None:
    """It serves but one."""
    model = HfInferenceEmbeddings(base_url=fresh.url, token=TOKEN, normalize=True)

    assert len(model.embed_query("a")) == 384
    assert MODEL not in str(bodies(fresh))
