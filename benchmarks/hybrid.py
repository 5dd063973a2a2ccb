"""Searching by words and by both: how well on Cranfield, and how fast in 30,000 rows made of it.

`python -m benchmarks.hybrid DATA`, where DATA or DATA/cranfield is as `benchmarks.cranfield` says.
By default settings.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks import cranfield
from benchmarks.cranfield import Cranfield
from benchmarks.table import Goal, Table
from hf_integrations.ruvvector import RuvVectorStore, embedded_postgres

Search = Callable[[str, Any], list[Any]]
ROWS, ASKED, ROUNDS = 30_000, 60, 3
SHORT = 7  # words of a question that is not long
CANDIDATES = 100  # of each side, as the store takes
BY_HAND = """
WITH words AS (
  SELECT replace(plainto_tsquery('english', %(text)s)::text, '&', '|')::tsquery AS query),
near AS (SELECT id, row_number() OVER () AS place FROM (
  SELECT id FROM ruvvector_crowd ORDER BY embedding <=> %(vector)s::vector LIMIT %(most)s) AS n),
told AS (SELECT id, row_number() OVER () AS place FROM (
  SELECT id FROM by_hand, words WHERE lexemes @@ query
  ORDER BY ts_rank(lexemes, query, 1) DESC LIMIT %(most)s) AS t)
SELECT id, content, metadata FROM ruvvector_crowd JOIN (
  SELECT id, sum(1.0 / (60 + place)) AS score FROM (TABLE near UNION ALL TABLE told) AS both_sides
  GROUP BY id ORDER BY score DESC LIMIT 10) AS best USING (id) ORDER BY score DESC
"""


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The tables of this benchmark; none without its data."""
    folder = cranfield._folder(data)
    if folder is None:
        return []
    collection = Cranfield(folder)
    return [quality(collection), speed(collection, 3_000 if quick else ROWS)]


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


def speed(collection: Cranfield, count: int) -> Table:
    """Milliseconds of short and long questions, by the store and by a statement of one's own."""
    texts, vectors = _crowd(collection, count)
    questions = {
        f"{SHORT} words": _questions(collection, SHORT, SHORT),
        "25 words and more": _questions(collection, 25, None),
    }
    spent: dict[tuple[str, str], list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(folder) as server,
        RuvVectorStore(server.dsn, "crowd") as store,
        psycopg.connect(server.dsn, autocommit=True) as connection,
    ):
        store.add(texts, vectors, ids=[str(row) for row in range(count)])
        store.create_text_index()
        _prepare_by_hand(connection)
        ways: dict[str, Search] = {
            "by hand": lambda text, vector: _by_hand(connection, text, vector),
            "hybrid_search": lambda text, vector: store.hybrid_search(text, vector),
        }
        for _ in range(ROUNDS):
            for length, asked in questions.items():
                for text, vector in asked:
                    for name, search in ways.items():
                        start = time.perf_counter()
                        search(text, vector)
                        taken = time.perf_counter() - start
                        spent.setdefault((name, length), []).append(taken * 1e3)
    p50 = {key: statistics.median(values) for key, values in spent.items()}
    columns = ("", *(f"{length}: p50 ms" for length in questions))
    rows = [[name, *(f"{p50[name, length]:.1f}" for length in questions)] for name in ways]
    goals = [Goal(f"{SHORT} words, p50 ms", p50["hybrid_search", f"{SHORT} words"], at_most=25)]
    note = (
        "Rows of two sentences out of Cranfield. By hand: reciprocal ranks of the same index over "
        "vectors, and of ts_rank over any of the words, by a GIN index; 100 candidates each."
    )
    return Table(f"Hybrid search in {count:,} rows", columns, rows, note, goals=goals)


def _crowd(collection: Cranfield, count: int) -> tuple[list[str], Any]:
    """Texts of two sentences each, and vectors between those of the documents they are from."""
    dice = random.Random(0)
    sentences = [
        (sentence, row)
        for row, document in enumerate(collection.documents)
        for sentence in re.split(r" \. ?", document["text"])
        if len(sentence.split()) > 5
    ]
    chosen = [(dice.choice(sentences), dice.choice(sentences)) for _ in range(count)]
    texts = [f"{first[0]}. {second[0]}." for first, second in chosen]
    places = np.array([[first[1], second[1]] for first, second in chosen])
    return texts, collection.document_vectors[places].sum(axis=1)


def _questions(collection: Cranfield, least: int, most: int | None) -> list[tuple[str, Any]]:
    """Questions of so many words at least, and cut after so many."""
    pairs = zip(collection.queries, collection.query_vectors, strict=True)
    long = [(query["text"].split(), vector) for query, vector in pairs]
    asked = [(" ".join(words[:most]), vector) for words, vector in long if len(words) >= least]
    return asked[:ASKED]


def _prepare_by_hand(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "CREATE TABLE by_hand AS SELECT id, to_tsvector('english', content) AS lexemes "
        "FROM ruvvector_crowd"
    )
    connection.execute("CREATE INDEX ON by_hand USING gin (lexemes)")
    connection.execute("VACUUM ANALYZE by_hand")
    connection.execute("LOAD 'vector'; SET hnsw.ef_search = 100")


def _by_hand(connection: psycopg.Connection[Any], text: str, vector: Any) -> list[Any]:
    given = {"text": text, "vector": str(vector.tolist()), "most": CANDIDATES}
    return connection.execute(BY_HAND.encode(), given).fetchall()


if __name__ == "__main__":
    for table in measure(Path(sys.argv[1]), quick=False):
        print(table.render())
