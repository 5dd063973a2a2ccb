"""`hfi health`: whether everything a program will need answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from hf_integrations.cli import options, show
from hf_integrations.cli.surroundings import Wishes, served
from hf_integrations.errors import HfError

if TYPE_CHECKING:
    from hf_integrations.client import HfInferenceClient
    from hf_integrations.services.health import Check


def health(
    model: Annotated[
        str | None, typer.Option("--model", help="Let this model say one word, too.")
    ] = None,
    embedding_model: Annotated[
        str | None, typer.Option("--embedding-model", help="Let this model embed one, too.")
    ] = None,
    base_url: options.BaseUrl = None,
    provider: options.Provider = None,
    token_env: options.TokenEnv = None,
    database: Annotated[
        str | None, typer.Option("--database", help="A PostgreSQL; else DATABASE_URL, if set.")
    ] = None,
    emulator: options.Emulated = False,
    as_json: options.Json = False,
) -> None:
    """Look whether service, token, models and database answer; exit status 1 if one does not."""
    dsn = database or os.environ.get("DATABASE_URL")
    with (
        served(Wishes(base_url, provider, None, emulator, token_env)) as place,
        place.client() as client,
    ):
        looks = _looks(client, model, embedding_model, dsn)
        found = [*_service(place.service, client), *(_looked(*look) for look in looks.items())]
    if as_json:
        show.as_json(found)
    else:
        rows = [
            (each.name, "well" if each.ok else "FAILED", f"{each.seconds:.2f} s", each.detail)
            for each in found
        ]
        show.table(("what", "state", "time", "detail"), rows)
    if not all(each.ok for each in found):
        raise typer.Exit(1)


def _service(place: str, client: HfInferenceClient) -> list[Check]:
    """What the client finds of its service, with where that is and where the token came from."""
    credential = client.config.credential
    origin = f"from {credential.origin}" if credential is not None else ""
    told = {"api": place, "token": origin}
    return [
        replace(check, detail=", ".join(filter(None, (told.get(check.name), check.detail))))
        for check in client.health_check().checks
    ]


def _looks(
    client: HfInferenceClient, model: str | None, embedding_model: str | None, dsn: str | None
) -> dict[str, Callable[[], str]]:
    """What else is to be looked at, by name; each gives a word about it."""

    def chat() -> str:
        return client.chat.complete("Say yes.", model=model, max_tokens=5).model or str(model)

    def embedding() -> str:
        vectors = client.embeddings.create(["one"], model=embedding_model).vectors
        return f"{vectors.shape[1]} numbers"

    def store() -> str:
        from hf_integrations.ruvvector import RuvVectorStore

        with RuvVectorStore(dsn) as opened:
            return f"{len(opened.collections())} collections"

    named = {"chat": (model, chat), "embedding": (embedding_model, embedding)}
    looks = {name: look for name, (wanted, look) in named.items() if wanted}
    return looks | ({"database": store} if dsn else {})


def _looked(name: str, look: Callable[[], str]) -> Check:
    from hf_integrations.services.health import Check

    begin = time.perf_counter()
    try:
        ok, detail = True, look()
    except HfError as error:
        ok, detail = False, str(error)
    return Check(name, ok, round(time.perf_counter() - begin, 3), detail)
