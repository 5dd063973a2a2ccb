"""Which endpoints a command means, and who manages them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from hf_integrations.cli.surroundings import Wishes, served
from hf_integrations.errors import HfError

if TYPE_CHECKING:
    from hf_integrations.client import HfInferenceClient

PATIENCE = 5.0  # seconds that a shell waits for names


@contextmanager
def manager(wishes: Wishes) -> Iterator[HfInferenceClient]:
    """A client for the management API."""
    with served(wishes) as place, place.client() as client:
        yield client


def begun(context: typer.Context, incomplete: str) -> list[str]:
    """The names that begin so, for a shell that completes; none where they cannot be had."""
    said = context.params
    wishes = Wishes(said.get("base_url"), token_env=said.get("token_env"))
    try:
        with manager(wishes) as client:
            quick = client.with_options(management_timeout=PATIENCE, max_retries=0)
            found = quick.endpoints.list(namespace=said.get("namespace"))
    except HfError:
        return []
    return [one.name for one in found if one.name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(help="An endpoint, or NAMESPACE/NAME.", autocompletion=begun)]
Names = Annotated[
    list[str], typer.Argument(help="Endpoints, or NAMESPACE/NAME.", autocompletion=begun)
]
Namespace = Annotated[
    str | None,
    typer.Option("--namespace", help="Whose endpoints; else the account of the token."),
]
Timeout = Annotated[
    float | None, typer.Option("--timeout", min=0, help="The most seconds to wait.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
