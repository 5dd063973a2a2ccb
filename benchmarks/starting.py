"""What a client costs before it does anything, and while it waits: import, modules, memory.

`python -m benchmarks.starting [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.questions import PLAIN, cell, in_turns, label, medians
from benchmarks.server import running
from benchmarks.table import Goal, Table
from benchmarks.workers import ROOT, clean_environment, python_of

# The statement, and the client in whose environment it is imported.
STATEMENTS: Mapping[str, tuple[str, str]] = {
    "hf_integrations": ("from hf_integrations import HfInferenceClient", "ours"),
    "huggingface_hub": ("from huggingface_hub import InferenceClient", "hub"),
    "openai": ("from openai import OpenAI", "openai_sdk"),
    "langchain-core alone": (
        "from langchain_core.language_models.chat_models import BaseChatModel\n"
        "from langchain_core.embeddings import Embeddings",
        "langchain_ours",
    ),
    "hf_integrations.langchain": (
        "from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings",
        "langchain_ours",
    ),
    "langchain-huggingface": (
        "from langchain_huggingface import ChatHuggingFace, HuggingFaceEndpointEmbeddings",
        "langchain_hf",
    ),
    "langchain-openai": (
        "from langchain_openai import ChatOpenAI, OpenAIEmbeddings",
        "langchain_sdk",
    ),
    "llama-index-core alone": ("import llama_index.core", "llama_ours"),
    "hf_integrations.llama_index": (
        "from hf_integrations.llama_index import HfInferenceLLM, HfInferenceEmbedding",
        "llama_ours",
    ),
    "llama-index-llms-huggingface-api": (
        "from llama_index.llms.huggingface_api import HuggingFaceInferenceAPI",
        "llama_hf",
    ),
    "llama-index-llms-openai-like": (
        "from llama_index.llms.openai_like import OpenAILike",
        "llama_sdk",
    ),
}
_COMPARED = ("ours", "hub", "langchain_ours", "llama_ours")  # clients that goals speak of
PEERS_ROUNDS = 3  # of the peers', which take seconds each and are far from any goal
COUNTED = "import sys; before = set(sys.modules)\n{}\nprint(len(set(sys.modules) - before))"

IDLE = """
import json, os, sys
def resident():
    with open("/proc/self/statm") as sizes:
        return int(sizes.read().split()[1]) * os.sysconf("SC_PAGESIZE")
from benchmarks.peers import {name}
imported = resident()
call = {name}.chat({url!r})
made = resident()
call()
print(json.dumps([imported, made - imported, resident() - imported]))
"""


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    del data
    with running() as url:
        return [imports(rounds=3 if quick else 6), memory(url, quick)]


def imports(*, rounds: int) -> Table:
    """Starting Python and importing, less starting Python."""
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    empty: list[float] = []
    modules: dict[str, str] = {}
    for turn in range(-1, rounds):  # the first fills the caches of the disk
        for name, (statement, client) in STATEMENTS.items():
            if turn >= PEERS_ROUNDS and client not in _COMPARED:
                continue
            took, printed = _run(client, COUNTED.format(statement))
            if turn < 0:
                modules[name] = printed
            elif modules[name]:
                seconds[name].append(took)
        empty.append(_run("ours", "pass")[0])
    base = statistics.median(empty)
    found = {name: (statistics.median(some) - base) * 1e3 for name, some in seconds.items() if some}
    rows = [
        [
            name,
            cell(found.get(name), "{:.0f}"),
            modules[name] or "not installed",
            f"`{STATEMENTS[name][0].splitlines()[0]}`",
        ]
        for name in STATEMENTS
    ]
    return Table(
        "Import",
        ("client", "ms", "modules", "statement"),
        rows,
        f"{rounds} processes each, {PEERS_ROUNDS} for those of no goal, less the "
        f"{base * 1e3:.0f} ms that Python itself takes.",
        bars=list(found.items()),
        unit="ms",
        goals=[
            Goal(
                "of huggingface_hub's time",
                found["hf_integrations"] / found["huggingface_hub"],
                at_most=1 / 3,
            ),
            Goal(
                ".langchain, of langchain-core's time",
                found["hf_integrations.langchain"] / found["langchain-core alone"],
                at_most=1.15,
            ),
            Goal(
                ".llama_index, of llama-index-core's time",
                found["hf_integrations.llama_index"] / found["llama-index-core alone"],
                at_most=1.15,
            ),
        ],
    )


def memory(url: str, quick: bool) -> Table:
    """An idle client, a thousand requests in flight, a thousand open streams."""
    idle = {name: _idle(name, url) for name in PLAIN}
    rounds = 1 if quick else 2
    waiting = in_turns(
        PLAIN,
        lambda worker: worker.ask("in_flight", url=f"{url}/delay=3000", number=1_000, seconds=2.0),
        rounds,
        lambda worker: worker.ask("burst", url=url, number=20, at_once=2),
    )
    streams = in_turns(
        PLAIN,
        lambda worker: worker.ask("streams_open", url=f"{url}/events=3&pace=2000", number=1_000),
        1,
        lambda worker: worker.ask("astream", url=url),
    )
    flying = medians(waiting, lambda found: found / 1e3)
    open_streams = medians(streams, lambda found: found / 1e3)
    rows = [
        [
            label(name),
            cell(idle[name][0], "{:.1f}"),
            cell(idle[name][1], "{:.1f}"),
            cell(idle[name][2], "{:.1f}"),
            cell(flying.get(name), "{:.1f}"),
            cell(open_streams.get(name), "{:.1f}"),
        ]
        for name in PLAIN
    ]
    return Table(
        "Memory",
        (
            "client", "imported, MB", "client made, + MB", "after a call, + MB",
            "KB per request in flight", "KB per open stream",
        ),
        rows,
        "1,000 requests to a server that takes 3 s; 1,000 streams of which one item was read.",
        bars=[(label(name), flying.get(name, 0.0)) for name in PLAIN],
        unit="KB per request in flight",
        goals=[
            Goal("KB per request in flight", flying.get("ours", float("nan")), at_most=15),
            Goal("MB of an idle client above import", idle["ours"][1], at_most=5),
        ],
    )  # fmt: skip


def _run(client: str, code: str) -> tuple[float, str]:
    """Seconds of a process, and what it printed; nothing if it failed."""
    begin = time.perf_counter()
    done = subprocess.run(
        [python_of(client), "-c", code],
        capture_output=True, text=True, check=False, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    return time.perf_counter() - begin, done.stdout.strip() if done.returncode == 0 else ""


def _idle(name: str, url: str) -> list[float]:
    """MB after the import, and what a client and its first call add."""
    printed = _run(name, IDLE.format(name=name, url=url))[1]
    return [size / 1e6 for size in json.loads(printed or "[0, 0, 0]")]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starting", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    for table in measure(None, parser.parse_args().quick):
        print(table.render(), flush=True)


if __name__ == "__main__":
    main()
