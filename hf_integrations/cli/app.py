"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hf_integrations.bulk import python_reference, read_folder
from hf_integrations.cli import show
from hf_integrations.cli.migrate import migrate
from hf_integrations.cli.rag import FRAMEWORKS, Models
from hf_integrations.cli.surroundings import CHAT_MODEL, EMBEDDING_MODEL, Wishes, surroundings
from hf_integrations.cli.work import (
    REFERENCE_QUESTIONS,
    answer_questions,
    questions_about,
    store_documents,
)
from hf_integrations.errors import ValidationError

app = typer.Typer(
    help="Hugging Face inference for LangChain, LlamaIndex and PostgreSQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks would show tokens and prompts
)

ChatModel = Annotated[str, typer.Option("--model", help="Who writes the answers.")]
EmbeddingModel = Annotated[str, typer.Option("--embedding-model", help="Who embeds.")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="A server of your own, instead of the router.")
]
Provider = Annotated[str | None, typer.Option("--provider", help="Who serves the models.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database", help="A PostgreSQL; else DATABASE_URL, else an embedded one of this user."
    ),
]
Collection = Annotated[str, typer.Option("--collection", help="The name of the collection.")]
Glob = Annotated[str, typer.Option("--glob", help="Which files of the folder.")]
TopK = Annotated[int, typer.Option("--k", min=1, help="How many pieces an answer is made from.")]
Emulated = Annotated[bool, typer.Option("--emulator", help="Let the emulator answer.")]


@app.command()
def demo(
    docs: Annotated[
        Path | None,
        typer.Option("--docs", help="A folder of text files, instead of Python's reference."),
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option("--question", help="What to ask; may be repeated.")
    ] = None,
    glob: Glob = "**/*",
    model: ChatModel = CHAT_MODEL,
    embedding_model: EmbeddingModel = EMBEDDING_MODEL,
    base_url: BaseUrl = None,
    provider: Provider = None,
    database: Database = None,
    k: TopK = 4,
) -> None:
    """Documents in, answers out, through both frameworks.

    Without HF_TOKEN the emulator answers; without DATABASE_URL an embedded PostgreSQL keeps.
    """
    documents = read_folder(docs, glob) if docs else python_reference()
    asked = question or (questions_about(documents) if docs else list(REFERENCE_QUESTIONS))
    wishes = Wishes(base_url, provider, database, emulator=None)
    with surroundings(wishes) as place:
        collection = "demo_emulated" if place.emulated else "demo"
        show.line(f"Served by {place.service}; kept by {place.database}.")
        store_documents(place, documents, collection, embedding_model)
        models = Models(model, embedding_model)
        answer_questions(place, asked, collection, models, FRAMEWORKS, k)


@app.command()
def ingest(
    folder: Annotated[Path, typer.Argument(help="A folder of text files, or one file.")],
    glob: Glob = "**/*",
    collection: Collection = "docs",
    embedding_model: EmbeddingModel = EMBEDDING_MODEL,
    base_url: BaseUrl = None,
    provider: Provider = None,
    database: Database = None,
    emulator: Emulated = False,
) -> None:
    """Split, embed and store documents; what is there unchanged is skipped."""
    documents = read_folder(folder, glob)
    with surroundings(Wishes(base_url, provider, database, emulator)) as place:
        store_documents(place, documents, collection, embedding_model)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    collection: Collection = "docs",
    framework: Annotated[
        str, typer.Option("--framework", help="langchain, llama-index or both.")
    ] = "langchain",
    model: ChatModel = CHAT_MODEL,
    embedding_model: EmbeddingModel = EMBEDDING_MODEL,
    base_url: BaseUrl = None,
    provider: Provider = None,
    database: Database = None,
    emulator: Emulated = False,
    k: TopK = 4,
) -> None:
    """Answer a question from a collection."""
    if framework not in (*FRAMEWORKS, "both"):
        raise ValidationError(f"--framework must be {', '.join(FRAMEWORKS)} or both.")
    chosen = FRAMEWORKS if framework == "both" else (framework,)
    models = Models(model, embedding_model)
    with surroundings(Wishes(base_url, provider, database, emulator)) as place:
        answer_questions(place, [question], collection, models, chosen, k)


@app.command()
def emulator(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port; 0 takes a free one.")] = 4756,
    token: Annotated[
        str | None, typer.Option("--token", help="The only token that is accepted; else any.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="A model that is served; else any.")
    ] = None,
) -> None:
    """Run a local Hugging Face until it is interrupted."""
    from hf_integrations.emulator import serve

    serve(
        host=host,
        port=port,
        token=token,
        models=model,
        on_ready=lambda url: show.line(f"The emulator listens at {url}; Ctrl-C ends it."),
    )


app.command()(migrate)
