"""`hfi demo`, `ingest`, `ask` and `search`: documents in, answers out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.rag import FRAMEWORKS, Models, check_collection
from hf_integrations.cli.surroundings import CHAT_MODEL, EMBEDDING_MODEL, Wishes, surroundings
from hf_integrations.errors import ValidationError

MODES = ("vector", "hybrid", "text")


@asking("provider", "database", "emulator", automatic=True)
def demo(
    *,
    docs: Annotated[
        Path | None,
        typer.Option("--docs", help="A folder of text files, instead of Python's reference."),
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option("--question", help="What to ask; may be repeated.")
    ] = None,
    glob: options.Glob = "**/*",
    model: options.ChatModel = CHAT_MODEL,
    embedding_model: options.EmbeddingModel = EMBEDDING_MODEL,
    wishes: Wishes,
    k: options.TopK = 4,
    as_json: options.Json = False,
) -> None:
    """Documents in, answers out, through both frameworks.

    Without HF_TOKEN the emulator answers; without DATABASE_URL an embedded PostgreSQL keeps.
    """
    from hf_integrations.bulk import python_reference, read_folder
    from hf_integrations.bulk.documents import corpus_of
    from hf_integrations.cli import work

    documents = read_folder(docs, glob) if docs else python_reference()
    about = work.questions_about(documents) if docs else list(work.REFERENCE_QUESTIONS)
    with surroundings(wishes) as place:
        parts = ("demo", corpus_of(docs) if docs else "", "emulated" if place.emulated else "")
        collection = "_".join(filter(None, parts))
        if not as_json:
            show.line(f"Served by {place.service}; kept by {place.database}.")
        stored = work.store_documents(
            place, documents, collection, embedding_model, folder=docs, quiet=as_json
        )
        models = Models(model, embedding_model)
        answers = work.answer_questions(
            place, question or about, collection, models, FRAMEWORKS, k, quiet=as_json
        )
        if as_json:
            show.as_json({"stored": stored, "collection": collection, "answers": answers})


@asking("provider", "database", "emulator")
def ingest(
    folder: Annotated[Path, typer.Argument(help="A folder of text files, or one file.")],
    *,
    glob: options.Glob = "**/*",
    collection: options.Collection = "docs",
    embedding_model: options.EmbeddingModel = EMBEDDING_MODEL,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Split, embed and store documents; what is there unchanged is skipped, what is gone removed.

    Folders stand side by side in a collection, also with files of equal names.
    """
    from hf_integrations.bulk import read_folder
    from hf_integrations.cli.work import store_documents

    documents = read_folder(folder, glob)
    with surroundings(wishes) as place:
        stored = store_documents(
            place, documents, collection, embedding_model, folder=folder, quiet=as_json
        )
        if as_json:
            show.as_json(stored)


@asking("provider", "database", "emulator")
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    *,
    collection: options.Collection = "docs",
    framework: Annotated[
        str, typer.Option("--framework", help="langchain, llama-index or both.")
    ] = "langchain",
    model: options.ChatModel = CHAT_MODEL,
    embedding_model: options.EmbeddingModel = EMBEDDING_MODEL,
    wishes: Wishes,
    k: options.TopK = 4,
    as_json: options.Json = False,
) -> None:
    """Answer a question from a collection."""
    from hf_integrations.cli.work import answer_questions

    if framework not in (*FRAMEWORKS, "both"):
        raise ValidationError(f"--framework must be {', '.join(FRAMEWORKS)} or both.")
    chosen = FRAMEWORKS if framework == "both" else (framework,)
    models = Models(model, embedding_model)
    with surroundings(wishes) as place:
        found = answer_questions(place, [question], collection, models, chosen, k, quiet=as_json)
        if as_json:
            show.as_json(found)


@asking("provider", "database", "emulator")
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    *,
    collection: options.Collection = "docs",
    mode: Annotated[
        str, typer.Option("--mode", help="vector by meaning, text by words, hybrid by both.")
    ] = "vector",
    where: Annotated[
        str | None,
        typer.Option("--filter", help='What to look at, as JSON: \'{"source": "tea.md"}\'.'),
    ] = None,
    embedding_model: options.EmbeddingModel = EMBEDDING_MODEL,
    wishes: Wishes,
    k: options.TopK = 5,
    as_json: options.Json = False,
) -> None:
    """Find pieces of text in a collection, best first."""
    if mode not in MODES:
        raise ValidationError(f"--mode must be {', '.join(MODES)}.")
    condition = _filter(where)
    with surroundings(wishes) as place, place.store(collection) as store:
        if mode == "text":
            found: Any = store.text_search(query, k, condition)
        else:
            check_collection(store, collection, place.label(embedding_model))
            with place.client() as client:
                vector = client.embeddings.create([query], model=embedding_model).vectors[0]
            if mode == "vector":
                found = store.search(vector, k, condition)
            else:
                found = store.hybrid_search(query, vector, k, condition)
        if as_json:
            show.as_json(found)
        else:
            show.table(
                ("score", "source", "text"),
                [
                    (f"{hit.score:.3f}", hit.metadata.get("source", hit.id), hit.text)
                    for hit in found
                ],
            )


def _filter(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError as error:
        raise ValidationError("--filter is no JSON.", hint="Quote it for the shell.") from error
