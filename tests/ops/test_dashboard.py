"""The dashboard: every panel over metrics that there are, and with data after the load."""

from __future__ import annotations

import json
import re
from pathlib import Path
from runpy import run_path
from typing import Any

import msgspec
import pytest

from hf_integrations.telemetry.catalogue import BY_NAME, METRICS
from tests.ops.conftest import OPS, Scrapes
from tests.ops.test_rules import run

PLACE = OPS / "grafana" / "hf_integrations.json"
DASHBOARD: dict[str, Any] = json.loads(PLACE.read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ASKED = {
    f"{panel['id']} {panel['title']} {target['refId']}": target["expr"]
    for panel in PANELS
    for target in panel["targets"]
}
SAMPLES = {name: metric for metric in METRICS for name in metric.samples}
WORD = re.compile(r"\bhf_\w+")
MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')
UNITS = {"reqps", "percentunit", "s", "short"}


def filled(expression: str) -> str:
    """An expression as Grafana sends it with all chosen."""
    expression = re.sub(r"\$(provider|model|task)", ".*", expression)
    return expression.replace("$__rate_interval", "5m")


def test_the_file_is_that_of_the_table() -> None:
    """Run `python ops/make_dashboard.py` when it is not."""
    assert run_path(str(OPS / "make_dashboard.py"))["dashboard"]() == PLACE.read_text("utf-8")


def test_every_panel_says_what_it_shows() -> None:
    """With a unit, a source that can be chosen, and a place of its own."""
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert panel["datasource"]["uid"] == "${datasource}"
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("panel", ASKED)
def test_a_panel_asks_for_metrics_by_labels_that_they_have(panel: str) -> None:
    """And the names in braces and behind `by` are among them."""
    expression = ASKED[panel]
    words = WORD.findall(expression)
    assert words
    assert set(words) <= set(SAMPLES)
    labels = {label for word in words for label in (*SAMPLES[word].labels, "le")}
    assert {name for name, _, _ in MATCHER.findall(expression)} <= labels
    by = re.findall(r"by \(([\w, ]+)\)", expression)
    assert {name.strip() for group in by for name in group.split(",")} <= labels


def test_every_metric_is_shown_somewhere() -> None:
    """None is counted for nobody."""
    shown = {
        SAMPLES[word].name for expression in ASKED.values() for word in WORD.findall(expression)
    }
    assert shown == set(BY_NAME)


def test_what_can_be_chosen_are_labels_that_there_are() -> None:
    """A source, and provider, model and task."""
    variables = DASHBOARD["templating"]["list"]
    assert [one["name"] for one in variables] == ["datasource", "provider", "model", "task"]
    for one in variables[1:]:
        metric, label = re.findall(r"\w+", one["definition"])[1:]
        assert label in BY_NAME[metric].labels


def test_every_metric_of_every_panel_has_samples_after_the_load(scrapes: Scrapes) -> None:
    """Of the outcome, error or state that the panel asks for."""
    for panel, expression in ASKED.items():
        for word, given in re.findall(r"\b(hf_\w+)(?:\{([^}]*)\})?", filled(expression)):
            matchers = MATCHER.findall(given)
            assert any(
                sample.name == word and all(fits(sample.labels, *one) for one in matchers)
                for sample in scrapes.second
            ), (panel, word, given)


def fits(labels: dict[str, str], name: str, sign: str, value: str) -> bool:
    """Whether a matcher of PromQL lets a sample pass."""
    found = labels.get(name, "")
    if sign == "=~":
        return re.fullmatch(value, found) is not None
    return (found == value) is (sign == "=")


def test_every_panel_has_data_after_the_load(
    scrapes: Scrapes, promtool: str, tmp_path: Path
) -> None:
    """Each expression is evaluated over what was scraped, and gives numbers that are numbers."""
    tests = [
        {"expr": f"absent(({filled(expression)}) >= -Inf)", "eval_time": "4m", "exp_samples": []}
        for expression in ASKED.values()
    ]
    series = [
        {"series": name, "values": f"{before:f} {after:f}x9"}
        for name, before, after in scrapes.series()
    ]
    whole = {
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}],
    }
    place = tmp_path / "panels.yml"
    place.write_text(msgspec.json.encode(whole).decode(), encoding="utf-8")
    run(promtool, "test", "rules", str(place))
