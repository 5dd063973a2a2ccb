"""This package without its memory of embeddings, which keeps every vector it has seen."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.peers.asked import MODEL, TOKEN
from hf_integrations import HfInferenceClient


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain."""
    client = HfInferenceClient(base_url=url, token=TOKEN, server="openai", embedding_cache=False)
    return lambda texts: client.embeddings.create(texts, model=MODEL).vectors
