"""A clock that can be put forward, made to run faster, or stopped."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from hf_integrations.emulator.clock import Clock
from hf_integrations.errors import ConfigurationError


def test_it_begins_at_the_real_time() -> None:
    """And goes on with it."""
    assert abs(Clock().now() - time.time()) < 5


def test_it_can_be_stopped_and_put_forward() -> None:
    """It never goes back."""
    clock = Clock()
    clock.stop()
    before = clock.now()
    assert clock.now() == before
    assert clock.advance(60) == clock.now() == before + 60
    clock.speed = 1
    assert clock.now() >= before + 60
    clock.clear()
    assert clock.now() < before + 60


def test_it_can_run_faster() -> None:
    """An hour passes at once."""
    clock = Clock()
    before = clock.now()
    clock.speed = 1_000_000
    while clock.now() < before + 3_600:
        pass
    assert clock.speed == 1_000_000


@pytest.mark.parametrize("value", [-1, "1", True, 1e12, float("nan")])
def test_times_that_cannot_be_are_refused(value: Any) -> None:
    """Of whatever type they are."""
    with pytest.raises(ConfigurationError):
        Clock().advance(value)
    with pytest.raises(ConfigurationError):
        Clock().speed = value


async def test_one_can_wait_for_it() -> None:
    """In its own seconds; also while it stands still and is put forward."""
    clock = Clock()
    clock.speed = 100_000
    await clock.wait(600)
    clock.stop()
    await clock.wait(0)


def test_it_is_set_over_http(fresh_http: httpx.Client) -> None:
    """And reset with the rest."""
    before = fresh_http.get("/__parlel/clock").json()
    assert before["speed"] == 1
    after = fresh_http.post("/__parlel/clock", json={"speed": 0, "advance": 3_600}).json()
    assert after["speed"] == 0
    assert after["now"] >= before["now"] + 3_600
    assert fresh_http.post("/__parlel/clock", json={"speed": "fast"}).status_code == 400
    fresh_http.post("/__parlel/reset")
    assert fresh_http.get("/__parlel/clock").json()["speed"] == 1
