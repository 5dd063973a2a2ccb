"""Vectors as they are handed out."""

from __future__ import annotations

import numpy as np

from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.embeddings import EmbeddingList, EmbeddingResponse
from hf_integrations.models.shapes import decode
from tests.playing import elsewhere

VECTORS = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)


def test_vectors_are_an_array_and_can_be_read_as_a_list() -> None:
    """Float32, n × d; by index, one by one, and as lists of floats."""
    response = EmbeddingResponse(VECTORS)

    assert len(response) == 2
    assert response.dimensions == 3
    assert response[1].tolist() == [4, 5, 6]
    assert [vector.tolist() for vector in response] == response.tolist() == VECTORS.tolist()
    assert isinstance(response.tolist()[0][0], float)


def test_the_repr_is_short() -> None:
    """It says how many, not which."""
    response = EmbeddingResponse(VECTORS, "org/name", TokenUsage(total_tokens=3))

    assert repr(response).startswith("EmbeddingResponse(2 × 3, model='org/name', usage=TokenUsage(")


def test_vectors_travel() -> None:
    """To another process and back."""
    there = elsewhere(EmbeddingResponse(VECTORS, "org/name", requests=2))

    assert np.array_equal(there.vectors, VECTORS)
    assert (there.model, there.requests) == ("org/name", 2)


def test_both_forms_of_a_vector_are_read() -> None:
    """Numbers and base64."""
    found = decode(b'{"data": [{"embedding": [1, 2.5]}, {"embedding": "AACAPw=="}]}', EmbeddingList)

    assert [item.embedding for item in found.data] == [[1.0, 2.5], b"\x00\x00\x80?"]
    assert [item.index for item in found.data] == [None, None]
