"""Searching by words and by both: how well on Cranfield, through the store and by default settings.

`python -m benchmarks.hybrid DATA`, where DATA or DATA/cranfield is as `benchmarks.cranfield` says.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import cranfield
from benchmarks.cranfield import Cranfield
from benchmarks.table import Table
from hf_integrations.ruvvector import RuvVectorStore, embedded_postgres

Search = Callable[[str, Any], list[Any]]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The table of this benchmark; none without its data."""
    del quick
    folder = cranfield._folder(data)
    return [] if folder is None else [quality(Cranfield(folder))]


def quality(collection: Cranfield) -> Table:
    """nDCG@10 and p50 of each way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(folder) as server,
        RuvVectorStore(server.dsn, "cranfield") as store,
    ):
        ids = [str(document["id"]) for document in collection.documents]
        texts = [document["text"] for document in collection.documents]
        store.add(texts, collection.document_vectors, ids=ids)
        store.create_text_index()
        ways: dict[str, Search] = {
            "search": lambda text, vector: store.search(vector),
            "text_search": lambda text, vector: store.text_search(text),
            "hybrid_search": lambda text, vector: store.hybrid_search(text, vector),
            'hybrid_search, fusion="scores"': lambda text, vector: store.hybrid_search(
                text, vector, fusion="scores"
            ),
        }
        rows = [[name, *_row(collection, search)] for name, search in ways.items()]
    return Table("Cranfield, MiniLM vectors", ("", "nDCG@10", "p50 ms"), rows)


def _row(collection: Cranfield, search: Search) -> list[str]:
    rankings, times = [], []
    for query, vector in zip(collection.queries, collection.query_vectors, strict=True):
        start = time.perf_counter()
        rankings.append([match.id for match in search(query["text"], vector)])
        times.append(time.perf_counter() - start)
    return [f"{collection.ndcg(rankings):.4f}", f"{statistics.median(times) * 1e3:.1f}"]


if __name__ == "__main__":
    for table in measure(Path(sys.argv[1]), quick=False):
        print(table.render())
