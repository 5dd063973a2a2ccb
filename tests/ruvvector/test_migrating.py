"""What other packages stored is taken over whole; their tables are in `peers/`, made by them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import Migratable
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
PEERS = Path(__file__).parent / "peers"
TEXTS = {"soup": "Leek soup", "cake": "Plum cake", "quote": "Quote ' and \\ and 日本"}
VECTORS = {"soup": [0.5, 0.25, 0, 1], "cake": [0, 1, 0.5, 0.25], "quote": [1, 0, 0, 0.5]}
METADATA = {
    "soup": {"year": 2019, "tags": ["a", "b"], "deep": {"x": None}},
    "cake": {"year": 2023},
    "quote": {},
}
LEGACY = "langchain_pg_embedding"


@pytest.fixture
def run(postgres_dsn: str, schema: str, store: AnyStore) -> Callable[[str], None]:
    """Runs SQL in the test's schema, which is there."""
    store.add(["first"], [[1.0, 0, 0, 0]], ids=["first"])
    store.delete_all()

    def execute(sql: str) -> None:
        with administrator(postgres_dsn) as connection:
            connection.execute(f"SET search_path TO {schema}, public; {sql}".encode())

    return execute


@pytest.fixture
def made(run: Callable[[str], None]) -> Callable[[str], None]:
    """Makes the tables that another package made."""
    return lambda package: run((PEERS / f"{package}.sql").read_text())


def stored(store: AnyStore) -> dict[str, Any]:
    """Text, metadata and vector of each row, by id."""
    records = store.get(include_vectors=True)
    return {row.id: (row.text, row.metadata, row.vector.tolist()) for row in records}


@pytest.mark.parametrize(
    ("package", "table", "options", "made_by"),
    [
        ("langchain_postgres_legacy", LEGACY, {"collection": "recipes"}, "PGVector"),
        ("langchain_postgres", "lc_plain", {}, "PGVectorStore"),
    ],
)
def test_tables_of_langchain_postgres_are_taken_over(
    store: AnyStore,
    made: Callable[[str], None],
    package: str,
    table: str,
    options: Any,
    made_by: str,
) -> None:
    """Both kinds: ids, texts, metadata, vectors; again with nothing to do; searched at once."""
    made(package)
    told: list[int] = []
    done = store.migrate_from(table, progress=told.append, model="m", **options)
    assert (done.rows, done.skipped, done.left_out, told) == (3, 0, 0, [3])
    assert done.made_by == f"langchain-postgres {made_by}"
    assert stored(store) == {i: (TEXTS[i], METADATA[i], VECTORS[i]) for i in TEXTS}
    assert store.search([0, 1, 0.5, 0.2], k=1, filter={"year": 2023})[0].id == "cake"

    again = store.migrate_from(table, unchanged="skip", model="m", **options)
    assert (again.rows, again.skipped) == (0, 3)


def test_columns_beside_the_metadata_become_keys_of_it(
    store: AnyStore, made: Callable[[str], None]
) -> None:
    """Columns of other names: said what is what, where the table does not tell."""
    made("langchain_postgres")
    store.migrate_from("lc_columns")
    first, second, third = store.get()
    assert [row.text for row in (first, second, third)] == list(TEXTS.values())
    assert first.metadata == {"lang": "en", "year": 2019, "added": "2024-01-02T03:04:00+00:00"}
    assert second.metadata == {"year": 2023, "added": None}

    store.delete_all()
    store.migrate_from("lc_columns", columns={"id": "body", "text": "body"})
    assert [row.id for row in store.get()] == sorted(TEXTS.values())


@pytest.mark.parametrize("table", ["data_recipes", "data_hybrid"])
def test_tables_of_llama_index_are_taken_over_as_nodes(
    open_store: MakeStore, made: Callable[[str], None], table: str
) -> None:
    """Of nodes that were added twice the last wins; LlamaIndex's store reads them as they were."""
    pytest.importorskip("llama_index.core")
    from hf_integrations.llama_index.nodes import nodes_of

    store = open_store()
    made("llama_index")
    done = store.migrate_from(table)
    assert done.made_by == "LlamaIndex PGVectorStore"
    assert (done.rows, store.count()) == (4 if table == "data_recipes" else 3, 3)
    nodes = {node.node_id: node for node in nodes_of(store.get())}
    assert nodes["cake"].get_content() == "Plum cake"
    assert nodes["cake"].metadata == {"year": 2023}
    assert nodes["cake"].ref_doc_id == "book"
    last = "Leek soup, again" if table == "data_recipes" else "Leek soup"
    assert nodes["soup"].get_content() == last


def test_a_table_without_texts_is_taken_over(store: AnyStore, made: Callable[[str], None]) -> None:
    """As vecs makes them."""
    made("vecs")
    assert store.migrate_from("recipes").rows == 3
    assert stored(store) == {i: ("", METADATA[i], VECTORS[i]) for i in TEXTS}


def test_what_can_be_taken_over_is_listed(
    store: AnyStore, made: Callable[[str], None], schema: str
) -> None:
    """Each collection of langchain-postgres' one table; never our own."""
    for package in ("langchain_postgres_legacy", "llama_index"):
        made(package)
    llama, langchain = "LlamaIndex PGVectorStore", "langchain-postgres PGVector"
    found = store.migratable()
    assert [(item.table, item.collection, item.made_by) for item in found] == [
        ("data_hybrid", None, llama),
        ("data_recipes", None, llama),
        (LEGACY, "others", langchain),
        (LEGACY, "recipes", langchain),
    ]
    assert found[3] == Migratable(schema, LEGACY, "recipes", langchain, 3)
    assert store.migratable("nowhere") == []


BAD = """
CREATE TABLE bad (langchain_id text PRIMARY KEY, content text, embedding vector,
                  langchain_metadata json);
INSERT INTO bad SELECT 'good' || n, 'text', '[1,2,3,4]', '{}' FROM generate_series(1, 1200) AS n;
INSERT INTO bad VALUES ('nul', 'x', '[1,2,3,4]', '{"a": "\\u0000"}'),
  ('surrogate', 'x', '[1,2,3,4]', '{"a": "\\ud800"}'), ('list', 'x', '[1,2,3,4]', '[1]'),
  ('null', NULL, '[1,2,3,4]', 'null'), ('none', 'x', NULL, '{}'), ('short', 'x', '[1]', '{}'),
  ('zero', 'x', '[0,0,0,0]', '{}');
"""


def test_rows_that_cannot_be_stored_are_left_out_and_named(
    store: AnyStore, run: Callable[[str], None]
) -> None:
    """One by one, with the reason; or the first of them is an error."""
    run(BAD)
    done = store.migrate_from("bad")
    assert (done.rows, done.left_out) == (1_201, 6)
    assert set(done.reasons) == {"nul", "surrogate", "list", "none", "short", "zero"}
    assert done.reasons["short"] == "its vector has 1 dimensions, not 4"
    assert "NUL" in done.reasons["nul"]
    assert store.get(["null"])[0].text == ""
    with pytest.raises(ValidationError, match=r"row '\w+': its? "):
        store.migrate_from("bad", bad_rows="refuse")


def test_a_migration_into_an_index_and_a_namespace(
    open_store: MakeStore, run: Callable[[str], None]
) -> None:
    """It is a load like any other."""
    run(
        "CREATE TABLE plain (key serial PRIMARY KEY, words text, v vector(4)); INSERT INTO plain "
        "SELECT n, 'w' || n, ARRAY[n, 1, 2, 3]::real[] FROM generate_series(1, 2500) AS n"
    )
    store = open_store(collection="big", index_after=1_000, namespace="acme")
    assert store.migrate_from("plain").made_by == "another package"
    assert store.count() == 2_500
    assert open_store(collection="big").count() == 0
    assert store.get(["7"])[0].text == "w7"
    assert store.create_index() is None  # it was made at the end
    assert np.isclose(store.search([2500, 1, 2, 3], k=1)[0].score, 1)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ("nothing", {}, "there is no table"),
        ("ruvvector_docs", {}, "into itself"),
        (LEGACY, {}, "collection None is not in .*others, recipes"),
        (LEGACY, {"collection": "x"}, "collection 'x' is not in"),
        ("lc_plain", {"collection": "x"}, "has no collections"),
        ("lc_plain", {"columns": {"text": "x"}}, "text='x' is not known"),
        ("lc_plain", {"columns": {"body": "content"}}, "body='content' is not known"),
        ("lc_plain", {"columns": {"vector": "content"}}, "vectors are needed"),
        ("lc_plain", {"bad_rows": "x"}, "bad_rows is"),
        ("keyless", {}, re.escape("columns={'id': …}")),
        ("langchain_pg_collection", {}, "which column is the vector"),
    ],
)
def test_what_cannot_be_taken_over_is_said(
    store: AnyStore, made: Any, run: Any, arguments: str, options: Any, sentence: str
) -> None:
    """Before anything is stored, with what helps."""
    for package in ("langchain_postgres_legacy", "langchain_postgres"):
        made(package)
    run("CREATE TABLE keyless (a text, v vector(4))")
    with pytest.raises((StoreError, ValidationError), match=sentence):
        store.migrate_from(arguments, **options)
    assert store.count() == 0
