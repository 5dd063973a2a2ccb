"""How well search finds: the Cranfield collection through the LangChain store, beside exact search.

`python -m benchmarks.cranfield DATA`, where DATA or DATA/cranfield holds docs.jsonl,
queries.jsonl, qrels.json, docs_minilm.npy and queries_minilm.npy (all-MiniLM-L6-v2).
nDCG@10 takes the grade as gain, as trec_eval does.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from benchmarks.table import Table
from hf_integrations.emulator import Emulator
from hf_integrations.langchain import HfInferenceEmbeddings, RuvVectorStore
from hf_integrations.ruvvector import embedded_postgres

TOP = 10
Ranking = list[str]


def measure(data: Path | None, quick: bool) -> list[Table]:
    """The table of this benchmark; none without its data."""
    folder = _folder(data)
    return [] if folder is None else [quality(Cranfield(folder))]


class Cranfield:
    """The collection."""

    def __init__(self, folder: Path) -> None:
        self.documents = _lines(folder / "docs.jsonl")
        self.queries = _lines(folder / "queries.jsonl")
        self.grades: dict[str, dict[str, int]] = json.loads((folder / "qrels.json").read_text())
        self.document_vectors = np.load(folder / "docs_minilm.npy")
        self.query_vectors = np.load(folder / "queries_minilm.npy")

    def ndcg(self, rankings: Sequence[Ranking]) -> float:
        """Mean nDCG@10 over the queries."""
        scores = [
            _ndcg(ranking, self.grades.get(str(query["id"]), {}))
            for query, ranking in zip(self.queries, rankings, strict=True)
        ]
        return sum(scores) / len(scores)


class Given(Embeddings):
    """Vectors that were made before, in the order in which they are asked for."""

    def __init__(self, documents: Any, queries: Any) -> None:
        self._documents, self._queries = iter(documents.tolist()), iter(queries.tolist())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The next vectors."""
        return [next(self._documents) for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        """The next vector."""
        return list(next(self._queries))


def quality(collection: Cranfield) -> Table:
    """nDCG@10 of each way."""
    given = Given(collection.document_vectors, collection.query_vectors)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(folder) as server:
        found = {
            "exact search, numpy, MiniLM": collection.ndcg(exact(collection)),
            "LangChain RuvVectorStore, MiniLM": through_langchain(collection, given, server.dsn),
        }
        with Emulator() as emulator:
            embeddings = HfInferenceEmbeddings(
                model="org/name", base_url=emulator.url, token="hf_bench"
            )
            way = "LangChain RuvVectorStore, the emulator's embeddings"
            found[way] = through_langchain(collection, embeddings, server.dsn)
            embeddings.close()
    rows = [[way, f"{value:.4f}"] for way, value in found.items()]
    note = "1,400 abstracts, 225 questions, settings as they come."
    return Table("Cranfield", ("way", "nDCG@10"), rows, note)


def exact(collection: Cranfield) -> list[Ranking]:
    """The nearest by cosine, all compared."""
    scores = collection.query_vectors @ collection.document_vectors.T
    ids = [str(document["id"]) for document in collection.documents]
    return [[ids[row] for row in np.argsort(-line, kind="stable")[:TOP]] for line in scores]


def through_langchain(collection: Cranfield, embeddings: Embeddings, dsn: str) -> float:
    """nDCG@10 through the store, in a collection of its own."""
    store = RuvVectorStore(embeddings, dsn=dsn, collection=type(embeddings).__name__.lower())
    texts = [f"{each['title']} {each['text']}" for each in collection.documents]
    store.add_texts(texts, ids=[str(each["id"]) for each in collection.documents])
    search: Callable[..., Any] = store.similarity_search
    rankings = [
        [str(document.id) for document in search(query["text"], k=TOP)]
        for query in collection.queries
    ]
    store.close()
    return collection.ndcg(rankings)


def _ndcg(ranking: Ranking, grades: dict[str, int]) -> float:
    gains = [grades.get(name, 0) for name in ranking]
    best = _discounted(sorted(grades.values(), reverse=True)[:TOP])
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _folder(data: Path | None) -> Path | None:
    places = [data / "cranfield", data] if data else []
    return next((place for place in places if (place / "docs.jsonl").is_file()), None)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print the table."""
    folder = _folder(Path(sys.argv[1])) if len(sys.argv) > 1 else None
    if folder is None:
        sys.exit("usage: python -m benchmarks.cranfield DATA")
    print(quality(Cranfield(folder)).render())


if __name__ == "__main__":
    main()
