"""Searching through the store beside one prepared statement, on one server in one run.

`python -m benchmarks.searching`: p50 of a search, and searches per second with eight at a time,
in threads and in asyncio. Both sides read the index equally widely and find the same rows.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks.table import Table
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore, embedded_postgres
from hf_integrations.ruvvector.column_types import VECTOR
from hf_integrations.ruvvector.cursors import async_cursor_of, cursor_of
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Packed

DIMENSIONS, LATENT, CLUSTERS, AT_ONCE = 384, 48, 600, 8
EF_SEARCH = 100
SQL = (
    b"SELECT id, content, metadata, embedding <=> $1::vector AS distance FROM ruvvector_benchmark "
    b"ORDER BY embedding <=> $1::vector LIMIT 10"
)
READY = f"LOAD 'vector'; SET hnsw.ef_search = {EF_SEARCH}"
Searcher = Callable[[Float32], Any]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The table of this benchmark."""
    del data
    rows, rounds = (6_000, 2) if quick else (30_000, 5)
    like = Alike(np.random.default_rng(0))
    vectors, queries = like.made(rows), like.made(400)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(folder) as server:
        with RuvVectorStore(server.dsn, "benchmark", ef_search=EF_SEARCH) as store:
            _fill(store, vectors)
            plain = _plain(server.dsn, store, queries, rounds)
        awaited = asyncio.run(_awaited(server.dsn, queries, rounds))
    return [
        Table(
            f"Searching {rows:,} × {DIMENSIONS}, k = 10, HNSW, ef_search {EF_SEARCH}",
            ("", "p50 ms", "ratio", f"searches/s, {AT_ONCE} at a time", "ratio"),
            [*_lines("plain", plain), *_lines("asyncio", awaited)],
            "One prepared binary statement of psycopg on a connection of its own, and the store "
            "with its pool, in turns; both give id, text, metadata and distance.",
        )
    ]


class Alike:
    """Makes vectors that lie to each other as those of all-MiniLM-L6-v2 do.

    Some 50 directions hold most of what they are, and the nearest of 30,000 has a cosine of about
    0.7 with a question, the tenth 0.6. (Cranfield's have 41 by the ratio of participation, these
    54; vectors of 384 independent numbers, which are all as far apart, would say little.)
    """

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.directions = random.normal(size=(LATENT, DIMENSIONS)) / 7
        self.centres = random.normal(size=(CLUSTERS, LATENT))

    def made(self, count: int) -> Float32:
        """So many of them, count × DIMENSIONS."""
        chosen = self.centres[self.random.integers(CLUSTERS, size=count)]
        place = chosen + 0.7 * self.random.normal(size=chosen.shape)
        rest = 0.5 * self.random.normal(size=(count, DIMENSIONS))
        return (place @ self.directions + rest).astype(np.float32)


def _fill(store: RuvVectorStore, vectors: Float32) -> None:
    ids = [f"{row:08}" for row in range(len(vectors))]
    texts = [f"document {row} " * 20 for row in range(len(vectors))]
    store.add(
        texts, vectors, ids=ids, metadata=[{"row": row, "lang": "en"} for row in range(len(ids))]
    )
    if not store.ensure_index():
        store.create_index()


def _lines(name: str, figures: tuple[list[float], list[float]]) -> list[list[str]]:
    (raw_ms, ours_ms), (raw_rate, ours_rate) = figures
    return [
        [f"psycopg, {name}", f"{raw_ms:.2f}", "1", f"{raw_rate:,.0f}", "1"],
        [
            f"store, {name}",
            f"{ours_ms:.2f}",
            f"{ours_ms / raw_ms:.2f}",
            f"{ours_rate:,.0f}",
            f"{ours_rate / raw_rate:.2f}",
        ],
    ]


def _plain(
    dsn: str, store: RuvVectorStore, queries: Float32, rounds: int
) -> tuple[list[float], list[float]]:
    cursors = [cursor_of(psycopg.connect(dsn, autocommit=True)) for _ in range(AT_ONCE)]
    for cursor in cursors:
        cursor.connection.execute(READY.encode())

    def raw(place: int, query: Float32) -> list[str]:
        parameter = (Packed(VECTOR.pack(query)),)
        found = cursors[place].execute(SQL, parameter, prepare=True, binary=True).fetchall()
        return [row[0] for row in found]

    def ours(place: int, query: Float32) -> list[str]:
        return [match.id for match in store.search(query)]

    times: list[list[float]] = [[], []]
    for query in queries:
        found = [
            _timed(spent, search, query) for spent, search in zip(times, (raw, ours), strict=True)
        ]
        assert len(set(found[0]) & set(found[1])) >= 9, "both find the same"
    rates = [[_rate(search, queries) for search in (raw, ours)] for _ in range(rounds)]
    for cursor in cursors:
        cursor.connection.close()
    return [statistics.median(spent) * 1e3 for spent in times], _medians(rates)


def _timed(
    spent: list[float], search: Callable[[int, Float32], list[str]], query: Any
) -> list[str]:
    start = time.perf_counter()
    found = search(0, query)
    spent.append(time.perf_counter() - start)
    return found


def _rate(search: Callable[[int, Float32], Any], queries: Float32) -> float:
    def work(place: int) -> None:
        for row in range(place, len(queries), AT_ONCE):
            search(place, queries[row])

    threads = [threading.Thread(target=work, args=(place,)) for place in range(AT_ONCE)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(queries) / (time.perf_counter() - start)


async def _awaited(dsn: str, queries: Float32, rounds: int) -> tuple[list[float], list[float]]:
    connections = [
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) for _ in range(AT_ONCE)
    ]
    for connection in connections:
        await connection.execute(READY.encode())
    cursors = [async_cursor_of(connection) for connection in connections]

    async def raw(place: int, query: Float32) -> Any:
        parameter = (Packed(VECTOR.pack(query)),)
        await cursors[place].execute(SQL, parameter, prepare=True, binary=True)
        return await cursors[place].fetchall()

    async with AsyncRuvVectorStore(dsn, "benchmark", ef_search=EF_SEARCH) as store:

        async def ours(place: int, query: Float32) -> Any:
            return await store.search(query)

        times: list[list[float]] = [[], []]
        for query in queries:
            for spent, search in zip(times, (raw, ours), strict=True):
                start = time.perf_counter()
                await search(0, query)
                spent.append(time.perf_counter() - start)
        rates = [
            [await _rate_awaited(search, queries) for search in (raw, ours)] for _ in range(rounds)
        ]
    for connection in connections:
        await connection.close()
    return [statistics.median(spent) * 1e3 for spent in times], _medians(rates)


async def _rate_awaited(
    search: Callable[[int, Float32], Awaitable[Any]], queries: Float32
) -> float:
    async def work(place: int) -> None:
        for row in range(place, len(queries), AT_ONCE):
            await search(place, queries[row])

    start = time.perf_counter()
    await asyncio.gather(*(work(place) for place in range(AT_ONCE)))
    return len(queries) / (time.perf_counter() - start)


def _medians(rates: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*rates, strict=True)]


if __name__ == "__main__":
    for table in measure(None, quick=False):
        print(table.render())
