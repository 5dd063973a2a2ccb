"""The same through LangChain and LlamaIndex, beside their other packages and their own fakes.

`python -m benchmarks frameworks [--quick]`. A framework's own fake shows what the framework takes
by itself, without any network; what a client takes above it is its overhead. That is reckoned in
the time of the client's own CPU, as a busy machine stretches all that waits for a server.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence
from operator import truediv
from pathlib import Path
from typing import Any

from benchmarks.questions import cell, in_turns, label, medians, ratio, turns
from benchmarks.server import running
from benchmarks.table import Goal, Table
from benchmarks.workers import Worker, working

LANGCHAIN = ("langchain_fake", "langchain_ours", "langchain_hf", "langchain_sdk")
LLAMA_INDEX = ("llama_fake", "llama_ours", "llama_hf", "llama_sdk")
CALLS, AT_ONCE, PATIENT = 30, 100, 1_000
PLAIN_CPU, ASYNC_CPU = "call, CPU µs", "call in asyncio, CPU µs"

Figures = dict[str, dict[str, float]]
Way = tuple[Callable[[Worker], Any], Callable[[Any], float]]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    del data
    with running() as url:
        return [
            through(url, "LangChain", LANGCHAIN, quick),
            through(url, "LlamaIndex", LLAMA_INDEX, quick),
            in_flight(url, quick),
            embeddings(url, quick),
        ]


def through(url: str, framework: str, names: Sequence[str], quick: bool) -> Table:
    """One call after another, some at a time, and streams."""
    with working(names) as workers:
        figures = {
            words: medians(turns(workers, ask, 3 if quick else 5), figure)
            for words, (ask, figure) in _ways(url).items()
        }
    call = figures["call, µs"]
    return Table(
        f"Through {framework}",
        ("client", *figures),
        [
            [label(name), *(cell(found.get(name), "{:,.0f}") for found in figures.values())]
            for name in names
        ],
        f"{framework}'s own fake shows what the framework takes by itself, without any network; "
        "its streams have other pieces than the server's.",
        bars=[(label(name), call.get(name, 0.0)) for name in names],
        unit="one call, µs",
        goals=_goals(figures, *names),
    )  # fmt: skip


def _ways(url: str) -> Mapping[str, Way]:
    bulk = f"{url}/events=1000&each=50"
    at_once = {"url": url, "number": 2 * AT_ONCE, "at_once": AT_ONCE}

    def rate(found: dict[str, float]) -> float:
        return found["items"] / found["seconds"]

    def cpu(found: float) -> float:
        return found * 1e6

    return {
        "call, µs": (
            lambda worker: worker.ask("calls", url=url, number=CALLS),
            lambda found: statistics.median(found) * 1e6,
        ),
        PLAIN_CPU: (lambda worker: worker.ask("cpu", url=url, number=CALLS, plain=True), cpu),
        ASYNC_CPU: (lambda worker: worker.ask("cpu", url=url, number=CALLS, plain=False), cpu),
        f"{AT_ONCE} in flight, requests/s": (
            lambda worker: worker.ask("burst", **at_once),
            lambda found: 2 * AT_ONCE / found,
        ),
        "stream, chunks/s": (lambda worker: worker.ask("stream", url=bulk), rate),
        "stream in asyncio, chunks/s": (lambda worker: worker.ask("astream", url=bulk), rate),
    }


def _goals(figures: Figures, fake: str, ours: str, hf: str, sdk: str) -> list[Goal]:
    """What ours takes above the framework's own fake, beside the best of the others."""
    goals = []
    for words, way in ((PLAIN_CPU, "a call's CPU"), (ASYNC_CPU, "in asyncio")):
        found = figures[words]
        above = {name: found[name] - found[fake] for name in (ours, hf, sdk) if name in found}
        best = min((above[name] for name in (hf, sdk) if name in above), default=float("nan"))
        goals.append(Goal(f"{way}, above the fake, of the best peer's", above[ours] / best,
                          at_most=1 / 4))  # fmt: skip
    streamed = figures["stream, chunks/s"]
    goals.append(Goal(f"stream, × {label(sdk)}", ratio(streamed, ours, sdk), at_least=2))
    if ours in LANGCHAIN:
        goals.append(Goal("stream, of the fake", ratio(streamed, ours, fake), at_least=0.7))
    return goals


def in_flight(url: str, quick: bool) -> Table:
    """A thousand calls at a server that takes half a second for each."""
    names = ("bare", "ours", "langchain_ours", "langchain_hf", "langchain_sdk", "llama_ours")
    job: dict[str, Any] = {
        "do": "burst",
        "url": f"{url}/delay=500",
        "number": PATIENT,
        "at_once": PATIENT,
    }
    warm = {**job, "number": 20, "at_once": 20}
    seen = in_turns(
        names,
        lambda worker: worker.ask(**job),
        1 if quick else 2,
        lambda worker: worker.ask(**warm),
    )
    rate = medians(seen, lambda found: truediv(PATIENT, found))
    goals = [
        Goal(f"{label(name)}, of bare", ratio(rate, name, "bare"), at_least=0.3)
        for name in ("langchain_ours", "llama_ours")
    ]
    return Table(
        "1,000 calls in flight through a framework",
        ("client", "requests/s", "of bare", ""),
        [
            [label(name), cell(rate.get(name), "{:,.0f}"),
             cell(ratio(rate, name, "bare"), "{:.2f}"), _why(seen, name, rate)]
            for name in names
        ],
        "In asyncio, each answered after 500 ms: 2,000 a second would be perfect.",
        bars=[(label(name), rate.get(name, 0.0)) for name in names],
        unit="requests/s",
        goals=goals,
    )  # fmt: skip


def embeddings(url: str, quick: bool) -> Table:
    """2,048 vectors of 1,024 numbers as lists, as LangChain wants them."""
    names = LANGCHAIN[1:]
    places = {"": url, ", at most 32 at a time": f"{url}/limit=32"}
    seen = {
        case: in_turns(
            names,
            lambda worker, at=at: worker.ask("embed", url=at, number=2_048),  # type: ignore[misc]
            1 if quick else 3,
        )
        for case, at in places.items()
    }
    took = {
        case: medians(some, lambda found: found["seconds"] * 1e3) for case, some in seen.items()
    }
    freely, limited = (some.get("langchain_ours", float("nan")) for some in took.values())
    return Table(
        "2,048 embeddings of 1,024 numbers through LangChain",
        ("client", "ms", ""),
        [
            [label(name) + case, cell(took[case].get(name), "{:,.0f}"),
             _why(seen[case], name, took[case])]
            for case in places
            for name in names
        ],
        "embed_documents of new texts; what comes are lists of floats.",
        bars=[(label(name), took[""].get(name, 0.0)) for name in names],
        unit="ms",
        goals=[
            Goal("of langchain-huggingface's time",
                 ratio(took[""], "langchain_ours", "langchain_hf"), at_most=1 / 3),
            Goal("at most 32 at a time, × without a limit", limited / freely, at_most=1.3),
        ],
    )  # fmt: skip


def _why(seen: Mapping[str, Sequence[Any]], name: str, figures: Mapping[str, float]) -> str:
    """What one that gave no figure said."""
    return "" if name in figures else str((seen[name] or [""])[-1])[:60]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frameworks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    for table in measure(None, parser.parse_args().quick):
        print(table.render(), flush=True)


if __name__ == "__main__":
    main()
