"""Searching by words, and by vector and words together, each in one statement."""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from hf_integrations.ruvvector import nearest
from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.nearest import Way
from hf_integrations.ruvvector.ranking import TextQuery, ranked
from hf_integrations.ruvvector.sql import EVERYTHING, Collection, Query, where_sql
from hf_integrations.ruvvector.textual import Words
from hf_integrations.ruvvector.work import Statement

Fusion = Literal["rrf", "scores"]
FUSIONS: tuple[Fusion, ...] = ("rrf", "scores")
# Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
# Learning Methods" (2009).
RRF_K = 60


@dataclass(frozen=True, slots=True)
class Blend:
    """How two lists become one.

    Attributes:
        text_weight: from 0, vectors alone, to 1, words alone.
        candidates: how many rows are taken from each.
    """

    fusion: Fusion
    text_weight: float
    candidates: int


def best_texts(collection: Collection, words: Words, query: TextQuery) -> Statement:
    """The best rows by their words, after whether some with only frequent words may be missing.

    There is always a row; its id is null when nothing was found.
    """
    params = Parameters()
    ctes = ranked(collection.names, words, query, params)
    mine = where_sql(collection.names, None, EVERYTHING, params, "r.")
    return Statement(
        f"WITH {ctes} SELECT drivers.pruned, best.* FROM drivers LEFT JOIN (SELECT r.id, "
        "r.content, r.metadata, texts.text_score::float8 "
        f"FROM texts JOIN {collection.names.table} AS r USING (namespace, id) WHERE {mine}"
        ") AS best ON true ORDER BY best.text_score DESC, best.id",
        params.values(),
        fresh=query.filter.size() > 0,
    )


def blended(
    collection: Collection, words: Words, query: Query, text: str, blend: Blend, way: Way
) -> Statement:
    """The best rows by vector and words, each after how many were found by vector."""
    names, facts = collection.names, collection.facts
    params = Parameters(nearest.packed(collection, query))
    operand = f"$1::{facts.vector}"
    near = replace(query, k=blend.candidates, include_vectors=False)
    asked = TextQuery(text, blend.candidates, query.filter)
    vector = f"{facts.sent('r.embedding')}" if query.include_vectors else "NULL"
    distance = f"r.embedding {facts.operator(collection.metric)} {operand}"
    statement = f"""
WITH {ranked(names, words, asked, params)},
near AS MATERIALIZED ({nearest.found(collection, near, "id", operand, way, params)}),
by_vector AS (SELECT id, row_number() OVER (ORDER BY distance + 0, id) AS place FROM near
  ORDER BY place LIMIT {blend.candidates:d}),
by_words AS (SELECT id, text_score::float8,
  row_number() OVER (ORDER BY text_score DESC, id) AS place FROM texts),
joined AS (SELECT r.id, r.content, r.metadata, {distance} AS distance, by_words.text_score,
    by_vector.place AS vector_place, by_words.place AS words_place, {vector} AS vector
  FROM by_vector FULL JOIN by_words USING (id) JOIN {names.table} AS r USING (id)
  WHERE {where_sql(names, None, EVERYTHING, params, "r.")}),
scored AS (SELECT *, {_score(blend)} AS score FROM joined)
SELECT (SELECT count(*) FROM by_vector), id, content, metadata, score, distance, text_score, vector
FROM scored ORDER BY score DESC, distance, id LIMIT {query.k:d}"""
    return Statement(statement, params.values(), fresh=query.filter.size() > 0)


def _score(blend: Blend) -> str:
    """From 0 to 1."""
    words, vector = f"{blend.text_weight!r}::float8", f"{1 - blend.text_weight!r}::float8"
    if blend.fusion == "rrf":
        return (
            f"{vector} * coalesce({RRF_K + 1}.0 / ({RRF_K} + vector_place), 0) + "
            f"{words} * coalesce({RRF_K + 1}.0 / ({RRF_K} + words_place), 0)"
        )
    furthest, nearest_ = "max(distance) OVER ()", "min(distance) OVER ()"
    return (
        f"{vector} * coalesce(({furthest} - distance) / nullif({furthest} - {nearest_}, 0), 1) + "
        f"{words} * coalesce(text_score / max(text_score) OVER (), 0)"
    )
