"""What people and tests can look at and change."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.catalogue import CATALOGUE
from tests.emulator.conftest import client_of

CHAT = {"model": "Qwen/Qwen3-32B", "messages": [{"role": "user", "content": "Hello"}]}


def test_health_and_index_need_no_token(emulator: Emulator) -> None:
    """So that a person can look."""
    with httpx.Client(base_url=emulator.url) as http:
        assert http.get("/health").json() == {"status": "ok"}
        assert http.get("/").json()["dimensions"] == 384
        assert http.get("/info").status_code == 200


def test_tokens_and_cost_are_accounted(fresh_http: httpx.Client) -> None:
    """By bearer and model, at the catalogue's price."""
    fresh_http.post("/v1/chat/completions", json=CHAT)
    fresh_http.post("/embed", json={"inputs": "Hello world"})
    chat, embed = fresh_http.get("/").json()["ledger"]

    assert (chat["model"], chat["prompt_tokens"], chat["completion_tokens"]) == (
        "Qwen/Qwen3-32B",
        1,
        8,
    )
    assert chat["cost_usd"] == pytest.approx((1 * 0.40 + 8 * 0.80) / 1e6)
    assert embed["prompt_tokens"] == 2


def test_requests_are_recorded(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Over HTTP and in Python, without the token."""
    fresh_http.post("/v1/chat/completions?a=1", json=CHAT, headers={"X-Mine": "yes"})
    [shown] = fresh_http.get("/__parlel/requests").json()
    [recorded] = fresh.requests

    assert shown == recorded.shown()
    assert (recorded.method, recorded.path, recorded.query, recorded.status) == (
        "POST",
        "/v1/chat/completions",
        "a=1",
        200,
    )
    assert recorded.json == CHAT
    assert recorded.headers["x-mine"] == "yes"
    assert recorded.token_digest is not None
    assert recorded.token_digest in recorded.headers["authorization"]
    assert "hf_test" not in str(shown) + repr(recorded)


def test_requests_can_be_deleted(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """The accounts stay."""
    fresh_http.post("/embed", json={"inputs": "x"})
    assert fresh_http.delete("/__parlel/requests").json() == {"deleted": True}
    assert fresh.requests == []
    assert fresh_http.get("/").json()["ledger"]


def test_reset_forgets_everything(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Requests, accounts and faults."""
    fresh_http.post("/embed", json={"inputs": "x"})
    fresh.fail_next("server_error")
    assert fresh_http.post("/__parlel/reset").json() == {"reset": True}
    state = fresh_http.get("/").json()
    assert state["ledger"] == []
    assert state["faults_waiting"] == 0
    assert len(fresh.requests) == 1  # the look at the state itself


def test_faults_can_be_queued_over_http(fresh_http: httpx.Client) -> None:
    """By name and by field."""
    queued = {"name": "rate_limited", "headers": {"Retry-After": "7"}}
    assert fresh_http.post("/__parlel/faults", json=queued).json() == {"waiting": 1}
    response = fresh_http.post("/embed", json={"inputs": "x"})
    assert response.status_code == 429
    assert response.headers["retry-after"] == "7"
    wrong = fresh_http.post("/__parlel/faults", json={"name": "nonsense"})
    assert wrong.status_code == 400
    assert "rate_limited" in wrong.json()["error"]


def test_scripts_and_storms_can_be_queued_over_http(fresh_http: httpx.Client) -> None:
    """Shown, and dropped."""
    fresh_http.post("/__parlel/faults", json="2 x loading, 429").raise_for_status()
    storm = {"storm": {"server_error": 1.0}, "seed": 7, "path": "/embed"}
    assert fresh_http.post("/__parlel/faults", json=storm).json() == {"waiting": 3}
    assert [fresh_http.post("/embed", json={}).status_code for _ in range(4)] == [
        503,
        503,
        429,
        500,
    ]
    [shown] = fresh_http.get("/__parlel/faults").json()
    assert shown["met"] == {"server_error": 1}
    assert fresh_http.delete("/__parlel/faults").json() == {"deleted": True}
    assert fresh_http.post("/embed", json={"inputs": "x"}).status_code == 200
    assert fresh_http.post("/__parlel/faults", content=b"{").status_code == 400


def test_models_are_listed(http: httpx.Client) -> None:
    """The catalogue, and one of it."""
    listed = http.get("/v1/models").json()
    assert listed["object"] == "list"
    assert [item["id"] for item in listed["data"]] == list(CATALOGUE)
    assert http.get(f"/v1/models/{listed['data'][0]['id']}").json() == listed["data"][0]
    assert http.get("/v1/models/any/model").json()["id"] == "any/model"


def test_given_models_are_the_only_ones() -> None:
    """A model that the server does not have."""
    with Emulator(models=["a/b"]) as emulator, client_of(emulator) as http:
        assert [item["id"] for item in http.get("/v1/models").json()["data"]] == ["a/b"]
        missing = http.get("/v1/models/c/d")
        assert missing.status_code == 404
        assert missing.json()["error"]["code"] == "model_not_found"
        body: dict[str, Any] = {**CHAT, "model": "c/d"}
        refused = http.post("/v1/chat/completions", json=body)
        assert refused.json()["error"]["code"] == "model_not_supported"


def test_who_am_i(http: httpx.Client) -> None:
    """The Hub's answer."""
    assert http.get("/api/whoami-v2").json()["name"] == "emulator"
