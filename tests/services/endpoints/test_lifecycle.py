"""Pause, resume, scale to zero."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    EndpointFailedError,
    EndpointPausedError,
    NotFoundError,
    ValidationError,
)
from hf_integrations.services.endpoints import lifecycle
from tests.playing import play
from tests.services.calls import refusal, urls
from tests.services.endpoints.orders import Colour, at, both, managed, state, told


@both
def test_an_endpoint_is_stopped_and_started(up: Emulator, colour: Colour) -> None:
    """And the answer says how it is now."""
    assert colour(lambda c: c.endpoints.pause("mine"), **at(up)).status == "paused"
    assert colour(lambda c: c.endpoints.resume("mine"), **at(up)).status == "pending"
    up.clock.advance(10)
    asleep = colour(lambda c: c.endpoints.scale_to_zero("mine"), **at(up))
    assert asleep.status == "scaledToZero" == state(up)


@both
def test_what_is_so_already_is_no_error(up: Emulator, colour: Colour) -> None:
    """Though the API refuses it."""
    assert colour(lambda c: c.endpoints.resume("mine"), **at(up)).status == "running"
    for _ in range(2):
        assert colour(lambda c: c.endpoints.pause("mine"), **at(up)).status == "paused"
    up.endpoints.force("emulator/mine", "running")
    for _ in range(2):
        assert (
            colour(lambda c: c.endpoints.scale_to_zero("mine"), **at(up)).status == "scaledToZero"
        )


@both
def test_an_order_that_cannot_be_taken_says_how_things_are(up: Emulator, colour: Colour) -> None:
    """As an error of the state."""
    up.endpoints.force("emulator/mine", "paused")
    with pytest.raises(EndpointPausedError, match="is paused now"):
        colour(lambda c: c.endpoints.scale_to_zero("mine"), **at(up))
    up.endpoints.force("emulator/mine", "failed", "no memory")
    with pytest.raises(EndpointFailedError, match="no memory"):
        colour(lambda c: c.endpoints.scale_to_zero("mine"), **at(up))
    with pytest.raises(NotFoundError):
        colour(lambda c: c.endpoints.pause("other"), **at(up))


@pytest.mark.parametrize(
    ("order", "now", "error"),
    [
        (lifecycle.pause, "running", ValidationError),
        (lifecycle.resume, "paused", EndpointPausedError),
        (lifecycle.resume, "failed", EndpointFailedError),
        (lifecycle.scale_to_zero, "hibernating", ValidationError),
    ],
)
def test_a_race_is_told(order: Any, now: str, error: type[Exception]) -> None:
    """Somebody else was faster: the order, the state and its reason are in the message."""
    with pytest.raises(error, match=f"refused: me/mine is {now} now"):
        play(order(managed(), "mine"), [refusal(400, "conflict"), told(now, "somebody")])


def test_a_race_to_the_same_end_is_no_error() -> None:
    """What was wanted is so."""
    info, steps = play(lifecycle.pause(managed(), "mine"), [refusal(409), told("paused")])
    assert info.status == "paused"
    assert urls(steps) == ["/v2/endpoint/me/mine/pause", "/v2/endpoint/me/mine"]
