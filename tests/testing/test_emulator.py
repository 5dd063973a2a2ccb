"""The emulator as others use it in their tests."""

from __future__ import annotations

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.testing.emulator import hf_emulator, shared_hf_emulator

__all__ = ["hf_emulator", "shared_hf_emulator"]


def test_the_fixture_is_an_emulator(hf_emulator: Emulator) -> None:
    """One fault is left behind for the next test, which must not meet it."""
    with HfInferenceClient(base_url=hf_emulator.url, token="hf_test") as client:
        assert client.run("summarization", "Tea is hot. It is green.").text
    assert len(hf_emulator.requests) == 1
    hf_emulator.fail_next("server_error", times=9)


def test_the_next_test_finds_it_as_new(hf_emulator: Emulator) -> None:
    """Without requests, without faults."""
    assert len(hf_emulator.requests) == 0
    with HfInferenceClient(base_url=hf_emulator.url, token="hf_test", max_retries=0) as client:
        assert client.run("summarization", "Tea is hot.").text
