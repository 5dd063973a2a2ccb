"""`POST /v1/embeddings`, over a socket."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import httpx
import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import client_of


def post(http: httpx.Client, given: Any = "Hello", **fields: Any) -> httpx.Response:
    """Send an embedding request."""
    return http.post("/v1/embeddings", json={"model": "m", "input": given, **fields})


def test_one_text_and_several(http: httpx.Client) -> None:
    """In order, of unit length, with the tokens counted."""
    found = post(http, ["Hello", "big world"]).json()
    assert found["object"] == "list"
    assert found["model"] == "m"
    assert found["usage"] == {"prompt_tokens": 3, "total_tokens": 3}
    assert [item["index"] for item in found["data"]] == [0, 1]
    vectors = np.array([item["embedding"] for item in found["data"]])
    assert vectors.shape == (2, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert post(http, "Hello").json()["data"][0] == found["data"][0]


def test_base64_holds_the_same_numbers(http: httpx.Client) -> None:
    """Little-endian float32."""
    [item] = post(http, encoding_format="base64").json()["data"]
    numbers = post(http, encoding_format="float").json()["data"][0]["embedding"]
    found = np.frombuffer(b64decode(item["embedding"]), dtype="<f4")
    assert np.array_equal(found, np.array(numbers, dtype=np.float32))


def test_both_paths_answer(http: httpx.Client) -> None:
    """The engine serves `/embeddings`, too."""
    body = {"model": "m", "input": "Hello"}
    assert http.post("/embeddings", json=body).json() == post(http).json()


def test_fewer_dimensions(http: httpx.Client) -> None:
    """The first numbers, scaled to unit length again."""
    vector = np.array(post(http, dimensions=64).json()["data"][0]["embedding"])
    assert vector.shape == (64,)
    assert np.isclose(np.linalg.norm(vector), 1)


def test_token_ids(http: httpx.Client) -> None:
    """One list of ids is one input, a list of lists several."""
    one = post(http, [1, 2, 3]).json()["data"]
    assert post(http, [[1, 2, 3], [4]]).json()["data"][0] == one[0]


@pytest.mark.parametrize(
    ("given", "fields", "status", "kind"),
    [
        ("", {}, 400, "Empty"),
        ([], {}, 400, "Empty"),
        (["a", ""], {}, 400, "Empty"),
        (["a"] * 33, {}, 422, "Validation"),
        (None, {}, 422, "Validation"),
        ([1.5], {}, 422, "Validation"),
        ([["a"]], {}, 422, "Validation"),
        ("a", {"dimensions": 385}, 422, "Validation"),
        ("a", {"dimensions": 0}, 422, "Validation"),
        ("a", {"dimensions": "many"}, 422, "Validation"),
        ("a", {"encoding_format": "int8"}, 422, "Validation"),
        ("a", {"model": 5}, 422, "Validation"),
    ],
)
def test_wrong_requests_are_refused(
    http: httpx.Client, given: Any, fields: dict[str, Any], status: int, kind: str
) -> None:
    """In the shape of the engine's OpenAI route."""
    response = post(http, given, **fields)
    assert response.status_code == status
    assert response.json() == {
        "message": response.json()["message"], "code": status, "type": kind,
    }  # fmt: skip


def test_a_body_that_is_no_object_is_refused(http: httpx.Client) -> None:
    """Before anything else."""
    assert http.post("/v1/embeddings", content=b"[]").status_code == 422


def test_limits_and_models_can_be_set() -> None:
    """Batch, dimensions, and which models there are."""
    own = Emulator(max_batch=2, dimensions=16, models=["a/b"])
    with own as emulator, client_of(emulator) as http:
        assert post(http, ["x"] * 3, model="a/b").json()["message"] == (
            "batch size 3 > maximum allowed batch size 2"
        )
        assert len(post(http, model="a/b").json()["data"][0]["embedding"]) == 16
        missing = post(http, model="c/d")
        assert missing.status_code == 404
        assert missing.json()["type"] == "NotFound"
