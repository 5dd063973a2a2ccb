"""The key-value, document and index stores, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_index.core import Document, StorageContext, SummaryIndex, load_index_from_storage
from llama_index.core.embeddings.mock_embed_model import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.schema import TextNode
from llama_index.core.storage.kvstore.types import BaseKVStore

from hf_integrations import ruvvector
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.llama_index import (
    RuvDocumentStore,
    RuvIndexStore,
    RuvKVStore,
    RuvVectorStore,
)
from hf_integrations.testing.llama_index import KVStoreSuite


class TestOnPostgres(KVStoreSuite):
    """By a connection string."""

    @pytest.fixture
    def store(self, postgres_dsn: str, schema: str) -> Iterator[BaseKVStore]:
        """An empty store."""
        store = RuvKVStore(postgres_dsn, schema=schema)
        yield store
        store.close()


class TestGivenStores(KVStoreSuite):
    """Through stores of the caller's own."""

    @pytest.fixture
    def store(self, postgres_dsn: str, schema: str) -> Iterator[BaseKVStore]:
        """An empty store."""
        with ruvvector.KeyedStore(postgres_dsn, schema=schema) as plain:
            awaited = ruvvector.AsyncKeyedStore(postgres_dsn, schema=schema)
            yield RuvKVStore(store=plain, async_store=awaited)


def test_what_is_no_json_is_refused(postgres_dsn: str, schema: str) -> None:
    """By its key, and nothing is stored."""
    store = RuvKVStore(postgres_dsn, schema=schema)
    with pytest.raises(ValidationError, match="'bad'"):
        store.put_all([("good", {}), ("bad", {"a": object()})], batch_size=2)
    assert store.get_all() == {}
    store.close()
    with pytest.raises(ConfigurationError, match="collection"):
        RuvKVStore(postgres_dsn, collection="a")


def test_a_namespace_is_not_promised_and_ignored(postgres_dsn: str, schema: str) -> None:
    """Tenants who were told apart by it would read each other's objects."""
    with pytest.raises(ConfigurationError, match="namespace"):
        RuvKVStore(postgres_dsn, schema=schema, namespace="a")
    with (
        ruvvector.KeyedStore(postgres_dsn, schema=schema, namespace="a") as ready,
        pytest.raises(ConfigurationError, match="namespace"),
    ):
        RuvKVStore(store=ready)
    one, two = (RuvDocumentStore(postgres_dsn, schema=schema, namespace=name) for name in "ab")
    one.add_documents([TextNode(text="secret", id_="1")])
    assert two.docs == {}
    for store in (one, two):
        store.kv_store.close()


async def test_nodes_are_kept(postgres_dsn: str, schema: str) -> None:
    """In both colours, by id, with what they were made of."""
    store = RuvDocumentStore(postgres_dsn, schema=schema)
    other = RuvDocumentStore(postgres_dsn, schema=schema, namespace="other")
    store.add_documents([TextNode(id_="a", text="one", metadata={"n": 1})])
    await store.async_add_documents([Document(id_="b", text="two")])
    assert store.get_document("a").get_content() == "one"  # type: ignore[union-attr]
    assert sorted(store.docs) == ["a", "b"]
    assert other.docs == {}
    await store.adelete_document("a")
    assert not store.document_exists("a")
    await store.kv_store.aclose()
    await other.kv_store.aclose()


def test_an_index_is_loaded_in_another_process(postgres_dsn: str, schema: str) -> None:
    """From the two stores alone."""

    def context() -> StorageContext:
        return StorageContext.from_defaults(
            docstore=RuvDocumentStore(postgres_dsn, schema=schema),
            index_store=RuvIndexStore(postgres_dsn, schema=schema),
        )

    made = context()
    index = SummaryIndex([TextNode(id_="a", text="one")], storage_context=made)
    again = context()
    found = load_index_from_storage(again, index.index_id)
    assert [one.node.get_content() for one in found.as_retriever().retrieve("any")] == ["one"]
    for one in (made, again):
        one.docstore.kv_store.close()  # type: ignore[attr-defined]
        one.index_store.kv_store.close()  # type: ignore[attr-defined]


def test_a_pipeline_embeds_only_what_changed(
    postgres_dsn: str, schema: str, vectors: RuvVectorStore
) -> None:
    """Also in a second process: what was done stands in PostgreSQL."""

    def run(*texts: str) -> int:
        docstore = RuvDocumentStore(postgres_dsn, schema=schema)
        pipeline = IngestionPipeline(
            transformations=[MockEmbedding(embed_dim=3)],
            docstore=docstore,
            vector_store=vectors,
            docstore_strategy=DocstoreStrategy.UPSERTS,
        )
        documents = [Document(id_=str(n), text=text) for n, text in enumerate(texts)]
        done = pipeline.run(documents=documents)
        docstore.kv_store.close()
        return len(done)

    assert [run("one", "two"), run("one", "two"), run("one", "TWO")] == [2, 0, 1]
    assert {node.get_content() for node in vectors.get_nodes()} == {"one", "TWO"}
