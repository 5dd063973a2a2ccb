"""What LlamaIndex expects of a vector store, as a suite to subclass."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from hf_integrations.testing.llama_index.colours import Face


def fruit(number: int, **metadata: Any) -> TextNode:
    """A node of document `doc-<number % 2>`, in the direction of `number` sixteenths of a turn."""
    node = TextNode(id_=f"node-{number}", text=f"fruit {number}", metadata=metadata)
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=f"doc-{number % 2}")
    node.embedding = direction(number)
    return node


def direction(number: float) -> list[float]:
    """A unit vector; near numbers are near."""
    return [math.cos(number / 16 * math.tau), math.sin(number / 16 * math.tau), 0.0]


FRUITS: list[dict[str, Any]] = [
    {"name": "apple", "price": 1, "tags": ["red", "sweet"], "rating": 4.5},
    {"name": "Lemon", "price": 2, "tags": ["yellow", "sour"], "rating": 3.0},
    {"name": "cherry", "price": 3, "tags": ["red", "sour"], "note": ""},
    {"name": "100%_plum", "price": 4, "tags": [], "note": "it's O'Brien's"},
]
F = FilterOperator
# A key, an operator, a value, and the fruits that pass.
CONDITIONS: list[tuple[str, FilterOperator, Any, set[int]]] = [
    ("name", F.EQ, "apple", {0}),
    ("price", F.EQ, 2, {1}),
    ("price", F.EQ, "2", set()),
    ("name", F.NE, "apple", {1, 2, 3}),
    ("rating", F.NE, 4.5, {1, 2, 3}),
    ("price", F.GT, 2, {2, 3}),
    ("price", F.GTE, 2, {1, 2, 3}),
    ("price", F.LT, 2, {0}),
    ("price", F.LTE, 2, {0, 1}),
    ("rating", F.GT, 3.5, {0}),
    ("name", F.IN, ["apple", "cherry"], {0, 2}),
    ("price", F.NIN, [1, 2], {2, 3}),
    ("rating", F.NIN, [4.5], {1, 2, 3}),
    ("tags", F.CONTAINS, "red", {0, 2}),
    ("tags", F.ANY, ["yellow", "sweet"], {0, 1}),
    ("tags", F.ALL, ["red", "sour"], {2}),
    ("name", F.TEXT_MATCH, "err", {2}),
    ("name", F.TEXT_MATCH, "lem", set()),
    ("name", F.TEXT_MATCH_INSENSITIVE, "LEM", {1}),
    ("name", F.TEXT_MATCH_INSENSITIVE, "0%_P", {3}),
    ("name", F.TEXT_MATCH_INSENSITIVE, "%", {3}),
    ("note", F.EQ, "it's O'Brien's", {3}),
    ("note", F.IS_EMPTY, None, {0, 1, 2}),
    ("tags", F.IS_EMPTY, None, {3}),
    ("no such key' OR 1=1 --", F.EQ, "' OR 1=1 --", set()),
]


def only(key: str, value: Any, operator: FilterOperator = F.EQ) -> MetadataFilters:
    """A filter of one condition."""
    return MetadataFilters(filters=[MetadataFilter(key=key, value=value, operator=operator)])


class VectorStoreSuite:
    """Every `BasePydanticVectorStore` that stores text; each test runs in both colours."""

    modes: tuple[VectorStoreQueryMode, ...] = (VectorStoreQueryMode.DEFAULT,)

    @pytest.fixture
    def store(self) -> BasePydanticVectorStore:
        """An empty store of three dimensions."""
        raise NotImplementedError

    @pytest.fixture(params=["plain", "awaited"])
    def face(
        self, request: pytest.FixtureRequest, store: BasePydanticVectorStore
    ) -> Iterator[StoreFace]:
        """The store's methods in one colour, behind plain ones."""
        face = StoreFace(store, awaited=request.param == "awaited")
        yield face
        face.end()

    @pytest.fixture
    def full(self, face: StoreFace) -> StoreFace:
        """A store of four fruits."""
        assert face.add([fruit(n, **FRUITS[n]) for n in range(4)]) == [
            f"node-{n}" for n in range(4)
        ]
        return face

    def test_an_empty_store_has_nothing(self, face: StoreFace) -> None:
        """Reading and deleting before anything was stored is no error."""
        assert face.found() == []
        assert face.get_nodes() == []
        face.delete("doc-0")
        face.clear()

    def test_nothing_is_added(self, face: StoreFace) -> None:
        """An empty list is no error."""
        assert face.add([]) == []

    def test_nodes_come_back_as_they_were(self, full: StoreFace) -> None:
        """Id, text, metadata and relationships."""
        found = {node.node_id: node for node in full.get_nodes()}
        for number, metadata in enumerate(FRUITS):
            node = found[f"node-{number}"]
            expected = fruit(number, **metadata)
            expected.embedding = None
            assert node == expected
            assert node.ref_doc_id == f"doc-{number % 2}"

    def test_the_nearest_come_first(self, full: StoreFace) -> None:
        """With similarities that fall."""
        result = full.query(VectorStoreQuery(direction(2.2), similarity_top_k=3))
        assert result.ids == ["node-2", "node-3", "node-1"]
        assert result.similarities == sorted(result.similarities or (), reverse=True)
        assert [node.node_id for node in result.nodes or ()] == result.ids

    def test_fewer_than_asked_for(self, full: StoreFace) -> None:
        """All there are, when k is larger."""
        assert len(full.found(similarity_top_k=50)) == 4

    def test_a_node_is_replaced_by_its_id(self, full: StoreFace) -> None:
        """As an ingestion pipeline's upserts do."""
        node = fruit(1, name="lime")
        node.text = "a lime"
        full.add([node])
        (again,) = full.get_nodes(["node-1"])
        assert (again.get_content(), again.metadata) == ("a lime", {"name": "lime"})
        assert len(full.get_nodes()) == 4

    @pytest.mark.parametrize(("key", "operator", "value", "passing"), CONDITIONS)
    def test_an_operator(
        self, full: StoreFace, key: str, operator: FilterOperator, value: Any, passing: set[int]
    ) -> None:
        """Each operator, in queries and in `get_nodes`."""
        filters = only(key, value, operator)
        assert set(full.found(filters=filters, similarity_top_k=9)) == passing
        assert {number_of(node) for node in full.get_nodes(filters=filters)} == passing

    @pytest.mark.parametrize(
        ("condition", "passing"),
        [
            (FilterCondition.AND, {2}),
            (FilterCondition.OR, {0, 1, 2}),
            (FilterCondition.NOT, {3}),
            (None, {2}),
        ],
    )
    def test_a_condition(
        self, full: StoreFace, condition: FilterCondition | None, passing: set[int]
    ) -> None:
        """Each condition over two filters."""
        parts = [only("tags", tag, F.CONTAINS) for tag in ("red", "sour")]
        filters = MetadataFilters(filters=[part.filters[0] for part in parts], condition=condition)
        assert set(full.found(filters=filters, similarity_top_k=9)) == passing
        nested = MetadataFilters(filters=[*parts], condition=condition)
        assert set(full.found(filters=nested, similarity_top_k=9)) == passing

    def test_filters_that_say_nothing(self, full: StoreFace) -> None:
        """Restrict nothing."""
        assert len(full.found(filters=MetadataFilters(filters=[]), similarity_top_k=9)) == 4

    def test_a_query_among_some_nodes(self, full: StoreFace) -> None:
        """Node ids restrict, empty ones do not, and filters go on top."""
        some = ["node-0", "node-3", "no such node"]
        assert full.found(node_ids=some, similarity_top_k=9) == [0, 3]
        assert full.found(node_ids=some, filters=only("price", 4), similarity_top_k=9) == [3]
        assert len(full.found(node_ids=[], similarity_top_k=9)) == 4

    def test_a_query_in_some_documents(self, full: StoreFace) -> None:
        """Document ids restrict, and filters go on top."""
        assert set(full.found(doc_ids=["doc-1", "doc-9"], similarity_top_k=9)) == {1, 3}
        assert full.found(doc_ids=["doc-1"], filters=only("price", 4), similarity_top_k=9) == [3]

    def test_a_diverse_answer(self, full: StoreFace) -> None:
        """The second one is not the one most like the first."""
        if VectorStoreQueryMode.MMR not in self.modes:
            pytest.skip("has no mmr")
        full.add([fruit(0.1)])  # type: ignore[arg-type]  # a near double of the first
        asked = {"mode": VectorStoreQueryMode.MMR, "similarity_top_k": 2}
        alike = full.found_ids(asked, mmr_threshold=1)
        diverse = full.found_ids(asked, mmr_threshold=0.1)
        assert alike == ["node-0", "node-0.1"]
        assert diverse[0] == "node-0"
        assert diverse[1] not in alike

    @pytest.mark.parametrize("mode", ["text_search", "sparse"])
    def test_a_search_by_words(self, full: StoreFace, mode: str) -> None:
        """Finds what has them, under filters too, and needs no embedding."""
        if mode not in self.modes:
            pytest.skip(f"has no {mode}")
        asked: dict[str, Any] = {"query_str": "lime or plum?", "mode": VectorStoreQueryMode(mode)}
        lime = fruit(5, name="lime")
        lime.text = "A lime is sour; limes are green."
        full.add([lime])
        result = full.query(VectorStoreQuery(similarity_top_k=3, **asked))
        assert result.ids == ["node-5"]
        assert result.similarities[0] > 0
        none = VectorStoreQuery(filters=only("name", "apple"), **asked)
        assert full.query(none).ids == []

    def test_a_hybrid_search(self, full: StoreFace) -> None:
        """By words alone, by vectors alone, and by both."""
        if VectorStoreQueryMode.HYBRID not in self.modes:
            pytest.skip("has no hybrid")
        lime = fruit(7, name="lime")
        lime.text = "A lime is sour."
        full.add([lime])
        asked = {"mode": VectorStoreQueryMode.HYBRID, "query_str": "lime", "similarity_top_k": 2}
        assert full.found_ids(asked | {"alpha": 0.0})[0] == "node-7"
        assert full.found_ids(asked | {"alpha": 1.0}) == ["node-0", "node-1"]
        assert set(full.found_ids(asked | {"hybrid_top_k": 3})) >= {"node-7", "node-0"}
        assert full.found_ids(asked | {"filters": only("name", "Lemon")}) == ["node-1"]

    def test_other_modes_are_refused_by_name(self, full: StoreFace) -> None:
        """Never answered in another way than asked for."""
        for mode in set(VectorStoreQueryMode) - set(self.modes):
            with pytest.raises(Exception, match=mode.value):
                full.query(VectorStoreQuery(direction(0), mode=mode))

    def test_a_document_is_deleted(self, full: StoreFace) -> None:
        """With all its nodes and no others."""
        full.delete("doc-0")
        assert {number_of(node) for node in full.get_nodes()} == {1, 3}

    def test_nodes_are_deleted(self, full: StoreFace) -> None:
        """By id, by filter, by both; unknown ids are no error."""
        full.delete_nodes(["node-0", "no such node"])
        full.delete_nodes(filters=only("price", 4))
        full.delete_nodes(["node-1", "node-2"], only("price", 3))
        assert {number_of(node) for node in full.get_nodes()} == {1}

    def test_a_deletion_of_nothing_in_particular_is_refused(self, full: StoreFace) -> None:
        """It would be of everything."""
        with pytest.raises(Exception, match="clear"):
            full.delete_nodes()
        full.delete_nodes([])
        assert len(full.get_nodes()) == 4

    def test_the_store_is_cleared(self, full: StoreFace) -> None:
        """And can be filled again."""
        full.clear()
        assert full.get_nodes() == []
        full.add([fruit(1)])
        assert full.found() == [1]

    async def test_the_plain_methods_in_a_running_loop(
        self, store: BasePydanticVectorStore
    ) -> None:
        """As in a notebook."""
        store.add([fruit(1)])
        assert store.query(VectorStoreQuery(direction(1))).ids == ["node-1"]

    def test_several_loops_one_after_the_other(self, store: BasePydanticVectorStore) -> None:
        """As scripts do that call `asyncio.run` for each step."""
        asyncio.run(store.async_add([fruit(1)]))
        for _ in range(2):
            assert asyncio.run(store.aquery(VectorStoreQuery(direction(1)))).ids == ["node-1"]


class StoreFace(Face):
    """A store's methods in one colour, each behind a plain one."""

    def add(self, nodes: list[TextNode]) -> list[str]:
        """`add` or `async_add`."""
        return self.call("add", nodes, awaited="async_add")  # type: ignore[no-any-return]

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> Any:
        """`query` or `aquery`."""
        return self.call("query", query, **kwargs)

    def get_nodes(self, *args: Any, **kwargs: Any) -> list[BaseNode]:
        """`get_nodes` or `aget_nodes`."""
        return self.call("get_nodes", *args, **kwargs)  # type: ignore[no-any-return]

    def delete(self, ref_doc_id: str) -> None:
        """`delete` or `adelete`."""
        self.call("delete", ref_doc_id)

    def delete_nodes(self, *args: Any, **kwargs: Any) -> None:
        """`delete_nodes` or `adelete_nodes`."""
        self.call("delete_nodes", *args, **kwargs)

    def clear(self) -> None:
        """`clear` or `aclear`."""
        self.call("clear")

    def found_ids(self, asked: dict[str, Any], **kwargs: Any) -> list[str]:
        """The ids that a query finds, best first."""
        return list(self.query(VectorStoreQuery(direction(0), **asked), **kwargs).ids)

    def found(self, **asked: Any) -> list[int]:
        """The numbers of the fruits that a query finds, best first."""
        result = self.query(VectorStoreQuery(direction(0), **asked))
        return [number_of(node) for node in result.nodes]


def number_of(node: BaseNode) -> int:
    """The number of a fruit."""
    return int(node.node_id.removeprefix("node-"))
