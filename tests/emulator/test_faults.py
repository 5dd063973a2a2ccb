"""Faults: named, described, queued."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.faults import (
    MOST_FAULTS,
    NAMED,
    Fault,
    FaultQueue,
    fault,
    from_header,
    from_json,
)
from hf_integrations.errors import ConfigurationError


def test_the_named_faults_are_those_of_the_real_service() -> None:
    """Every status a client must tell apart has a name."""
    statuses = {one.status for one in NAMED.values()}
    assert {400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503, 504} <= statuses


def test_a_named_fault_can_be_changed() -> None:
    """Field by field."""
    assert fault("rate_limited", times=3).times == 3
    assert fault("rate_limited").headers == {"Retry-After": "1"}
    assert fault(status=418) == Fault(status=418)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("no_such", {}),
        (None, {"colour": "red"}),
        (None, {"status": 42}),
        (None, {"delay": -1}),
        (None, {"delay": 1e9}),
        (None, {"times": 0}),
        (None, {"cut_after": -1}),
        (None, {"insert_after": -1}),
    ],
)
def test_faults_that_cannot_be_are_refused(name: str | None, changes: dict[str, Any]) -> None:
    """With a message that says what can."""
    with pytest.raises(ConfigurationError):
        fault(name, **changes)


def test_faults_come_as_json() -> None:
    """A name, or an object."""
    assert from_json("cut") == NAMED["cut"]
    assert from_json({"name": "cut", "cut_after": 5}).cut_after == 5
    assert from_json({"status": 500, "body": "x"}) == Fault(status=500, body="x")
    assert from_header(" cut ") == NAMED["cut"]
    assert from_header('{"status": 500}') == Fault(status=500)


@pytest.mark.parametrize("value", [5, [], {"status": "500"}, {"delay": "long"}, {"name": 5}])
def test_other_json_is_refused(value: Any) -> None:
    """Of whatever type it is."""
    with pytest.raises(ConfigurationError):
        from_json(value)


@pytest.mark.parametrize("text", ["{", "nothing", ""])
def test_other_headers_are_refused(text: str) -> None:
    """As a wrong name would otherwise pass unseen."""
    with pytest.raises(ConfigurationError):
        from_header(text)


def test_faults_wait_for_their_requests() -> None:
    """In order, by method and path, as often as they say."""
    queue = FaultQueue()
    queue.add(Fault(status=500, path="/embed", times=2))
    queue.add(Fault(status=503))
    assert queue.take("GET", "/embed") is None
    assert [getattr(queue.take("POST", path), "status", None) for path in ("/x", "/embed")] == [
        503,
        500,
    ]
    assert queue.take("POST", "/x") is None
    assert len(queue) == 1
    assert queue.take("POST", "/embed") is not None
    assert len(queue) == 0


def test_faults_may_be_for_any_method() -> None:
    """And for paths of a pattern."""
    queue = FaultQueue()
    queue.add(Fault(status=500, method="*", path="/v1/*"))
    assert queue.take("GET", "/info") is None
    assert queue.take("GET", "/v1/models") is not None


def test_the_queue_is_bounded_and_can_be_cleared() -> None:
    """So that nothing grows without end."""
    queue = FaultQueue()
    for _ in range(MOST_FAULTS):
        queue.add(Fault())
    with pytest.raises(ConfigurationError, match="reset"):
        queue.add(Fault())
    queue.clear()
    assert len(queue) == 0
