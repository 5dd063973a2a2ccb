"""The store beside langchain-postgres, LlamaIndex's store and vecs, on one server in one run.

`python -m benchmarks.store_peers [ROWS]`. The peers pin what this package does not, so they live in
an environment of their own, `store` in the folder that BENCH_PEERS names (`.bench` if it names
none); it is made when it is not there. Whoever is measured takes turns with the others.
"""

# ruff: noqa: D102 - what a store does is said by its name

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks import store_worker
from benchmarks.searching import DIMENSIONS, EF_SEARCH, READY, SQL, Alike, _awaited
from benchmarks.table import Goal, Table
from hf_integrations.ruvvector import RuvVectorStore, embedded_postgres
from hf_integrations.ruvvector.column_types import VECTOR
from hf_integrations.ruvvector.cursors import cursor_of
from hf_integrations.ruvvector.documents import documents_of
from hf_integrations.ruvvector.row_sql import copy_in, upsert
from hf_integrations.ruvvector.rows import rows_of
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Packed

PEERS = Path(os.environ.get("BENCH_PEERS", Path(__file__).parent.parent / ".bench")) / "store"
PACKAGES = ("langchain-postgres", "llama-index-vector-stores-postgres", "vecs")
TABLE = "ruvvector_benchmark"
WRITTEN, ROUNDS = 1_000, 3  # rows of a turn, and turns, of those who write
LOADS = 4  # of the whole set; the best one counts
REST = 0.05  # seconds before each write: the server has brought the last one to the disk
ASKED, FILTERED = 150, 40  # searches of a turn
FILTERED_SQL = SQL.replace(b" ORDER BY", b" WHERE metadata @> $2::jsonb ORDER BY")
# How the rest of a peer's table is filled on the server, in its own layout, and its index.
FILLS = {
    "langchain psycopg": "INSERT INTO lc_psycopg (langchain_id, content, embedding, "
    "langchain_metadata) SELECT id, content, embedding, metadata FROM {rest}",
    "langchain asyncpg": "INSERT INTO lc_asyncpg (langchain_id, content, embedding, "
    "langchain_metadata) SELECT id, content, embedding, metadata FROM {rest}",
    "langchain legacy": "INSERT INTO langchain_pg_embedding (id, collection_id, embedding, "
    "document, cmetadata) SELECT id, (SELECT uuid FROM langchain_pg_collection), embedding, "
    "content, metadata FROM {rest}",
    "llama-index": "INSERT INTO data_llama (text, metadata_, node_id, embedding) SELECT content"
    ", (metadata || jsonb_build_object('_node_type', 'TextNode', '_node_content', "
    "jsonb_set(jsonb_set(node, '{{id_}}', to_jsonb(id)), '{{metadata}}', metadata)::text))::json, "
    "id, embedding FROM {rest}, (SELECT (metadata_->>'_node_content')::jsonb AS node "
    "FROM data_llama LIMIT 1) AS template",
    "vecs": "INSERT INTO vecs.vecs (id, vec, metadata) SELECT id, embedding, "
    "metadata || jsonb_build_object('text', content) FROM {rest}",
}
TABLES = {
    "langchain psycopg": ("lc_psycopg", "embedding"),
    "langchain asyncpg": ("lc_asyncpg", "embedding"),
    "langchain legacy": ("langchain_pg_embedding", "embedding"),
    "llama-index": ("data_llama", "embedding"),
    "vecs": ("vecs.vecs", "vec"),
}


class Ours:
    """The store, asked as the peers' workers are."""

    def __init__(self, dsn: str, vectors: Float32) -> None:
        self.inner = RuvVectorStore(dsn, "benchmark", index_after=None, ef_search=EF_SEARCH)
        self.vectors = vectors

    def batch(self, rows: list[int]) -> dict[str, Any]:
        return {
            "texts": [store_worker.text(row) for row in rows],
            "vectors": self.vectors[rows],
            "metadata": [store_worker.metadata(row) for row in rows],
            "ids": [f"{row:08}" for row in rows],
        }

    def add(self, batch: dict[str, Any]) -> None:
        self.inner.add(**batch)

    def search(self, query: Any, where: dict[str, Any] | None) -> list[int]:
        return [match.metadata["row"] for match in self.inner.search(query, filter=where)]


class Raw:
    """The statements that the store sends, packed before the clock runs, by psycopg alone."""

    def __init__(self, dsn: str, ours: Ours) -> None:
        self.dsn, self.ours = dsn, ours
        self.cursors = [cursor_of(psycopg.connect(dsn, autocommit=True)) for _ in range(8)]
        for cursor in self.cursors:
            cursor.connection.execute(READY)
        self.filtering = cursor_of(psycopg.connect(dsn, autocommit=True))
        self.filtering.connection.execute(f"{READY}; SET hnsw.iterative_scan = relaxed_order")
        self.writer = psycopg.connect(dsn)
        self.next = 0

    def add(self, start: int, count: int) -> float:
        state = self.ours.inner._state
        collection = state.collection(state.facts)  # type: ignore[arg-type]
        rows = self._rows(start, count)
        statement = upsert(collection, rows, slice(0, count))
        begun = time.perf_counter()
        cursor_of(self.writer).execute(statement.sql.encode(), statement.params, binary=True)
        self.writer.commit()
        return time.perf_counter() - begun

    def copy(self, start: int, count: int) -> float:
        state = self.ours.inner._state
        rows = self._rows(start, count)
        step = copy_in(state.collection(state.facts), rows)  # type: ignore[arg-type]
        pieces = list(step.pieces)
        begun = time.perf_counter()
        with cursor_of(self.writer).copy(step.sql.encode()) as copy:
            for piece in pieces:
                copy.write(piece)
        self.writer.commit()
        return time.perf_counter() - begun

    def search(self, query: Any, where: dict[str, Any] | None) -> list[int]:
        if where is not None:
            parameters = (Packed(VECTOR.pack(query)), json.dumps(where))
            self.filtering.execute(FILTERED_SQL, parameters, prepare=False, binary=True)
            return [row[2]["row"] for row in self.filtering.fetchall()]
        self.next = place = (self.next + 1) % 8  # eight threads in turns: never two at one cursor
        return self.search_at(place, query)

    def search_at(self, place: int, query: Any) -> list[int]:
        cursor = self.cursors[place]
        cursor.execute(SQL, (Packed(VECTOR.pack(query)),), prepare=True, binary=True)
        return [row[2]["row"] for row in cursor.fetchall()]

    def _rows(self, start: int, count: int) -> Any:
        places = range(start, start + count)
        documents = documents_of(
            [store_worker.text(row) for row in places],
            [store_worker.metadata(row) for row in places],
            [f"{row:08}" for row in places],
            None,
        )
        vectors = self.ours.vectors[start : start + count]
        return rows_of(documents, vectors, provider=None, model=None)


class Here:
    """Jobs for what lives in this process, answered as a worker answers them."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def ask(self, do: str, **job: Any) -> dict[str, Any]:
        if do == "add" and isinstance(self.store, Raw):
            return {"seconds": self.store.add(job["start"], job["count"])}
        if do == "together" and isinstance(self.store, Raw):
            return {"seconds": _raw_together(self.store, job["count"])}
        return getattr(store_worker, do)(self.store, **job)  # type: ignore[no-any-return]


class Peer:
    """A worker in the peers' environment."""

    def __init__(self, name: str, dsn: str, data: Path) -> None:
        command = [PEERS / "bin" / "python", "-W", "ignore", store_worker.__file__, name, dsn, data]
        environment = {**os.environ, "PYTHONPATH": ""}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self._answer()

    def ask(self, do: str, **job: Any) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": do, **job}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "it ended"}

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark."""
    del data
    return list(tables(6_000 if quick else 30_000))


def tables(count: int) -> Iterator[Table]:
    """Who writes, searches, filters and collides how."""
    like = Alike(np.random.default_rng(0))
    vectors, queries = like.made(count), like.made(200)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(embedded_postgres(folder / "server"))
        np.savez(folder / "data.npz", vectors=vectors, queries=queries)
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute(f"ALTER DATABASE postgres SET hnsw.ef_search = {EF_SEARCH}")
        store_worker.VECTORS, store_worker.QUERIES = vectors, queries
        everyone = _everyone(stack, server.dsn, folder / "data.npz", vectors)
        yield _writing(everyone)
        yield _collisions(everyone)
        yield from _after_filling(everyone, server.dsn, vectors, queries)


def _everyone(stack: ExitStack, dsn: str, data: Path, vectors: Float32) -> dict[str, Any]:
    ours = Ours(dsn, vectors)
    stack.callback(ours.inner.close)
    ours.add(ours.batch([0]))
    everyone: dict[str, Any] = {"raw": Here(Raw(dsn, ours)), "hf_integrations": Here(ours)}
    _make_environment()
    for name in store_worker.STORES:
        peer = Peer(name, dsn, data)
        stack.callback(peer.close)
        everyone[name] = peer
    return everyone


def _make_environment() -> None:
    if not (PEERS / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run(
            [PEERS / "bin" / "python", "-m", "pip", "install", "-q", *PACKAGES], check=True
        )


def _writing(everyone: dict[str, Any]) -> Table:
    seconds: dict[str, list[float]] = {name: [] for name in everyone}
    written = 0
    for turn in range(ROUNDS):
        for name in _turns(everyone, 8):
            start = turn * WRITTEN
            if name in _OURS:  # both write into one table, each time other rows
                start, written = written % len(store_worker.VECTORS), written + WRITTEN
            time.sleep(REST)
            seconds[name].append(everyone[name].ask("add", start=start, count=WRITTEN)["seconds"])
    rates = {name: WRITTEN / statistics.median(spent) for name, spent in seconds.items()}
    rows = [[n, f"{rate:,.0f}", f"{rate / rates['raw']:.2f}"] for n, rate in rates.items()]
    mine, best = rates["hf_integrations"], max(r for n, r in rates.items() if n not in _OURS)
    return Table(
        f"Upsert, no index, {WRITTEN:,} rows × {DIMENSIONS} in a call",
        ("", "rows/s", "of raw"),
        rows,
        "Raw is the store's own statement, packed before the clock runs, on an open connection. "
        "What a store is given is made before that too, and the server rests for 50 ms.",
        goals=[
            Goal("× the best peer", mine / best, at_least=10),
            Goal("of raw", mine / rates["raw"], at_least=0.8),
        ],
    )


def _turns(everyone: dict[str, Any], often: int) -> list[str]:
    """Who comes when in a round: the fast ones oftener, as each takes a moment only."""
    return [*_OURS * often, *(name for name in everyone if name not in _OURS)]


def _collisions(everyone: dict[str, Any]) -> Table:
    rows = []
    for name in ("hf_integrations", "langchain psycopg", "langchain legacy", "llama-index", "vecs"):
        size = 2_000 if name == "hf_integrations" else 50
        answer = everyone[name].ask("writers", calls=4, rows=size)
        failed = answer.get("failed", [answer.get("error")])
        what = f"{len(failed)} of {answer.get('calls')}"
        rows.append([name, f"{size:,}", f"{what} ({failed[0]})" if failed else what])
    return Table("Eight writers of the same ids, in any order", ("", "ids", "calls failed"), rows)


def _after_filling(
    everyone: dict[str, Any], dsn: str, vectors: Float32, queries: Float32
) -> Iterator[Table]:
    raw, ours = everyone["raw"].store, everyone["hf_integrations"].store
    yield _load(raw, ours, vectors)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        for name, (table, column) in TABLES.items():
            key = {"llama-index": "node_id", "vecs": "id"}.get(
                name, "id" if table == "langchain_pg_embedding" else "langchain_id"
            )
            connection.execute(f"DELETE FROM {table} a USING {table} b WHERE a.ctid < b.ctid "
                               f"AND a.{key} = b.{key}".encode())  # fmt: skip
            rest = f"(SELECT * FROM {TABLE} WHERE id NOT IN (SELECT {key} FROM {table})) AS rest"
            connection.execute(FILLS[name].format(rest=rest).encode())
            connection.execute(
                f"CREATE INDEX ON {table} USING hnsw ({column} vector_cosine_ops)".encode()
            )
            connection.execute(f"VACUUM ANALYZE {table}".encode())
        connection.execute(f"VACUUM ANALYZE {TABLE}")
    yield _searching(everyone, dsn, vectors, queries)
    yield _filtering(everyone, vectors, queries)


def _load(raw: Raw, ours: Ours, vectors: Float32) -> Table:
    """The whole set with its index: by COPY and CREATE INDEX, and by the store."""
    spent: dict[str, list[float]] = {"raw": [], "hf_integrations": []}
    count = len(vectors)
    for _ in range(LOADS):
        ours.inner.drop_index()
        ours.inner.delete_all()
        seconds = raw.copy(0, count)
        begun = time.perf_counter()
        with psycopg.connect(raw.dsn, autocommit=True) as connection:
            connection.execute("SET maintenance_work_mem = '512MB'")
            connection.execute(
                f"CREATE INDEX plain ON {TABLE} USING hnsw (embedding vector_cosine_ops)"
            )
            spent["raw"].append(seconds + time.perf_counter() - begun)
            connection.execute("DROP INDEX plain")
            connection.execute(f"TRUNCATE {TABLE}")
        ours.inner._state.facts = None
        ours.inner._state.index_after = 1
        begun = time.perf_counter()
        ours.inner.bulk_load(_batches(vectors))
        spent["hf_integrations"].append(time.perf_counter() - begun)
        ours.inner._state.index_after = None
    least = {name: min(seconds) for name, seconds in spent.items()}
    rows = [[n, f"{value:.1f}", f"{value / least['raw']:.2f}"] for n, value in least.items()]
    return Table(f"Load of {count:,} rows with an HNSW index", ("", "s", "of raw"), rows,
                 "Raw is one binary COPY, packed before the clock runs, and CREATE INDEX; the "
                 "store's load also makes the index for filters.",
                 goals=[Goal("of raw", least["hf_integrations"] / least["raw"], at_most=1.15)],
                 )  # fmt: skip


def _batches(vectors: Float32) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(vectors), 2_000):
        rows = range(start, min(start + 2_000, len(vectors)))
        texts = [store_worker.text(row) for row in rows]
        metadata = [store_worker.metadata(row) for row in rows]
        yield texts, vectors[start : rows.stop], metadata, [f"{row:08}" for row in rows]


def _searching(everyone: dict[str, Any], dsn: str, vectors: Float32, queries: Float32) -> Table:
    seconds: dict[str, list[float]] = {name: [] for name in everyone}
    rates: dict[str, list[float]] = {name: [] for name in everyone}
    recall = {}
    exact = _exact(vectors, queries, None)
    for _ in range(ROUNDS):
        for name in _turns(everyone, 4):
            store = everyone[name]
            answer = store.ask("search", key=None, count=ASKED)
            seconds[name].append(statistics.median(answer["seconds"]) * 1e3)
            recall[name] = _recall(answer["found"], exact)
            rates[name].append(ASKED * 2 / store.ask("together", count=ASKED * 2)["seconds"])
    p50 = {name: statistics.median(values) for name, values in seconds.items()}
    rate = {name: statistics.median(values) for name, values in rates.items()}
    (p50["raw, asyncio"], p50["hf_integrations, asyncio"]), awaited = asyncio.run(
        _awaited(dsn, queries, 4 * ROUNDS)
    )
    rate["raw, asyncio"], rate["hf_integrations, asyncio"] = awaited
    rows, goals = [], []
    for name in p50:
        raw = "raw, asyncio" if "asyncio" in name else "raw"
        slower, share = p50[name] / p50[raw], rate[name] / rate[raw]
        found = f"{recall[name]:.3f}" if name in recall else ""
        rows.append([name, f"{p50[name]:.2f}", f"{slower:.2f}", f"{rate[name]:,.0f}",
                     f"{share:.2f}", found])  # fmt: skip
        if "hf_integrations" in name:
            goals += [Goal(f"{name}: p50 of raw", slower, at_most=1.2),
                      Goal(f"{name}: searches/s of raw", share, at_least=0.85)]  # fmt: skip
    columns = ("", "p50 ms", "of raw", "searches/s, 8 at a time", "of raw", "recall@10")
    note = "Eight threads, or eight tasks of one event loop."
    return Table(f"Search, k = 10, HNSW, ef_search {EF_SEARCH}", columns, rows, note, goals=goals)


def _filtering(everyone: dict[str, Any], vectors: Float32, queries: Float32) -> Table:
    rows = {name: [name] for name in everyone}
    for key in ("tenth", "hundredth"):
        seconds: dict[str, list[float]] = {name: [] for name in everyone}
        found: dict[str, Any] = {}
        for _ in range(ROUNDS):
            for name in _turns(everyone, 4):
                answer = everyone[name].ask("search", key=key, count=FILTERED)
                seconds[name] += answer["seconds"]
                found[name] = answer["found"]
        passing = np.array([store_worker.metadata(n)[key] == 3 for n in range(len(vectors))])
        exact, wanted = _exact(vectors, queries, passing), min(10, int(passing.sum()))
        for name in everyone:
            rows[name] += [
                f"{statistics.median(seconds[name]) * 1e3:.1f}",
                f"{_recall(found[name], exact):.3f}",
                f"{sum(len(one) < wanted for one in found[name])} of {FILTERED}",
            ]
    columns = ("", "10 %: p50 ms", "recall", "short", "1 %: p50 ms", "recall", "short")
    ours = rows["hf_integrations"]
    goals = [
        Goal("10 %, p50 ms", float(ours[1]), at_most=4),
        Goal("10 %, recall", float(ours[2]), at_least=0.95),
        Goal("1 %, p50 ms", float(ours[4]), at_most=2),
        Goal("1 %, recall", float(ours[5]), at_least=0.95),
    ]
    note = 'Raw is "metadata @> …", with iterative scans in relaxed order.'
    return Table("Search under a filter, k = 10", columns, list(rows.values()), note, goals=goals)


def _exact(vectors: Float32, queries: Float32, passing: Any) -> list[set[int]]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = queries @ unit.T
    if passing is not None:
        scores[:, ~passing] = -np.inf
    return [set(row.tolist()) for row in np.argsort(-scores, axis=1)[:, :10]]


def _recall(found: list[list[int]], exact: list[set[int]]) -> float:
    shares = [len(set(rows) & best) / 10 for rows, best in zip(found, exact, strict=False)]
    return statistics.mean(shares)


def _raw_together(raw: Raw, count: int) -> float:
    def work(place: int) -> None:
        for query in range(place, count, 8):
            raw.search_at(place, store_worker.QUERIES[query % len(store_worker.QUERIES)])

    return store_worker.in_threads(work)


_OURS = ("raw", "hf_integrations")


if __name__ == "__main__":
    for table in tables(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000):
        print(table.render(), flush=True)
