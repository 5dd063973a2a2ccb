"""What the store finds as LangChain's documents: pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.documents import Document

from hf_integrations.errors import ValidationError

if TYPE_CHECKING:
    from hf_integrations.ruvvector import HybridMatch, Match, Record, TextMatch

    Found: TypeAlias = Match | HybridMatch | TextMatch


def documents(matches: Sequence[Found]) -> list[Document]:
    """The documents that were found, best first."""
    return [_document(match) for match in matches]


def scored(matches: Sequence[Found]) -> list[tuple[Document, float]]:
    """The documents that were found, best first, each with its score."""
    return [(_document(match), match.score) for match in matches]


def stored_documents(records: Sequence[Record]) -> list[Document]:
    """Documents as they are stored."""
    return [_document(record) for record in records]


def relevance(score: float) -> float:
    """A score as a relevance from 0 to 1.

    For cosine, and for the inner product of vectors of length 1, it is the similarity, and 0 for
    what points the other way; for l2 and l1 the score is one already.
    """
    return min(1.0, max(0.0, score))


def diverse(query: Any, matches: Sequence[Match], *, k: int, lambda_mult: Any) -> list[Document]:
    """The k of the matches that are near the query and unlike each other.

    Raises:
        ValidationError: `lambda_mult` is no number from 0 to 1.
    """
    if not isinstance(lambda_mult, int | float) or not 0 <= lambda_mult <= 1:
        raise ValidationError(f"lambda_mult is a number from 0 to 1, not {lambda_mult!r:.40}.")
    import numpy as np
    from langchain_core.vectorstores.utils import maximal_marginal_relevance

    vectors: list[Any] = [match.vector for match in matches]
    chosen = maximal_marginal_relevance(
        np.asarray(query, np.float32), vectors, lambda_mult=lambda_mult, k=k
    )
    return [_document(matches[index]) for index in chosen]


def _document(row: Found | Record) -> Document:
    return Document(id=row.id, page_content=row.text, metadata=row.metadata)
