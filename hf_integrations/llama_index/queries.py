"""LlamaIndex's queries as calls of the store, and what was found as its results: pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from llama_index.core.schema import NodeWithScore
from llama_index.core.vector_stores.types import VectorStoreQueryResult
from numpy.typing import NDArray

from hf_integrations.llama_index.nodes import nodes_of
from hf_integrations.ruvvector import HybridMatch, Match, Record, TextMatch
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.rows import check_dimensions, query_vector

Found: TypeAlias = Match | HybridMatch | TextMatch
Pick: TypeAlias = Callable[[Sequence[Any]], Sequence[Found]]
# pgvector's distances, in double precision.
_DISTANCES: dict[str, Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]] = {
    "cosine": lambda rows, one: 1 - rows @ one / (_length(rows) * _length(one)),
    "inner_product": lambda rows, one: -(rows @ one),
    "l2": lambda rows, one: _length(rows - one),
    "l1": lambda rows, one: np.abs(rows - one).sum(axis=1),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is answered.

    Attributes:
        method: of the store, in either colour.
        arguments: what it is called with.
        pick: takes the answer from what it returns, which is best first.
        near: the rows come by their ids, and are compared with this vector.
        rerank: what remains after a reranker has put the answer into its order; None without one.
    """

    method: str
    arguments: Mapping[str, Any]
    pick: Pick
    near: Sequence[float] | None = None
    rerank: int | None = None

    def result(self, found: Sequence[Any], metric: Metric) -> VectorStoreQueryResult:
        """The answer, from what the store's method returned."""
        candidates = found if self.near is None else nearest(found, self.near, metric)
        picked = self.pick(candidates)
        return VectorStoreQueryResult(
            nodes=nodes_of(picked),
            similarities=[match.score for match in picked],
            ids=[match.id for match in picked],
        )


def scored(result: VectorStoreQueryResult) -> list[NodeWithScore]:
    """An answer as a reranker takes it."""
    pairs = zip(result.nodes or (), result.similarities or (), strict=True)
    return [NodeWithScore(node=node, score=score) for node, score in pairs]


def reranked(nodes: Sequence[NodeWithScore], k: int) -> VectorStoreQueryResult:
    """An answer of at most k, from what a reranker made of it."""
    kept = nodes[:k]
    return VectorStoreQueryResult(
        nodes=[one.node for one in kept],
        similarities=[one.score or 0.0 for one in kept],
        ids=[one.node.node_id for one in kept],
    )


def nearest(records: Sequence[Record], vector: Sequence[float], metric: Metric) -> list[Match]:
    """Rows that came with their vectors, best first, scored as a search would score them."""
    one = query_vector(vector, metric)
    if not records:
        return []
    rows = np.array([record.vector for record in records], np.float64)
    check_dimensions(len(one), rows.shape[1], "vector")
    distances = _DISTANCES[metric.name](rows, one.astype(np.float64))
    found = [
        Match(row.id, row.text, row.metadata, metric.score(distance), distance, row.vector)
        for row, distance in zip(records, distances.tolist(), strict=True)
    ]
    return sorted(found, key=lambda match: (match.distance, match.id))


def _length(vectors: NDArray[Any]) -> NDArray[Any]:
    lengths: NDArray[Any] = np.linalg.norm(vectors, axis=-1)
    return lengths
