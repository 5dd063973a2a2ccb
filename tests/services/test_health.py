"""Whether the API answers, takes the token, and somebody serves."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.flow import Response
from hf_integrations.services.health import HealthStatus, health_check
from tests.clocks import Clock
from tests.colours import Colour, Looped, Plain
from tests.services.calls import ok, refusal, router


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


def looked(*answers: Response) -> HealthStatus:
    """What is found at the router, when it answers so."""
    return Clock().play(health_check(router()), answers)


OFFER: dict[str, Any] = {"provider": "groq", "status": "live"}
LISTED = ok({"object": "list", "data": [{"id": "a/b", "providers": [OFFER]}]})
WHO = ok({"name": "me", "type": "user"})


def test_a_healthy_router_is_said_to_be() -> None:
    """Each check with its time and what was found."""
    status = looked(LISTED, WHO)

    assert status.healthy
    assert status["providers"].detail == "1 providers serve 1 models"
    assert status["token"].detail == "of me"
    assert status.seconds >= 0


def test_each_thing_may_be_ill_alone() -> None:
    """And it is said which, and why."""
    dead = ok(
        {"object": "list", "data": [{"id": "a/b", "providers": [{**OFFER, "status": "error"}]}]}
    )
    assert not looked(dead, WHO)["providers"].ok
    refused = looked(LISTED, refusal(401))
    assert (refused["api"].ok, refused["token"].ok) == (True, False)
    down = looked(refusal(500), WHO)
    assert (down["api"].ok, down["token"].ok, down["providers"].ok) == (False, True, False)
    assert down["api"].detail.startswith("ServerError")


def test_a_server_of_ones_own_is_asked_for_its_health(emulator: Emulator, colour: Colour) -> None:
    """Over a real socket; nobody there is no health."""
    status = colour(lambda one: one.health_check(), base_url=emulator.url, token="hf_test")
    assert status.healthy
    gone = colour(lambda one: one.health_check(), base_url="http://127.0.0.1:9", token="hf_test")
    assert not gone.healthy
    assert gone["api"].detail.startswith("NetworkError")


def test_a_token_that_is_not_accepted_is_found_out(colour: Colour) -> None:
    """Though health and models are shown to everybody."""
    with Emulator(token="hf_right") as closed:
        wrong = colour(lambda one: one.health_check(), base_url=closed.url, token="hf_wrong")
        right = colour(lambda one: one.health_check(), base_url=closed.url, token="hf_right")
    assert (wrong["api"].ok, wrong["token"].ok, right.healthy) == (True, False, True)
    assert "hf_wrong" not in repr(wrong)
