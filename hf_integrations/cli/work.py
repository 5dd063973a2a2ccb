"""What the commands do, once they know where."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from hf_integrations.bulk import Document, Report, ingest, split
from hf_integrations.cli import show
from hf_integrations.cli.rag import Models, askers, check_collection
from hf_integrations.cli.surroundings import Surroundings

# Each is answered in one chapter of the reference, in words that stand there.
REFERENCE_QUESTIONS = (
    "When are default parameter values evaluated?",
    "What happens if the finally clause executes a return statement?",
    "How does the with statement call the context manager's methods?",
)


def store_documents(
    place: Surroundings, documents: Sequence[Document], collection: str, model: str
) -> Report:
    """Put documents into a collection, and say what was done."""
    begin = time.perf_counter()
    with place.client() as client, place.store(collection) as store, show.bars() as tell:

        def embed(texts: list[str]) -> Any:
            return client.embeddings.create(texts, model=model).vectors

        result = ingest(
            documents,
            store=store,
            embed=embed,
            model=place.label(model),
            progress=tell,
        )
    show.report(result, collection, time.perf_counter() - begin)
    return result


def answer_questions(
    place: Surroundings,
    questions: Sequence[str],
    collection: str,
    models: Models,
    frameworks: Sequence[str],
    k: int,
) -> None:
    """Ask each question through each framework, and print what comes."""
    with place.store(collection) as store:
        check_collection(store, collection, place.label(models.embedding))
    for_each = askers(frameworks, place, collection, models, k)
    for question in questions:
        show.question(question)
        for ask in for_each:
            show.answer(ask(question))


def questions_about(documents: Sequence[Document], count: int = 3) -> list[str]:
    """Questions about documents nobody has asked about yet: after headings, evenly spread."""
    headings = [
        heading
        for document in documents
        if (heading := next((piece.heading for piece in split(document.text) if piece.heading), ""))
    ]
    topics = headings or [document.source for document in documents]
    step = max(1, len(topics) // count)
    return [f"What is said about {topic}?" for topic in topics[::step][:count]]
