"""What answers at the URL of an endpoint."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.endpoints.ordering import ALL, ONE, order, run, state, still

CHAT = {"model": "org/m", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("image", "path", "body"),
    [
        ({"vLLM": {"url": "x"}}, "/v1/chat/completions", CHAT),
        ({"sGLang": {"url": "x"}}, "/generate", {"text": "Hello"}),
        ({"llamacpp": {"url": "x", "modelPath": "m.gguf"}}, "/completion", {"prompt": "Hello"}),
        ({"tgi": {"url": "x"}}, "/generate", {"inputs": "Hello"}),
        ({"tei": {"url": "x"}}, "/embed", {"inputs": "Hello"}),
        ({"custom": {"url": "ghcr.io/x/text-embeddings-inference"}}, "/embed", {"inputs": "a"}),
        ({"huggingface": {}}, "/", {"inputs": "Hello"}),
        ({"hfServe": {"url": "x"}}, "/v1/chat/completions", CHAT),
    ],
)
def test_the_engine_of_the_image_answers(image: Any, path: str, body: Any) -> None:
    """In its own words, at its own paths."""
    with still() as (emulator, http):
        url = run(emulator, http, image=image)
        assert http.get(f"{url}/health").status_code == 200
        assert http.post(url + path, json=body).status_code == 200


def test_an_engine_has_no_other_paths_and_no_other_models() -> None:
    """`GET /` is 404 on vLLM, and its model has a name."""
    with still() as (emulator, http):
        url = run(emulator, http)
        assert http.get(url).status_code == 404
        wrong = http.post(f"{url}/v1/chat/completions", json={**CHAT, "model": "other"})
        assert wrong.status_code == 404


def test_one_that_sleeps_wakes_at_a_request() -> None:
    """503 until a replica is there."""
    with still() as (emulator, http):
        url = run(emulator, http)
        http.post(f"{ONE}/scale-to-zero")
        assert http.get(f"{url}/health").status_code == 503
        assert state(http) == "initializing"
        emulator.clock.advance(2)
        assert http.get(f"{url}/health").status_code == 200


def test_the_proxy_holds_a_request_as_long_as_it_may(fresh: Emulator) -> None:
    """Until the replica is there, or the time is over."""
    with httpx.Client(base_url=fresh.url, headers={"authorization": "Bearer hf_x"}) as http:
        url = run(fresh, http)
        http.post(f"{ONE}/scale-to-zero")
        fresh.clock.speed = 20
        assert http.get(f"{url}/health", headers={"X-Scale-Up-Timeout": "1"}).status_code == 503
        assert http.get(f"{url}/health", headers={"X-Scale-Up-Timeout": "30"}).status_code == 200


def test_states_in_which_nothing_answers() -> None:
    """Paused is a 400, failed a 503, none a 404."""
    with still() as (emulator, http):
        url = run(emulator, http)
        http.post(f"{ONE}/pause")
        paused = http.get(f"{url}/health")
        assert (paused.status_code, paused.json()) == (400, {"error": "Bad Request: Invalid state"})
        emulator.endpoints.force("me/mine", "failed")
        assert http.get(f"{url}/health").status_code == 503
        http.delete(ONE)
        assert http.get(f"{url}/health").status_code == 404


def test_a_replica_may_be_told_of_before_it_answers() -> None:
    """The state is `running`, the health route is not well yet."""
    with still() as (emulator, http):
        emulator.endpoints.set_times(warming=5)
        url = run(emulator, http)
        assert state(http) == "running"
        assert http.get(f"{url}/health").status_code == 503
        emulator.clock.advance(5)
        assert http.get(f"{url}/health").status_code == 200


def test_who_may_ask() -> None:
    """Anybody a public one, the owner of a token an authenticated one, nobody a private one."""
    with still() as (emulator, http):
        url = run(emulator, http)
        assert httpx.get(f"{url}/health").status_code == 401
        http.put(ONE, json={"type": "public"})
        assert httpx.get(f"{url}/health").status_code == 200
        private = {"type": "private", "privateService": {"accountId": "1", "region": "us-east-1"}}
        http.put(ONE, json=private)
        assert http.get(f"{url}/health").status_code == 403


def test_health_may_be_asked_elsewhere() -> None:
    """As the image says."""
    with still() as (emulator, http):
        run(emulator, http, image={"sGLang": {"url": "x", "healthRoute": "/health_generate"}})
        told = http.get(ONE).json()
        assert told["healthRoute"] == "/health_generate"
        assert http.get(told["status"]["url"] + told["healthRoute"]).status_code == 200


def test_faults_reach_endpoints_once() -> None:
    """By path, and on the request itself; what arrives is recorded once."""
    with still() as (emulator, http):
        url = run(emulator, http)
        emulator.fail_next("rate_limited", path="/e/*")
        assert http.post(f"{url}/v1/chat/completions", json=CHAT).status_code == 429
        before = len(emulator.requests)
        headers = {"x-emulator-fault": "bad_gateway"}
        spoilt = http.post(f"{url}/v1/chat/completions", json=CHAT, headers=headers)
        assert spoilt.status_code == 502
        assert len(emulator.requests) == before + 1
        assert spoilt.headers["x-request-id"] == emulator.requests[-1].id


def test_tokens_are_booked_with_the_others() -> None:
    """In the accounts of the emulator."""
    with still() as (emulator, http):
        http.post(f"{run(emulator, http)}/v1/chat/completions", json=CHAT).raise_for_status()
        assert http.get("/").json()["ledger"][0]["model"] == "org/m"
        http.post(ALL, json=order("other"))
