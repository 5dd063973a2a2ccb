"""One endpoint by the clock, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.endpoints.bodies import checked
from hf_integrations.emulator.endpoints.deployment import Deployment, Times
from tests.emulator.endpoints.ordering import order


def made(**changes: Any) -> Deployment:
    """An endpoint that was just ordered."""
    one = Deployment("me", "mine", checked(order(**changes)), Times(1, 2, 2), created=100.0)
    one.start(100.0)
    return one


def states(one: Deployment, *moments: float) -> list[str]:
    """The states at these times."""
    seen = []
    for moment in moments:
        one.settle(moment)
        seen.append(one.state)
    return seen


def test_it_starts_step_by_step() -> None:
    """A machine, the model, then it runs."""
    assert states(made(), 100, 100.9, 101, 102.9, 103) == [
        "pending", "pending", "initializing", "initializing", "running",
    ]  # fmt: skip


def test_it_falls_asleep_when_nobody_asks() -> None:
    """After the minutes of its order, counted from the last request."""
    one = made(scaleToZeroTimeout=15)
    assert states(one, 103, 103 + 899) == ["running", "running"]
    one.used = 500.0
    assert states(one, 500 + 899, 500 + 900) == ["running", "scaledToZero"]
    assert one.since == 1_400.0
    assert one.replicas == (0, 0)


@pytest.mark.parametrize("changes", [{"minReplica": 1}, {"scaleToZeroTimeout": None}])
def test_it_stays_awake_when_it_is_to(changes: dict[str, Any]) -> None:
    """With a replica that is always there, or without a time."""
    assert states(made(**changes), 10_000_000) == ["running"]


def test_long_times_pass_in_their_order() -> None:
    """It started and fell asleep while nobody looked."""
    one = made()
    assert states(one, 100_000) == ["scaledToZero"]
    told = [line.partition(":")[0] for _, line in one.lines]
    assert told == ["pending", "initializing", "running", "scaledToZero"]


def test_a_start_may_fail() -> None:
    """With a message; the next one goes well."""
    one = made()
    one.start_fails = "CUDA out of memory"
    one.start(200.0)
    assert states(one, 203) == ["failed"]
    assert one.message == "CUDA out of memory"
    one.change(300.0)
    assert states(one, 303) == ["running"]


def test_an_update_is_served_by_the_old_replicas() -> None:
    """Also one that fails."""
    one = made()
    one.settle(103)
    one.update_fails = "no such image"
    one.change(110)
    assert (one.state, one.answers_at(110), one.replicas) == ("updating", True, (1, 1))
    assert states(one, 112) == ["updateFailed"]
    assert one.answers_at(112)
    one.change(120)
    assert states(one, 120, 122) == ["updating", "running"]


def test_a_paused_endpoint_stays_so_when_it_is_changed() -> None:
    """What was due before does not come."""
    one = made()
    one.stop(100.5, "paused")
    one.change(101)
    assert states(one, 1_000) == ["paused"]
    assert not one.answers_at(1_000)


def test_it_may_run_before_it_answers() -> None:
    """As models do that warm up."""
    one = made()
    one.times = Times(warming=5)
    one.settle(103)
    assert one.state == "running"
    assert not one.answers_at(104)
    assert one.answers_at(108)


def test_any_state_can_be_forced() -> None:
    """Also one that nobody knows."""
    one = made()
    one.force(101, "hibernating", "zzz")
    assert states(one, 10_000) == ["hibernating"]
    assert one.message == "zzz"
