"""What LlamaIndex expects of a reranker, as a suite to subclass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from hf_integrations.testing.llama_index.colours import Face
from hf_integrations.testing.llama_index.secrets import check_hidden

TEXTS = ["A stone lies on the road.", "Honey is made by bees.", "The moon has no air."]
QUERY = "Who makes honey, bees?"


def found(texts: list[str]) -> list[NodeWithScore]:
    """Nodes as a retriever gives them, each with the same score."""
    return [
        NodeWithScore(node=TextNode(text=text, id_=f"node-{number}"), score=0.5)
        for number, text in enumerate(texts)
    ]


class RerankerSuite:
    """Every node postprocessor that puts nodes into an order; each test in both colours."""

    @property
    def reranker_class(self) -> type[BaseNodePostprocessor]:
        """The class under test; it takes `top_n`."""
        raise NotImplementedError

    @pytest.fixture
    def reranker_params(self) -> dict[str, Any]:
        """What it is made with."""
        raise NotImplementedError

    @pytest.fixture
    def reranker(self, reranker_params: dict[str, Any]) -> BaseNodePostprocessor:
        """The subject."""
        return self.reranker_class(**reranker_params)

    @pytest.fixture(params=["plain", "awaited"])
    def face(
        self, request: pytest.FixtureRequest, reranker: BaseNodePostprocessor
    ) -> Iterator[Face]:
        """The subject's methods in one colour."""
        face = Face(reranker, awaited=request.param == "awaited")
        yield face
        face.end()

    def test_the_best_comes_first(self, face: Face) -> None:
        """With scores that fall, and no node lost."""
        nodes = face.call("postprocess_nodes", found(TEXTS), query_str=QUERY)
        assert nodes[0].node.node_id == "node-1"
        assert sorted(node.node.node_id for node in nodes) == ["node-0", "node-1", "node-2"]
        scores = [node.score for node in nodes]
        assert scores == sorted(scores, reverse=True)

    def test_the_given_nodes_stay_as_they_are(self, face: Face) -> None:
        """Their order and their scores are the retriever's."""
        nodes = found(TEXTS)
        face.call("postprocess_nodes", nodes, QueryBundle(QUERY))
        assert nodes == found(TEXTS)

    def test_nothing_is_ranked(self, face: Face) -> None:
        """No node is no error."""
        assert face.call("postprocess_nodes", [], query_str=QUERY) == []

    def test_a_query_is_needed(self, face: Face) -> None:
        """An order by nothing is none."""
        with pytest.raises(Exception, match="query"):
            face.call("postprocess_nodes", found(TEXTS))

    def test_only_the_best(self, reranker_params: dict[str, Any]) -> None:
        """As many as `top_n` says."""
        reranker = self.reranker_class(**reranker_params | {"top_n": 1})
        (best,) = reranker.postprocess_nodes(found(TEXTS), query_str=QUERY)
        assert best.node.node_id == "node-1"

    def test_serialisation_without_secrets(
        self, reranker: BaseNodePostprocessor, reranker_params: dict[str, Any]
    ) -> None:
        """`to_dict`, `to_json`, `pickle` and `repr` hold the settings, and no token."""
        assert type(reranker).from_json(reranker.to_json()).to_dict() == reranker.to_dict()
        check_hidden(reranker, reranker_params)
