"""Letting a better judge order what was found: the caller's reranker, asked once for a search."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import replace

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.found import HybridMatch, Match, Results, TextMatch
from hf_integrations.ruvvector.work import Call, Operation

M = TypeVar("M", Match, HybridMatch, TextMatch)
Reranker: TypeAlias = Callable[[str, list[str]], Any]
RERANKED = 50  # rows that a reranker sees, unless more are wanted


def reranked(
    rerank: Reranker | None, text: str, found: Sequence[M], k: int
) -> Operation[Results[M]]:
    """The k best of what was found, by the reranker's scores; as it is without a reranker.

    Raises:
        ValidationError: the reranker gave something else than one finite number for each text.
    """
    if rerank is None or not found:
        return Results(found[:k])
    given = yield Call(rerank, (text, [match.text for match in found]))
    scores = _numbers(given, len(found))
    order = sorted(range(len(found)), key=lambda row: (-scores[row], row))
    return Results(replace(found[row], score=scores[row]) for row in order[:k])


def seen_by(rerank: Reranker | None, k: int) -> int:
    """How many rows are looked for, so that a reranker has a choice."""
    if rerank is None:
        return k
    if not callable(rerank):
        raise ValidationError(
            f"rerank is a {type(rerank).__name__}; give a function from a text and n texts to n "
            "scores"
        )
    return max(k, RERANKED)


def _numbers(given: Any, count: int) -> list[float]:
    try:
        scores = [float(score) for score in given]
    except (TypeError, ValueError) as error:
        raise ValidationError(
            f"rerank returned a {type(given).__name__}; give one number for each text"
        ) from error
    if len(scores) != count or not all(map(math.isfinite, scores)):
        raise ValidationError(
            f"rerank returned {len(scores)} numbers for {count} texts, or one that is not finite"
        )
    return scores
