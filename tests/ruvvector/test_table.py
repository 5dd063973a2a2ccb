"""A collection as a table: names, what the database says about it, and its definition."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.column_types import BIT, HALFVEC, TYPES, VECTOR, ColumnType
from hf_integrations.ruvvector.indexes import Kind
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.table import (
    COLUMNS,
    LAYOUT,
    Facts,
    Names,
    definition,
    describe,
    facts_of,
    layout_of,
    numbers,
    quoted,
    type_sql,
)
from tests.postgres import administrator

NAMES = Names("my schema", 'do"cs')
COSINE = METRICS["cosine"]


def row(**changes: Any) -> tuple[Any, ...]:
    """What `describe` gives for a table of ours, but for these columns."""
    values: dict[str, Any] = {
        "version": "0.8.5", "schema": "ext", "exists": True, "embedding": ["vector", 77, 3],
        "columns": [*COLUMNS, "namespace"], "indexes": None, "comment": "ruvvector 2",
        "secured": False,
    }  # fmt: skip
    return tuple({**values, **changes}.values())


def test_names_are_quoted_whatever_they_hold() -> None:
    """Table and indexes."""
    assert NAMES.table == '"my schema"."ruvvector_do""cs"'
    assert NAMES.metadata_index() == '"ruvvector_do""cs_metadata"'
    assert NAMES.namespace_index() == '"ruvvector_do""cs_namespace"'
    assert NAMES.index(Kind("hnsw", "full"), COSINE) == 'ruvvector_do"cs_hnsw_cos'
    assert quoted('a"b') == '"a""b"'


def test_every_name_fits_a_long_collection() -> None:
    """PostgreSQL would cut a name at 63 bytes, and two could become one."""
    names = Names("s", "é" * 21 + "x")
    every = {names.metadata_index(), names.namespace_index()}
    for method in ("hnsw", "ivfflat"):
        for precision in ("full", "half", "bit"):
            kind = Kind(method, precision)
            every |= {names.index(kind, metric) for metric in METRICS.values()}
    assert len(every) == 2 + 24
    assert max(len(name.strip('"').encode()) for name in every) <= 63


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("", "docs"), "schema is empty"),
        (("s" * 64, "docs"), "schema is longer than 63 bytes"),
        (("s", "é" * 22), "collection is longer than 43 bytes"),
        (("s", "a\x00"), "collection holds a NUL"),
        (("s", 7), "collection is empty or no string"),
        (("s", "docs", None), "namespace is empty or no string"),
        (("s", "docs", "n" * 501), "namespace is longer than 500 bytes"),
    ],
)
def test_names_that_cannot_be_are_refused(arguments: Any, sentence: str) -> None:
    """By argument."""
    with pytest.raises(ValidationError, match=sentence):
        Names(*arguments)


def test_what_the_database_says_becomes_facts() -> None:
    """Version, type, width, layout and the indexes that serve the metric."""
    index = {"name": "i", "method": "hnsw", "class": "vector_cosine_ops", "of_column": True,
             "valid": True, "options": ["m=8"]}  # fmt: skip
    other = {**index, "name": "o", "class": "vector_l2_ops"}
    facts = facts_of(NAMES, COSINE, row(indexes=[other, index], secured=True))
    assert facts is not None
    assert (facts.version, facts.extension_schema) == ((0, 8, 5), '"ext"')
    assert (facts.type, facts.type_oid, facts.dimensions) == (VECTOR, 77, 3)
    assert (facts.layout, facts.secured, facts.indexed) == (2, True, True)
    assert [(found.name, found.options) for found in facts.indexes] == [("i", {"m": 8})]
    assert facts.operator(COSINE) == 'OPERATOR("ext".<=>)'
    assert facts.sent() == '"ext".vector_send(embedding)'
    assert (facts.vector, facts.iterates) == ('"ext".vector', True)


def test_bits_live_in_the_catalogue() -> None:
    """Their type needs quotes, because bit alone means one."""
    facts = Facts((0, 7), '"ext"', BIT, 1, 3)
    assert (facts.vector, facts.iterates) == ('pg_catalog."bit"', False)
    assert facts.sent("r.embedding") == "pg_catalog.bit_send(r.embedding)"
    assert type_sql(HALFVEC, '"ext"') == '"ext".halfvec'


def test_no_table_is_none() -> None:
    """With the extension or without."""
    assert facts_of(NAMES, COSINE, row(exists=False)) is None
    nothing = row(version=None, schema=None, exists=False, embedding=None, columns=None)
    assert facts_of(NAMES, COSINE, nothing) is None


@pytest.mark.parametrize("version", ["0.6.2", "0.5"])
def test_an_old_pgvector_is_named_with_the_way_out(version: str) -> None:
    """Whether the table is there or not."""
    with pytest.raises(StoreError, match=f"pgvector {version} is too old; 0.7 or newer") as caught:
        facts_of(NAMES, COSINE, row(version=version))
    assert "ALTER EXTENSION vector UPDATE" in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"embedding": None},
        {"embedding": ["vector", 77, -1]},
        {"embedding": ["sparsevec", 77, 3]},
        {"columns": ["id", "embedding"]},
    ],
)
def test_a_table_of_another_kind_is_left_alone(changes: dict[str, Any]) -> None:
    """By a sentence that names it."""
    with pytest.raises(StoreError, match=r"was not made by this store\. Choose another"):
        facts_of(NAMES, COSINE, row(**changes))


@pytest.mark.parametrize("end", ["hnsw_cos", "bits_ham", "ivf_ip", "words_gin", "metadata", "pkey"])
def test_an_index_of_another_collection_is_named_with_it(end: str) -> None:
    """Two collections may not have such names side by side, and the error says which."""
    names = Names("public", f"docs_{end}")
    with pytest.raises(StoreError, match=r"Collection 'docs' calls .* so\. Choose another"):
        facts_of(names, COSINE, row(embedding=None))


def test_versions_and_layouts_are_read() -> None:
    """Also from comments that say more, or nothing."""
    assert numbers("0.8.5") == (0, 8, 5)
    assert numbers("0.10") > numbers("0.9.9")
    assert [layout_of(text) for text in ("ruvvector 2", "ruvvector 12 (mine)", "mine", None)] == [
        2, 12, 1, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
def test_the_definition_is_what_is_described(
    postgres_dsn: str, schema: str, column: ColumnType
) -> None:
    """By the server's own view of the table."""
    names = Names(schema, 'a "b" c')
    with administrator(postgres_dsn) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        for statement in definition(names, column, '"public"', 5):
            connection.execute(statement.sql.encode())
        asked = describe(names)
        with psycopg.RawCursor(connection) as cursor:
            described = cursor.execute(asked.sql.encode(), asked.params).fetchone()
    assert described is not None
    facts = facts_of(names, COSINE, described)
    assert facts is not None
    assert (facts.type, facts.dimensions, facts.layout) == (column, 5, LAYOUT)
    assert (facts.indexes, facts.secured) == ((), False)
