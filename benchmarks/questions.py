"""Whole clients, as programs use them: ours beside the peers', in turns, in one run.

`python -m benchmarks.questions [--quick] [--only PART]`. The server has a core of its own, and
each client a process of its own on another. Only ratios inside a table count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import truediv
from pathlib import Path
from typing import Any

from benchmarks.server import running
from benchmarks.table import Goal, Table
from benchmarks.workers import CLIENTS, UnansweredError, Worker, working

LATE = "1,000, each after 500 ms"
PLAIN = ("bare", "ours", "hub", "openai_sdk")
CHUNKS, PACED = 5_000, 200
SHARE = 8.0  # seconds that a client has for one figure

Seen = dict[str, list[Any]]
Ask = Callable[[Worker], Any]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    del data
    with running() as url:
        return [table for part in PARTS.values() for table in part(url, quick)]


def in_turns(names: Sequence[str], ask: Ask, rounds: int, warm: Ask | None = None) -> Seen:
    """What each client answered, round by round; of one that fails, why."""
    with working(names) as workers:
        return turns(workers, ask, rounds, warm)


def turns(workers: Sequence[Worker], ask: Ask, rounds: int, warm: Ask | None = None) -> Seen:
    """The same of clients that are there already; a first round warms them and does not count.

    One that takes long is asked less often, as far as its SHARE of the time goes, spread over the
    rounds; what takes longer than that is asked once and counts at once.
    """
    seen: Seen = {worker.name: [] for worker in workers}
    failed: Seen = {}
    often: dict[str, int] = {}
    for turn in range(-1, rounds):
        for worker in workers:
            name = worker.name
            if name in failed or not is_due(turn, often.get(name, rounds), rounds):
                continue
            begun = time.perf_counter()
            try:
                found = (warm or ask)(worker) if turn < 0 else ask(worker)
            except UnansweredError as error:
                failed[name] = [str(error)]
                continue
            if name not in often and (turn >= 0 or not warm):
                often[name] = int(SHARE / (time.perf_counter() - begun))
            if turn >= 0 or often.get(name) == 0:
                seen[name].append(found)
    return seen | failed


def is_due(turn: int, often: int, rounds: int) -> bool:
    """Whether something that is done so often in so many rounds is done in this one."""
    if turn <= 0 or often >= rounds:
        return turn < 0 or often > 0
    return turn * often // rounds > (turn - 1) * often // rounds


def medians(seen: Seen, figure: Callable[[Any], float]) -> dict[str, float]:
    """One figure for each client that answered."""
    return {
        name: statistics.median(map(figure, values))
        for name, values in seen.items()
        if values and not isinstance(values[0], str)
    }


def calls(url: str, quick: bool) -> list[Table]:
    """One call after another, plain."""
    rounds = 5 if quick else 20
    seen = in_turns(
        PLAIN,
        lambda worker: worker.ask("calls", url=url, number=50),
        rounds,
        lambda worker: worker.ask("calls", url=url, number=200),
    )
    each = {name: [one * 1e6 for some in values for one in some] for name, values in seen.items()}
    median = {name: statistics.median(values) for name, values in each.items()}
    rows = [
        [
            label(name), f"{median[name]:.0f}", f"{percentile(each[name], 0.95):.0f}",
            f"{median[name] / median['bare']:.1f}", f"{median[name] / median['ours']:.1f}",
        ]
        for name in PLAIN
    ]  # fmt: skip
    goals = [
        Goal("ours, × bare socket", median["ours"] / median["bare"], at_most=4),
        Goal("× faster than huggingface_hub", median["hub"] / median["ours"], at_least=6),
        Goal("× faster than openai", median["openai_sdk"] / median["ours"], at_least=10),
    ]
    return [
        Table(
            "One chat call, plain",
            ("client", "median µs", "p95 µs", "× bare", "× ours"),
            rows,
            f"{rounds * 50} calls each, one after another.",
            bars=[(label(name), median[name]) for name in PLAIN],
            unit="µs, median",
            goals=goals,
        )
    ]


def throughput(url: str, quick: bool) -> list[Table]:
    """Many calls in flight, in asyncio."""
    few, more = (1, 2) if quick else (2, 4)
    cases = {
        "1": (url, 1, 300, more),
        "100": (url, 100, 600, more),
        "1,000": (url, 1_000, 1_000, few),
        LATE: (f"{url}/delay=500", 1_000, 1_000, few),
    }
    rates: dict[str, dict[str, float]] = {}
    with working(PLAIN) as workers:
        for case, (at, at_once, number, rounds) in cases.items():
            job = {"do": "burst", "url": at, "number": number, "at_once": at_once}
            warm = {**job, "number": 20, "at_once": min(20, at_once)}
            seen = turns(workers, partial(_do, job), rounds, partial(_do, warm))
            rates[case] = medians(seen, partial(truediv, number))
    hundred, late = rates["100"], rates[LATE]
    return [
        Table(
            "Chat calls in flight, asyncio",
            ("client", *(f"{case}, requests/s" for case in rates), "100: of bare", "100: ours ×"),
            [
                [
                    label(name),
                    *(cell(rates[case].get(name), "{:,.0f}") for case in rates),
                    cell(ratio(hundred, name, "bare"), "{:.2f}"),
                    cell(ratio(hundred, "ours", name), "{:.1f}"),
                ]
                for name in PLAIN
            ],
            f"Median of {more} rounds, of {few} for 1,000, of fewer for those that take long; the "
            "connections are there already. "
            "2,000 a second would be perfect in the last case.",
            bars=[(label(name), hundred.get(name, 0.0)) for name in PLAIN],
            unit="100 in flight, requests/s",
            goals=[
                Goal("100 in flight, of bare", ratio(hundred, "ours", "bare"), at_least=0.35),
                Goal("100, × huggingface_hub", ratio(hundred, "ours", "hub"), at_least=12),
                Goal("100, × openai", ratio(hundred, "ours", "openai_sdk"), at_least=20),
                Goal("slow server, of bare", ratio(late, "ours", "bare"), at_least=0.9),
            ],
        )
    ]


def streams(url: str, quick: bool) -> list[Table]:
    """Streams as fast as they go, and as a model talks."""
    bulk, slow = f"{url}/events={CHUNKS}&each=50", f"{url}/events={PACED}&each=1&pace=2"
    tables = []
    with working(PLAIN) as workers:
        for way, words, least in (
            ("stream", "plain", (0.2, 7, 12)),
            ("astream", "asyncio", (0.3, 10, 15)),
        ):
            seen = turns(workers, partial(_do, {"do": way, "url": bulk}), 3 if quick else 7)
            tables.append(_bulk(seen, words, least))
            seen = turns(workers, partial(_do, {"do": way, "url": slow}), 2 if quick else 5)
            tables.append(_paced(seen, words))
    return tables


def _bulk(seen: Seen, words: str, least: tuple[float, float, float]) -> Table:
    rate = medians(seen, lambda found: found["items"] / found["seconds"])
    cpu = medians(seen, lambda found: found["cpu"] / found["items"] * 1e6)
    return Table(
        f"A stream in bulk, {words}",
        ("client", "chunks/s", "CPU µs per chunk", "of bare", "ours ×"),
        [
            [
                label(name), cell(rate.get(name), "{:,.0f}"), cell(cpu.get(name), "{:.1f}"),
                cell(ratio(rate, name, "bare"), "{:.2f}"),
                cell(ratio(rate, "ours", name), "{:.1f}"),
            ]
            for name in PLAIN
        ],
        f"{CHUNKS:,} chunks of 350 bytes, 50 to a write. Bare is a socket and orjson.",
        bars=[(label(name), rate.get(name, 0.0)) for name in PLAIN],
        unit="chunks/s",
        goals=[
            Goal("of bare", ratio(rate, "ours", "bare"), at_least=least[0]),
            Goal("× huggingface_hub", ratio(rate, "ours", "hub"), at_least=least[1]),
            Goal("× openai", ratio(rate, "ours", "openai_sdk"), at_least=least[2]),
        ],
    )  # fmt: skip


def _do(job: dict[str, Any], worker: Worker) -> Any:
    return worker.ask(**job)


def _paced(seen: Seen, words: str) -> Table:
    late = medians(seen, lambda found: found["first"] * 1e3 - 2)
    cpu = medians(seen, lambda found: found["cpu"] / found["items"] * 1e6)
    return Table(
        f"A stream as a model talks, {words}",
        ("client", "first item late by ms", "CPU µs per chunk", "of openai's"),
        [
            [
                label(name), cell(late.get(name), "{:.1f}"), cell(cpu.get(name), "{:.0f}"),
                cell(ratio(cpu, name, "openai_sdk"), "{:.2f}"),
            ]
            for name in PLAIN
        ],
        f"{PACED} chunks, one every 2 ms, the first after 2 ms; late counts from there.",
        bars=[(label(name), cpu.get(name, 0.0)) for name in PLAIN],
        unit="CPU µs per chunk",
        goals=[
            Goal("first item, ms after it was written", late.get("ours", 0.0), at_most=2),
            Goal("CPU per chunk, of openai's", ratio(cpu, "ours", "openai_sdk"), at_most=1 / 3),
        ],
    )  # fmt: skip


def embeddings(url: str, quick: bool) -> list[Table]:
    """2,048 vectors of 1,024 numbers."""
    names, result = ("ours", "ours_uncached", "hub", "openai_sdk"), 2_048 * 1_024 * 4
    cases = {
        "": url,
        ", floats only": f"{url}/as=float",
        ", at most 32 at a time": f"{url}/limit=32",
    }
    seen = {
        case: in_turns(
            names,
            lambda worker, at=at: worker.ask("embed", url=at, number=2_048),  # type: ignore[misc]
            1 if quick else 3,
        )
        for case, at in cases.items()
    }
    seconds = {
        case: medians(some, lambda found: found["seconds"] * 1e3) for case, some in seen.items()
    }
    peak = {
        case: medians(some, lambda found: found["peak"] / result) for case, some in seen.items()
    }
    best = min(seconds[""][name] for name in names[2:] if name in seconds[""])
    rows = [
        [
            label(name) + case, cell(seconds[case].get(name), "{:,.0f}"),
            cell(peak[case].get(name), "{:.1f}"), str((seen[case][name] or [""])[-1])[:60]
            if name not in seconds[case] else "",
        ]
        for case in cases for name in names
    ]  # fmt: skip
    bars = [
        (label(name) + case, seconds[case][name])
        for case in cases
        for name in names
        if name in seconds[case]
    ]
    ours = seconds[""]["ours"]
    return [
        Table(
            "2,048 embeddings of 1,024 numbers",
            ("client", "ms", "memory, × the result", ""),
            rows,
            "Warm, new texts each time; openai and ours ask for base64. The result is 8 MB.",
            bars=bars,
            unit="ms",
            goals=[
                Goal("of the best peer's time", ours / best, at_most=1 / 3),
                Goal(
                    "of it, without the cache", seconds[""]["ours_uncached"] / best, at_most=1 / 3
                ),
                Goal("peak memory, × the result", peak[""]["ours"], at_most=2),
                Goal("the same, without the cache", peak[""]["ours_uncached"], at_most=2),
                Goal(
                    "at most 32 at a time, × without a limit",
                    seconds[", at most 32 at a time"]["ours"] / ours,
                    at_most=1.3,
                ),
            ],
        )
    ]


PARTS: Mapping[str, Callable[[str, bool], list[Table]]] = {
    "calls": calls,
    "throughput": throughput,
    "streams": streams,
    "embeddings": embeddings,
}


def label(name: str) -> str:
    """What a client is called."""
    return CLIENTS[name][0]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[int(len(values) * share)]


def ratio(figures: Mapping[str, float], one: str, other: str) -> float:
    """One beside another; nothing where one is missing."""
    return figures.get(one, 0.0) / figures[other] if figures.get(other) else float("nan")


def cell(value: float | None, form: str) -> str:
    """A figure, or that there is none."""
    return form.format(value) if value is not None and value == value else "–"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--only", choices=PARTS, help="one part")
    options = parser.parse_args()
    with running() as url:
        for name, part in PARTS.items():
            if options.only in (None, name):
                for table in part(url, options.quick):
                    print(table.render(), flush=True)


if __name__ == "__main__":
    main()
