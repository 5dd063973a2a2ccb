"""Vectors from any embedding model of LangChain, and from ours without the way through lists."""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.embeddings import HfInferenceEmbeddings


def document_vectors(embedding: Embeddings, texts: list[str], at_once: int | None = None) -> Any:
    """The vectors of n documents, n × d, so many of them at a time."""
    parts = [_document_vectors(embedding, part) for part in _parted(texts, at_once)]
    return _joined(parts)


async def adocument_vectors(
    embedding: Embeddings, texts: list[str], at_once: int | None = None
) -> Any:
    """The vectors of n documents, n × d, so many of them at a time."""
    parts = [await _adocument_vectors(embedding, part) for part in _parted(texts, at_once)]
    return _joined(parts)


def _parted(texts: list[str], at_once: int | None) -> list[list[str]]:
    """The texts in lists of at most `at_once`, in order.

    Raises:
        ValidationError: that is no number from 1 on.
    """
    if at_once is None:
        return [texts]
    if type(at_once) is not int or at_once < 1:
        raise ValidationError(f"batch_size must be a whole number, 1 or more, not {at_once!r}.")
    return [texts[start : start + at_once] for start in range(0, len(texts), at_once)]


def _joined(parts: list[Any]) -> Any:
    """The vectors of all parts together."""
    return parts[0] if len(parts) == 1 else [vector for part in parts for vector in part]


def _document_vectors(embedding: Embeddings, texts: list[str]) -> Any:
    if isinstance(embedding, HfInferenceEmbeddings) and _untouched(embedding, "embed_documents"):
        return embedding.vectors(texts)
    return embedding.embed_documents(texts)


async def _adocument_vectors(embedding: Embeddings, texts: list[str]) -> Any:
    if isinstance(embedding, HfInferenceEmbeddings) and _untouched(embedding, "aembed_documents"):
        return await embedding.avectors(texts)
    return await embedding.aembed_documents(texts)


def labels(embedding: Embeddings) -> dict[str, Any]:
    """Who makes the vectors; kept with each document."""
    if not isinstance(embedding, HfInferenceEmbeddings):
        return {}
    return {"provider": embedding.provider, "model": embedding.model}


def _untouched(embedding: Embeddings, method: str) -> bool:
    """Whether no subclass has its own way."""
    return getattr(type(embedding), method) is getattr(HfInferenceEmbeddings, method)
