"""`hfi migrate`: what other packages have stored in PostgreSQL, into a collection of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.surroundings import Wishes, surroundings
from hf_integrations.errors import ValidationError

if TYPE_CHECKING:
    from hf_integrations.ruvvector import Migrated, RuvVectorStore

SHOWN = 10  # rows left out that are named


def migrate(
    table: Annotated[
        str | None,
        typer.Argument(help="The table to take over; without it, those that could be are listed."),
    ] = None,
    to: Annotated[str, typer.Option("--to", help="The collection that the rows go to.")] = "docs",
    schema: Annotated[str, typer.Option("--schema", help="Where the table is.")] = "public",
    collection: Annotated[
        str | None,
        typer.Option("--collection", help="Which collection of a langchain_pg_embedding."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="What is what, as in text=body; may be repeated."),
    ] = None,
    metric: Annotated[str, typer.Option("--metric", help="How vectors are compared.")] = "cosine",
    model: Annotated[
        str | None, typer.Option("--model", help="What made the vectors, to be kept with them.")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", help="A PostgreSQL; else DATABASE_URL.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Take over a table of langchain-postgres, LlamaIndex or vecs; it stays as it is.

    What is there already is skipped, so a migration that was broken off is completed.
    """
    from hf_integrations.ruvvector import RuvVectorStore

    with (
        surroundings(Wishes(database=database)) as place,
        RuvVectorStore(place.dsn, to, metric=metric) as store,
    ):
        if table is None:
            _list(store, schema, as_json)
            return
        done = store.migrate_from(
            table,
            schema=schema,
            collection=collection,
            columns=_columns(column or []),
            model=model,
            unchanged="skip",
        )
        if as_json:
            show.as_json(done)
        else:
            _report(done, to)


def _list(store: RuvVectorStore, schema: str, as_json: bool) -> None:
    found = store.migratable(schema)
    if as_json:
        show.as_json(found)
        return
    if not found:
        show.line(f"No table of another package has vectors in schema {schema!r}.")
    for item in found:
        part = f" --collection {item.collection}" if item.collection else ""
        show.line(f"hfi migrate {item.table}{part}  # {item.made_by}, some {item.rows} rows")


def _report(done: Migrated, to: str) -> None:
    show.line(
        f"{done.rows} rows of {done.made_by} stored in collection {to!r}, "
        f"{done.skipped} were there, {done.left_out} left out, in {done.seconds:.1f} s."
    )
    for name, reason in list(done.reasons.items())[:SHOWN]:
        show.line(f"  {name}: {reason}")
    if done.left_out > SHOWN:
        show.line(f"  and {done.left_out - SHOWN} more")


def _columns(given: list[str]) -> dict[str, str]:
    pairs = [item.partition("=") for item in given]
    if any(not name or not value for name, _, value in pairs):
        raise ValidationError("--column takes a role and a column, as in --column text=body")
    return {name: value for name, _, value in pairs}
