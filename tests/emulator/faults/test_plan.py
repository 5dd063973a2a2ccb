"""All faults that are to come."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.faults import MOST_FAULTS, Fault, Plan, Sequence, read
from hf_integrations.errors import ConfigurationError
from tests.emulator.faults.asking import asked


def test_the_first_script_for_a_request_decides() -> None:
    """Others wait."""
    plan = Plan()
    plan.add(Sequence([Fault(status=500, path="/embed", times=2)]))
    plan.add(Sequence([Fault(status=503)]))
    assert len(plan) == 2
    assert plan.take(asked(method="GET")) is None
    taken = [plan.take(asked(path)) for path in ("/x", "/embed", "/x", "/embed", "/embed")]
    assert [one.status if one else None for one in taken] == [503, 500, None, 500, None]
    assert len(plan) == 0


def test_queued_faults_come_before_a_storm_that_was_added_later() -> None:
    """And a storm does not end."""
    plan = Plan()
    plan.add(read("rate_limited"))
    plan.add(read("100% loading"))
    taken = [plan.take(asked()) for _ in range(3)]
    assert [one.status if one else None for one in taken] == [429, 503, 503]
    assert len(plan.shown()) == 1


def test_a_script_that_rides_on_requests_goes_on() -> None:
    """For each text on its own; a lone fault is there every time."""
    plan = Plan()
    taken = [plan.ride("2 x loading, 429", asked()) for _ in range(5)]
    assert [one.status if one else None for one in taken] == [503, 503, 429, None, None]
    assert plan.ride("2 x loading, 429; seed=2", asked()) is not None
    assert plan.ride("cut", asked()) == plan.ride("cut", asked())
    plan.clear()
    assert plan.ride("2 x loading, 429", asked()) is not None
    with pytest.raises(ConfigurationError):
        plan.ride("nothing", asked())


def test_the_plan_is_bounded_and_can_be_cleared() -> None:
    """So that nothing grows without end."""
    plan = Plan()
    for _ in range(MOST_FAULTS):
        plan.add(Sequence([Fault()]))
    with pytest.raises(ConfigurationError, match="reset"):
        plan.add(Sequence([Fault()]))
    plan.clear()
    assert len(plan) == 0
    for at in range(1_100):
        plan.ride(f"loading, fine; seed={at}", asked())
    for seed, status in ((1099, None), (0, 503)):  # remembered, and forgotten
        found = plan.ride(f"loading, fine; seed={seed}", asked())
        assert found is not None
        assert found.status == status
