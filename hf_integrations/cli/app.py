"""`hfi` and its commands."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]

from hf_integrations.cli.benching import bench
from hf_integrations.cli.calls import embed, run
from hf_integrations.cli.completions import completions
from hf_integrations.cli.corpus import ask, demo, ingest, search
from hf_integrations.cli.endpoints import endpoints
from hf_integrations.cli.health import health
from hf_integrations.cli.listing import models
from hf_integrations.cli.local import emulator
from hf_integrations.cli.migrate import migrate
from hf_integrations.cli.talking import chat

app = typer.Typer(
    help="Hugging Face inference for LangChain, LlamaIndex and PostgreSQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks would show tokens and prompts
    add_completion=False,  # `completions` prints what it would write into the user's files
)

completion_init()
for command in (
    demo, ingest, ask, search, chat, embed, run, models, health, bench, emulator, migrate,
    completions,
):  # fmt: skip
    app.command()(command)
app.add_typer(endpoints, name="endpoints")


@app.callback(invoke_without_command=True)
def entry(
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Hugging Face inference for LangChain, LlamaIndex and PostgreSQL."""
    if version:
        from hf_integrations._version import __version__

        typer.echo(__version__)
        raise typer.Exit
