"""LangChain's own indexing: documents kept in step with their sources, by a record manager."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import IndexingResult, InMemoryRecordManager, aindex, index

from hf_integrations.errors import ValidationError
from hf_integrations.langchain import RuvVectorStore

Cleanup = Literal["incremental", "full", "scoped_full"] | None
Indexed = Callable[..., IndexingResult]
SIZES: list[int] = []


class Counting(DeterministicFakeEmbedding):
    """Notes how many texts it is given at a time."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors that depend on the text alone."""
        SIZES.append(len(texts))
        return super().embed_documents(texts)


def plainly(documents: list[Document], *arguments: Any, **settings: Any) -> IndexingResult:
    """In plain Python."""
    return index(documents, *arguments, key_encoder="sha256", **settings)


def in_asyncio(documents: list[Document], *arguments: Any, **settings: Any) -> IndexingResult:
    """The same, awaited."""
    return asyncio.run(aindex(documents, *arguments, key_encoder="sha256", **settings))


@pytest.fixture(params=[plainly, in_asyncio])
def indexed(request: pytest.FixtureRequest, store: RuvVectorStore) -> Indexed:
    """Brings documents into the store, in either colour."""
    records = InMemoryRecordManager(namespace="test")
    records.create_schema()

    def bring(*texts: str, cleanup: Cleanup, **settings: Any) -> IndexingResult:
        documents = [Document(text, metadata={"source": text.partition(" ")[0]}) for text in texts]
        result: IndexingResult = request.param(
            documents, records, store, cleanup=cleanup, source_id_key="source", **settings
        )
        return result

    return bring


@pytest.fixture
def store(postgres_dsn: str, schema: str) -> Iterator[RuvVectorStore]:
    """An empty store."""
    SIZES.clear()
    made = RuvVectorStore(Counting(size=8), dsn=postgres_dsn, schema=schema)
    yield made
    made.close()


def texts_of(store: RuvVectorStore) -> list[str]:
    """What is stored."""
    return sorted(record.text for record in store.store.get())


AFTER: dict[Cleanup, list[str]] = {
    None: ["a new", "a old", "b same", "c gone"],
    "incremental": ["a new", "b same", "c gone"],
    "scoped_full": ["a new", "b same", "c gone"],
    "full": ["a new", "b same"],
}


@pytest.mark.parametrize("cleanup", AFTER)
def test_a_second_run_brings_what_is_new_and_removes_what_the_mode_says(
    indexed: Indexed, store: RuvVectorStore, cleanup: Cleanup
) -> None:
    """`full` forgets whole sources, `incremental` what changed within one, None nothing."""
    first = indexed("a old", "b same", "c gone", cleanup=cleanup)
    SIZES.clear()
    second = indexed("a new", "b same", cleanup=cleanup)

    assert (first["num_added"], first["num_skipped"]) == (3, 0)
    assert (second["num_added"], second["num_skipped"]) == (1, 1)
    assert second["num_deleted"] == 4 - len(AFTER[cleanup])
    assert texts_of(store) == AFTER[cleanup]
    assert SIZES == [1]


def test_batches_are_as_large_as_was_said(indexed: Indexed, store: RuvVectorStore) -> None:
    """And everything arrives."""
    result = indexed(*[f"source {number}" for number in range(7)], cleanup=None, batch_size=3)

    assert result["num_added"] == 7
    assert SIZES == [3, 3, 1]
    assert len(texts_of(store)) == 7


def test_one_call_embeds_in_batches_and_stores_in_one_go(store: RuvVectorStore) -> None:
    """The parameter does what it says, in both colours."""
    texts = [f"text {number}" for number in range(5)]
    ids = store.add_texts(texts, batch_size=2)
    more = asyncio.run(store.aadd_texts(texts, batch_size=4))

    assert SIZES == [2, 2, 1, 4, 1]
    assert [each.page_content for each in store.get_by_ids(ids)] == texts
    assert [each.page_content for each in store.get_by_ids(more)] == texts


@pytest.mark.parametrize("wrong", [0, -1, True, "3", 1.5])
def test_a_batch_size_that_is_none_is_refused(store: RuvVectorStore, wrong: Any) -> None:
    """Before anything is embedded."""
    with pytest.raises(ValidationError, match="batch_size must be a whole number"):
        store.add_texts(["text"], batch_size=wrong)
    assert SIZES == []
