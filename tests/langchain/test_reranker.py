"""`HfInferenceReranker` over a real socket: TEI, the router, and a server of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_classic.retrievers import ContextualCompressionRetriever
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.langchain import HfInferenceReranker
from tests.langchain.conftest import MODEL, TOKEN

DOCUMENTS = [
    Document("The Danube ends in the Black Sea.", metadata={"n": 0}),
    Document("Honey is made by bees.", metadata={"n": 1}, id="honey"),
    Document("A stone is a stone.", metadata={"n": 2}),
]
QUERY = "Who makes honey? Bees make honey."


@pytest.fixture
def reranker(fresh: Emulator) -> HfInferenceReranker:
    """A reranker that asks the test's own emulator."""
    return HfInferenceReranker(model=MODEL, base_url=fresh.url, token=TOKEN, top_n=2)


async def test_the_best_documents_come_first_with_their_scores(
    reranker: HfInferenceReranker,
) -> None:
    """In both colours; the given ones stay as they are."""
    for found in (
        reranker.compress_documents(DOCUMENTS, QUERY),
        await reranker.acompress_documents(DOCUMENTS, QUERY),
    ):
        assert (found[0].id, found[0].metadata["n"]) == ("honey", 1)
        scores = [document.metadata["relevance_score"] for document in found]
        assert scores == sorted(scores, reverse=True)
        assert len(found) == 2
    assert all("relevance_score" not in document.metadata for document in DOCUMENTS)


async def test_texts_can_be_ranked_by_themselves(reranker: HfInferenceReranker) -> None:
    """As many as are wanted, down to a score."""
    texts = [document.page_content for document in DOCUMENTS]
    (best,) = reranker.rerank(texts, QUERY, top_n=1)
    everything = await reranker.model_copy(update={"top_n": None}).arerank(DOCUMENTS, QUERY)
    strict = reranker.model_copy(update={"min_score": 2.0})

    assert best["index"] == 1
    assert everything[0]["index"] == 1
    assert len(everything) == 3
    assert strict.rerank(texts, QUERY) == []


async def test_nothing_is_asked_about_nothing(
    reranker: HfInferenceReranker, fresh: Emulator
) -> None:
    """In either colour."""
    assert reranker.compress_documents([], QUERY) == []
    assert await reranker.acompress_documents([], QUERY) == []
    assert fresh.requests == []


async def test_it_compresses_what_a_retriever_finds(reranker: HfInferenceReranker) -> None:
    """As LangChain's own retriever has it, in both colours."""
    finds: Any = RunnableLambda(lambda _: DOCUMENTS)
    retriever = ContextualCompressionRetriever(base_compressor=reranker, base_retriever=finds)

    assert retriever.invoke(QUERY)[0].id == "honey"
    assert (await retriever.ainvoke(QUERY))[0].id == "honey"


def test_every_parameter_reaches_the_wire(fresh: Emulator) -> None:
    """Where the server is TEI, which knows them."""
    reranker = HfInferenceReranker(
        base_url=fresh.url, token=TOKEN, model=MODEL, truncate=True, truncation_direction="left",
        raw_scores=True,
    )  # fmt: skip
    reranker.rerank(["a", "b"], "a")
    body = fresh.requests[-1].json

    assert (body["truncate"], body["truncation_direction"]) == (True, "left")
    assert body["raw_scores"] is True


def test_many_documents_travel_in_batches(reranker: HfInferenceReranker, fresh: Emulator) -> None:
    """In as many requests as the server wants, and each keeps its place."""
    texts = [f"text number {n}" for n in range(70)]
    found = reranker.model_copy(update={"top_n": None}).rerank(texts, "text number 69")

    assert sorted(one["index"] for one in found) == list(range(70))
    assert found[0]["index"] == 69


def test_what_cannot_be_is_refused(reranker: HfInferenceReranker) -> None:
    """By name."""
    with pytest.raises(ValidationError, match="documents is a string"):
        reranker.rerank("abc", "a")
    with pytest.raises(ConfigurationError, match="top_n"):
        HfInferenceReranker(model=MODEL, top_n=0)


def test_texts_are_compressed_to_documents(reranker: HfInferenceReranker) -> None:
    """What is neither a text nor a document is named by its place."""
    (best, _) = reranker.compress_documents([one.page_content for one in DOCUMENTS], QUERY)  # type: ignore[misc]
    assert best.page_content == "Honey is made by bees."
    assert best.metadata.keys() == {"relevance_score"}
    with pytest.raises(ValidationError, match=r"documents\[1\] is a NoneType; give a Document"):
        reranker.compress_documents([DOCUMENTS[0], None], QUERY)  # type: ignore[list-item]
