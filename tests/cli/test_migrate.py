"""`hfi migrate`, as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hf_integrations.ruvvector import RuvVectorStore
from tests.cli.conftest import Run
from tests.postgres import administrator

PEERS = Path(__file__).parents[1] / "ruvvector" / "peers"


def test_a_table_is_listed_and_taken_over(inside: Run, database: str) -> None:
    """The list shows the very command; a second run stores nothing."""
    with administrator(database) as connection:
        connection.execute(b"CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute((PEERS / "langchain_postgres_legacy.sql").read_bytes())
    listed = inside("migrate").stdout
    assert (
        "hfi migrate langchain_pg_embedding --collection recipes  # langchain-postgres PGVector"
    ) in listed

    command = ("migrate", "langchain_pg_embedding", "--collection", "recipes", "--to", "recipes")
    assert (
        "3 rows of langchain-postgres PGVector stored in collection 'recipes'"
        in inside(*command).stdout
    )
    assert "0 rows" in inside(*command).stdout
    with RuvVectorStore(database, "recipes") as store:
        assert store.get(["cake"])[0].text == "Plum cake"


@pytest.mark.usefixtures("database")
def test_a_column_without_a_role_is_one_sentence(inside: Run) -> None:
    """With what is wanted."""
    wrong = inside("migrate", "lc_plain", "--column", "text")
    assert (wrong.returncode, "--column text=body" in wrong.stderr) == (1, True)
