"""Tokens, faults, limits and headers: what happens to every request."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.app import create_app
from hf_integrations.emulator.faults import NAMED
from hf_integrations.emulator.gate import Gate
from hf_integrations.emulator.house import House
from hf_integrations.emulator.settings import Settings
from tests.emulator.conftest import client_of

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
STREAM = {**CHAT, "stream": True}
PATH = "/v1/chat/completions"


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer hf_invalid_x", "Basic abc", "hf_x"])
def test_without_a_good_token_no_answer(emulator: Emulator, header: str | None) -> None:
    """The router says so in JSON, the engines with an empty body."""
    headers = {"authorization": header} if header else {}
    with httpx.Client(base_url=emulator.url, headers=headers) as http:
        router = http.post(PATH, json=CHAT)
        assert router.status_code == 401
        assert router.json() == {"error": "Invalid username or password."}
        engine = http.post("/embed", json={"inputs": "x"})
        assert (engine.status_code, engine.content) == (401, b"")
        assert http.get("/api/whoami-v2").status_code == 401
        assert http.get("/v1/models").status_code == 200


def test_one_token_can_be_the_only_one() -> None:
    """All others are refused."""
    with Emulator(token="hf_right") as emulator, client_of(emulator) as http:
        assert http.post(PATH, json=CHAT).status_code == 401
        right = {"authorization": "Bearer hf_right"}
        assert http.post(PATH, json=CHAT, headers=right).status_code == 200


def test_other_schemes_are_recorded_without_what_they_hold(fresh: Emulator) -> None:
    """A password in a wrong scheme is a secret, too."""
    with httpx.Client(base_url=fresh.url, headers={"authorization": "Basic c2VjcmV0"}) as http:
        http.post(PATH, json=CHAT)
    assert fresh.requests[0].headers["authorization"] == "***"
    assert fresh.requests[0].token_digest is None
    assert fresh.requests[0].status == 401


def test_every_answer_has_a_request_id(http: httpx.Client) -> None:
    """Also a refusal and a stream; no two are the same."""
    answers = [
        http.post(PATH, json=CHAT),
        http.post(PATH, json=STREAM),
        http.post(PATH, content=b"{"),
        http.get("/nothing"),
    ]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4


def test_unknown_routes_and_methods(http: httpx.Client) -> None:
    """JSON for both."""
    missing = http.get("/nothing")
    assert (missing.status_code, missing.json()) == (404, {"error": "Not Found"})
    wrong = http.put("/embed")
    assert (wrong.status_code, wrong.json()) == (405, {"error": "Method Not Allowed"})


def test_local_pages_may_call(http: httpx.Client) -> None:
    """The preflight needs no token."""
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    allowed = httpx.options(http.base_url.join(PATH), headers=headers)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    answer = http.post(PATH, json=CHAT, headers={"origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", [name for name, one in NAMED.items() if one.status])
def test_named_refusals(fresh: Emulator, fresh_http: httpx.Client, name: str) -> None:
    """Each answers once with its status, and is recorded."""
    fresh.fail_next(name)
    response = fresh_http.post(PATH, json=CHAT)
    assert response.status_code == NAMED[name].status == fresh.requests[0].status
    assert response.content
    assert fresh_http.post(PATH, json=CHAT).status_code == 200


def test_the_words_of_refusals_that_clients_read(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """How long to wait, and for what."""
    fresh.fail_next("loading")
    loading = fresh_http.post(PATH, json=CHAT).json()
    assert loading["estimated_time"] == 2.0
    assert "currently loading" in loading["error"]
    fresh.fail_next("rate_limited", times=2)
    for _ in range(2):
        assert fresh_http.post(PATH, json=CHAT).headers["retry-after"] == "1"


def test_a_fault_may_be_for_some_paths(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Others pass it by."""
    fresh.fail_next("server_error", path="/embed")
    assert fresh_http.post(PATH, json=CHAT).status_code == 200
    assert fresh_http.post("/embed", json={"inputs": "x"}).status_code == 500


def test_a_fault_may_ride_on_its_request(http: httpx.Client) -> None:
    """By name or as JSON; a wrong one is told."""
    for text, status in (("quota", 402), ('{"status": 418, "body": "tea"}', 418), ("wrong", 400)):
        response = http.post(PATH, json=CHAT, headers={"x-emulator-fault": text})
        assert response.status_code == status


def test_a_script_may_ride_on_requests(http: httpx.Client) -> None:
    """Each request with the same text meets its next step."""
    headers = {"x-emulator-fault": "2 x loading, then 429; seed=41"}
    statuses = [http.post(PATH, json=CHAT, headers=headers).status_code for _ in range(4)]
    assert statuses == [503, 503, 429, 200]


def test_faults_come_in_sequence_for_a_model(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Other models pass them by."""
    fresh.fail("2 x 503 loading, then 429, then fine, 500", model="org/*")
    theirs = {**CHAT, "model": "org/m:groq"}
    assert fresh_http.post(PATH, json=CHAT).status_code == 200
    statuses = [fresh_http.post(PATH, json=theirs).status_code for _ in range(6)]
    assert statuses == [503, 503, 429, 200, 500, 200]


def test_a_storm_blows_until_it_is_calm(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """With the same draws for the same seed, and counted."""
    met = []
    for _ in range(2):
        storm = fresh.storm({"rate_limited": 0.3, "503": 0.2}, seed=5, path="/v1/*")
        met.append([fresh_http.post(PATH, json=CHAT).status_code for _ in range(20)])
        assert storm.asked == 20
        assert storm.met == {"rate_limited": met[0].count(429), "503": met[0].count(503)}
        fresh.calm()
    assert met[0] == met[1]
    assert {200, 429, 503} == set(met[0])
    assert fresh_http.post(PATH, json=CHAT).status_code == 200


def test_a_connection_may_be_cut_without_an_answer(
    fresh: Emulator, fresh_http: httpx.Client
) -> None:
    """Before a byte of it; the next request has a connection of its own."""
    fresh.fail_next("cut_connection")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        fresh_http.post(PATH, json=CHAT)
    assert fresh.requests[0].status == 0
    assert fresh_http.post(PATH, json=CHAT).status_code == 200


def test_an_answer_may_be_a_page(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """As a gateway's, with the status of a good one."""
    fresh.fail_next("page")
    response = fresh_http.post(PATH, json=CHAT)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html")


def test_an_answer_may_be_late(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Later than the client waits."""
    fresh.fail_next("slow", delay=30)
    with pytest.raises(httpx.ReadTimeout):
        fresh_http.post(PATH, json=CHAT, timeout=0.1)
    fresh.fail_next("slow", delay=0.01)
    assert fresh_http.post(PATH, json=CHAT).status_code == 200


def test_a_stream_may_be_slow(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Before every event."""
    fresh.fail_next("slow_tokens", event_delay=0.001)
    assert fresh_http.post(PATH, json=STREAM).text.endswith("data: [DONE]\n\n")


def test_a_stream_may_be_cut(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """After so many events the connection is gone."""
    fresh.fail_next("cut", cut_after=3)
    got: list[bytes] = []
    with (
        fresh_http.stream("POST", PATH, json=STREAM) as response,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        deque(map(got.append, response.iter_bytes()))
    assert b"".join(got).count(b"\n\n") == 3


@pytest.mark.parametrize("cut_after", [0, 2])
def test_a_whole_answer_may_be_cut(
    fresh: Emulator, fresh_http: httpx.Client, cut_after: int
) -> None:
    """After its headers."""
    fresh.fail_next("cut", cut_after=cut_after)
    with pytest.raises(httpx.RemoteProtocolError):
        fresh_http.post(PATH, json=CHAT)


def test_the_end_of_a_stream_may_be_missing(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """All but `[DONE]` is there."""
    fresh.fail_next("no_done")
    text = fresh_http.post(PATH, json=STREAM).text
    assert "[DONE]" not in text
    assert '"finish_reason":"stop"' in text


@pytest.mark.parametrize("name", ["malformed", "error_event"])
def test_a_stream_may_hold_what_it_should_not(
    fresh: Emulator, fresh_http: httpx.Client, name: str
) -> None:
    """A broken event, or an error in the middle."""
    fresh.fail_next(name, insert_after=2)
    lines = fresh_http.post(PATH, json=STREAM).text.split("\n\n")
    assert f"{lines[2]}\n\n" == NAMED[name].insert
    assert json.loads(lines[3].removeprefix("data: "))["choices"]
    assert "[DONE]" in lines[-2]


def test_headers_may_be_added(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """To a good answer."""
    fresh.fail_next(headers={"X-Ratelimit-Remaining": "0"})
    response = fresh_http.post(PATH, json=CHAT)
    assert response.status_code == 200
    assert response.headers["x-ratelimit-remaining"] == "0"


def test_the_router_takes_larger_bodies_than_the_engines(http: httpx.Client) -> None:
    """As there may be images in them."""
    large = "x" * 3_000_000
    body = {"model": "m", "messages": [{"role": "user", "content": large}]}
    assert http.post(PATH, json=body).status_code == 200
    assert http.post("/generate", json={"inputs": large}).status_code == 413


async def test_what_is_not_http_passes(fresh: Emulator) -> None:
    """The gate is for requests only."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    gate = Gate(app, None)  # type: ignore[arg-type]
    await gate({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]


async def test_a_client_that_leaves_while_sending_is_no_trouble() -> None:
    """What has come is all there is."""
    messages = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(),
        "query_string": b"", "headers": [(b"authorization", b"Bearer x")], "http_version": "1.1",
    }  # fmt: skip
    await create_app(House(Settings()))(scope, receive, send)
    assert sent[0]["status"] == 400
