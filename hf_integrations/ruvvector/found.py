"""What reading gives: rows as they are stored, and rows that were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec

from hf_integrations.ruvvector.shown import Results as Results
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.wire import Float32

_DISTANCE_AND_ID = itemgetter(-1, 0)


# Structs, because they are made several times as fast as anything else: ten for each search.
class _Row(msgspec.Struct, frozen=True, eq=False):
    """A row that is compared and shown without its vector."""

    def _told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "vector"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]  # metadata may change

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self._told().items())
        return f"{type(self).__name__}({told})"


class Record(_Row, frozen=True):
    """A row as it is stored."""

    id: str
    text: str
    metadata: dict[str, Any]
    provider: str | None
    model: str | None
    content_hash: str
    created_at: datetime
    vector: Float32 | None = None


class Match(_Row, frozen=True):
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
    vector: Float32 | None = None


class HybridMatch(_Row, frozen=True):
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
    vector: Float32 | None = None


class TextMatch(_Row, frozen=True):
    """A row that was found by its words.

    Attributes:
        score: BM25, above 0; it can be compared within one search only.
    """

    id: str
    text: str
    metadata: dict[str, Any]
    score: float


class Pair(_Row, frozen=True):
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


def in_order(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of `nearest`, best first; equally near ones in the order of their ids."""
    return sorted(rows, key=_DISTANCE_AND_ID)


def matches_of(collection: Collection, rows: Iterable[tuple[Any, ...]]) -> Results[Match]:
    """The rows of `nearest`."""
    score, numbers = collection.metric.score, collection.facts.type.numbers
    return Results(
        [
            Match(name, text, metadata, score(distance), distance, *map(numbers, vector))
            for name, text, metadata, *vector, distance in rows
        ]
    )


def hybrid_match_of(collection: Collection, row: Sequence[Any]) -> HybridMatch:
    """A row of `hybrid`."""
    *columns, vector = row
    values: list[Any] = [*columns, _vector(collection, vector)]
    return HybridMatch(*values)


def _vector(collection: Collection, data: bytes | None = None) -> Float32 | None:
    return None if data is None else collection.facts.type.numbers(data)
