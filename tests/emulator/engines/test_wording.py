"""How engines say no."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.engines.wording import missing, reworded
from hf_integrations.emulator.problems import Refusal, openai_problem, tei_problem, tgi_problem
from hf_integrations.emulator.settings import ENGINES
from tests.emulator.conftest import client_of
from tests.emulator.engines.conftest import Play


@pytest.mark.parametrize(
    ("engine", "status", "body"),
    [
        (None, 400, {"error": {
            "message": "no", "type": "invalid_request_error", "param": None, "code": None,
        }}),
        ("tgi", 422, {"error": "no", "error_type": "validation"}),
        ("vllm", 400, {"error": {
            "message": "no", "type": "BadRequestError", "param": None, "code": 400,
        }}),
        ("sglang", 400, {
            "object": "error", "message": "no", "type": "BadRequestError", "param": None,
            "code": 400,
        }),
        ("llama.cpp", 400, {
            "error": {"code": 400, "message": "no", "type": "invalid_request_error"},
        }),
    ],
)  # fmt: skip
def test_the_same_refusal_in_their_words(engine: str | None, status: int, body: Any) -> None:
    """Status and body."""
    found = reworded(engine, openai_problem(400, "no"))
    assert (found.status, found.body) == (status, body)


def test_words_that_are_right_already_stay() -> None:
    """Of the engine itself."""
    own = tgi_problem("no", kind="tool_error")
    assert reworded("tgi", own).body == own.body
    embeds = tei_problem("Empty", "no")
    assert reworded("tei", embeds) is embeds
    silent = Refusal(401)
    assert reworded("vllm", silent) is silent


def test_headers_go_along() -> None:
    """Such as when to come again."""
    limited = Refusal(429, "slow down", headers={"Retry-After": "1"})
    for engine in ("tgi", "vllm", "llama.cpp"):
        found = reworded(engine, limited)
        assert found.headers == {"Retry-After": "1"}
        assert "slow down" in str(found.body)


@pytest.mark.parametrize(
    ("engine", "body"),
    [
        (None, {"error": "Not Found"}), ("tgi", None), ("tei", None),
        ("vllm", {"detail": "Not Found"}), ("sglang", {"detail": "Not Found"}),
        ("llama.cpp",
         {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}),
    ],
)  # fmt: skip
def test_paths_that_there_are_not(engine: str | None, body: Any) -> None:
    """As the server under the engine says it."""
    assert missing(engine, 404, "Not Found").body == body


@pytest.mark.parametrize(
    ("engine", "server"),
    [("tgi", None), ("tei", None), ("vllm", "uvicorn"), ("sglang", "uvicorn"),
     ("llama.cpp", "llama.cpp")],
)  # fmt: skip
def test_headers_tell_the_engine(play: Play, engine: str, server: str | None) -> None:
    """Where it has one."""
    headers = play(engine).get("/health").headers
    assert headers.get("server") == server
    assert headers["x-request-id"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_token_is_asked_for_only_if_it_is_set(engine: str) -> None:
    """As of a server at home."""
    with Emulator(engine=engine, token="secret") as emulator, client_of(emulator) as http:
        path = "/embed" if engine == "tei" else "/v1/chat/completions"
        refused = http.post(path, json={})
        assert refused.status_code == 401
        assert (refused.content == b"") == (engine in ("tgi", "tei"))
        right = http.post(path, json={}, headers={"authorization": "Bearer secret"})
        assert right.status_code in (400, 422)
