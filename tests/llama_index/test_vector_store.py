"""`RuvVectorStore` as LlamaIndex expects it, and what it promises besides."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import psycopg_pool
import pytest
from llama_index.core.schema import Document, ImageNode, IndexNode, MediaResource, Node, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from hf_integrations import ruvvector
from hf_integrations.errors import ConfigurationError, UnsupportedTaskError, ValidationError
from hf_integrations.llama_index import HfInferenceReranker, RuvVectorStore
from hf_integrations.testing.llama_index import VectorStoreSuite
from hf_integrations.testing.llama_index.vector_store import direction, fruit, only

MODES = tuple(
    VectorStoreQueryMode(mode)
    for mode in (
        "default",
        "mmr",
        "text_search",
        "sparse",
        "svm",
        "logistic_regression",
        "linear_regression",
        "hybrid",
        "semantic_hybrid",
    )
)


class TestOnPostgres(VectorStoreSuite):
    """On a real PostgreSQL."""

    modes = MODES

    @pytest.fixture
    def store(self, vectors: RuvVectorStore) -> BasePydanticVectorStore:
        """An empty store."""
        return vectors


class TestGivenStores(VectorStoreSuite):
    """Through stores of the caller's own."""

    modes = MODES

    @pytest.fixture
    def store(self, postgres_dsn: str, schema: str) -> Iterator[BasePydanticVectorStore]:
        """An empty store."""
        with ruvvector.RuvVectorStore(postgres_dsn, schema=schema) as plain:
            awaited = ruvvector.AsyncRuvVectorStore(postgres_dsn, schema=schema)
            store = RuvVectorStore(store=plain, async_store=awaited)
            yield store
            store.close()
            assert plain.count() >= 0  # still open


def test_what_another_framework_wrote_is_read(vectors: RuvVectorStore) -> None:
    """Text in content, metadata in metadata, the id as it is: a row needs no more."""
    vectors.client.add(
        ["the text", "another"],
        [direction(1), direction(5)],
        metadata=[{"source": "a.md", "page": 3}, None],
        ids=["row-1", "row-2"],
    )
    (node,) = vectors.query(VectorStoreQuery(direction(1), filters=only("page", 3))).nodes or ()
    expected = TextNode(id_="row-1", text="the text", metadata={"source": "a.md", "page": 3})
    assert node == expected
    assert [node.get_content() for node in vectors.get_nodes(["row-2"])] == ["another"]
    assert vectors.get_nodes(["row-2"])[0].ref_doc_id is None


def test_another_framework_reads_what_was_written(vectors: RuvVectorStore) -> None:
    """Text in content, metadata in metadata, the id as it is; a document's id to filter by."""
    vectors.add([fruit(1, source="a.md", page=3)])
    (match,) = vectors.client.search(direction(1), filter={"page": 3, "ref_doc_id": "doc-1"})
    assert (match.id, match.text) == ("node-1", "fruit 1")
    assert {"source": "a.md", "page": 3}.items() <= match.metadata.items()


def test_a_text_changed_by_another_framework_is_the_text(vectors: RuvVectorStore) -> None:
    """It stands in one place only."""
    vectors.add([fruit(1)])
    (row,) = vectors.client.get(["node-1"])
    vectors.client.add(["changed"], [direction(1)], metadata=[row.metadata], ids=["node-1"])
    assert vectors.get_nodes()[0].get_content() == "changed"


@pytest.mark.parametrize(
    "node",
    [
        TextNode(id_="n", text="a", start_char_idx=3, excluded_llm_metadata_keys=["k"]),
        IndexNode(id_="n", text="a", index_id="other", obj=TextNode(id_="inner", text="b")),
        ImageNode(id_="n", text="a", image_url="https://example.com/a.png"),
        Node(id_="n", text_resource=MediaResource(text="a")),
    ],
    ids=lambda node: type(node).__name__,
)
def test_nodes_of_every_kind(vectors: RuvVectorStore, node: TextNode) -> None:
    """Come back as what they were."""
    stored = node.model_copy(update={"embedding": direction(1)})
    vectors.add([stored])
    (again,) = vectors.get_nodes()
    assert type(again) is type(node)
    assert again.to_dict() == node.to_dict()


def test_a_document_comes_back_as_a_text(vectors: RuvVectorStore) -> None:
    """As from LlamaIndex's own stores."""
    vectors.add([Document(id_="d", text="a", embedding=direction(1), metadata={"k": 1})])
    (again,) = vectors.get_nodes()
    assert (again.node_id, again.get_content(), again.metadata) == ("d", "a", {"k": 1})


def test_a_bad_node_is_named_and_nothing_is_stored(vectors: RuvVectorStore) -> None:
    """A batch is stored whole or not at all."""
    without = fruit(1)
    without.embedding = None
    short = fruit(1)
    short.embedding = [1.0]
    odd = fruit(1, thing={"a": object()})
    endless = fruit(1, deep={"list": [float("nan")]})
    nothing = fruit(1)
    nothing.embedding = [0.0, 0.0, 0.0]
    for bad in (without, short, odd, endless):
        with pytest.raises(ValidationError, match=r"nodes\[1\]"):
            vectors.add([fruit(0), bad])
    with pytest.raises(ValidationError, match="item 1"):
        vectors.add([fruit(0), nothing])
    assert vectors.client.count() == 0


def test_a_query_needs_an_embedding_that_fits(vectors: RuvVectorStore) -> None:
    """Each fault in words."""
    vectors.add([fruit(1)])
    with pytest.raises(ValidationError, match="query_embedding"):
        vectors.query(VectorStoreQuery(query_str="a"))
    for node_ids in (None, ["node-1"]):
        with pytest.raises(ValidationError, match="dimensions"):
            vectors.query(VectorStoreQuery([1.0, 2.0], node_ids=node_ids))
    with pytest.raises(ValidationError, match="k is"):
        vectors.query(VectorStoreQuery(direction(1), similarity_top_k=0))


def test_an_argument_that_is_not_known_is_refused(vectors: RuvVectorStore) -> None:
    """Wherever it is given."""
    with pytest.raises(ValidationError, match="alpha"):
        vectors.query(VectorStoreQuery(direction(1)), alpha=1)
    with pytest.raises(ValidationError, match="vector_store"):
        vectors.add([fruit(1)], vector_store=vectors)
    with pytest.raises(ConfigurationError, match="Did you mean collection"):
        RuvVectorStore("postgresql://localhost", collections="a")
    with pytest.raises(UnsupportedTaskError, match="'fuzzy'"):
        vectors.query(VectorStoreQuery(direction(1), mode="fuzzy"))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["svm", "logistic_regression", "linear_regression"])
async def test_a_model_of_the_query_finds_what_is_its_own(
    vectors: RuvVectorStore, mode: str
) -> None:
    """In both colours, with the scores of the model; filters and node ids hold."""
    vectors.add([fruit(turn) for turn in range(16)])
    query = VectorStoreQuery(direction(3), 2, mode=VectorStoreQueryMode(mode))
    found = vectors.query(query)
    query.node_ids = [node.node_id for node in vectors.get_nodes()][:1]

    assert (found.ids or [])[0] == vectors.query(VectorStoreQuery(direction(3), 1)).ids[0]  # type: ignore[index]
    assert found.similarities == sorted(found.similarities or (), reverse=True)
    assert found == await vectors.aquery(VectorStoreQuery(direction(3), 2, mode=query.mode))
    assert vectors.query(query).ids == query.node_ids
    assert (
        vectors.query(VectorStoreQuery(direction(3), 2, mode=query.mode, doc_ids=["no"])).ids == []
    )


def test_who_made_the_vectors_is_kept(vectors: RuvVectorStore) -> None:
    """Beside each row."""
    vectors.add([fruit(1)], provider="hf-inference", model="org/model")
    (row,) = vectors.client.get()
    assert (row.provider, row.model) == ("hf-inference", "org/model")


@pytest.mark.parametrize("metric", ["cosine", "inner_product", "l2", "l1"])
def test_restricted_queries_score_as_others_do(postgres_dsn: str, schema: str, metric: str) -> None:
    """The same order and the same similarities, whatever the metric."""
    store = RuvVectorStore(postgres_dsn, schema=schema, metric=metric)
    store.add([fruit(number) for number in range(6)])
    asked = VectorStoreQuery(direction(1.3), similarity_top_k=4)
    free = store.query(asked)
    asked.node_ids = [f"node-{number}" for number in range(6)]
    bound = store.query(asked)
    assert bound.ids == free.ids
    assert bound.similarities == pytest.approx(free.similarities, abs=1e-6)
    store.close()


def test_the_connection_string_stays_behind(postgres_dsn: str) -> None:
    """It may hold a password."""
    dsn = "postgresql://me:open_sesame@localhost:1/none"
    store = RuvVectorStore(dsn, collection="c", schema="s", dimensions=3)
    again = pickle.loads(pickle.dumps(store.model_copy()))  # noqa: S301
    shown = [repr(store), str(store), store.to_json(), repr(pickle.dumps(store)), repr(again)]
    assert not [text for text in shown if "sesame" in text]
    assert (again.collection, again.schema_name, again.dimensions) == ("c", "s", 3)
    restored = RuvVectorStore.from_dict(store.to_dict(), dsn=postgres_dsn)
    assert restored.get_nodes() == []
    restored.close()


def test_a_pickled_store_takes_no_other_database_for_its_own(
    postgres_dsn: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what is missing where the dsn stayed behind; a copy in this process goes on."""
    store = RuvVectorStore(postgres_dsn, schema=schema)
    store.add([fruit(1)])
    for same in (copy.copy(store), copy.deepcopy(store), store.model_copy()):
        assert len(same.get_nodes()) == 1
    written = pickle.dumps(store)
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        pickle.loads(written).get_nodes()  # noqa: S301 - made here
    monkeypatch.setenv("DATABASE_URL", postgres_dsn)
    again = pickle.loads(written)  # noqa: S301 - made here
    assert len(again.get_nodes()) == 1
    again.close()
    store.close()


def test_a_ready_store_brings_its_own_settings(postgres_dsn: str, schema: str) -> None:
    """They are shown as its own and written with it, and none is given besides."""
    told: dict[str, Any] = {"collection": "mine", "schema": schema, "namespace": "a"}
    with ruvvector.RuvVectorStore(postgres_dsn, metric="l2", **told) as ready:
        store = RuvVectorStore(store=ready)
        shown = (store.collection, store.schema_name, store.namespace, store.metric)
        assert shown == ("mine", schema, "a", "l2")
        assert RuvVectorStore.from_dict(store.to_dict(), store=ready).namespace == "a"
        others: list[dict[str, Any]] = [
            {"collection": "other"}, {"dsn": postgres_dsn}, {"namespace": "b"}
        ]  # fmt: skip
        for wrong in others:
            with pytest.raises(ConfigurationError, match=f"{next(iter(wrong))}: a ready store"):
                RuvVectorStore(store=ready, **wrong)


async def test_pools_of_the_callers_own(postgres_dsn: str, schema: str) -> None:
    """Used by the methods of their colour, and left open."""
    kwargs: dict[str, Any] = {"min_size": 0, "max_size": 2, "open": False}
    with psycopg_pool.ConnectionPool(postgres_dsn, **kwargs) as pool:
        pool.open()
        store = RuvVectorStore(pool=pool, schema=schema)
        store.add([fruit(1)])
        with pytest.raises(ConfigurationError, match="async_pool"):
            await store.aget_nodes()
        await store.aclose()
        assert not pool.closed
    async with psycopg_pool.AsyncConnectionPool(postgres_dsn, **kwargs) as async_pool:
        store = RuvVectorStore(async_pool=async_pool, schema=schema)
        assert len(await store.aget_nodes()) == 1
        with pytest.raises(ConfigurationError, match="pool"):
            store.get_nodes()
        await store.aclose()
        both = RuvVectorStore(postgres_dsn, async_pool=async_pool, schema=schema)
        assert len(both.get_nodes()) == len(await both.aget_nodes()) == 1
        await both.aclose()
        assert not async_pool.closed


async def test_it_is_closed_once_and_for_all(postgres_dsn: str, schema: str) -> None:
    """Both colours; a second call does nothing."""
    store = RuvVectorStore(postgres_dsn, schema=schema)
    store.add([fruit(1)])
    await store.aget_nodes()
    await store.aclose()
    await store.aclose()
    store.close()


def test_one_colour_of_given_stores_closes_alone(postgres_dsn: str, schema: str) -> None:
    """A store that was not given cannot be closed, nor used."""
    awaited = ruvvector.AsyncRuvVectorStore(postgres_dsn, schema=schema)
    store = RuvVectorStore(async_store=awaited)
    store.close()
    assert store.client is awaited
    with pytest.raises(ConfigurationError, match="store="):
        store.get_nodes()


async def test_a_hybrid_answer_is_reranked(
    vectors: RuvVectorStore, whom: dict[str, Any], postgres_dsn: str, schema: str
) -> None:
    """Mode semantic_hybrid: what hybrid finds, in the order of a reranker, in both colours."""
    texts = ["Bees make honey.", "Honey badgers are badgers.", "Stones are hard."]
    nodes = [TextNode(text=text, id_=text, embedding=direction(0)) for text in texts]
    vectors.add(nodes)
    asked = VectorStoreQuery(
        direction(0), query_str="Who do make honey, bees?", mode=MODES[-1], similarity_top_k=2
    )
    with pytest.raises(ConfigurationError, match="HfInferenceReranker"):
        vectors.query(asked)
    reranker = HfInferenceReranker(**whom)
    store = RuvVectorStore(postgres_dsn, schema=schema, reranker=reranker)
    plain, awaited = store.query(asked), await store.aquery(asked)
    assert plain.ids == awaited.ids
    assert (plain.ids or [])[0] == texts[0]
    assert len(plain.ids or []) == 2
    assert plain.similarities == sorted(plain.similarities or (), reverse=True)
    await reranker.aclose()
    await store.aclose()


def test_tenants_share_a_table_and_see_only_their_own(postgres_dsn: str, schema: str) -> None:
    """By `namespace`."""
    stores = [RuvVectorStore(postgres_dsn, schema=schema, namespace=name) for name in ("a", "b")]
    for number, store in enumerate(stores):
        store.add([fruit(number)])
    found = [[node.node_id for node in store.get_nodes()] for store in stores]
    assert found == [["node-0"], ["node-1"]]
    for store in stores:
        store.close()


def test_settings_of_the_store_are_passed_on(postgres_dsn: str, schema: str) -> None:
    """The type of the column and the language of the words."""
    store = RuvVectorStore(postgres_dsn, schema=schema, type="halfvec", language="german")
    node = fruit(1)
    node.text = "Die Häuser sind alt."
    store.add([node])
    asked = VectorStoreQuery(query_str="Haus", mode=VectorStoreQueryMode.TEXT_SEARCH)
    assert store.query(asked).ids == ["node-1"]
    store.close()
