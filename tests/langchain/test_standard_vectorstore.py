"""The vector store before langchain-tests' own judges, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests

from hf_integrations.langchain import RuvVectorStore


class TestStore(VectorStoreIntegrationTests):
    """Every test of the suite, plain and in asyncio, on one store object."""

    @pytest.fixture
    def vectorstore(self, postgres_dsn: str, schema: str) -> Iterator[VectorStore]:
        """An empty store."""
        store = RuvVectorStore(self.get_embeddings(), dsn=postgres_dsn, schema=schema)
        yield store
        store.close()


class TestStoreWithIndex(VectorStoreIntegrationTests):
    """The same with an index from the first row on."""

    @pytest.fixture
    def vectorstore(self, postgres_dsn: str, schema: str) -> Iterator[VectorStore]:
        """An empty store."""
        store = RuvVectorStore(
            self.get_embeddings(), dsn=postgres_dsn, schema=schema, index_after=0
        )
        yield store
        store.close()
