"""A table of an earlier layout is brought to the present one, or it is said how."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import numpy as np
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import StoreError
from hf_integrations.ruvvector import RuvVectorStore
from hf_integrations.ruvvector.table import LAYOUT
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
# As the first version of this library made it.
FIRST = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "CREATE SCHEMA {0}",
    "CREATE TABLE {0}.ruvvector_docs (id text PRIMARY KEY, content text NOT NULL, "
    "metadata jsonb NOT NULL DEFAULT '{{}}', embedding vector(3) NOT NULL, "
    "provider text, model text, content_hash text NOT NULL, "
    "created_at timestamptz NOT NULL DEFAULT now())",
    "COMMENT ON TABLE {0}.ruvvector_docs IS 'ruvvector 1'",
    "ALTER TABLE {0}.ruvvector_docs ALTER COLUMN embedding SET STORAGE PLAIN",
    "INSERT INTO {0}.ruvvector_docs (id, content, embedding, content_hash) "
    "VALUES ('a', 'first', '[1,2,3]', 'x'), ('b', 'second', '[3,2,1]', 'y')",
    "CREATE INDEX ruvvector_docs_hnsw_cos ON {0}.ruvvector_docs "
    "USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)",
)


@pytest.fixture
def first_layout(postgres_dsn: str, schema: str) -> str:
    """A schema with a table of the first layout."""
    with administrator(postgres_dsn) as connection:
        for statement in FIRST:
            connection.execute(statement.format(schema).encode())
    return schema


def layout(dsn: str, schema: str) -> str:
    """The table's comment, and the columns of its key."""
    with administrator(dsn) as connection:
        row = connection.execute(
            "SELECT obj_description(c.oid, 'pg_class') || ': ' || "
            "pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conrelid = c.oid "
            "AND contype = 'p')) FROM pg_class c WHERE c.oid = %s::regclass",
            (f"{schema}.ruvvector_docs",),
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_the_first_layout_is_migrated_where_it_is_met(
    open_store: MakeStore, postgres_dsn: str, first_layout: str
) -> None:
    """Rows and index stay, and tenants have room."""
    store = open_store()
    assert [row.text for row in store.get(["a", "b"])] == ["first", "second"]
    assert layout(postgres_dsn, first_layout) == f"ruvvector {LAYOUT}: PRIMARY KEY (id, namespace)"
    assert store.create_index() is None
    open_store(namespace="tenant").add(["mine"], [[1.0, 2.0, 3.0]], ids=["a"])
    store.add(["new"], [[1.0, 2.0, 3.0]], ids=["a"])
    assert [row.text for row in store.get(["a"])] == ["new"]
    assert [row.text for row in open_store(namespace="tenant").get()] == ["mine"]


def test_a_lost_comment_is_taken_for_the_first_layout(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """Its steps change nothing in a table that has them behind it."""
    open_store().add(["a"], [[1.0]], ids=["a"])
    with administrator(postgres_dsn) as connection:
        connection.execute(f"COMMENT ON TABLE {schema}.ruvvector_docs IS 'mine'".encode())
    assert open_store().count() == 1
    assert layout(postgres_dsn, schema) == f"ruvvector {LAYOUT}: PRIMARY KEY (id, namespace)"


def test_migration_can_be_left_to_others(
    open_store: MakeStore, postgres_dsn: str, first_layout: str
) -> None:
    """Then it is said what they are to run, and this helps."""
    store = open_store(migrate=False)
    with pytest.raises(StoreError, match="has layout 1; 2 is needed, and migrate=False") as caught:
        store.count()
    assert layout(postgres_dsn, first_layout).startswith("ruvvector 1: PRIMARY KEY (id)")
    assert caught.value.hint is not None
    before, _, statements = caught.value.hint.partition(": ")
    assert before == "Let the owner of the table run, in one transaction"
    with administrator(postgres_dsn) as connection, connection.transaction():
        connection.execute(statements.encode())
    assert store.count() == 2


def test_a_role_that_may_not_migrate_is_told_how(
    open_store: MakeStore, postgres_dsn: str, first_layout: str
) -> None:
    """The table is not its own."""
    name = f"role_{uuid.uuid4().hex[:8]}"
    with administrator(postgres_dsn) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        connection.execute(f"GRANT USAGE ON SCHEMA {first_layout} TO {name}".encode())
        connection.execute(f"GRANT ALL ON {first_layout}.ruvvector_docs TO {name}".encode())
        try:
            with pytest.raises(StoreError, match="must be owner of table") as caught:
                open_store(make_conninfo(postgres_dsn, user=name)).count()
        finally:
            connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())
    assert "ADD COLUMN IF NOT EXISTS namespace" in (caught.value.hint or "")


def test_a_later_layout_is_refused(open_store: MakeStore, postgres_dsn: str, schema: str) -> None:
    """Rather than damaged."""
    open_store().add(["a"], [[1.0]])
    with administrator(postgres_dsn) as connection:
        connection.execute(f"COMMENT ON TABLE {schema}.ruvvector_docs IS 'ruvvector 99'".encode())
    with pytest.raises(StoreError, match=r"has layout 99 and this version knows 2\. Upgrade"):
        open_store().count()


def test_processes_that_meet_an_old_table_together(postgres_dsn: str, first_layout: str) -> None:
    """One migrates, the others wait for it; a writer of the old days is waited for as well."""
    stores = [RuvVectorStore(postgres_dsn, schema=first_layout) for _ in range(6)]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda store=store: counts.append(store.count()))
        for store in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2] * 6
    stores[0].add(["c"], np.ones((1, 3)), ids=["c"])
    for store in stores:
        store.close()
