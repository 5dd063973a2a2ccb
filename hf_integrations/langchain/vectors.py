"""Vectors from any embedding model of LangChain, and from ours without the way through lists."""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings

from hf_integrations.langchain.embeddings import HfInferenceEmbeddings


def document_vectors(embedding: Embeddings, texts: list[str]) -> Any:
    """The vectors of n documents, n × d."""
    if isinstance(embedding, HfInferenceEmbeddings) and _untouched(embedding, "embed_documents"):
        return embedding.vectors(texts)
    return embedding.embed_documents(texts)


async def adocument_vectors(embedding: Embeddings, texts: list[str]) -> Any:
    """The vectors of n documents, n × d."""
    if isinstance(embedding, HfInferenceEmbeddings) and _untouched(embedding, "aembed_documents"):
        return await embedding.avectors(texts)
    return await embedding.aembed_documents(texts)


def labels(embedding: Embeddings) -> dict[str, str | None]:
    """Who makes the vectors; kept with each document."""
    if not isinstance(embedding, HfInferenceEmbeddings):
        return {}
    return {"provider": embedding.provider, "model": embedding.model}


def _untouched(embedding: Embeddings, method: str) -> bool:
    """Whether no subclass has its own way."""
    return getattr(type(embedding), method) is getattr(HfInferenceEmbeddings, method)
