"""What `text_search` and `hybrid_search` do."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import fusion as fusing
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.found import HybridMatch, Results, TextMatch, hybrid_match_of
from hf_integrations.ruvvector.fusion import FUSIONS, Blend, Fusion
from hf_integrations.ruvvector.ranking import TextQuery
from hf_integrations.ruvvector.reranking import Reranker, reranked, seen_by
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.searching import (
    check_count,
    check_query,
    check_share,
    look_again,
    query_for,
)
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.text_index import words_for
from hf_integrations.ruvvector.weighing import ways_for
from hf_integrations.ruvvector.work import Operation, fetch

MAX_QUERY = 20_000  # characters of a question; the rest does not count


def text_search(
    state: State,
    text: str,
    k: int = 10,
    filter: FilterLike = None,
    *,
    rerank: Reranker | None = None,
) -> Operation[Results[TextMatch]]:
    """The k rows whose words fit a text best, by BM25; fewer when fewer share a word with it.

    Words are those of the collection's language, in any of their forms. Nothing in the text has a
    special meaning. The first search makes the text index; see `create_text_index`.

    Args:
        text: any text; of its first 20,000 characters, 64 different words count.
        k: how many, at most 100,000.
        filter: a dict in the Mongo manner, or a `Filter`.
        rerank: as in `search`; it orders the 50 best rows, and its scores take the place of theirs.
    """
    check_count("k", k)
    query = TextQuery(_checked(text), seen_by(rerank, k), Filter.of(filter))
    nothing: list[TextMatch] = []
    found = yield from with_collection(state, partial(_best_texts, state, query), nothing)
    return (yield from reranked(rerank, text, found, k))


def hybrid_search(
    state: State,
    text: str,
    vector: Any = None,
    k: int = 10,
    filter: FilterLike = None,
    *,
    text_weight: float = 0.5,
    fusion: Fusion = "rrf",
    candidates: int = 100,
    include_vectors: bool = False,
    rerank: Reranker | None = None,
) -> Operation[Results[HybridMatch]]:
    """The k best rows by vector and words together; all that pass the filter when they are fewer.

    Args:
        text: what to search words by; its first 20,000 characters count.
        vector: d numbers; left out, the store's `embed` makes them of the text.
        k: how many, at most 1,000.
        filter: a dict in the Mongo manner, or a `Filter`.
        text_weight: from 0, vectors alone, to 1, words alone.
        fusion: "rrf" adds up reciprocal ranks with k = 60; "scores" adds up distance and BM25,
            each brought to 0 … 1 over the candidates.
        candidates: how many rows each side brings, at most 1,000; never less than k.
        include_vectors: whether each match brings its vector.
        rerank: as in `search`; it orders the 50 best rows, and its scores take the place of theirs.
    """
    _check_blend(k, text_weight, fusion, candidates)
    words, wide = _checked(text), seen_by(rerank, k)
    asked = text if vector is None else vector
    query = yield from query_for(state, asked, wide, filter, include_vectors=include_vectors)
    blend = Blend(fusion, float(text_weight), max(candidates, wide))
    nothing: list[HybridMatch] = []
    use = partial(_blended, state, query, words, blend)
    found = yield from with_collection(state, use, nothing)
    return (yield from reranked(rerank, text, found, k))


def _best_texts(
    state: State, query: TextQuery, collection: Collection
) -> Operation[list[TextMatch]]:
    words = yield from words_for(state, collection)
    rows = yield from fetch(fusing.best_texts(collection, words, query))
    found = [TextMatch(*row) for _, *row in rows if row[0] is not None]
    if len(found) < query.limit and rows[0][0]:
        wide = TextQuery(query.text, query.limit, query.filter, wide=True)
        rows = yield from fetch(fusing.best_texts(collection, words, wide))
        found = [TextMatch(*row) for _, *row in rows if row[0] is not None]
    return found


def _blended(
    state: State, query: Query, text: str, blend: Blend, collection: Collection
) -> Operation[list[HybridMatch]]:
    check_query(collection, query.vector)
    words = yield from words_for(state, collection)
    look_again(state, collection)
    rows: list[tuple[Any, ...]] = []
    for way, wide in (yield from ways_for(collection, replace(query, k=blend.candidates))):
        asked = replace(query, ef_search=wide.ef_search)
        rows = yield from fetch(fusing.blended(collection, words, asked, text, blend, way))
        if rows and rows[0][0] >= query.k:  # found by vector, as `search` would want
            break
    return [hybrid_match_of(collection, row) for _, *row in rows]


def _checked(text: Any) -> str:
    if not isinstance(text, str):
        raise ValidationError(f"text is a {type(text).__name__}; give a string")
    if fault := text_fault(text):
        raise ValidationError(f"text {fault}")
    return text[:MAX_QUERY]


def _check_blend(k: Any, text_weight: Any, fusion: Any, candidates: Any) -> None:
    for argument, value in (("k", k), ("candidates", candidates)):
        check_count(argument, value)
        if value > MAX_EF_SEARCH:
            raise ValidationError(f"{argument} is at most {MAX_EF_SEARCH} in a hybrid search")
    if fusion not in FUSIONS:
        raise ValidationError(f"fusion {fusion!r:.40} is not known; choose: {', '.join(FUSIONS)}")
    check_share("text_weight", text_weight, "0, vectors alone, to 1, words alone")
