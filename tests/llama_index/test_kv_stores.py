"""The key-value, document and index stores, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from llama_index.core import Document, StorageContext, SummaryIndex, load_index_from_storage
from llama_index.core.embeddings.mock_embed_model import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.schema import TextNode
from llama_index.core.storage.kvstore.types import BaseKVStore

from hf_integrations import ruvvector
from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
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


@pytest.mark.parametrize("namespace", [None, "mine"])
def test_an_index_is_loaded_in_another_process(
    postgres_dsn: str, schema: str, namespace: str | None
) -> None:
    """From the two stores alone, also in one namespace."""
    place: dict[str, Any] = {"schema": schema, "namespace": namespace}

    def run(work: Callable[[StorageContext], Any]) -> Any:
        with (
            RuvDocumentStore(postgres_dsn, **place) as docstore,
            RuvIndexStore(postgres_dsn, **place) as indices,
        ):
            return work(StorageContext.from_defaults(docstore=docstore, index_store=indices))

    run(lambda context: SummaryIndex([TextNode(id_="a", text="one")], storage_context=context))
    found = run(lambda context: load_index_from_storage(context).as_retriever().retrieve("any"))
    assert [one.node.get_content() for one in found] == ["one"]


async def test_document_and_index_stores_are_context_managers(
    postgres_dsn: str, schema: str
) -> None:
    """In both colours."""
    async with RuvDocumentStore(postgres_dsn, schema=schema) as docstore:
        await docstore.async_add_documents([TextNode(id_="a", text="one")])
    with pytest.raises(StoreError, match="closed"):
        await docstore.aget_document("a")


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
