"""Bars appear when there is something to show, and go away."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from hf_integrations.transport.progress import BatchBar, ColdStartBar
from hf_integrations.transport.telemetry import ColdStart


def waits(show: Any) -> None:
    """A cold start, and a batch."""
    event = ColdStart(
        host="h", provider="", model="org/name", waited=2.0, next_wait=4.0, deadline=300.0
    )
    show(event)
    show(ColdStart(**{**_fields(event), "over": True}))


def _fields(event: ColdStart) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_wait_is_shown_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed where output is read by programs."""
    waits(ColdStartBar())
    bar = BatchBar("Texts")
    for done in range(4):
        bar(done, 3)
    assert capsys.readouterr().out == ""


def test_without_rich_lines_will_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is not needed."""
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("rich"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    waits(ColdStartBar())
    assert "Waiting for the model org/name: 2 of 300" in capsys.readouterr().err
