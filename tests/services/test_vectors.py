"""Arithmetic on vectors, against numpy in twice the precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.embeddings import EmbeddingResponse
from hf_integrations.services.vectors import is_one, normalized, similarity, top_k

numbers = st.floats(-1e3, 1e3, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)
pairs = st.integers(1, 8).flatmap(
    lambda d: st.tuples(
        *[st.lists(st.lists(numbers, min_size=d, max_size=d), min_size=1, max_size=4)] * 2
    )
)


def reference(a: Any, b: Any, measure: str) -> Any:
    """What numpy says, one pair at a time."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if measure == "euclidean":
        return [[np.linalg.norm(x - y) for y in b] for x in a]
    if measure == "dot":
        return a @ b.T
    lengths = np.outer(np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1))
    return np.divide(a @ b.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)


@given(pairs, st.sampled_from(["cosine", "dot", "euclidean"]))
def test_similarity_is_what_numpy_says(pair: Any, measure: Any) -> None:
    """A matrix, n × m."""
    a, b = pair
    found = similarity(a, b, measure=measure)
    size = max(np.abs(a).max(), np.abs(b).max(), 1.0)
    scale = size * size if measure == "dot" else size

    assert found.shape == (len(a), len(b))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, reference(a, b, measure), atol=1e-5 * scale, rtol=1e-4)


@given(pairs)
def test_cosine_stays_in_its_bounds_and_a_distance_to_oneself_is_none(pair: Any) -> None:
    """Whatever rounding does."""
    a, b = pair
    assert (np.abs(similarity(a, b)) <= 1).all()
    assert np.diag(similarity(a, a, measure="euclidean")).max() <= 1e-4


def test_small_distances_between_large_vectors_are_found() -> None:
    """They would drown in float32."""
    a = np.full(384, 100.0, dtype=np.float32)
    b = a.copy()
    b[0] += 0.01

    assert similarity(a, b, measure="euclidean") == pytest.approx(0.01, rel=1e-3)


def test_the_form_of_the_result_is_that_of_the_arguments() -> None:
    """One and one: a float; one and many: a row; many and one: a column, flat."""
    one, many = [1.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]

    assert similarity(one, one) == 1.0
    assert isinstance(similarity(one, one), float)
    assert similarity(one, many).tolist() == [1, 0]
    assert similarity(many, one).tolist() == [1, 0]
    assert similarity(many, many).tolist() == many
    assert similarity(EmbeddingResponse(np.eye(2, dtype=np.float32)), one).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ([1.0], [1.0, 2.0], "a has 1 numbers a vector, b has 2."),
        ([], [1.0], "a must be one vector or a list of them."),
        ([[]], [[]], "a must be one vector"),
        ([1.0], [[[1.0]]], "b must be one vector"),
        (5.0, [1.0], "a must be one vector"),
        (["x"], [1.0], "a must be vectors of numbers, all of one length."),
        ([[1.0], [1.0, 2.0]], [1.0], "a must be vectors of numbers"),
        ([1.0], None, "b must be"),
        ([1e300], [1.0], "a has a number that is too large for float32."),
        ([1.0], [10**400], "b has a number that is too large"),
    ],
)
def test_what_is_no_vector_is_named(a: Any, b: Any, said: str) -> None:
    """By its argument."""
    with pytest.raises(ValidationError) as caught:
        similarity(a, b)
    assert str(caught.value).startswith(said)


def test_an_unknown_measure_is_named() -> None:
    """With those there are."""
    with pytest.raises(ValidationError, match="cosine, dot or euclidean, not 'l1'"):
        similarity([1.0], [1.0], measure="l1")  # type: ignore[arg-type]


@given(pairs, st.integers(1, 9), st.sampled_from(["cosine", "dot", "euclidean"]))
def test_the_nearest_come_first(pair: Any, k: int, measure: Any) -> None:
    """The best k, each with its index and its value."""
    (query, *_), vectors = pair
    found = top_k(query, vectors, k, measure=measure)
    scores = similarity([query], vectors, measure=measure)[0]
    order = [score for _, score in found]

    assert len(found) == min(k, len(vectors))
    assert order == sorted(order, reverse=measure != "euclidean")
    assert all(scores[index] == np.float32(score) for index, score in found)
    worst = order[-1]
    rest = {*range(len(vectors))} - {index for index, _ in found}
    assert all(
        scores[index] >= worst if measure == "euclidean" else scores[index] <= worst
        for index in rest
    )


def test_equals_keep_their_order() -> None:
    """The first stays first."""
    assert [index for index, _ in top_k([1.0], [[2.0]] * 5, 3)] == [0, 1, 2]


def test_a_response_may_be_asked_of_a_response() -> None:
    """As `embeddings.create` gives them."""
    query = EmbeddingResponse(np.array([[1, 0]], dtype=np.float32))

    assert top_k(query, EmbeddingResponse(np.eye(2, dtype=np.float32)), 1) == [(0, 1.0)]


@pytest.mark.parametrize("k", [0, -1, 2.5, "3", None])
def test_k_must_be_a_count(k: Any) -> None:
    """One or more."""
    with pytest.raises(ValidationError, match="k must be a whole number, 1 or more"):
        top_k([1.0], [[1.0]], k)


def test_one_query_at_a_time() -> None:
    """Of several, none is left out in silence."""
    with pytest.raises(ValidationError, match="query must be one vector, not 2 of them"):
        top_k([[1.0], [2.0]], [[1.0]])


def test_a_vector_of_zeros_stays_one() -> None:
    """It has no direction."""
    found = normalized(np.array([[3, 4], [0, 0]], dtype=np.float32))

    assert found[0].tolist() == pytest.approx([0.6, 0.8])
    assert found[1].tolist() == [0, 0]
    assert found.dtype == np.float32


def test_one_vector_is_told_from_many() -> None:
    """By its depth."""
    assert is_one([1.0])
    assert not is_one([[1.0]])
    assert not is_one(EmbeddingResponse(np.eye(1, dtype=np.float32)))
