"""Something done later, or again and again."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import NetworkError, ValidationError
from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.services.endpoints.asking import Endpoint, key_of
from hf_integrations.services.endpoints.background import AsyncLater, Later
from hf_integrations.services.endpoints.service import refreshed
from tests.playing import play
from tests.services.calls import refusal
from tests.services.endpoints.orders import at, managed, told

NAMED = {"default_namespace": "emulator"}


def test_a_thread_does_it_once_or_again_and_again() -> None:
    """Until it is cancelled."""
    done = threading.Event()
    Later(0.001, done.set).cancel()
    once = Later(0.001, done.set)
    assert done.wait(10)
    once.cancel()
    times: list[int] = []
    enough = threading.Event()

    def count() -> None:
        times.append(1)
        if len(times) > 2:
            enough.set()

    again = Later(0.001, count, again=True)
    assert enough.wait(10)
    again.cancel()
    seen = len(times)
    assert len(times) == seen


def test_a_failure_is_logged_and_goes_no_further(caplog: pytest.LogCaptureFixture) -> None:
    """As nobody is there to catch it."""
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise NetworkError("cut")

    with caplog.at_level(logging.WARNING):
        later = Later(0.001, fail)
        assert failed.wait(10)
        later.cancel()
    assert "NetworkError: cut" in caplog.text


async def test_a_task_does_the_same(caplog: pytest.LogCaptureFixture) -> None:
    """In its loop."""
    enough = asyncio.Event()
    times: list[int] = []

    async def count() -> None:
        times.append(1)
        if len(times) > 2:
            enough.set()
        raise NetworkError("cut")

    again = AsyncLater(0.001, count, again=True)
    await enough.wait()
    await again.cancel()
    assert "NetworkError: cut" in caplog.text
    once = AsyncLater(0.001, count)
    await once.cancel()


def asked(emulator: Emulator) -> int:
    """How often the management API was asked."""
    return len([one for one in emulator.requests if one.path.startswith("/v2/")])


def test_hot_endpoints_can_be_kept_fresh(up: Emulator) -> None:
    """Those that are looked up; the others are left alone."""
    with HfInferenceClient(**at(up, **NAMED)) as client:
        for _ in range(3):
            client.endpoints.find("mine")
        fresh = client.endpoints.keep_fresh(every=0.01)
        while asked(up) < 2:
            pass
        fresh.cancel()
        assert asked(up) == 2
        with pytest.raises(ValidationError, match="every"):
            client.endpoints.keep_fresh(every=300)


def test_one_that_is_gone_keeps_no_other_from_being_fresh() -> None:
    """It is forgotten; the others are asked about."""
    ctx = managed(max_retries=0)
    for name in ("gone", "mine"):
        key = key_of(ctx, Endpoint("me", name))
        ctx.memory.endpoints.keep(key, EndpointInfo({"name": name}, "me"), 60)
        for _ in range(3):
            ctx.memory.endpoints.find(key)
    fresh, _ = play(refreshed(ctx), [refusal(404), refusal(403), told("running")])
    assert fresh == 1
    assert len(ctx.memory.endpoints) == 1


async def test_hot_endpoints_can_be_kept_fresh_in_asyncio(up: Emulator) -> None:
    """By a task."""
    async with AsyncHfInferenceClient(**at(up, **NAMED)) as client:
        for _ in range(3):
            await client.endpoints.find("mine")
        fresh = client.endpoints.keep_fresh(every=0.01)
        while asked(up) < 2:  # noqa: ASYNC110 - it is the emulator that counts
            await asyncio.sleep(0.01)
        await fresh.cancel()
