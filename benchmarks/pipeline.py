"""What the pipeline adds to a call when nothing happens, beside thin settings, in one run.

`python -m benchmarks.pipeline`: microseconds of processor time for one exchange over an engine that
answers at once, the best of several rounds, interleaved.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hf_integrations.config import HfInferenceConfig
from hf_integrations.flow import About, Request, Response, Timeout, drive
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import CHAT
from hf_integrations.services.context import Context
from hf_integrations.transport.cache import Cache
from hf_integrations.transport.exchange import exchange

ROUNDS, CALLS = 8, 4_000
ABOUT = About("chat-completion", "groq", "org/name")
REQUEST = Request("POST", "https://host/v1/chat", Timeout(10.0, total=120.0), about=ABOUT)
ANSWER = Response(
    200, {"content-type": "application/json"},
    b'{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}',
)  # fmt: skip
LIMITS = {"*": {"per_second": 1e9}}


class AtOnce:
    """An engine without a network."""

    def send(self, request: Request) -> Response:
        """The same answer."""
        return ANSWER


def exchanged(**settings: Any) -> Callable[[], object]:
    """One exchange under some settings."""
    make = HfInferenceConfig.thin if not settings else HfInferenceConfig
    patience, engine = Context.of(make(token="hf_x", **settings)).patience, AtOnce()
    return lambda: drive(exchange(REQUEST, patience), engine)  # type: ignore[arg-type]


def looked_up() -> Callable[[], object]:
    """One look into a cache of ten thousand answers."""
    cache: Cache[bytes] = Cache()
    for number in range(10_000):
        cache.put(b"%d" % number, b"x" * 64, size=64, seconds=60, most=10**9, model="m")
    return lambda: cache.get(b"5000")


def resolved() -> Callable[[], object]:
    """One resolution of a model and a provider."""
    config = HfInferenceConfig(token="hf_x")
    return lambda: resolve(config, CHAT, model="org/name", provider="groq")


def measured(alternatives: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds of each, the best round of several."""
    best = dict.fromkeys(alternatives, float("inf"))
    for _ in range(ROUNDS):
        for name, do in alternatives.items():
            began = time.process_time()
            for _ in range(CALLS):
                do()
            best[name] = min(best[name], (time.process_time() - began) / CALLS * 1e6)
    return best


def main() -> None:
    """Print the figures."""
    found = measured(
        {
            "an exchange, thin": exchanged(),
            "an exchange, guards on, no metrics": exchanged(collect_metrics=False),
            "an exchange, default settings": exchanged(max_retries=3),
            "an exchange, with rate limits and a gate": exchanged(
                max_concurrency=1000, provider_rate_limits=LIMITS
            ),
            "a look into a cache": looked_up(),
            "resolving a provider": resolved(),
        }
    )
    for name, micros in found.items():
        print(f"{name:42} {micros:7.2f} µs")


if __name__ == "__main__":
    main()
