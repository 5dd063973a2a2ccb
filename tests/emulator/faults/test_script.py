"""Sequences and storms."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.faults import Fault, Sequence, Storm
from hf_integrations.errors import ConfigurationError
from tests.emulator.faults.asking import asked


def test_a_sequence_keeps_its_order() -> None:
    """A request that does not fit the next fault passes, and nothing is skipped for it."""
    script = Sequence([Fault(status=500, path="/embed", times=2), Fault(status=503)])
    assert script.take(asked("/x")) is None
    taken = [script.take(asked("/embed")) for _ in range(3)]
    assert [one.status if one else None for one in taken] == [500, 500, 503]
    assert script.spent
    assert script.left == 0
    assert script.take(asked("/embed")) is None
    with pytest.raises(ConfigurationError):
        Sequence([])


def test_a_storm_is_the_same_for_the_same_seed() -> None:
    """Draw by draw; other seeds are other storms."""

    def drawn(seed: int) -> list[int | None]:
        odds = {"a": (Fault(status=429), 0.2), "b": (Fault(status=503), 0.1)}
        script = Storm(odds, seed=seed)
        return [getattr(script.take(asked()), "status", None) for _ in range(1_000)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 150 < drawn(1).count(429) < 250
    assert 60 < drawn(1).count(503) < 140


def test_a_storm_is_the_same_whoever_comes_first() -> None:
    """Each request meets its own draws, in whatever order callers race for the server."""

    def met(order: list[str]) -> dict[str, list[int | None]]:
        script = Storm({"a": (Fault(status=429), 0.5)}, seed=1)
        found: dict[str, list[int | None]] = {path: [] for path in sorted(order)}
        for path in order:
            found[path].append(getattr(script.take(asked(path)), "status", None))
        return found

    paths = [f"/{number}" for number in range(100)] * 3
    assert met(paths) == met(sorted(paths)) == met(paths[::-1])
    assert len({tuple(one) for one in met(paths).values()}) == 8  # all that three draws can be


def test_a_storm_counts_what_came_of_it() -> None:
    """And draws only for requests that it is for."""
    script = Storm({"a": (Fault(status=429, path="/a"), 0.5)}, seed=1)
    for _ in range(10):
        script.take(asked("/a"))
        assert script.take(asked("/b")) is None
    assert script.asked == 10
    assert script.shown()["met"]["a"] == script.met["a"] > 0
    assert not script.spent
    assert script.left == 1


def test_faults_of_a_storm_may_be_for_different_requests() -> None:
    """A draw that falls on a fault for others is fine."""
    script = Storm({"a": (Fault(status=429, path="/a"), 0.5), "b": (Fault(path="/b"), 0.5)})
    assert {getattr(script.take(asked("/b")), "path", None) for _ in range(50)} == {None, "/b"}


def test_what_is_to_come_can_be_shown() -> None:
    """Without the fields that say nothing."""
    assert Sequence([Fault(status=500, times=2)]).shown() == {
        "sequence": [{"status": 500, "times": 2}]
    }
