"""The document index and the retrievers before langchain-tests' own judges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing.base import DocumentIndex
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests
from langchain_tests.integration_tests.indexer import (
    AsyncDocumentIndexTestSuite,
    DocumentIndexerTestSuite,
)

from hf_integrations.errors import ConfigurationError
from hf_integrations.langchain import RuvDocumentIndex, RuvVectorStore
from hf_integrations.langchain.kinds import RuvRetriever

FAKE = DeterministicFakeEmbedding(size=6)


class TestIndex(DocumentIndexerTestSuite):
    """Plain."""

    @pytest.fixture
    def index(self, postgres_dsn: str, schema: str) -> Iterator[DocumentIndex]:
        """An empty index."""
        store = RuvVectorStore(FAKE, dsn=postgres_dsn, schema=schema)
        yield RuvDocumentIndex(vectorstore=store)
        store.close()


class TestIndexInAsyncio(AsyncDocumentIndexTestSuite):
    """In asyncio."""

    @pytest.fixture
    async def index(self, postgres_dsn: str, schema: str) -> AsyncIterator[DocumentIndex]:
        """An empty index."""
        store = RuvVectorStore(FAKE, dsn=postgres_dsn, schema=schema)
        yield RuvDocumentIndex(vectorstore=store)
        await store.aclose()


def test_a_wrong_argument_is_named_without_its_value() -> None:
    """And what there is besides."""
    with pytest.raises(ConfigurationError, match=r"store: there .*did you mean vectorstore"):
        RuvDocumentIndex(store="postgresql://me:s3cr3t@h/d")


class _Retrievers(RetrieversIntegrationTests):
    _store: RuvVectorStore

    @pytest.fixture(autouse=True)
    async def _filled(self, postgres_dsn: str, schema: str) -> AsyncIterator[None]:
        self._store = RuvVectorStore(FAKE, dsn=postgres_dsn, schema=schema)
        self._store.add_documents([Document(f"the text number {n}") for n in range(6)])
        yield
        await self._store.aclose()

    @property
    def retriever_query_example(self) -> str:
        """A query that finds three and more, also by its words."""
        return "the text number 3"


class TestRetriever(_Retrievers):
    """The retriever of the store."""

    @property
    def retriever_constructor(self) -> Any:
        """Made with k as the suite has it, which the search is told."""

        def make(k: int = 4, **kwargs: Any) -> BaseRetriever:
            return self._store.as_retriever(search_kwargs={"k": k}, **kwargs)

        return make

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        """By vector and words together."""
        return {"search_type": "hybrid"}


class TestIndexAsRetriever(_Retrievers):
    """The index, which is a retriever."""

    @property
    def retriever_constructor(self) -> Any:
        """Made with k as the suite has it, which the search is told."""

        def make(k: int = 4) -> BaseRetriever:
            return RuvDocumentIndex(vectorstore=self._store, search_kwargs={"k": k})

        return make

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        """Nothing else."""
        return {}


def test_the_retriever_is_langchains_with_more_kinds(postgres_dsn: str) -> None:
    """And says which there are."""
    store = RuvVectorStore(FAKE, dsn=postgres_dsn)

    assert isinstance(store.as_retriever(tags=["mine"]), RuvRetriever)
    assert store.as_retriever(tags=["mine"]).tags == [
        "mine", "RuvVectorStore", "DeterministicFakeEmbedding",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="hybrid"):
        store.as_retriever(search_type="telepathy")
