"""text-embeddings-inference beyond `/embed`, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest


def post(http: httpx.Client, path: str, **body: Any) -> Any:
    """Return the answer to a body."""
    response = http.post(path, json=body).raise_for_status()
    assert response.headers.get("x-compute-type", "cpu") == "cpu"
    return response.json()


def test_every_token_has_a_vector(http: httpx.Client) -> None:
    """For every input, of length 1."""
    one, other = post(http, "/embed_all", inputs=["two words", "three more words"])
    assert np.array(one).shape == (2, 384)
    assert np.array(other).shape == (3, 384)
    assert np.allclose(np.linalg.norm(one, axis=1), 1)


def test_sparse_vectors_are_the_heaviest_positions(http: httpx.Client) -> None:
    """In their order, above 0; like texts share some."""
    one, other = post(http, "/embed_sparse", inputs=["a black cat", "the black dog"])
    places = [entry["index"] for entry in one]
    assert places == sorted(set(places))
    assert 0 < len(one) <= 32
    assert all(entry["value"] > 0 for entry in one)
    assert {e["index"] for e in one} & {e["index"] for e in other}


def test_classes_of_one_input_and_of_a_batch(http: httpx.Client) -> None:
    """A list of one or two texts is one input."""
    [first, second] = post(http, "/predict", inputs="wonderful")
    assert first["label"] == "POSITIVE"
    assert first["score"] + second["score"] == pytest.approx(1)
    assert post(http, "/predict", inputs=["awful", "bad"])[0]["label"] == "NEGATIVE"
    batch = post(http, "/predict", inputs=[["good"], ["bad", "awful"]])
    assert [one[0]["label"] for one in batch] == ["POSITIVE", "NEGATIVE"]
    assert post(http, "/predict", inputs="wonderful", raw_scores=True)[0]["score"] > 1


def test_ranks(http: httpx.Client) -> None:
    """From 0 to 1, the best first, with their texts when asked for."""
    body: dict[str, Any] = {"query": "cats", "texts": ["money", "two cats", "cats"]}
    found = post(http, "/rerank", **body, return_text=True)
    assert [one["index"] for one in found] == [2, 1, 0]
    assert found[0]["text"] == "cats"
    assert 1 > found[0]["score"] > found[2]["score"] > 0
    raw = post(http, "/rerank", **body, raw_scores=True)
    assert raw[0]["score"] > 1
    assert "text" not in raw[0]


@pytest.mark.parametrize("path", ["/v1/rerank", "/together/v1/rerank"])
def test_ranks_in_other_words(http: httpx.Client, path: str) -> None:
    """Those of Jina and Cohere; documents may be objects."""
    documents = ["money", {"text": "two cats"}, "cats"]
    found = post(http, path, model="m", query="cats", documents=documents, top_n=2)
    assert [one["index"] for one in found["results"]] == [2, 1]
    assert found["results"][1]["document"] == {"text": "two cats"}
    assert found["usage"]["total_tokens"] == 5
    assert len(post(http, path, query="cats", documents=documents)["results"]) == 3


def test_likeness(http: httpx.Client) -> None:
    """The cosine."""
    inputs = {"source_sentence": "a cat", "sentences": ["a cat", "money"]}
    same, other = post(http, "/similarity", inputs=inputs)
    assert same == pytest.approx(1)
    assert other < 0.5


def test_tokens_are_decoded(http: httpx.Client) -> None:
    """Those that were seen; others leave a sign."""
    text = "A rather  unusual sentence, is it not?"
    [found] = post(http, "/tokenize", inputs=text)
    ids = [token["id"] for token in found]
    assert post(http, "/decode", ids=ids) == [text]
    assert post(http, "/decode", ids=[ids, ids[:1]]) == [text, "A"]
    assert post(http, "/decode", ids=[-1]) == ["�"]


def test_vertex(http: httpx.Client) -> None:
    """Vectors or texts, under `predictions`."""
    vectors = post(http, "/vertex", instances=[{"inputs": "a"}, {"inputs": ["b", "c"]}])
    assert [len(one) for one in vectors["predictions"]] == [1, 2]
    texts = post(http, "/vertex", instances=[{"inputs": "Hello", "parameters": {}}])
    assert texts["predictions"][0]["generated_text"].startswith("Hello!")


def test_invocations(http: httpx.Client) -> None:
    """By the body."""
    assert post(http, "/invocations", query="a", texts=["b"])[0]["index"] == 0
    assert len(post(http, "/invocations", inputs=["a", "b"])) == 2
    pair = {"source_sentence": "a cat", "sentences": ["a cat"]}
    assert post(http, "/invocations", inputs=pair) == pytest.approx([1])
    assert "generated_text" in post(http, "/invocations", inputs="a", parameters={})[0]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/embed_all", {"inputs": ""}, 400), ("/embed_all", {"inputs": 5}, 422),
        ("/embed_sparse", {"inputs": ["a"] * 33}, 422), ("/predict", {"inputs": 5}, 422),
        ("/predict", {"inputs": ""}, 400), ("/predict", {"inputs": ["a", "b", "c"]}, 422),
        ("/predict", {"inputs": [["a"]] * 33}, 422), ("/predict", {"inputs": [["a"], 5]}, 422),
        ("/rerank", {"query": "a", "texts": []}, 400),
        ("/rerank", {"query": 5, "texts": ["a"]}, 422),
        ("/rerank", {"query": "a", "texts": ["a"] * 33}, 422),
        ("/decode", {"ids": []}, 422), ("/decode", {"ids": ["a"]}, 422), ("/decode", {}, 422),
        ("/vertex", {"instances": []}, 400), ("/vertex", {"instances": [5]}, 422),
    ],
)  # fmt: skip
def test_wrong_requests(http: httpx.Client, path: str, body: Any, status: int) -> None:
    """Are refused in the engine's words."""
    response = http.post(path, json=body)
    assert response.status_code == status
    assert response.json()["error_type"] in ("Validation", "Empty")


def test_wrong_requests_on_the_other_route(http: httpx.Client) -> None:
    """Which has its own words."""
    response = http.post("/v1/rerank", json={"query": "a", "documents": []})
    assert (response.status_code, response.json()["type"]) == (400, "Empty")
