"""What the load script leaves behind, once for all tests of this process; and promtool."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from hf_integrations.emulator import Emulator
from hf_integrations.telemetry import PrometheusMetrics

OPS = Path(__file__).parent.parent.parent / "ops"


class Scrapes:
    """Two looks at the metrics, a round of load apart."""

    def __init__(self, first: list[Sample], second: list[Sample]) -> None:
        self.first, self.second = first, second

    def series(self) -> list[tuple[str, float, float]]:
        """Each series as it is written in PromQL, before and after; 0 before it was there."""
        before = {_written(sample): sample.value for sample in self.first}
        return [
            (_written(sample), before.get(_written(sample), 0.0), sample.value)
            for sample in self.second
        ]


def _written(sample: Sample) -> str:
    labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}"


def _read(metrics: PrometheusMetrics) -> list[Sample]:
    families = text_string_to_metric_families(metrics.text())
    return [sample for family in families for sample in family.samples]


@pytest.fixture(scope="session")
def scrapes() -> Iterator[Scrapes]:
    """Taken while the clients of the load are there."""
    metrics = PrometheusMetrics()
    with Emulator() as emulator:
        load = run_path(str(OPS / "load.py"))["Load"](emulator, metrics)
        load.round(cold=False)
        first = _read(metrics)
        load.round()
        yield Scrapes(first, _read(metrics))
        load.close()


@pytest.fixture(scope="session")
def promtool() -> str:
    """Where it is; `make test` fetches it where it can."""
    beside = Path(sys.executable).with_name("promtool")
    found = str(beside) if beside.is_file() else shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed; `sh ops/promtool.sh .venv/bin` fetches it (Debian)")
    return found
