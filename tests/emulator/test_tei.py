"""`/embed`, `/tokenize` and `/info`, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.settings import LONGEST_INPUT
from tests.emulator.conftest import client_of

LONG = "word " * (LONGEST_INPUT + 5)


def post(http: httpx.Client, inputs: Any = "Hello world", **fields: Any) -> httpx.Response:
    """Send an embedding request."""
    return http.post("/embed", json={"inputs": inputs, **fields})


def test_vectors_come_as_a_list_of_lists(http: httpx.Client) -> None:
    """Also for one text."""
    assert np.array(post(http).json()).shape == (1, 384)
    assert np.array(post(http, ["a", "b"]).json()).shape == (2, 384)


def test_headers_tell_times_in_milliseconds(http: httpx.Client) -> None:
    """Whole ones, other than the engine for generation."""
    headers = post(http).headers
    assert headers["x-compute-type"] == "cpu"
    assert headers["x-compute-time"].isdigit()
    assert headers["x-compute-characters"] == "11"
    assert headers["x-compute-tokens"] == "2"
    assert headers["x-request-id"].startswith("emu-")


def test_normalising_can_be_turned_off(http: httpx.Client) -> None:
    """The same direction, another length."""
    raw = np.array(post(http, normalize=False).json()[0])
    assert not np.isclose(np.linalg.norm(raw), 1)
    assert np.allclose(raw / np.linalg.norm(raw), post(http).json()[0], atol=1e-6)


def test_prompts_by_name(http: httpx.Client) -> None:
    """The model has some; others are refused."""
    assert post(http, prompt_name="query").status_code == 200
    assert post(http, prompt_name="nonsense").json()["error_type"] == "Validation"


def test_long_texts_are_cut_unless_that_is_turned_off(http: httpx.Client) -> None:
    """At either end."""
    text = f"begin {LONG} end"
    right = post(http, text).json()
    assert right == post(http, text, truncate=True, truncation_direction="Right").json()
    assert right != post(http, text, truncation_direction="left").json()
    refused = post(http, text, truncate=False)
    assert refused.status_code == 422
    assert f"less than {LONGEST_INPUT} tokens" in refused.json()["error"]


@pytest.mark.parametrize(
    ("inputs", "status", "kind"),
    [
        ("", 400, "Empty"),
        ([], 400, "Empty"),
        (["a"] * 33, 422, "Validation"),
        (5.5, 422, "Validation"),
        ({"a": 1}, 422, "Validation"),
        (True, 422, "Validation"),
    ],
)
def test_wrong_inputs_are_refused(http: httpx.Client, inputs: Any, status: int, kind: str) -> None:
    """In the engine's own shape."""
    response = post(http, inputs)
    assert (response.status_code, response.json()["error_type"]) == (status, kind)


def test_too_large_a_body_is_refused_in_plain_text() -> None:
    """And the connection goes on."""
    with Emulator(max_body=1_000) as emulator, client_of(emulator) as http:
        response = post(http, "x" * 2_000)
        assert response.status_code == 413
        assert response.headers["content-type"].startswith("text/plain")
        assert post(http).status_code == 200


def test_tokens_have_places(http: httpx.Client) -> None:
    """Start and stop cut the token out of the text."""
    text = "Hello,  big world!"
    [found] = http.post("/tokenize", json={"inputs": text}).json()
    assert [token["text"] for token in found] == ["Hello", ",", "big", "world", "!"]
    assert [text[token["start"] : token["stop"]] for token in found] == [
        token["text"] for token in found
    ]
    assert len(http.post("/tokenize", json={"inputs": ["a", "b"]}).json()) == 2


def test_info_tells_of_both_engines(http: httpx.Client) -> None:
    """Limits of embedding and of generation."""
    found = http.get("/info").json()
    assert "embedding" in found["model_type"]
    assert found["max_client_batch_size"] == 32
    assert found["auto_truncate"] is True
    assert found["max_input_length"] == LONGEST_INPUT
    assert found["max_total_tokens"] > found["max_input_tokens"]
    assert found["router"]
    assert found["version"]
