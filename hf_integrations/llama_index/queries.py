"""LlamaIndex's queries as searches of the store, and what was found as its results: pure.

Each mode is a row of `_MODES`: what is fetched for it, and how the answer is picked from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings
from llama_index.core.vector_stores.types import (
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from numpy.typing import NDArray

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.llama_index.filters import both, of_documents, to_filter
from hf_integrations.llama_index.nodes import nodes_of
from hf_integrations.ruvvector import Filter, Match, Record
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.rows import check_dimensions, query_vector

Pick: TypeAlias = Callable[[Sequence[Match]], Sequence[Match]]
MMR_FACTOR = 4
MMR_THRESHOLD = 0.5
MOST_CANDIDATES = 1_000  # beyond it the store compares every row, and so would the picking
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
        node_ids: the rows to choose among; None for all, which is a search.
        vector: what rows are compared with.
        k: how many candidates.
        filter: which rows may be candidates.
        include_vectors: whether picking needs their vectors.
        pick: takes the answer from the candidates, which are best first.
    """

    node_ids: list[str] | None
    vector: list[float]
    k: int
    filter: Filter | None
    include_vectors: bool
    pick: Pick

    def result(self, candidates: Sequence[Match]) -> VectorStoreQueryResult:
        """The answer."""
        found = self.pick(candidates)
        return VectorStoreQueryResult(
            nodes=nodes_of(found),
            similarities=[match.score for match in found],
            ids=[match.id for match in found],
        )


def planned(query: VectorStoreQuery, options: Mapping[str, Any]) -> Plan:
    """The plan for a query.

    Args:
        query: with an embedding. Empty `node_ids` and `doc_ids` restrict nothing: LlamaIndex's
            retrievers send them so.
        options: what a mode may be told besides, by the names in `_MODES`.

    Raises:
        UnsupportedTaskError: the mode is not one of the store's.
        ValidationError: there is no embedding, or an option or a filter is wrong.
    """
    if query.mode not in _MODES:
        known = ", ".join(mode.value for mode in _MODES)
        raise UnsupportedTaskError(
            f"query mode {getattr(query.mode, 'value', query.mode)!r} is not served by this store; "
            f"its modes are {known}"
        )
    names, pick_for = _MODES[query.mode]
    if unknown := sorted(options.keys() - names):
        raise ValidationError(
            f"{', '.join(unknown)}: query mode {query.mode.value!r} has no such option; "
            f"it has {', '.join(sorted(names)) or 'none'}"
        )
    if query.query_embedding is None:
        raise ValidationError("query_embedding is missing; embed the query first")
    k, include_vectors, pick = pick_for(query, options)
    return Plan(
        list(query.node_ids) if query.node_ids else None,
        query.query_embedding,
        k,
        both(to_filter(query.filters), of_documents(query.doc_ids) if query.doc_ids else None),
        include_vectors,
        pick,
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


def _pick_best(query: VectorStoreQuery, _: Mapping[str, Any]) -> tuple[int, bool, Pick]:
    k = query.similarity_top_k
    return k, False, lambda candidates: candidates[:k]


def _pick_diverse(query: VectorStoreQuery, options: Mapping[str, Any]) -> tuple[int, bool, Pick]:
    k = query.similarity_top_k
    threshold = options.get("mmr_threshold", query.mmr_threshold)
    threshold = MMR_THRESHOLD if threshold is None else threshold
    factor = options.get("mmr_prefetch_factor", MMR_FACTOR)
    if not (_is_number(threshold) and 0 <= threshold <= 1):
        raise ValidationError("mmr_threshold must be a number from 0 (diverse) to 1 (similar)")
    if not (_is_number(factor) and factor >= 1):
        raise ValidationError("mmr_prefetch_factor must be a number of at least 1")
    candidates = max(k, min(round(k * factor), MOST_CANDIDATES))
    return candidates, True, partial(_diverse, query.query_embedding or [], k, threshold)


def _diverse(
    vector: list[float], k: int, threshold: float, candidates: Sequence[Match]
) -> Sequence[Match]:
    """Each next one like the query and unlike those before it (maximal marginal relevance)."""
    _, places = get_top_k_mmr_embeddings(
        vector,
        [match.vector for match in candidates],  # type: ignore[misc]  # arrays do as well
        similarity_top_k=k,
        mmr_threshold=threshold,
    )
    return [candidates[place] for place in places]


_MODES: dict[
    VectorStoreQueryMode,
    tuple[
        frozenset[str],
        Callable[[VectorStoreQuery, Mapping[str, Any]], tuple[int, bool, Pick]],
    ],
] = {
    VectorStoreQueryMode.DEFAULT: (frozenset(), _pick_best),
    VectorStoreQueryMode.MMR: (frozenset({"mmr_threshold", "mmr_prefetch_factor"}), _pick_diverse),
}


def _length(vectors: NDArray[Any]) -> NDArray[Any]:
    lengths: NDArray[Any] = np.linalg.norm(vectors, axis=-1)
    return lengths


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
