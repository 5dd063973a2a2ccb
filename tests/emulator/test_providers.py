"""The routes of the providers behind the router."""

from __future__ import annotations

import httpx
import pytest

from hf_integrations.emulator.providers import PROVIDERS, others, routes

BODY = {
    "model": "org/m",
    "messages": [{"role": "user", "content": "Hello"}],
    "prompt": "Hello",
    "input": "Hello",
    "query": "Hello",
    "documents": ["Hello"],
}


@pytest.mark.parametrize("path", [route.path for route in [*routes(), *others()]])
def test_every_route_answers(http: httpx.Client, path: str) -> None:
    """With a reply of its kind."""
    found = http.post(path, json=BODY).raise_for_status().json()
    assert found["model"] == "org/m"
    assert {"choices", "data", "output", "results"} & found.keys()


def test_every_provider_chats() -> None:
    """Chat is what they have in common."""
    assert all(chat.endswith("/chat/completions") for chat, _, _ in PROVIDERS.values())
