"""Vectors in every form servers write them; whatever is no vector is an error of ours."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.shapes import encode
from hf_integrations.services.unpacking import unpack
from tests.services.calls import ok

floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
matrices = st.integers(1, 5).flatmap(
    lambda d: st.lists(st.lists(floats, min_size=d, max_size=d), min_size=1, max_size=5)
)


def packed(vector: Any) -> str:
    """Base64 of little-endian float32."""
    return b64encode(np.array(vector, dtype="<f4").tobytes()).decode()


def listed(*vectors: Any, **rest: Any) -> dict[str, Any]:
    """An answer of `/v1/embeddings`."""
    data = [{"embedding": vector, "index": place} for place, vector in enumerate(vectors)]
    return {"object": "list", "data": data} | rest


@given(matrices)
def test_every_form_gives_the_same_numbers(vectors: list[list[float]]) -> None:
    """Nested lists, `/v1/embeddings` with numbers and with base64."""
    expected = np.array(vectors, dtype=np.float32)

    for answer in (vectors, listed(*vectors), listed(*map(packed, vectors))):
        found = unpack(ok(answer)).array
        assert found.dtype == np.float32
        assert np.array_equal(found, expected)


def test_one_vector_alone_is_one_row() -> None:
    """As the pipeline answers for one text."""
    assert unpack(ok([1, 2.5])).array.tolist() == [[1, 2.5]]
    assert unpack(Response(200, {}, b" [\n [1, 2 ] ] ")).array.tolist() == [[1, 2]]


def test_vectors_that_are_wrapped_once_more_are_vectors() -> None:
    """Each in a list of its own; two in one would be of tokens."""
    assert unpack(ok([[[1, 2]], [[3, 4]]])).array.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(DecodeError, match="several lengths"):
        unpack(ok([[[1, 2]], [[3]]]))


def test_the_order_is_that_of_the_index() -> None:
    """Not that of the list."""
    answer = {"data": [{"embedding": [float(n)], "index": n} for n in (2, 0, 1)]}

    assert unpack(ok(answer)).array.tolist() == [[0], [1], [2]]


@pytest.mark.parametrize("indices", [[None, None], [0, 0], [None, 0], [None, 1]])
def test_without_a_true_index_the_order_is_that_of_the_list(indices: list[int | None]) -> None:
    """Some servers leave it out, some write zeros."""
    data = [{"embedding": [float(n)], "index": index} for n, index in enumerate(indices)]

    assert unpack(ok({"data": data})).array.tolist() == [[0], [1]]


@pytest.mark.parametrize("indices", [[0, 2], [1, 1], [1, 2], [-1, 0]])
def test_an_index_that_cannot_be_true_is_an_error(indices: list[int]) -> None:
    """Vectors would go to the wrong texts."""
    data = [{"embedding": [1.0], "index": index} for index in indices]
    with pytest.raises(DecodeError, match="not numbered one by one"):
        unpack(ok({"data": data}))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "does not fit its shape"),
        (b"null", "does not fit its shape"),
        (b'{"embeddings": [[1]]}', "does not fit its shape"),
        (b'"x"', "does not fit its shape"),
        (b"[[1, null]]", "does not fit its shape"),
        (b"[[1, NaN]]", "does not fit its shape"),
        (b'[["1"]]', "does not fit its shape"),
        (b"[[1], 2]", "does not fit its shape"),
        (b"[]", "no vectors"),
        (b"[[]]", "no vectors"),
        (b"[[], []]", "no vectors"),
        (b"[[1], [1, 2]]", "several lengths"),
        (b"[ [ [1.0], [2.0] ] ]", "a vector for each token"),
        (b"[[[[1]]]]", "a vector for each token"),
        (b"[[1e39]]", "not finite"),
        (b'{"data": []}', "no vectors"),
        (b'{"data": [{"embedding": [1]}, {"embedding": [1, 2]}]}', "several lengths"),
        (b'{"data": [{"embedding": ""}]}', "no vectors"),
        (b'{"data": [{"embedding": "AACAP"}]}', "base64"),
        (b'{"data": [{"embedding": "AACA"}]}', "not base64 of float32"),
        (b'{"data": [{"embedding": "AAC\\u00e9"}]}', "base64"),
        (b'{"data": [{"embedding": "AADAfw=="}]}', "not finite"),
        (b'{"data": [{"embedding": "AACAfw=="}]}', "not finite"),
    ],
)
def test_what_is_no_vector_is_an_error_of_ours(body: bytes, said: str) -> None:
    """Too short, too long, too deep, not a number."""
    with pytest.raises(DecodeError, match=said):
        unpack(Response(200, {}, body))


@given(st.binary())
def test_any_body_is_vectors_or_an_error_of_ours(body: bytes) -> None:
    """Nothing else is ever raised."""
    for raw in (body, b"[" + body, b"[[" + body + b"]]", encode(listed(body.decode("latin-1")))):
        try:
            found = unpack(Response(200, {}, raw)).array
        except DecodeError:
            continue
        assert found.ndim == 2
        assert np.isfinite(found).all()


def test_usage_and_model_come_along() -> None:
    """From the answer, or from the header of TEI."""
    whole = unpack(ok(listed([1.0], model="org/name", usage={"prompt_tokens": 3})))
    header = unpack(ok([[1.0]], x_compute_tokens="7"))

    assert (whole.model, whole.usage) == ("org/name", TokenUsage(prompt_tokens=3))
    assert header.usage == TokenUsage(prompt_tokens=7, total_tokens=7)
    assert unpack(ok([[1.0]])).usage is None
    assert unpack(ok([[1.0]], x_compute_tokens="n/a")).usage is None


def test_packed_vectors_may_be_written_to() -> None:
    """What a caller gets is the caller's own, whichever form it came in."""
    found = unpack(Response(200, {}, b'{"data": [{"embedding": "AACAPw=="}]}')).array
    found *= 2

    assert found.tolist() == [[2.0]]
