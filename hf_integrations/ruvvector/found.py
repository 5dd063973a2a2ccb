"""What reading gives: rows as they are stored, and rows that were found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hf_integrations.ruvvector.shown import Results as Results
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.wire import Float32


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it is stored."""

    id: str
    text: str
    metadata: dict[str, Any]
    provider: str | None
    model: str | None
    content_hash: str
    created_at: datetime
    vector: Float32 | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A row that was found by its vector.

    Attributes:
        distance: as pgvector's operator gives it; smaller is nearer.
        score: greater is nearer; see docs/ruvvector.md for each metric.
        vector: d numbers, when they were asked for.
    """

    id: str
    text: str
    metadata: dict[str, Any]
    score: float
    distance: float
    vector: Float32 | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class HybridMatch:
    """A row that was found by its vector, by its words, or by both.

    Attributes:
        score: of the fusion, from 0 to 1: greater is better.
        distance: of its vector, as pgvector's operator gives it.
        text_score: BM25 of its words; None when it is not among the candidates of the text.
        vector: d numbers, when they were asked for.
    """

    id: str
    text: str
    metadata: dict[str, Any]
    score: float
    distance: float
    text_score: float | None
    vector: Float32 | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A row that was found by its words.

    Attributes:
        score: BM25, above 0; it can be compared within one search only.
    """

    id: str
    text: str
    metadata: dict[str, Any]
    score: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that are near each other; `first` is the lesser id."""

    first: str
    second: str
    score: float
    distance: float


def record_of(collection: Collection, row: tuple[Any, ...]) -> Record:
    """A row of `sql.get`."""
    *stored, vector = row
    columns: list[Any] = [*stored, _vector(collection, vector)]
    return Record(*columns)


def matches_of(collection: Collection, rows: Iterable[tuple[Any, ...]]) -> Results[Match]:
    """The rows of `nearest`."""
    score, numbers = collection.metric.score, collection.facts.type.numbers
    return Results(
        Match(name, text, metadata, score(distance), distance, *map(numbers, vector))
        for name, text, metadata, *vector, distance in rows
    )


def hybrid_match_of(collection: Collection, row: tuple[Any, ...]) -> HybridMatch:
    """A row of `hybrid`."""
    *columns, vector = row
    values: list[Any] = [*columns, _vector(collection, vector)]
    return HybridMatch(*values)


def _vector(collection: Collection, data: bytes | None = None) -> Float32 | None:
    return None if data is None else collection.facts.type.numbers(data)
