"""What endpoints cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.services.endpoints.costs import EndpointCost, paid
from tests.services.endpoints.orders import Colour, at, both, start


@both
def test_an_endpoint_costs_by_the_hour_and_replica(swift: Emulator, colour: Colour) -> None:
    """At the price of the catalogue; one that is paused costs nothing."""
    start(swift, min_replica=2, max_replica=2)
    swift.clock.stop()
    found = colour(lambda c: c.endpoints.cost("mine"), **at(swift))
    assert (found.endpoint, found.price_per_hour, found.replicas) == ("emulator/mine", 0.8, 2)
    assert found.per_hour == 1.6
    swift.endpoints.pause("emulator", "mine")
    assert colour(lambda c: c.endpoints.cost("mine"), **at(swift)).per_hour == 0


@both
def test_all_endpoints_of_a_namespace_cost_in_two_questions(
    swift: Emulator, colour: Colour
) -> None:
    """The list, and the prices once."""
    start(swift)
    start(swift, "other", min_replica=2, max_replica=2)
    swift.clock.stop()
    found = colour(lambda c: c.endpoints.costs(namespace="emulator"), **at(swift))
    assert [(one.endpoint, one.per_hour) for one in found] == [
        ("emulator/mine", 0.8), ("emulator/other", 1.6),
    ]  # fmt: skip
    assert len(swift.requests) == 2


def test_what_it_has_cost_is_price_times_replicas_times_hours() -> None:
    """Unknown where the price is."""
    since = datetime.now(UTC) - timedelta(hours=2)
    cost = EndpointCost(endpoint="a/b", price_per_hour=0.5, replicas=3, since=since, hours=2.0)
    assert cost.so_far == pytest.approx(3.0)
    free = EndpointCost(endpoint="a/b", price_per_hour=None, replicas=3, since=None, hours=2.0)
    assert free.per_hour is free.so_far is None


@pytest.mark.parametrize(
    ("state", "replicas"),
    [("running", 2), ("initializing", 2), ("paused", 0), ("scaledToZero", 0), ("pending", 0)],
)
def test_replicas_that_start_are_paid_for(state: str, replicas: int) -> None:
    """Those that wait for hardware are not."""
    raw = {"status": {"state": state, "readyReplica": 1, "targetReplica": 2}}
    assert paid(EndpointInfo(raw, "me")) == replicas
