"""What the commands about documents do, once they know where."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hf_integrations.bulk import Document, Report, gone_from, ingest, split
from hf_integrations.cli import show
from hf_integrations.cli.rag import Answer, Models, askers, check_collection
from hf_integrations.cli.surroundings import Surroundings

# Each is answered in one chapter of the reference, in words that stand there.
REFERENCE_QUESTIONS = (
    "When are default parameter values evaluated?",
    "What happens if the finally clause executes a return statement?",
    "How does the with statement call the context manager's methods?",
)


def store_documents(
    place: Surroundings,
    documents: Sequence[Document],
    collection: str,
    model: str,
    *,
    folder: Path | None,
    quiet: bool,
) -> Report:
    """Put documents into a collection, and say what was done.

    Args:
        place: where.
        documents: what.
        collection: its name.
        model: who embeds.
        folder: where the documents come from; those that are gone from there are removed.
        quiet: say nothing; the caller will.
    """
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
            gone=gone_from(folder) if folder else None,
        )
    if not quiet:
        show.report(result, collection, time.perf_counter() - begin)
    return result


def answer_questions(
    place: Surroundings,
    questions: Sequence[str],
    collection: str,
    models: Models,
    frameworks: Sequence[str],
    k: int,
    *,
    quiet: bool,
) -> list[dict[str, Any]]:
    """Ask each question through each framework, and print what comes, unless `quiet`."""
    with place.store(collection) as store:
        check_collection(store, collection, place.label(models.embedding))
    found = []
    with ExitStack() as stack:
        for_each = askers(stack, frameworks, place, collection, models, k)
        for question in questions:
            if not quiet:
                show.question(question)
            answers: list[Answer] = []
            for ask in for_each:
                answers.append(ask(question))
                if not quiet:
                    show.answer(answers[-1])
            found.append({"question": question, "answers": answers})
    return found


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
