"""`hfi emulator`: a local Hugging Face as a process."""

from __future__ import annotations

from typing import Annotated

import typer

from hf_integrations.cli import options, show


def emulator(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port; 0 takes a free one.")] = 4756,
    token: Annotated[
        str | None, typer.Option("--token", help="The only token that is accepted; else any.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="A model that is served; else any.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run a local Hugging Face until it is interrupted."""
    from hf_integrations.emulator import serve

    def ready(url: str) -> None:
        if as_json:
            show.as_json({"url": url})
        else:
            show.line(f"The emulator listens at {url}; Ctrl-C ends it.")

    serve(host=host, port=port, token=token, models=model, on_ready=ready)
