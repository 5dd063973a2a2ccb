"""A store of another package, asked in lines of JSON: `python store_worker.py NAME DSN DATA`.

It runs in an environment without this package, and imports nothing of it. DATA is an .npz file
with `vectors` and `queries`, made by `benchmarks.store_peers`. A job is `{"do": …}`; the answer is
a line.
"""

# ruff: noqa: D102 - what a store does is said by its name

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

# Set by `main`, or by `benchmarks.store_peers`, which does the same jobs in its own process.
VECTORS: Any = None
QUERIES: Any = None
DSN = ""


def url(driver: str) -> str:
    return DSN.replace("postgresql://", f"postgresql+{driver}://", 1)


@cache
def text(row: int) -> str:
    return f"document {row} " * 20


def metadata(row: int) -> dict[str, Any]:
    return dict(_metadata(row))


@cache
def _metadata(row: int) -> dict[str, Any]:
    dice = row * 2_654_435_761 % 2**32 >> 8  # so that values do not come by turns
    return {"row": row, "lang": "en", "tenth": dice % 10, "hundredth": dice % 100}


class Langchain:
    """PGVectorStore of langchain-postgres, by psycopg or asyncpg."""

    def __init__(self, driver: str) -> None:
        from langchain_core.embeddings import DeterministicFakeEmbedding
        from langchain_postgres import Column, PGEngine, PGVectorStore

        engine = PGEngine.from_connection_string(url(driver))
        identity = Column("langchain_id", "TEXT", nullable=False)
        table = f"lc_{driver}"
        engine.init_vectorstore_table(
            table, VECTORS.shape[1], id_column=identity, overwrite_existing=True
        )
        self.store = PGVectorStore.create_sync(
            engine, DeterministicFakeEmbedding(size=VECTORS.shape[1]), table
        )

    def batch(self, rows: list[int]) -> Any:
        return (
            [text(row) for row in rows],
            VECTORS[rows].tolist(),
            [metadata(row) for row in rows],
            [f"{row:08}" for row in rows],
        )

    def add(self, batch: Any) -> None:
        self.store.add_embeddings(*batch)

    def search(self, query: Any, where: dict[str, Any] | None) -> list[int]:
        found = self.store.similarity_search_with_score_by_vector(
            query.tolist(), k=10, filter=where
        )
        return [document.metadata["row"] for document, _ in found]


class Legacy(Langchain):
    """PGVector of langchain-postgres."""

    def __init__(self) -> None:
        from langchain_core.embeddings import DeterministicFakeEmbedding
        from langchain_postgres import PGVector

        self.store = PGVector(
            DeterministicFakeEmbedding(size=VECTORS.shape[1]),
            connection=url("psycopg"),
            embedding_length=VECTORS.shape[1],
            use_jsonb=True,
            engine_args={"pool_size": 8},
        )


class Llama:
    """PGVectorStore of LlamaIndex."""

    def __init__(self) -> None:
        from llama_index.vector_stores.postgres import PGVectorStore

        self.store = PGVectorStore.from_params(
            connection_string=url("psycopg"),
            async_connection_string=url("asyncpg"),
            table_name="llama",
            embed_dim=VECTORS.shape[1],
            create_engine_kwargs={"pool_size": 8},
        )

    def batch(self, rows: list[int]) -> Any:
        from llama_index.core.schema import TextNode

        return [
            TextNode(
                id_=f"{row:08}",
                text=text(row),
                metadata=metadata(row),
                embedding=VECTORS[row].tolist(),
            )
            for row in rows
        ]

    def add(self, batch: Any) -> None:
        self.store.add(batch)

    def search(self, query: Any, where: dict[str, Any] | None) -> list[int]:
        from llama_index.core.vector_stores import (
            MetadataFilter,
            MetadataFilters,
            VectorStoreQuery,
        )

        filters = MetadataFilters(
            filters=[MetadataFilter(key=key, value=value) for key, value in (where or {}).items()]
        )
        asked = VectorStoreQuery(
            query_embedding=query.tolist(), similarity_top_k=10, filters=filters if where else None
        )
        return [node.metadata["row"] for node in self.store.query(asked).nodes]


class Vecs:
    """A collection of vecs, which keeps no texts; they are in the metadata."""

    def __init__(self) -> None:
        import vecs

        self.store = vecs.create_client(DSN).get_or_create_collection(
            "vecs", dimension=VECTORS.shape[1]
        )

    def batch(self, rows: list[int]) -> Any:
        return [(f"{row:08}", VECTORS[row], {**metadata(row), "text": text(row)}) for row in rows]

    def add(self, batch: Any) -> None:
        self.store.upsert(batch)

    def search(self, query: Any, where: dict[str, Any] | None) -> list[int]:
        import warnings

        filters = {key: {"$eq": value} for key, value in where.items()} if where else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self.store.query(
                query.tolist(),
                limit=10,
                filters=filters,
                include_value=True,
                include_metadata=True,
                ef_search=100,
            )
        return [row[-1]["row"] for row in found]


STORES: dict[str, Callable[[], Any]] = {
    "langchain psycopg": lambda: Langchain("psycopg"),
    "langchain asyncpg": lambda: Langchain("asyncpg"),
    "langchain legacy": Legacy,
    "llama-index": Llama,
    "vecs": Vecs,
}


def add(store: Any, start: int, count: int) -> dict[str, Any]:
    """Seconds of storing some rows; what the store is given is made before the clock runs."""
    batch = store.batch(list(range(start, start + count)))
    begun = time.perf_counter()
    store.add(batch)
    return {"seconds": time.perf_counter() - begun}


def search(store: Any, key: str | None, count: int) -> dict[str, Any]:
    """Seconds of each of some searches, and what they found; filtered by one value of a key."""
    seconds, found = [], []
    for query in range(count):
        where = None if key is None else {key: 3}
        begun = time.perf_counter()
        found.append(store.search(QUERIES[query], where))
        seconds.append(time.perf_counter() - begun)
    return {"seconds": seconds, "found": found}


def together(store: Any, count: int) -> dict[str, Any]:
    """Eight threads that search."""

    def work(place: int) -> None:
        for query in range(place, count, 8):
            store.search(QUERIES[query % len(QUERIES)], None)

    return {"seconds": in_threads(work)}


def writers(store: Any, calls: int, rows: int) -> dict[str, Any]:
    """Eight threads that write the same ids; how many of the calls failed."""
    failed: list[str] = []

    def work(place: int) -> None:
        for call in range(calls):
            order = np.random.default_rng(place * calls + call).permutation(rows).tolist()
            try:
                store.add(store.batch(order))
            except Exception as error:  # noqa: BLE001 - what it is, is what is measured
                failed.append(type(error).__name__)

    return {"seconds": in_threads(work), "failed": failed, "calls": 8 * calls}


def in_threads(work: Callable[[int], None]) -> float:
    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def main() -> None:
    """Do jobs until there are no more."""
    global DSN, VECTORS, QUERIES
    name, DSN, data = sys.argv[1:]
    arrays = np.load(data)
    VECTORS, QUERIES = arrays["vectors"], arrays["queries"]
    store = STORES[name]()
    jobs = {"add": add, "search": search, "together": together, "writers": writers}
    print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = jobs[job.pop("do")](store, **job)
        except Exception as error:  # noqa: BLE001 - told in the table
            answer = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
