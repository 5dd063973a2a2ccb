"""How providers say no."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator.partners.shelf import SERVES
from hf_integrations.emulator.partners.wording import problem, reworded
from hf_integrations.emulator.problems import Refusal, hub_problem


@pytest.mark.parametrize("provider", SERVES)
def test_every_provider_has_words(provider: str) -> None:
    """With the status and the message in them."""
    refusal = problem(provider, 422, "so not")
    assert refusal.status == 422
    assert "so not" in str(refusal.body)


@pytest.mark.parametrize(
    ("provider", "status", "body"),
    [
        ("fal-ai", 422, {"detail": [{"loc": ["body"], "msg": "no", "type": "value_error"}]}),
        ("replicate", 422,
         {"title": "Input validation failed", "detail": "no", "status": 422}),
        ("deepinfra", 400, {"detail": "no"}),
        ("wavespeed", 400, {"code": 400, "message": "no", "data": None}),
        ("zai-org", 400, {"error": {"code": "1210", "message": "no"}}),
        ("novita", 400, {"code": 400, "reason": "INVALID_REQUEST", "message": "no"}),
        ("hf-inference", 400, {"error": "no"}),
        ("together", 400, {"error": {
            "message": "no", "type": "invalid_request_error", "param": None, "code": None,
        }}),
    ],
)  # fmt: skip
def test_a_tasks_refusal_is_told_in_their_words(
    provider: str, status: int, body: dict[str, Any]
) -> None:
    """Their status is not always that of hf-inference."""
    refusal = reworded(provider, hub_problem(400, "no"))
    assert (refusal.status, refusal.body) == (status, body)


def test_a_refusal_without_words() -> None:
    """Gets some."""
    assert "Invalid request" in str(reworded("groq", Refusal(413)).body)


@pytest.mark.parametrize("provider", SERVES)
def test_paths_that_there_are_not(http: httpx.Client, provider: str) -> None:
    """404, as the provider says it."""
    for method in ("GET", "PUT"):
        response = http.request(method, f"/{provider}/v9/nothing/here", json={})
        assert response.status_code == 404
        assert response.json()


def test_providers_that_there_are_not(http: httpx.Client) -> None:
    """404 of the router."""
    response = http.post("/nobody/v1/chat/completions", json={})
    assert (response.status_code, response.json()) == (404, {"error": "Not Found"})
