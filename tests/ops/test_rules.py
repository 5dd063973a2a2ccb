"""Alerts and recorded series: as promtool reads them, and over metrics that there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hf_integrations.telemetry.catalogue import BY_NAME, METRICS
from tests.ops.conftest import OPS

RULES = OPS / "prometheus" / "rules.yml"
TESTS = OPS / "prometheus" / "rules_test.yml"
PAGE = OPS.parent / "docs" / "runbook.md"
GROUPS: list[dict[str, Any]] = msgspec.yaml.decode(RULES.read_text(encoding="utf-8"))["groups"]
ENTRIES = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in ENTRIES if "alert" in rule}
RECORDED = {rule["record"]: rule for rule in ENTRIES if "record" in rule}
SAMPLES = {name: metric for metric in METRICS for name in metric.samples}
WORD = re.compile(r"(?<![\w:])(?:hf_\w+|\w+:hf_\w+:\w+)")


def run(promtool: str, *arguments: str) -> None:
    """Let promtool judge."""
    done = subprocess.run(  # noqa: S603 - the tool that was found, and our own files
        [promtool, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_finds_nothing_wrong_with_the_rules(promtool: str) -> None:
    """Expressions, names and templates."""
    run(promtool, "check", "rules", str(RULES))


def test_alerts_fire_when_they_should_and_only_then(promtool: str) -> None:
    """By series that promtool makes up."""
    run(promtool, "test", "rules", str(TESTS))


@pytest.mark.parametrize("name", [*ALERTS, *RECORDED])
def test_a_rule_asks_for_what_there_is(name: str) -> None:
    """For metrics of ours by labels that they have, and for what is recorded."""
    expression = (ALERTS | RECORDED)[name]["expr"]
    words = set(WORD.findall(expression))

    assert words
    assert words <= set(SAMPLES) | set(RECORDED)
    known = {
        label for word in words if word in SAMPLES for label in (*SAMPLES[word].labels, "le")
    } | {label for word in words if word in RECORDED for label in grouped(RECORDED[word]["expr"])}
    assert grouped(expression) <= known


def grouped(expression: str) -> set[str]:
    """The labels that an expression keeps."""
    found = re.findall(r"by \(([\w, ]+)\)", expression)
    return {label.strip() for group in found for label in group.split(",")}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_test_and_a_section_in_the_runbook(name: str) -> None:
    """Which its link leads to; and it says how bad it is, of what, and why."""
    alert = ALERTS[name]
    page = PAGE.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"\W+", "-", title.lower()) for title in re.findall(r"^## (\w+)$", page, re.M)
    }
    path, _, anchor = alert["annotations"]["runbook_url"].partition("#")

    assert (OPS.parent / path).resolve() == PAGE.resolve()
    assert anchor in anchors
    assert anchor == name.lower()
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert {"summary", "description"} <= alert["annotations"].keys()
    assert f"alertname: {name}" in TESTS.read_text(encoding="utf-8")


def test_the_alerts_that_were_asked_for_have_their_bounds() -> None:
    """Errors above 5 % for 5 minutes, p99 above 10 s for 10, and so on."""
    bounds = {
        "HfErrorRateHigh": ("> 0.05", "5m"),
        "HfLatencyHigh": ("> 10", "10m"),
        "HfRateLimited": ("> 50", "2m"),
        "HfColdStartsMany": ("> 10", "2m"),
        "HfEndpointErrors": ("> 5", "2m"),
    }
    for name, (bound, lasting) in bounds.items():
        assert ALERTS[name]["expr"].strip().endswith(bound)
        assert ALERTS[name]["for"] == lasting


def test_the_runbook_names_only_what_there_is() -> None:
    """Metrics and settings that it asks the reader to look at."""
    from hf_integrations.config import NAMES

    text = PAGE.read_text(encoding="utf-8")
    words = set(re.findall(r"`((?:hf_|\w+:hf_)[\w:]+)", text))
    settings = set(re.findall(r"`(\w+)=", text))
    assert words <= set(SAMPLES) | set(BY_NAME) | set(RECORDED)
    assert settings <= set(NAMES)
    assert Path(PAGE).is_file()
