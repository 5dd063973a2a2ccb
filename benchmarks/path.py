"""Where the time of a chat call goes, step by step; the engine answers at once.

`python -m benchmarks.path`. Each step is timed on its way from call to call, not in a loop of its
own, in which everything it needs would be in the processor's caches.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.asked import MESSAGES, MODEL, TOKEN
from benchmarks.server import chat as reply
from benchmarks.table import Table
from hf_integrations import HfInferenceClient, HfInferenceConfig
from hf_integrations.flow import Request, Response, drive
from hf_integrations.models.chat import ChatResponse
from hf_integrations.models.shapes import answer
from hf_integrations.services.chat import _asked, _request, _target
from hf_integrations.transport.assembling import without_tags
from hf_integrations.transport.exchange import exchange

STEPS = ("what was said", "where to", "the request", "the guards", "the answer")


class AtOnce:
    """An engine that has the answer already."""

    def __init__(self) -> None:
        body = reply().partition(b"\r\n\r\n")[2]
        self._response = Response(200, {"content-type": "application/json"}, body)

    def send(self, request: Request) -> Response:
        """The answer."""
        return self._response

    def open(self, request: Request) -> Response:
        """The answer."""
        return self._response

    def close(self) -> None:
        """Nothing."""


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The table of this benchmark."""
    del data
    calls = 2_000 if quick else 20_000
    usual = HfInferenceConfig(base_url="http://127.0.0.1:1", token=TOKEN, server="openai")
    thin = HfInferenceConfig.thin(base_url="http://127.0.0.1:1", token=TOKEN)
    columns = [_steps(config, calls) for config in (usual, thin)]
    rows = [
        [step, *(f"{column[place]:.1f}" for column in columns)] for place, step in enumerate(STEPS)
    ]
    rows.append(["in all", *(f"{sum(column):.1f}" for column in columns)])
    return [Table("One chat call, step by step, µs", ("step", "as it comes", "thin()"), rows)]


def _steps(config: HfInferenceConfig, calls: int) -> list[float]:
    """The time of each step, in µs: of many calls, the tenth part that took least."""
    engine = AtOnce()
    with HfInferenceClient(config) as client:
        context = client.chat.context

        def call(tick: Callable[[], float]) -> list[float]:
            times = [tick()]
            asked = _asked(context, MESSAGES, MODEL, {})
            times.append(tick())
            target = _target(context, asked, None)
            times.append(tick())
            request = drive(_request(context, asked, target), engine)
            times.append(tick())
            response: Any = drive(exchange(request, context.patience), engine)
            times.append(tick())
            without_tags(answer(response, ChatResponse), context.config.think_tags)
            times.append(tick())
            return times

        seen = [call(time.perf_counter) for _ in range(calls)]
    steps = [
        sorted(times[place + 1] - times[place] for times in seen) for place in range(len(STEPS))
    ]
    return [times[calls // 10] * 1e6 for times in steps]


if __name__ == "__main__":
    for table in measure(None, quick=False):
        print(table.render())
