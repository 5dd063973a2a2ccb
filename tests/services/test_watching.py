"""Background checks: who does not answer is asked last, and nothing is left behind."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient, ValidationError
from hf_integrations.emulator import Emulator

DEAD = "http://127.0.0.1:9"
MODEL = "org/name"


def test_who_is_ill_is_asked_last(emulator: Emulator) -> None:
    """So that no call pays for finding out; the thread ends with the client."""
    with HfInferenceClient(
        base_url=DEAD, token="hf_test", failover=[emulator.url], max_retries=9
    ) as client:
        client.watch_health(60)
        answer = client.chat.complete("Hello", model=MODEL)
        assert answer.served_by == emulator.url.partition("://")[2]
        assert any(one.name == "hf-endpoints" for one in threading.enumerate())
    assert not any(one.name == "hf-endpoints" for one in threading.enumerate())


async def test_the_same_in_asyncio(emulator: Emulator) -> None:
    """The task ends with the client, or when it is told to."""
    async with AsyncHfInferenceClient(
        base_url=DEAD, token="hf_test", failover=[emulator.url], max_retries=9
    ) as client:
        later = await client.watch_health(60)
        answer = await client.chat.complete("Hello", model=MODEL)
        assert answer.served_by == emulator.url.partition("://")[2]
        await later.cancel()
        await client.watch_health(60)
        assert len(asyncio.all_tasks()) > 1
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("seconds", [0, -1, "30", None, True, float("nan"), 1e12])
def test_a_time_that_cannot_be_waited_is_refused(seconds: Any) -> None:
    """No time at all would be a storm of looks."""
    client = HfInferenceClient(base_url="http://127.0.0.1:9", token=False)
    with client, pytest.raises(ValidationError, match="seconds must be a number"):
        client.watch_health(seconds)
