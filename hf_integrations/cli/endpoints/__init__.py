"""`hfi endpoints`: dedicated endpoints, from the shell."""

from __future__ import annotations

import typer

from hf_integrations.cli.endpoints.creating import create
from hf_integrations.cli.endpoints.looking import cost, described, hardware, listed, logs
from hf_integrations.cli.endpoints.ordering import delete, pause, resume, scale, wait

endpoints = typer.Typer(
    help="Dedicated endpoints: made, watched, paused, and what they cost.",
    no_args_is_help=True,
)
endpoints.command("list")(listed)
endpoints.command("show")(described)
for command in (create, pause, resume, scale, delete, wait, logs, cost, hardware):
    endpoints.command()(command)

__all__ = ["endpoints"]
