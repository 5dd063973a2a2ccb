"""Under faults without end: every call ends, nearly all well, and no server is buried."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import CircuitOpenError, HfError, NetworkError, ServerError

MODEL = "org/name"
STORM = {
    "rate_limited_bare": 0.04, "bad_gateway": 0.04, "unavailable": 0.04,
    "cut_connection": 0.03, "slow(delay=0.05)": 0.05,
}  # fmt: skip
WORSE = {"bad_gateway": 0.3, "unavailable": 0.2, "cut_connection": 0.1}
QUICK: dict[str, Any] = {"token": "hf_test", "retry_base_delay": 0.01, "retry_max_delay": 0.2}


async def stormed(emulator: Emulator, calls: int, at_once: int, **settings: Any) -> Counter[str]:
    """What came of so many calls, by name."""
    gate = asyncio.Semaphore(at_once)

    async def one(client: AsyncHfInferenceClient, number: int) -> str:
        async with gate:
            try:
                await client.chat.complete(f"Hello {number}", model=MODEL, max_tokens=4)
            except HfError as error:
                return type(error).__name__
            return "ok"

    async with AsyncHfInferenceClient(base_url=emulator.url, **QUICK | settings) as client:
        return Counter(await asyncio.gather(*(one(client, number) for number in range(calls))))


@pytest.mark.parametrize(
    "calls", [300, pytest.param(10_000, marks=pytest.mark.soak)], ids=["small", "full"]
)
async def test_a_storm_is_survived(emulator: Emulator, calls: int) -> None:
    """15 % refused or cut, 5 % slow: at least 99.9 % succeed, with 1.25 requests for each call."""
    storm = emulator.storm(STORM, seed=7)
    outcomes = await stormed(emulator, calls, 100)

    assert outcomes["ok"] >= calls * 0.999
    assert sum(outcomes.values()) == calls
    assert storm.asked <= calls * 1.25


@pytest.mark.parametrize(
    "calls", [600, pytest.param(10_000, marks=pytest.mark.soak)], ids=["small", "full"]
)
async def test_a_server_that_mostly_fails_is_not_buried(emulator: Emulator, calls: int) -> None:
    """60 % faults: budget and breaker keep it under 1.6 requests per call, and nothing hangs."""
    storm = emulator.storm(WORSE, seed=7)
    outcomes = await asyncio.wait_for(stormed(emulator, calls, 100), 300)

    right = {"ok", "ServerError", "ServiceUnavailableError", "NetworkError", "CircuitOpenError"}
    assert outcomes.keys() <= right
    assert sum(outcomes.values()) == calls
    assert storm.asked < calls * 1.6


async def test_the_budget_alone_keeps_repeats_few(emulator: Emulator) -> None:
    """Without a breaker: the reserve, and 0.3 of a repeat for each call."""
    storm = emulator.storm(WORSE, seed=7)
    outcomes = await stormed(emulator, 600, 100, circuit_breaker=False)

    assert sum(outcomes.values()) == 600
    assert storm.asked <= 600 * 1.3 + 100


def _tripped(emulator: Emulator) -> dict[str, Any]:
    """Settings of a client whose breaker opens after four failures, and is half open at once."""
    return QUICK | {
        "base_url": emulator.url, "max_retries": 0, "breaker_window": 4, "breaker_minimum": 4,
        "breaker_reset_timeout": 0.001, "breaker_probes": 3,
    }  # fmt: skip


def _probes(emulator: Emulator) -> int:
    return sum(one.path.endswith("/embeddings") for one in emulator.requests)


def test_exactly_the_probes_pass_among_a_hundred_threads(emulator: Emulator) -> None:
    """Half open: three of a hundred callers are sent, the others held back."""
    with HfInferenceClient(server="tei", **_tripped(emulator)) as client:
        emulator.fail_next("unavailable", times=4)
        for _ in range(4):
            with pytest.raises(ServerError):
                client.embeddings.create("trip", model=MODEL)
        emulator.fail_next("slow", delay=0.3, times=100)
        before, start = _probes(emulator), threading.Barrier(100)

        def one(number: int) -> str:
            start.wait()
            try:
                client.embeddings.create(f"text {number}", model=MODEL)
            except CircuitOpenError:
                return "held back"
            return "sent"

        with ThreadPoolExecutor(100) as threads:
            outcomes = Counter(threads.map(one, range(100)))
        assert outcomes == {"sent": 3, "held back": 97}
        assert _probes(emulator) - before == 3
        assert [circuit.state for circuit in client.circuits()] == ["closed"]


async def test_exactly_the_probes_pass_among_a_hundred_tasks(emulator: Emulator) -> None:
    """The same in asyncio."""
    async with AsyncHfInferenceClient(server="tei", **_tripped(emulator)) as client:
        emulator.fail_next("unavailable", times=4)
        for _ in range(4):
            with pytest.raises(ServerError):
                await client.embeddings.create("trip", model=MODEL)
        emulator.fail_next("slow", delay=0.3, times=100)
        before = _probes(emulator)

        async def one(number: int) -> str:
            try:
                await client.embeddings.create(f"text {number}", model=MODEL)
            except CircuitOpenError:
                return "held back"
            return "sent"

        outcomes = Counter(await asyncio.gather(*map(one, range(100))))
        assert outcomes == {"sent": 3, "held back": 97}
        assert _probes(emulator) - before == 3


async def test_so_many_at_a_time_over_real_sockets(emulator: Emulator) -> None:
    """Ten callers, two places: the server never sees more, and all are served."""
    emulator.fail_next("slow", delay=0.02, times=10)
    outcomes = await stormed(emulator, 10, 10, max_concurrency=2)

    assert outcomes == {"ok": 10}


def test_threads_wait_in_line_too(emulator: Emulator) -> None:
    """The plain client: one place, eight threads."""
    settings = QUICK | {"base_url": emulator.url, "max_concurrency": 1}
    with HfInferenceClient(**settings) as client, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: client.chat.complete(f"{n}", model=MODEL), range(24)))
    assert len(answers) == 24


def _until_asked(emulator: Emulator) -> None:
    while not emulator.requests:
        time.sleep(0.001)


async def test_a_cancelled_caller_leaves_its_place(emulator: Emulator) -> None:
    """In line or inside: the next one comes through."""
    emulator.fail_next("slow", delay=30, times=1)
    settings = QUICK | {"base_url": emulator.url, "max_concurrency": 1}
    async with AsyncHfInferenceClient(**settings) as client:
        inside = asyncio.create_task(client.chat.complete("a", model=MODEL))
        await asyncio.to_thread(_until_asked, emulator)
        line = [asyncio.create_task(client.chat.complete("b", model=MODEL)) for _ in range(3)]
        await asyncio.sleep(0)
        line[0].cancel()
        inside.cancel()
        results = await asyncio.gather(inside, *line, return_exceptions=True)

    assert [isinstance(one, asyncio.CancelledError) for one in results] == [
        True,
        True,
        False,
        False,
    ]
    assert not any(isinstance(one, NetworkError) for one in results)
