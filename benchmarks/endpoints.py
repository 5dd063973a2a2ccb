"""What it costs to know where an endpoint is: `python -m benchmarks.endpoints`.

Look-ups of the memory of endpoints with 1,000 entries, and the whole step from a name to a place.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import Table
from hf_integrations.config import HfInferenceConfig
from hf_integrations.flow import Engine, drive
from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import CHAT
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import Endpoint, key_of
from hf_integrations.services.endpoints.placing import located

COUNT = 1_000


class _Nobody:
    """An engine that is never asked."""


def measure(data: Path | None, quick: bool) -> list[Table]:
    """Look-ups, in microseconds each: the median of the rounds."""
    config = HfInferenceConfig(token="hf_x", endpoint="me/e500", model_cache_ttl=1)
    context = Context.of(config)
    memory = context.memory.endpoints
    for number in range(COUNT):
        status = {"state": "running", "url": f"https://h{number}.endpoints.huggingface.cloud"}
        image = {"vLLM": {"url": "x"}}
        raw = {
            "name": f"e{number}",
            "status": status,
            "model": {"repository": "o/m", "image": image},
        }
        info = EndpointInfo(raw, "me")
        memory.keep(key_of(context, Endpoint("me", f"e{number}")), info, 3_600)
    key = key_of(context, Endpoint("me", "e500"))
    target = resolve(config, CHAT, model=None, provider=None)
    engine: Engine = _Nobody()  # type: ignore[assignment]
    plain = {number: number for number in range(COUNT)}
    alternatives: dict[str, Callable[[], object]] = {
        "a dict of Python's": lambda: plain.get(500),
        "an endpoint by name": lambda: memory.find(key),
        "an endpoint by the URL of a request": lambda: memory.key_of(
            "https://h500.endpoints.huggingface.cloud/v1/chat/completions"
        ),
        "from a name in the settings to the place of a call": lambda: drive(
            located(context, target), engine
        ),
    }
    rounds, times = (5, 2_000) if quick else (20, 20_000)
    seen: dict[str, list[float]] = {name: [] for name in alternatives}
    for _ in range(rounds):
        for name, call in alternatives.items():
            start = time.thread_time()
            for _ in range(times):
                call()
            seen[name].append((time.thread_time() - start) / times * 1e6)
    rows = [[name, f"{statistics.median(found):.2f}"] for name, found in seen.items()]
    note = f"{COUNT:,} endpoints are known; time of the processor, median of {rounds} × {times:,}."
    return [Table("Where an endpoint is", ["look-up", "µs"], rows, note)]


if __name__ == "__main__":
    for table in measure(None, quick=False):
        print(table.render())
