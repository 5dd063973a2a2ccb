"""The options that several commands have, described once."""

from __future__ import annotations

from typing import Annotated

import typer

ChatModel = Annotated[str, typer.Option("--model", help="Who writes the answers.")]
EmbeddingModel = Annotated[str, typer.Option("--embedding-model", help="Who embeds.")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="A server of your own, instead of the router.")
]
TokenEnv = Annotated[
    str | None,
    typer.Option(
        "--token-env", help="The variable that holds the token; it goes to the --base-url, too."
    ),
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
TopK = Annotated[int, typer.Option("--k", min=1, help="How many pieces of text to find.")]
Emulated = Annotated[bool, typer.Option("--emulator", help="Let the emulator answer.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
SleepAfter = Annotated[
    int | None,
    typer.Option("--sleep-after", min=0, help="Idle minutes until it sleeps; 0 for never."),
]
