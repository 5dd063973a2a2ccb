"""Vectors from any embedding model."""

from __future__ import annotations

from typing import Any

import numpy as np
from langchain_core.embeddings import DeterministicFakeEmbedding

from hf_integrations.langchain import HfInferenceEmbeddings
from hf_integrations.langchain.vectors import adocument_vectors, document_vectors, labels


class Doubled(HfInferenceEmbeddings):
    """Has its own way."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Twice as long."""
        return [[2 * number for number in row] for row in super().embed_documents(texts)]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Twice as long."""
        return self.embed_documents(texts)


async def test_ours_come_as_arrays(embeddings: HfInferenceEmbeddings) -> None:
    """Without the way through lists."""
    found = document_vectors(embeddings, ["a", "b"])

    assert isinstance(found, np.ndarray)
    assert np.array_equal(found, await adocument_vectors(embeddings, ["a", "b"]))
    assert labels(embeddings) == {"provider": None, "model": "org/model"}


async def test_a_subclass_keeps_its_own_way(
    embeddings: HfInferenceEmbeddings, whom: dict[str, Any]
) -> None:
    """What it overrides is used."""
    doubled = Doubled(**whom)
    wanted = 2 * embeddings.vectors(["a"])

    assert np.allclose(document_vectors(doubled, ["a"]), wanted)
    assert np.allclose(await adocument_vectors(doubled, ["a"]), wanted)


async def test_others_are_asked_as_langchain_asks() -> None:
    """Whatever they are."""
    model = DeterministicFakeEmbedding(size=3)

    assert document_vectors(model, ["a"]) == await adocument_vectors(model, ["a"])
    assert labels(model) == {}
