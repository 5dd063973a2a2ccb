"""The clients to measure, each in a process of its own, asked in turns.

Peers that cannot live beside this package's own environment have environments of their own, in the
folder that BENCH_PEERS names (`.bench` if it names none); `make bench-peers` makes them. A client
that is not installed is left out, and the table says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.server import cores, pin

ROOT = Path(__file__).parent.parent
PEERS = Path(os.environ.get("BENCH_PEERS", ROOT / ".bench"))

# How a client is called in tables, and the environment it lives in ("" is that of this package).
CLIENTS: dict[str, tuple[str, str]] = {
    "bare": ("bare socket", ""),
    "ours": ("hf_integrations", ""),
    "ours_uncached": ("hf_integrations, embedding_cache=False", ""),
    "hub": ("huggingface_hub", ""),
    "openai_sdk": ("openai", ""),
    "langchain_fake": ("LangChain's own fake", ""),
    "langchain_ours": ("hf_integrations.langchain", ""),
    "langchain_hf": ("langchain-huggingface", "langchain"),
    "langchain_sdk": ("langchain-openai", "langchain"),
    "llama_fake": ("LlamaIndex's own fake", ""),
    "llama_ours": ("hf_integrations.llama_index", ""),
    "llama_hf": ("llama-index-llms-huggingface-api", "llama_index"),
    "llama_sdk": ("llama-index-llms-openai-like", "llama_index"),
}


class UnansweredError(Exception):
    """A client could not do what it was asked; in words."""


@dataclass
class Worker:
    """A client in its process."""

    name: str
    process: subprocess.Popen[str]

    def ask(self, do: str, **job: Any) -> Any:
        """Let it do something."""
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(json.dumps({"do": do} | job) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline() or '{"failed": "not installed"}')
        except BrokenPipeError:
            answer = {"failed": "not installed"}
        if "failed" in answer:
            raise UnansweredError(answer["failed"])
        return answer["found"]


@contextmanager
def working(names: Iterable[str]) -> Iterator[list[Worker]]:
    """Clients, on the cores that the server leaves."""
    with ExitStack() as stack:
        workers = []
        for name in names:
            process = subprocess.Popen(
                [python_of(name), "-m", "benchmarks.worker", name],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, cwd=ROOT, env=clean_environment(),
            )  # fmt: skip
            stack.callback(_end, process)
            pin(process.pid, cores()[-1:])
            workers.append(Worker(name, process))
        yield workers


def python_of(name: str) -> str:
    """The interpreter of a client's environment."""
    environment = CLIENTS[name][1]
    python = PEERS / environment / "bin" / "python"
    return str(python) if environment and python.exists() else sys.executable


def clean_environment() -> dict[str, str]:
    """Nothing of the machine's proxies and tokens, no progress bars; compiled files are kept."""
    kept = {name: value for name, value in os.environ.items() if not _is_other(name)}
    return kept | {"PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


def _is_other(name: str) -> bool:
    kinds = ("HF_", "OPENAI_", "LANGCHAIN_", "PYTHONDONTWRITEBYTECODE")
    return name.lower().endswith("_proxy") or name.startswith(kinds)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
