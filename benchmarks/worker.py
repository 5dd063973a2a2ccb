"""One client in a process of its own, perhaps in an environment of its own, doing what it is told.

`python -m benchmarks.worker NAME` loads `benchmarks.peers.NAME` and then reads a job as a line of
JSON, does it, and writes the figures as a line of JSON, until its standard input ends. It needs
nothing but the standard library and the client.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

Job = Callable[..., Any]

PATIENCE = 20  # seconds for what a client may be unable to do at all


class Worker:
    """A client, made once for each address and way to use it."""

    def __init__(self, name: str) -> None:
        self._client: Any = importlib.import_module(f"benchmarks.peers.{name}")
        self._made: dict[tuple[str, str], Callable[..., Any]] = {}
        self._loop = asyncio.Runner()
        self._embedded = 0

    def can(self, way: str) -> bool:
        """Whether the client has this way to be used."""
        return hasattr(self._client, way)

    def calls(self, url: str, number: int) -> list[float]:
        """Seconds of each of so many calls, one after another."""
        call = self._using("chat", url)
        seconds = []
        for _ in range(number):
            begin = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - begin)
        return seconds

    def cpu(self, url: str, number: int, *, plain: bool) -> float:
        """Seconds of this process's CPU for a call, of so many one after another."""
        if plain:
            call = self._using("chat", url)
            begin = time.process_time()
            for _ in range(number):
                call()
            return (time.process_time() - begin) / number
        acall = self._using("achat", url)

        async def measured() -> float:
            begin = time.process_time()
            for _ in range(number):
                await acall()
            return (time.process_time() - begin) / number

        return self._loop.run(measured())

    def burst(self, url: str, number: int, at_once: int) -> float:
        """Seconds of so many calls, so many in flight, once the connections are there."""
        call = self._using("achat", url)
        left = iter(range(number))

        async def some() -> None:
            for _ in left:
                await call()

        async def all_of_them() -> float:
            await asyncio.gather(*(call() for _ in range(at_once)))
            begin = time.perf_counter()
            await asyncio.gather(*(some() for _ in range(at_once)))
            return time.perf_counter() - begin

        return self._loop.run(all_of_them())

    def stream(self, url: str) -> dict[str, float]:
        """One stream, plain: when its first item came, its seconds, its CPU, and its items."""
        return _figures(self._using("stream", url)())

    def astream(self, url: str) -> dict[str, float]:
        """The same in asyncio."""
        return self._loop.run(_afigures(self._using("astream", url)))

    def embed(self, url: str, number: int) -> dict[str, float]:
        """Vectors of so many texts: seconds, and MB of memory above what there was."""
        self._embedded += 1  # other texts each time: a client may remember those it knows
        texts = [f"document {self._embedded}-{index} about something" for index in range(number)]
        make = self._using("embed", url)
        gc.collect()
        before = _resident()
        with _Peak() as peak:
            begin = time.perf_counter()
            vectors = make(texts)
            seconds = time.perf_counter() - begin
        del vectors
        return {"seconds": seconds, "peak": peak.bytes - before}

    def in_flight(self, url: str, number: int, seconds: float) -> float:
        """Bytes for each of so many calls that wait for an answer."""
        call = self._using("achat", url)

        async def measured() -> float:
            gc.collect()
            before = _resident()
            calls = [asyncio.ensure_future(call()) for _ in range(number)]
            await asyncio.sleep(seconds)
            now = _resident()
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*calls)
            return (now - before) / number

        return self._loop.run(measured())

    def streams_open(self, url: str, number: int) -> float:
        """Bytes for each of so many streams of which one item was read."""
        opened = self._using("astream", url)

        async def measured() -> float:
            gc.collect()
            before = _resident()
            streams = [aiter(opened()) for _ in range(number)]
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(anext(stream) for stream in streams))
            now = _resident()
            for stream in streams:
                close = getattr(stream, "aclose", None) or getattr(stream, "close", None)
                if close is not None:
                    await close()
            return (now - before) / number

        return self._loop.run(measured())

    def _using(self, way: str, url: str) -> Callable[..., Any]:
        """A way to use the client, warm."""
        key = (way, url)
        if key not in self._made:
            self._made[key] = getattr(self._client, way)(url)
        return self._made[key]


def _figures(items: Iterable[object]) -> dict[str, float]:
    cpu, begin, first, count = time.process_time(), time.perf_counter(), 0.0, 0
    for _ in items:
        first = first or time.perf_counter() - begin
        count += 1
    seconds = time.perf_counter() - begin
    return {
        "first": first, "seconds": seconds, "cpu": time.process_time() - cpu, "items": count,
    }  # fmt: skip


async def _afigures(items: Callable[[], Any]) -> dict[str, float]:
    cpu, begin, first, count = time.process_time(), time.perf_counter(), 0.0, 0
    async for _ in items():
        first = first or time.perf_counter() - begin
        count += 1
    seconds = time.perf_counter() - begin
    return {
        "first": first, "seconds": seconds, "cpu": time.process_time() - cpu, "items": count,
    }  # fmt: skip


class _Peak:
    """The most memory that was resident while something was done; Linux only, else since ever."""

    bytes = 0

    def __enter__(self) -> _Peak:
        with suppress(OSError), open("/proc/self/clear_refs", "w") as refs:  # noqa: PTH123
            refs.write("5")  # the peak so far is forgotten
        return self

    def __exit__(self, *failure: object) -> None:
        self.bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        with suppress(OSError), open("/proc/self/status") as status:  # noqa: PTH123
            for line in status:
                if line.startswith("VmHWM"):
                    self.bytes = int(line.split()[1]) * 1024


def _resident() -> int:
    """Bytes of memory in use."""
    with open("/proc/self/statm") as sizes:  # noqa: PTH123
        return int(sizes.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def main(name: str) -> None:
    """Do jobs."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    worker = Worker(name)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            found: object = {"found": getattr(worker, job.pop("do"))(**job)}
        except Exception as error:  # noqa: BLE001 - what fails is part of the answer
            found = {"failed": f"{type(error).__name__} {error}".strip()[:200]}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
