"""An endpoint that runs as long as a block does."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import EndpointFailedError, NotFoundError, ValidationError
from tests.services.endpoints.orders import at, state


async def until(emulator: Emulator, wanted: str) -> None:
    """Let the loop go on until the endpoint is in that state."""
    while state(emulator) != wanted:  # noqa: ASYNC110 - it is the emulator's, not the loop's
        await asyncio.sleep(0.01)


@pytest.fixture
def client(up: Emulator) -> Any:
    """A plain client of an emulator whose endpoint is paused."""
    up.endpoints.pause("emulator", "mine")
    with HfInferenceClient(**at(up)) as client:
        yield client


def test_it_is_resumed_before_and_paused_after(up: Emulator, client: HfInferenceClient) -> None:
    """And can be asked inside; what it costs is counted."""
    with client.endpoints.running("mine") as endpoint:
        assert state(up) == "running"
        assert endpoint.client.chat.complete("Hello").choices
        assert (endpoint.id, endpoint.price_per_hour, endpoint.before) == (
            "emulator/mine", 0.8, "paused",
        )  # fmt: skip
        assert endpoint.cost is not None
        inside = endpoint.cost
        assert inside > 0
    assert state(up) == "paused"
    ended = endpoint.cost
    assert ended is not None
    assert ended >= inside
    assert ended == endpoint.cost == pytest.approx(0.8 * endpoint.seconds / 3_600)
    assert "emulator/mine" in repr(endpoint)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_comes_it_is_stopped(
    up: Emulator, client: HfInferenceClient, error: type[BaseException]
) -> None:
    """An error, and Ctrl-C."""
    with pytest.raises(error), client.endpoints.running("mine"):
        raise error
    assert state(up) == "paused"


def test_ctrl_c_while_it_starts_stops_it(up: Emulator, client: HfInferenceClient) -> None:
    """It must not be left on."""

    def interrupt(progress: Any) -> None:
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        client.endpoints.running("mine", on_progress=interrupt),
    ):
        pytest.fail("it did not start")
    assert state(up) == "paused"


def test_a_start_that_fails_is_told(up: Emulator, client: HfInferenceClient) -> None:
    """With its reason; and the endpoint is stopped."""
    up.endpoints.fail_next_start("emulator/mine", "CUDA out of memory")
    with pytest.raises(EndpointFailedError, match="CUDA"), client.endpoints.running("mine"):
        pytest.fail("it did not start")
    assert state(up) == "paused"


def test_what_comes_afterwards_can_be_chosen(up: Emulator, client: HfInferenceClient) -> None:
    """To sleep; or as it was before."""
    with client.endpoints.running("mine", afterwards="scale_to_zero"):
        pass
    assert state(up) == "scaledToZero"
    with client.endpoints.running("mine", afterwards="as_before"):
        assert state(up) == "running"
    assert state(up) == "scaledToZero"
    up.endpoints.force("emulator/mine", "running")
    with client.endpoints.running("mine", afterwards="as_before"):
        pass
    assert state(up) == "running"
    with client.endpoints.running("mine"):
        up.endpoints.pause("emulator", "mine")  # by somebody else
    assert state(up) == "paused"


def test_its_time_may_be_limited(up: Emulator, client: HfInferenceClient) -> None:
    """It is stopped inside the block when that is over."""
    with client.endpoints.running("mine", ttl=0.05) as endpoint:
        while state(up) != "paused":
            time.sleep(0.01)
    assert endpoint.expired
    assert state(up) == "paused"


def test_calls_that_cannot_be_right(up: Emulator, client: HfInferenceClient) -> None:
    """Nothing is done, and nothing is stopped that was not found."""
    for wrong in ({"afterwards": "explode"}, {"ttl": 0}, {"ttl": "1"}):
        with pytest.raises(ValidationError):
            client.endpoints.running("mine", **wrong)
    with pytest.raises(NotFoundError), client.endpoints.running("mime"):
        pytest.fail("there is none")
    with (
        pytest.raises(ValidationError, match="timeout"),
        client.endpoints.running("mine", timeout=-1),
    ):
        pytest.fail("no time")


async def test_the_same_in_asyncio(up: Emulator) -> None:
    """Also when the task is cancelled, while it starts and inside."""
    up.endpoints.pause("emulator", "mine")
    async with AsyncHfInferenceClient(**at(up)) as client:
        async with client.endpoints.running("mine") as endpoint:
            assert (await endpoint.client.chat.complete("Hello")).choices
        assert state(up) == "paused"

        inside = asyncio.Event()

        async def block() -> None:
            async with client.endpoints.running("mine"):
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(block())
        await inside.wait()
        assert state(up) == "running"
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert state(up) == "paused"

        up.clock.speed = 0.001
        task = asyncio.ensure_future(block())
        await until(up, "pending")
        task.cancel()
        await asyncio.wait([task])
        assert state(up) == "paused"


async def test_its_time_may_be_limited_in_asyncio(up: Emulator) -> None:
    """By a task of the same loop."""
    async with AsyncHfInferenceClient(**at(up)) as client:
        async with client.endpoints.running("mine", ttl=0.05) as endpoint:
            await until(up, "paused")
        assert endpoint.expired
