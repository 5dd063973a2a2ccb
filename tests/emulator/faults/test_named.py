"""Faults by name."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.faults import NAMED, Fault, fault
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
        (None, {"status": "500"}),
        (None, {"delay": -1}),
        (None, {"delay": 1e9}),
        (None, {"times": 0}),
        (None, {"times": 10**9}),
        (None, {"cut_after": -1}),
        (None, {"insert_after": -1}),
        (None, {"oddity": "none such"}),
        (None, {"path": 5}),
        (None, {"headers": {"a": 5}}),
        (None, {"headers": {"a": "b\r\nc: d"}}),
        (None, {"headers": []}),
    ],
)
def test_faults_that_cannot_be_are_refused(name: str | None, changes: dict[str, Any]) -> None:
    """With a message that says what can."""
    with pytest.raises(ConfigurationError):
        fault(name, **changes)
