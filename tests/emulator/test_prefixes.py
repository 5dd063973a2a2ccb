"""Prompts that were read before."""

from __future__ import annotations

from typing import Any

import httpx

from hf_integrations.emulator.prefixes import Prefixes

LONG = "word " * 1_300


def test_whole_messages_are_read_once() -> None:
    """In whole steps, from a length on."""
    prefixes = Prefixes()
    assert prefixes.read("m", [LONG, "a b c"]) == 0
    assert prefixes.read("m", [LONG, "another"]) == 1_280
    assert prefixes.read("m", [LONG, LONG]) == 1_280
    assert prefixes.read("m", [LONG, LONG]) == 2_560


def test_short_prompts_are_read_again() -> None:
    """As OpenAI does it."""
    prefixes = Prefixes()
    for _ in range(3):
        assert prefixes.read("m", ["word " * 1_000]) == 0


def test_another_model_or_beginning_has_read_nothing() -> None:
    """Order and borders count."""
    prefixes = Prefixes()
    prefixes.read("m", ["a", LONG])
    assert prefixes.read("n", ["a", LONG]) == 0
    assert prefixes.read("m", [LONG, "a"]) == 0
    assert prefixes.read("m", [f"a{LONG}"]) == 0


def test_the_oldest_are_forgotten() -> None:
    """And all of them when cleared."""
    prefixes = Prefixes(most=1)
    prefixes.read("m", [LONG])
    prefixes.read("m", ["other"])
    assert prefixes.read("m", [LONG]) == 0
    assert prefixes.read("m", [LONG]) == 1_280
    prefixes.clear()
    assert prefixes.read("m", [LONG]) == 0


def test_usage_tells_of_it(fresh_http: httpx.Client) -> None:
    """Whole, streamed, and as a response."""
    messages: list[Any] = [{"role": "system", "content": LONG}, {"role": "user", "content": "Hi"}]
    body = {"model": "m", "messages": messages}
    first, second = (
        fresh_http.post("/v1/chat/completions", json=body).json()["usage"] for _ in range(2)
    )
    assert "prompt_tokens_details" not in first
    assert second["prompt_tokens_details"] == {"cached_tokens": 1_280}
    body = {"model": "m", "instructions": LONG, "input": "Hi"}
    usage = fresh_http.post("/v1/responses", json=body).json()["usage"]
    assert usage["input_tokens_details"] == {"cached_tokens": 1_280}
