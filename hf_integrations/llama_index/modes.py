"""LlamaIndex's query modes: each is a row that says what it needs and how it is planned; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings
from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode
from msgspec.structs import replace

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.llama_index.filters import both, of_documents, to_filter
from hf_integrations.llama_index.learning import learned_scores
from hf_integrations.llama_index.queries import Found, Pick, Plan
from hf_integrations.ruvvector import Filter, Match

MMR_FACTOR = 4
MMR_THRESHOLD = 0.5
RERANK_FACTOR = 4
CANDIDATES = 100  # of each side of a hybrid search
MOST_CANDIDATES = 1_000  # beyond it the store compares every row, and so would the picking

Options: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mode:
    """One way of querying.

    Attributes:
        plan: makes the plan, of the query, its options and its filter.
        options: what may be told besides.
        by_vector: it needs the query's embedding.
        by_text: it needs the query's text, and cannot be restricted to node ids.
    """

    plan: Callable[[VectorStoreQuery, Options, Filter | None], Plan]
    options: frozenset[str] = frozenset()
    by_vector: bool = True
    by_text: bool = False


def planned(query: VectorStoreQuery, options: Options) -> Plan:
    """The plan for a query.

    Args:
        query: with an embedding, a text or both, as its mode needs. Empty `node_ids` and `doc_ids`
            restrict nothing: LlamaIndex's retrievers send them so.
        options: what the mode may be told besides, by the names in `_MODES`.

    Raises:
        UnsupportedTaskError: the mode is not one of the store's.
        ValidationError: something is missing that the mode needs, or an option or a filter is
            wrong, or it is no query.
    """
    if not isinstance(query, VectorStoreQuery):
        raise ValidationError(f"query is a {type(query).__name__}; give a VectorStoreQuery")
    mode = _mode_of(query)
    if unknown := sorted(options.keys() - mode.options):
        raise ValidationError(
            f"{', '.join(unknown)}: query mode {named(query)!r} has no such option; "
            f"it has {', '.join(sorted(mode.options)) or 'none'}"
        )
    _check_needs(query, mode)
    documents = of_documents(query.doc_ids) if query.doc_ids else None
    return mode.plan(query, options, both(to_filter(query.filters), documents))


def named(query: VectorStoreQuery) -> str:
    """The mode's name; it may be given by that alone."""
    return str(getattr(query.mode, "value", query.mode))


def _mode_of(query: VectorStoreQuery) -> Mode:
    if query.mode not in _MODES:
        known = ", ".join(mode.value for mode in _MODES)
        raise UnsupportedTaskError(
            f"query mode {named(query)!r} is not served by this store; its modes are {known}"
        )
    return _MODES[query.mode]


def _check_needs(query: VectorStoreQuery, mode: Mode) -> None:
    if mode.by_vector and query.query_embedding is None:
        raise ValidationError("query_embedding is missing; embed the query first")
    if mode.by_text and not query.query_str:
        raise ValidationError(f"query_str is missing; mode {named(query)!r} searches by words")
    if mode.by_text and query.node_ids:
        raise ValidationError(
            f"node_ids: mode {named(query)!r} cannot be restricted to them; use filters, "
            "or mode 'default'"
        )


def _by_vector(
    query: VectorStoreQuery, k: int, restriction: Filter | None, pick: Pick, *, vectors: bool
) -> Plan:
    """A search of all rows, or of those with the ids that are asked for."""
    vector = query.query_embedding or []
    if query.node_ids:
        rows = {"ids": list(query.node_ids), "filter": restriction, "include_vectors": True}
        return Plan("get", rows, lambda found: pick(found[:k]), near=vector)
    told = {"vector": vector, "k": k, "filter": restriction, "include_vectors": vectors}
    return Plan("search", told, pick)


def _best(query: VectorStoreQuery, _: Options, restriction: Filter | None) -> Plan:
    return _by_vector(query, query.similarity_top_k, restriction, _all, vectors=False)


def _diverse(query: VectorStoreQuery, options: Options, restriction: Filter | None) -> Plan:
    k = query.similarity_top_k
    threshold = options.get("mmr_threshold", query.mmr_threshold)
    threshold = MMR_THRESHOLD if threshold is None else threshold
    if not (_is_number(threshold) and 0 <= threshold <= 1):
        raise ValidationError("mmr_threshold must be a number from 0 (diverse) to 1 (similar)")
    wide = _widened(k, options, "mmr_prefetch_factor", MMR_FACTOR)
    pick = partial(_unlike, query.query_embedding or [], k, threshold)
    return _by_vector(query, wide, restriction, pick, vectors=True)


def _by_words(query: VectorStoreQuery, _: Options, restriction: Filter | None) -> Plan:
    k = query.similarity_top_k if query.sparse_top_k is None else query.sparse_top_k
    return Plan("text_search", {"text": query.query_str, "k": k, "filter": restriction}, _all)


def _blended(query: VectorStoreQuery, options: Options, restriction: Filter | None) -> Plan:
    return _hybrid(query, _wanted(query), options, restriction)


def _blended_and_reranked(
    query: VectorStoreQuery, options: Options, restriction: Filter | None
) -> Plan:
    k = _wanted(query)
    wide = _widened(k, options, "rerank_prefetch_factor", RERANK_FACTOR)
    return _hybrid(query, wide, options, restriction, rerank=k)


def _hybrid(
    query: VectorStoreQuery, k: int, options: Options, restriction: Filter | None,
    rerank: int | None = None,
) -> Plan:  # fmt: skip
    alpha = 0.5 if query.alpha is None else query.alpha
    if not (_is_number(alpha) and 0 <= alpha <= 1):
        raise ValidationError("alpha must be a number from 0 (words alone) to 1 (vectors alone)")
    told = {
        "text": query.query_str,
        "vector": query.query_embedding,
        "k": k,
        "filter": restriction,
        "text_weight": 1 - alpha,
        "fusion": options.get("fusion", "rrf"),
        "candidates": CANDIDATES if query.sparse_top_k is None else query.sparse_top_k,
    }
    return Plan("hybrid_search", told, _all, rerank=rerank)


def _wanted(query: VectorStoreQuery) -> int:
    return query.similarity_top_k if query.hybrid_top_k is None else query.hybrid_top_k


def _widened(k: int, options: Options, name: str, usual: float) -> int:
    """How many candidates to look at for an answer of k."""
    factor = options.get(name, usual)
    if not (_is_number(factor) and factor >= 1):
        raise ValidationError(f"{name} must be a number of at least 1")
    return max(k, min(int(k * factor), MOST_CANDIDATES))


def _all(candidates: Sequence[Found]) -> Sequence[Found]:
    return candidates


def _unlike(
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


def _learned(query: VectorStoreQuery, _: Options, restriction: Filter | None) -> Plan:
    k = query.similarity_top_k
    pick = partial(_most_alike, named(query), query.query_embedding or [], k)
    return _by_vector(query, max(k, MOST_CANDIDATES), restriction, pick, vectors=True)


def _most_alike(
    kind: str, vector: list[float], k: int, candidates: Sequence[Match]
) -> Sequence[Match]:
    """The best in the eyes of a model of the query; of equals the nearest."""
    if not candidates:
        return candidates
    rows = np.array([match.vector for match in candidates])
    scores = learned_scores(kind, vector, rows)
    best = np.argsort(-scores, kind="stable")[:k].tolist()
    return [replace(candidates[place], score=float(scores[place])) for place in best]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_WORDS = Mode(_by_words, by_vector=False, by_text=True)
_MODES: dict[VectorStoreQueryMode, Mode] = {
    VectorStoreQueryMode.DEFAULT: Mode(_best),
    VectorStoreQueryMode.MMR: Mode(_diverse, frozenset({"mmr_threshold", "mmr_prefetch_factor"})),
    VectorStoreQueryMode.TEXT_SEARCH: _WORDS,
    VectorStoreQueryMode.SPARSE: _WORDS,
    VectorStoreQueryMode.HYBRID: Mode(_blended, frozenset({"fusion"}), by_text=True),
    VectorStoreQueryMode.SVM: Mode(_learned),
    VectorStoreQueryMode.LOGISTIC_REGRESSION: Mode(_learned),
    VectorStoreQueryMode.LINEAR_REGRESSION: Mode(_learned),
    VectorStoreQueryMode.SEMANTIC_HYBRID: Mode(
        _blended_and_reranked, frozenset({"fusion", "rerank_prefetch_factor"}), by_text=True
    ),
}
