"""Write the dashboard for Grafana from the table of its panels: `python ops/make_dashboard.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parent / "grafana" / "hf_integrations.json"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WHOM = 'provider=~"$provider", model=~"$model"'
WHAT = f'{WHOM}, task=~"$task"'
SPAN = "[$__rate_interval]"


@dataclass(frozen=True)
class Panel:
    """A panel: what it asks, in which unit, and how it looks.

    Attributes:
        asks: pairs of a legend and an expression.
        steps: the value from which it is yellow, and from which it is red.
        kind: Grafana's name for its form.
        width: of 24 columns.
    """

    title: str
    text: str
    unit: str
    asks: tuple[tuple[str, str], ...]
    steps: tuple[float, float] | None = None
    kind: str = "timeseries"
    width: int = 8
    stacked: bool = False


def rate(metric: str, by: str, where: str = WHAT) -> str:
    """How much of a counter there is in a second."""
    return f"sum by ({by}) (rate({metric}{{{where}}}{SPAN}))"


def per_minute(metric: str, by: str, where: str = WHAT) -> str:
    """The same in a minute."""
    return f"{rate(metric, by, where)} * 60"


def quantile(share: float, metric: str, by: str = "", where: str = WHAT) -> str:
    """A percentile of a histogram."""
    groups = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', groups, where)})"


def share(part: str, whole: str) -> str:
    """One as a part of another; nothing while there is nothing."""
    return f"({part}) / (({whole}) > 0)"


CALLS = f'sum(rate(hf_requests_total{{{WHAT}, outcome!="cached"}}{SPAN}))'
FAILED = f'sum(rate(hf_requests_total{{{WHAT}, outcome="error"}}{SPAN})) or vector(0)'
TOOK, FIRST = "hf_request_duration_seconds", "hf_stream_first_chunk_seconds"
COLD = "hf_cold_start_duration_seconds"
HITS, MISSES = rate("hf_cache_hits_total", "cache", ""), rate("hf_cache_misses_total", "cache", "")

ROWS: dict[str, tuple[Panel, ...]] = {
    "At a glance": (
        Panel("Calls", "Calls that were sent, in a second.", "reqps", (("", CALLS),),
              kind="stat", width=4),
        Panel("Errors", "The share of calls that ended in an error; alert above 5 %.",
              "percentunit", (("", share(FAILED, CALLS)),), (0.01, 0.05), "stat", 4),
        Panel("p99", "One call in a hundred takes longer; alert above 10 s.", "s",
              (("", quantile(0.99, TOOK)),), (5, 10), "stat", 4),
        Panel("First piece, p95", "How long streams take to begin.", "s",
              (("", quantile(0.95, FIRST)),), (1, 5), "stat", 4),
        Panel("Tokens", "Read and written, in a second.", "short",
              (("{{direction}}", rate("hf_tokens_total", "direction")),), kind="stat", width=4),
        Panel("Open circuits", "Targets that are left alone.", "short",
              (("", f"sum(hf_circuit_open{{{WHOM}}} == bool 1)"),), (1, 3), "stat", 4),
    ),
    "Calls": (
        Panel("Calls by outcome", "ok, error, or cached where nothing was sent.", "reqps",
              (("{{outcome}}", rate("hf_requests_total", "outcome")),), stacked=True),
        Panel("Calls by provider", "Of a server of your own, its host.", "reqps",
              (("{{provider}}", rate("hf_requests_total", "provider")),)),
        Panel("Calls by model", "The ten that are asked most.", "reqps",
              (("{{model}}", f'topk(10, {rate("hf_requests_total", "model")})'),)),
        Panel("Calls by task", "As the Hub spells it.", "reqps",
              (("{{task}}", rate("hf_requests_total", "task")),)),
        Panel("Tokens by model", "The ten that use most.", "short",
              (("{{model}} {{direction}}", f'topk(10, {rate("hf_tokens_total", "model, direction")})'),)),
        Panel("Errors by provider", "The share of calls; alert above 5 %.", "percentunit",
              (("{{provider}}", share(
                  rate("hf_requests_total", "provider", f'{WHAT}, outcome="error"'),
                  rate("hf_requests_total", "provider", f'{WHAT}, outcome!="cached"'))),), (0.01, 0.05)),
    ),
    "How long it takes": (
        Panel("Duration", "With repeats and waits; a stream until it was closed.", "s",
              (("p50", quantile(0.5, TOOK)), ("p95", quantile(0.95, TOOK)), ("p99", quantile(0.99, TOOK))),
              (5, 10)),
        Panel("p95 by model", "The ten slowest.", "s",
              (("{{model}}", f'topk(10, {quantile(0.95, TOOK, "model")})'),), (5, 10)),
        Panel("Durations", "How many calls took how long.", "s",
              (("{{le}}", rate(f"{TOOK}_bucket", "le")),), kind="heatmap"),
    ),
    "What goes wrong": (
        Panel("Errors", "By class; docs/resilience.md says what each means.", "short",
              (("{{error}}", per_minute("hf_errors_total", "error")),), stacked=True),
        Panel("Repeats", "Failures after which a request was sent again, in a minute.", "short",
              (("{{error}}", per_minute("hf_retries_total", "error", WHOM)),), stacked=True),
        Panel("Rate limits and timeouts", "In a minute, repeated or not; alert above 50 rate limits.",
              "short", (("rate limits at {{provider}}", per_minute("hf_rate_limited_total", "provider", WHOM)),
                        ("timeouts at {{provider}}", per_minute("hf_timeouts_total", "provider"))), (20, 50)),
        Panel("Failovers", "Calls that went on to the next target of a chain, in a minute.", "short",
              (("{{provider}} → {{following}}", per_minute("hf_failovers_total", "provider, following", "")),)),
        Panel("Circuits", "1 while a target is left alone, 0.5 while it is tried.", "short",
              (("{{model}} at {{provider}}", f"max by (provider, model) (hf_circuit_open{{{WHOM}}})"),),
              (0.5, 1)),
        Panel("Changes of circuits", "In a minute, by the state they went into.", "short",
              (("{{state}}", per_minute("hf_circuit_changes_total", "state", WHOM)),)),
    ),
    "Streams": (
        Panel("First piece", "How long streams take to begin.", "s",
              (("p50", quantile(0.5, FIRST)), ("p95", quantile(0.95, FIRST))), (1, 5)),
        Panel("Pieces", "In a second.", "short",
              (("{{model}}", f'topk(10, {rate("hf_stream_chunks_total", "model")})'),)),
        Panel("Streams that suffer", "In a minute: broken off, with events that cannot be read, or "
              "held up as they are not read fast enough.", "short",
              (("broken off", per_minute("hf_streams_interrupted_total", "provider")),
               ("malformed", per_minute("hf_stream_malformed_chunks_total", "provider")),
               ("held up", per_minute("hf_stream_backpressure_total", "provider"))), (1, 10)),
    ),
    "Cold starts": (
        Panel("Cold starts", "Waits that are over, in a minute; alert above 10.", "short",
              (("{{outcome}}", per_minute("hf_cold_starts_total", "outcome", WHOM)),), (5, 10), stacked=True),
        Panel("How long they take", "Until the model answered, or was given up.", "s",
              (("p50", quantile(0.5, COLD, "", WHOM)), ("p95", quantile(0.95, COLD, "", WHOM))), (60, 300)),
        Panel("Given up", "Waits that were, in a minute.", "short",
              (("{{model}}", per_minute("hf_cold_start_timeouts_total", "model", WHOM)),), (0.1, 1)),
    ),
    "Dedicated endpoints": (
        Panel("State", "As the management API told it last.", "short",
              (("{{endpoint}} {{state}}", "max by (endpoint, state) (hf_endpoint_state) == 1"),)),
        Panel("Replicas", "Ready, and wanted.", "short",
              (("{{endpoint}} {{kind}}", "max by (endpoint, kind) (hf_endpoint_replicas)"),)),
        Panel("Errors", "Of calls to them, in a minute; alert above 5.", "short",
              (("{{endpoint}} {{error}}", per_minute("hf_endpoint_errors_total", "endpoint, error", "")),),
              (1, 5)),
    ),
    "In the process": (
        Panel("Found in caches", "The share of look-ups.", "percentunit",
              (("{{cache}}", share(HITS, f"{HITS} + {MISSES}")),)),
        Panel("Size of caches", "Answers, and the room they take.", "short",
              (("{{cache}}, answers", "sum by (cache) (hf_cache_entries)"),
               ("{{cache}}, bytes", "sum by (cache) (hf_cache_bytes)"))),
        Panel("Connections", "Of the engines on Python's own library.", "short",
              (("{{state}}", "sum by (state) (hf_pool_connections)"),), stacked=True),
    ),
}  # fmt: skip


def dashboard() -> str:
    """The dashboard as JSON."""
    panels: list[dict[str, Any]] = []
    y = 0
    for title, row in ROWS.items():
        place = {"h": 1, "w": 24, "x": 0, "y": y}
        panels.append({"id": len(panels) + 1, "type": "row", "title": title, "gridPos": place,
                       "collapsed": False, "panels": []})  # fmt: skip
        x, y = 0, y + 1
        for panel in row:
            height = 4 if panel.kind == "stat" else 8
            if x + panel.width > 24:
                x, y = 0, y + height
            panels.append(
                _drawn(panel, len(panels) + 1, {"h": height, "w": panel.width, "x": x, "y": y})
            )
            x += panel.width
        y += height
    return json.dumps(_around(panels), indent=2) + "\n"


def _drawn(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    targets = [
        {"refId": chr(65 + index), "datasource": SOURCE, "expr": expression,
         "legendFormat": legend or "__auto", "range": True,
         **({"format": "heatmap"} if panel.kind == "heatmap" else {})}
        for index, (legend, expression) in enumerate(panel.asks)
    ]  # fmt: skip
    return {
        "id": number, "type": panel.kind, "title": panel.title, "description": panel.text,
        "datasource": SOURCE, "gridPos": place, "targets": targets,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
    }  # fmt: skip


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.steps is not None:
        steps += [
            {"color": "yellow", "value": panel.steps[0]},
            {"color": "red", "value": panel.steps[1]},
        ]
    drawn: dict[str, Any] = {"unit": panel.unit, "min": 0,
                             "thresholds": {"mode": "absolute", "steps": steps}}  # fmt: skip
    if panel.kind == "timeseries":
        drawn["custom"] = {
            "fillOpacity": 20 if panel.stacked else 5, "showPoints": "never", "spanNulls": True,
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "line" if panel.steps else "off"},
        }  # fmt: skip
    return drawn


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "colorMode": "value" if panel.steps else "none", "graphMode": "area"}  # fmt: skip
    if panel.kind == "heatmap":
        return {"calculate": False, "cellGap": 1, "yAxis": {"unit": panel.unit}}
    return {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"}}  # fmt: skip


def _around(panels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uid": "hf-integrations", "title": "Hugging Face inference", "tags": ["hf_integrations"],
        "schemaVersion": 39, "version": 1, "editable": True, "refresh": "30s", "timezone": "browser",
        "time": {"from": "now-1h", "to": "now"}, "graphTooltip": 1,
        "description": "What the clients of hf_integrations do; docs/runbook.md says what to do about it.",
        "templating": {"list": [
            {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
            *(_variable(name) for name in ("provider", "model", "task")),
        ]},
        "annotations": {"list": [{
            "name": "Alerts", "enable": True, "datasource": SOURCE, "iconColor": "red",
            "expr": 'ALERTS{alertname=~"Hf.*", alertstate="firing"}', "titleFormat": "{{alertname}}",
        }]},
        "panels": panels,
    }  # fmt: skip


def _variable(name: str) -> dict[str, Any]:
    query = f"label_values(hf_requests_total, {name})"
    return {"name": name, "type": "query", "datasource": SOURCE, "query": {"query": query, "refId": name},
            "definition": query, "refresh": 2, "multi": True, "includeAll": True, "allValue": ".*",
            "current": {"text": "All", "value": "$__all"}, "sort": 1}  # fmt: skip


if __name__ == "__main__":
    PLACE.write_text(dashboard(), encoding="utf-8")
