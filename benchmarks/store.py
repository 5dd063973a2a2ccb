"""The store beside the bare statements it is made of, on one server in one run.

`python -m benchmarks.store [DSN]`; without a DSN the embedded PostgreSQL in a temporary folder.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import psycopg

from hf_integrations.ruvvector import RuvVectorStore, embedded_postgres

DIMENSIONS = 384
Figures = dict[str, float]


def measure(dsn: str, rows: int = 6_000, rounds: int = 3) -> Figures:
    """Rows per second of three ways to write and p50 in ms of two ways to search.

    Rounds are interleaved, so that what slows the machine slows all of them; medians.
    """
    vectors = np.random.default_rng(0).normal(size=(rows, DIMENSIONS)).astype(np.float32)
    texts = [f"document {row} " * 12 for row in range(rows)]
    metadata = [{"row": row, "lang": "en", "year": 2000 + row % 25} for row in range(rows)]
    ids = [f"{row:08}" for row in range(rows)]
    seen: dict[str, list[float]] = {}
    with RuvVectorStore(dsn, "benchmark", index_after=None) as store:
        for _ in range(rounds):
            store.drop()
            for name in ("store: first load, rows/s", "store: upsert, rows/s"):
                spent = _seconds(lambda: store.add(texts, vectors, metadata=metadata, ids=ids))
                seen.setdefault(name, []).append(rows / spent)
            spent = _seconds(lambda: _executemany(dsn, texts, vectors, ids))
            seen.setdefault("psycopg executemany, rows/s", []).append(rows / spent)
        store.create_index()
        for name, times in _searches(dsn, store, vectors[:300] + 0.1).items():
            seen[name] = [statistics.median(times) * 1_000]
        store.drop()
    return {name: statistics.median(values) for name, values in seen.items()}


def _searches(dsn: str, store: RuvVectorStore, queries: Any) -> dict[str, list[float]]:
    """Seconds of each search, by the store and by one prepared statement, taken in turns."""
    sql = (
        "SELECT id, content, metadata, embedding <=> %s::vector AS d FROM ruvvector_benchmark "
        "ORDER BY d LIMIT 10"
    )
    times: dict[str, list[float]] = {"store: search, p50 ms": [], "psycopg search, p50 ms": []}
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT '[1]'::vector; SET hnsw.ef_search = 100")
        for query in queries:
            times["store: search, p50 ms"].append(_seconds(partial(store.search, query)))
            times["psycopg search, p50 ms"].append(
                _seconds(partial(_fetch, connection, sql, str(query.tolist())))
            )
    return times


def _fetch(connection: psycopg.Connection[Any], sql: str, vector: str) -> object:
    return connection.execute(sql.encode(), (vector,), prepare=True).fetchall()


def _executemany(dsn: str, texts: list[str], vectors: Any, ids: list[str]) -> None:
    """What one writes without a store: vectors as text, one row at a time, pipelined."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (id text PRIMARY KEY, content text, v vector)")
        rows = zip(ids, texts, (str(vector.tolist()) for vector in vectors), strict=True)
        cursor.executemany("INSERT INTO plain VALUES (%s, %s, %s)", rows)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    """Print the figures."""
    if arguments:
        figures = measure(arguments[0])
    else:
        with tempfile.TemporaryDirectory() as folder, embedded_postgres(folder) as server:
            figures = measure(server.dsn)
    for name, value in figures.items():
        print(f"{name:32} {value:10,.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
