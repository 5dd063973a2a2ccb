"""Which routes an engine has."""

from __future__ import annotations

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.engines.table import alone
from hf_integrations.emulator.settings import ENGINES
from tests.emulator.engines.conftest import Play

# A route that only one of the engines has.
OWN = {
    "tgi": ("POST", "/generate_stream"), "tei": ("POST", "/embed_sparse"),
    "vllm": ("GET", "/version"), "sglang": ("GET", "/get_model_info"),
    "llama.cpp": ("GET", "/props"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("other", ENGINES)
def test_an_engine_has_its_own_routes_and_no_others(play: Play, engine: str, other: str) -> None:
    """By which one is told from another."""
    method, path = OWN[other]
    status = play(engine).request(method, path, json={}).status_code
    assert (status != 404) == (engine == other)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_router_is_gone(play: Play, engine: str) -> None:
    """With the providers and the Hub."""
    http = play(engine)
    for path in ("/groq/openai/v1/chat/completions", "/models/m", "/hf-inference/models/m"):
        assert http.post(path, json={}).status_code == 404
    assert http.get("/api/whoami-v2").status_code == 404


@pytest.mark.parametrize("engine", ENGINES)
def test_people_and_tests_may_look_inside(play: Play, engine: str) -> None:
    """Whatever is played."""
    assert isinstance(play(engine).get("/__parlel/requests").json(), list)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_is_well(play: Play, engine: str) -> None:
    """And counts its requests."""
    http = play(engine)
    assert http.get("/health").status_code == 200
    assert "request_count" in http.get("/metrics").text
    assert {"/health", "/metrics"} <= {route.path for route in alone(engine)}


def test_metrics_name_models(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """With what signs there may be in them."""
    fresh_http.post("/v1/embeddings", json={"model": 'a"b\\c', "input": "x"})
    text = fresh_http.get("/metrics").text
    assert 'tgi_request_count{model="abc"} 1' in text


@pytest.mark.parametrize(
    ("engine", "known", "unknown"),
    [("tgi", "max_total_tokens", "max_input_length"), ("tei", "model_type", "max_total_tokens")],
)
def test_info_is_that_of_the_engine(play: Play, engine: str, known: str, unknown: str) -> None:
    """And not of the other."""
    found = play(engine).get("/info").json()
    assert known in found
    assert unknown not in found


def test_info_names_the_model() -> None:
    """The first that is served."""
    with Emulator(engine="tei", models=["org/m"]) as emulator:
        found = httpx.get(f"{emulator.url}/info").json()
        assert found["model_id"] == found["served_model_name"] == "org/m"


def test_tgi_lists_its_model(play: Play) -> None:
    """Owned by itself."""
    [model] = play("tgi").get("/v1/models").json()["data"]
    assert model["owned_by"] == model["id"]


def test_tei_answers_at_its_root(play: Play) -> None:
    """By the body."""
    http = play("tei")
    assert http.get("/").status_code == 200
    assert len(http.post("/", json={"inputs": ["a", "b"]}).json()) == 2
    ranked = http.post("/", json={"query": "a", "texts": ["a"]}).json()
    assert ranked[0]["index"] == 0
