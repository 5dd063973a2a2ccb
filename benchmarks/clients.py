"""Whole clients, as a program uses them: ours beside the peers', in turns, in one run.

`python -m benchmarks.clients [--quick]`. The server has a core of its own. Ratios are of medians;
"of bare" is beside a socket by hand, which does nothing but send and wait.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.bare import AsyncBareClient, BareClient
from benchmarks.server import running
from benchmarks.table import Table

BODY = b'{"model": "bench/model", "messages": [{"role": "user", "content": "Say something."}]}'
MESSAGES: Any = [{"role": "user", "content": "Say something."}]
MODEL = "bench/model"
PATH = "/v1/chat/completions"
BARE = "bare socket"
OURS = "hf_integrations"
IN_FLIGHT = 100

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    with running() as url:
        sequential = calls(url, rounds=3 if quick else 12, each=60)
        parallel = asyncio.run(throughput(url, rounds=2 if quick else 6, requests=1_000))
    return [sequential, parallel, imports(rounds=4 if quick else 12)]


def calls(url: str, *, rounds: int, each: int) -> Table:
    """One call after another, plain."""
    clients = _plain(url)
    seen: dict[str, list[float]] = {name: [] for name in clients}
    for call in clients.values():
        call()
    for _ in range(rounds):
        for name, call in clients.items():
            for _ in range(each):
                begin = time.perf_counter()
                call()
                seen[name].append((time.perf_counter() - begin) * 1e6)
    medians = {name: statistics.median(values) for name, values in seen.items()}
    rows = [
        [
            _named(name),
            f"{medians[name]:.0f}",
            f"{sorted(seen[name])[int(len(seen[name]) * 0.95)]:.0f}",
            f"{medians[name] / medians[BARE]:.1f}",
            f"{medians[name] / medians[OURS]:.1f}",
        ]
        for name in clients
    ]
    return Table(
        "One chat call, plain",
        ("client", "median µs", "p95 µs", "× bare", "× ours"),
        rows,
        f"{rounds * each} calls each, one after another, over loopback without TLS.",
    )


async def throughput(url: str, *, rounds: int, requests: int) -> Table:
    """Many calls in flight, in asyncio."""
    clients, closes = _in_asyncio(url)
    seen: dict[str, list[float]] = {name: [] for name in clients}
    for call in clients.values():
        await _burst(call, IN_FLIGHT)
    for _ in range(rounds):
        for name, call in clients.items():
            begin = time.perf_counter()
            await _burst(call, requests)
            seen[name].append(requests / (time.perf_counter() - begin))
    for close in closes:
        await close()
    medians = {name: statistics.median(values) for name, values in seen.items()}
    rows = [
        [
            _named(name),
            f"{value:.0f}",
            f"{value / medians[BARE]:.2f}",
            f"{medians[OURS] / value:.1f}",
        ]
        for name, value in medians.items()
    ]
    return Table(
        f"{IN_FLIGHT} chat calls in flight, asyncio",
        ("client", "requests/s", "of bare", "ours ×"),
        rows,
        f"{rounds} rounds of {requests} calls each.",
    )


def imports(*, rounds: int) -> Table:
    """Starting Python and importing a client, less starting Python."""
    statements = {
        OURS: "from hf_integrations import HfInferenceClient",
        "huggingface_hub": "from huggingface_hub import InferenceClient",
        "openai": "from openai import OpenAI",
    }
    seen: dict[str, list[float]] = {name: [] for name in ("", *statements)}
    for _ in range(rounds):
        for name in seen:
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", statements.get(name, "pass")], check=True)
            seen[name].append((time.perf_counter() - begin) * 1e3)
    start = statistics.median(seen.pop(""))
    medians = {name: statistics.median(values) - start for name, values in seen.items()}
    hub = medians["huggingface_hub"]
    rows = [
        [f"{_named(name)}: `{statements[name]}`", f"{value:.0f}", f"{value / hub:.2f}"]
        for name, value in medians.items()
    ]
    return Table(
        "Import", ("statement", "ms", "of huggingface_hub"), rows, f"{rounds} processes each."
    )


def _plain(url: str) -> dict[str, Call]:
    from huggingface_hub import InferenceClient
    from openai import OpenAI

    from hf_integrations import HfInferenceClient

    bare = BareClient(url)
    ours = HfInferenceClient(base_url=url, token="hf_bench")
    hub = InferenceClient(base_url=f"{url}/v1", api_key="hf_bench")
    openai = OpenAI(base_url=f"{url}/v1", api_key="hf_bench")
    return {
        BARE: lambda: bare.call(PATH, BODY),
        OURS: lambda: ours.chat.complete(MESSAGES, model=MODEL),
        "huggingface_hub": lambda: hub.chat_completion(MESSAGES, model=MODEL),
        "openai": lambda: openai.chat.completions.create(messages=MESSAGES, model=MODEL),
    }


def _in_asyncio(url: str) -> tuple[dict[str, AsyncCall], list[AsyncCall]]:
    from huggingface_hub import AsyncInferenceClient
    from openai import AsyncOpenAI

    from hf_integrations import AsyncHfInferenceClient

    bare = AsyncBareClient(url)
    ours = AsyncHfInferenceClient(base_url=url, token="hf_bench")
    hub = AsyncInferenceClient(base_url=f"{url}/v1", api_key="hf_bench")
    openai = AsyncOpenAI(base_url=f"{url}/v1", api_key="hf_bench")
    clients: dict[str, AsyncCall] = {
        BARE: lambda: bare.call(PATH, BODY),
        OURS: lambda: ours.chat.complete(MESSAGES, model=MODEL),
        "huggingface_hub": lambda: hub.chat_completion(MESSAGES, model=MODEL),
        "openai": lambda: openai.chat.completions.create(messages=MESSAGES, model=MODEL),
    }
    return clients, [ours.close, hub.close, openai.close]


async def _burst(call: AsyncCall, requests: int) -> None:
    """So many calls, `IN_FLIGHT` at a time."""
    left = iter(range(requests))

    async def worker() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


def _named(name: str) -> str:
    if name == BARE:
        return name
    return f"{name} {importlib.metadata.version(name.replace('_', '-'))}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clients", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    for table in measure(None, parser.parse_args().quick):
        print(table.render(), flush=True)


if __name__ == "__main__":
    main()
