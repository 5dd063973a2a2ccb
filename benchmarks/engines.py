"""Which engine: every alternative asked the same questions, in turns, in one run.

`python -m benchmarks.engines [--quick]`. The server has a core of its own; streams are decoded by
all in the same way (our decoder of events, msgspec), so that only the transport differs.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.alternatives import IN_ASYNCIO, PLAIN, AsyncClient, Client
from benchmarks.server import running
from benchmarks.table import Table
from hf_integrations.transport.sse import SSEDecoder

C = TypeVar("C")
BODY = b'{"model": "bench/model", "messages": [{"role": "user", "content": "Say something."}]}'
BARE = "bare socket"  # first in every list it is in
BULK = "/stream?events=5000&each=50"
PACED = "/stream?events=200&each=1&pace=2"
MISSING = "not installed"


@dataclass
class Figures:
    """What one alternative showed in all rounds; failures in words."""

    values: list[float] = field(default_factory=list)
    more: list[float] = field(default_factory=list)
    words: str = ""

    @property
    def median(self) -> float:
        """Of the rounds."""
        return statistics.median(self.values)


Seen = dict[str, Figures]


class Chunk(msgspec.Struct):
    """The part of an event that a reader of a stream wants."""

    choices: list[dict[str, object]]


class Reader:
    """Decodes a stream, and notes when its first event was there."""

    def __init__(self) -> None:
        self.events = 0
        self.first = 0.0
        self._sse = SSEDecoder()
        self._decode = msgspec.json.Decoder(Chunk).decode

    def take(self, data: bytes) -> None:
        """Some bytes."""
        for event in self._sse.feed(data):
            if event != b"[DONE]":
                self._decode(event)
                self.events += 1
        if not self.first and self.events:
            self.first = time.perf_counter()


def read(client: Client, path: str) -> Reader:
    """One stream to its end."""
    reader = Reader()
    for data in client.stream(path, BODY):
        reader.take(data)
    return reader


async def aread(client: AsyncClient, path: str) -> Reader:
    """One stream to its end, in asyncio."""
    reader = Reader()
    async for data in client.stream(path, BODY):
        reader.take(data)
    return reader


def in_turns(
    alternatives: Mapping[str, Callable[[str], C]],
    ask: Callable[[Callable[[str], C], Figures], None],
    rounds: int,
) -> Seen:
    """Every alternative in every round, so that what slows the machine slows all of them."""
    seen: Seen = {name: Figures() for name in alternatives}
    for _ in range(rounds):
        for name, make in alternatives.items():
            figures = seen[name]
            if figures.words:
                continue
            try:
                ask(make, figures)
            except ImportError:
                figures.words = MISSING
            except Exception as error:  # noqa: BLE001  (what fails is part of the answer)
                figures.words = f"failed: {type(error).__name__} {error}".strip()
    return seen


def calls(url: str, rounds: int, number: int) -> Table:
    """One call after another, plain."""

    def ask(make: Callable[[str], Client], figures: Figures) -> None:
        client = make(url)
        for _ in range(20):
            client.call("/chat", BODY)
        for _ in range(number):
            begin = time.perf_counter()
            client.call("/chat", BODY)
            figures.values.append((time.perf_counter() - begin) * 1e6)
        client.close()

    seen = in_turns(PLAIN, ask, rounds)

    def cells(figures: Figures, bare: Figures) -> list[str]:
        p95 = statistics.quantiles(figures.values, n=20)[-1]
        ratio = figures.median / bare.median
        return [f"{figures.median:.0f}", f"{p95:.0f}", f"{ratio:.1f}"]

    columns = ["plain, one call after another", "µs, median", "p95", "times bare"]
    return tabled("One call", columns, seen, cells, "A chat answer of 500 bytes.")


def threads(url: str, rounds: int, number: int) -> Table:
    """Thirty-two threads that share a client, plain."""

    def ask(make: Callable[[str], Client], figures: Figures) -> None:
        client = make(url)
        with ThreadPoolExecutor(32) as pool:
            for count in (64, number):  # the first are to open the connections
                begin = time.perf_counter()
                list(pool.map(lambda _: client.call("/chat", BODY), range(count)))
                spent = time.perf_counter() - begin
        figures.values.append(number / spent)
        client.close()

    shared = {name: make for name, make in PLAIN.items() if name != BARE}
    seen = in_turns(shared, ask, rounds)
    columns = ["plain, 32 threads", "requests/s", "of the default"]
    return tabled("Many threads", columns, seen, share, "The bare client cannot be shared.")


def in_flight(url: str, rounds: int, number: int) -> Table:
    """A hundred calls in flight, in asyncio."""

    async def crowd(make: Callable[[str], AsyncClient], at_once: int, path: str) -> float:
        client = make(url)
        left = iter(range(number))

        async def worker() -> None:
            for _ in left:
                await client.call(path, BODY)

        async with asyncio.timeout(20):
            begin = time.perf_counter()
            await asyncio.gather(*[worker() for _ in range(at_once)])
            spent = time.perf_counter() - begin
        await client.close()
        return number / spent

    def ask(make: Callable[[str], AsyncClient], figures: Figures) -> None:
        figures.values.append(asyncio.run(crowd(make, 100, "/chat")))

    seen = in_turns(IN_ASYNCIO, ask, rounds)
    columns = ["asyncio, 100 in flight", "requests/s", "of bare"]
    return tabled("A hundred calls in flight", columns, seen, share, "A chat answer of 500 bytes.")


def crowded(url: str, names: Collection[str], patience: float) -> Table:
    """A thousand calls in flight to a slow server, in asyncio."""

    async def crowd(make: Callable[[str], AsyncClient]) -> float:
        client = make(url)
        begin = time.perf_counter()
        async with asyncio.timeout(patience):
            await asyncio.gather(*[client.call("/chat?delay=500", BODY) for _ in range(1000)])
        spent = time.perf_counter() - begin
        await client.close()
        return 1000 / spent

    def ask(make: Callable[[str], AsyncClient], figures: Figures) -> None:
        try:
            figures.values.append(asyncio.run(crowd(make)))
        except TimeoutError:
            figures.words = f"not done after {patience:.0f} s"

    seen = in_turns({name: IN_ASYNCIO[name] for name in names}, ask, 1)
    columns = ["asyncio, 1,000 at once", "requests/s", "of bare"]
    note = "Each answered after 500 ms: 2,000 a second would be perfect."
    return tabled("A thousand calls to a slow server", columns, seen, share, note)


def bulk(url: str, rounds: int) -> list[Table]:
    """Streams as fast as the server writes."""

    def plain(make: Callable[[str], Client], figures: Figures) -> None:
        client = make(url)
        client.call("/chat", BODY)
        begin = time.perf_counter()
        reader = read(client, BULK)
        figures.values.append(reader.events / (time.perf_counter() - begin))
        client.close()

    async def run(make: Callable[[str], AsyncClient]) -> float:
        client = make(url)
        await client.call("/chat", BODY)
        begin = time.perf_counter()
        reader = await aread(client, BULK)
        spent = time.perf_counter() - begin
        await client.close()
        return reader.events / spent

    def in_asyncio(make: Callable[[str], AsyncClient], figures: Figures) -> None:
        figures.values.append(asyncio.run(run(make)))

    note = "5,000 events of 350 bytes, 50 to a write, each a HTTP chunk; decoded."
    return [
        tabled("A stream in bulk, plain", ["plain", "events/s", "of bare"],
               in_turns(PLAIN, plain, rounds), share, note),
        tabled("A stream in bulk, asyncio", ["asyncio", "events/s", "of bare"],
               in_turns(IN_ASYNCIO, in_asyncio, rounds), share, note),
    ]  # fmt: skip


def paced(url: str, rounds: int) -> list[Table]:
    """Streams as a model talks: when is the first event there, and what does each cost?"""

    def note_down(figures: Figures, begin: float, cpu: float, reader: Reader) -> None:
        figures.values.append((reader.first - begin) * 1e3 - 2)
        figures.more.append((time.process_time() - cpu) * 1e6 / reader.events)

    def plain(make: Callable[[str], Client], figures: Figures) -> None:
        client = make(url)
        client.call("/chat", BODY)
        begin, cpu = time.perf_counter(), time.process_time()
        note_down(figures, begin, cpu, read(client, PACED))
        client.close()

    async def run(make: Callable[[str], AsyncClient], figures: Figures) -> None:
        client = make(url)
        await client.call("/chat", BODY)
        begin, cpu = time.perf_counter(), time.process_time()
        note_down(figures, begin, cpu, await aread(client, PACED))
        await client.close()

    def in_asyncio(make: Callable[[str], AsyncClient], figures: Figures) -> None:
        asyncio.run(run(make, figures))

    def cells(figures: Figures, bare: Figures) -> list[str]:
        cost, least = statistics.median(figures.more), statistics.median(bare.more)
        return [f"{figures.median:.1f}", f"{cost:.0f}", f"{cost / least:.1f}"]

    more = ["first event late by ms", "CPU µs per event", "times bare"]
    note = "200 events, one every 2 ms; late means after the 2 ms in which it was to be written."
    return [
        tabled("A stream as a model talks, plain", ["plain", *more],
               in_turns(PLAIN, plain, rounds), cells, note),
        tabled("A stream as a model talks, asyncio", ["asyncio", *more],
               in_turns(IN_ASYNCIO, in_asyncio, rounds), cells, note),
    ]  # fmt: skip


def share(figures: Figures, first: Figures) -> list[str]:
    """A rate, and its part of the first row's."""
    return [f"{figures.median:,.0f}", f"{figures.median / first.median:.2f}"]


def tabled(
    title: str,
    columns: list[str],
    seen: Seen,
    cells: Callable[[Figures, Figures], list[str]],
    note: str,
) -> Table:
    """The figures as a table; what failed says so."""
    first = next(iter(seen.values()))
    rows = [
        [name, figures.words, *[""] * (len(columns) - 2)]
        if figures.words
        else [name, *cells(figures, first)]
        for name, figures in seen.items()
    ]
    return Table(title, columns, rows, note)


def measure(data: Path | None, quick: bool) -> list[Table]:
    """All questions; under 90 s, or 30 s when quick, which leaves out what collapses."""
    rounds = 1 if quick else 2
    with running() as url:
        return [
            calls(url, rounds, 150 if quick else 400),
            threads(url, rounds, 300 if quick else 1000),
            in_flight(url, rounds, 300 if quick else 1500),
            crowded(url, [name for name in IN_ASYNCIO if not (quick and "httpx" in name)], 8),
            *bulk(url, rounds),
            *paced(url, rounds),
        ]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    for table in measure(None, parser.parse_args().quick):
        print(table.render())


if __name__ == "__main__":
    main()
