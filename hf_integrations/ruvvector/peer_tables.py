"""Tables that other packages made: which columns hold what, and the statements that read them.

Sources: langchain_postgres/vectorstores.py and v2/engine.py (0.0.19), llama_index/vector_stores/
postgres/base.py (0.9.0), vecs/collection.py (0.4.5). Columns are read as text and checked here, so
that one row that cannot be stored does not fail a page.
"""
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.column_types import TYPES
from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.table import check_version, quoted
from hf_integrations.ruvvector.work import Statement

Role: TypeAlias = Literal["id", "text", "metadata", "vector"]
ROLES: tuple[Role, ...] = get_args(Role)
LEGACY = "langchain-postgres PGVector"
LANGCHAIN = "langchain-postgres PGVectorStore"
LLAMA_INDEX = "LlamaIndex PGVectorStore"
OTHER = "another package"
# The packages whose tables are known by their columns: what each role is called.
KNOWN: Mapping[str, Mapping[str, str]] = {
    LEGACY: {"text": "document", "metadata": "cmetadata", "vector": "embedding"},
    LLAMA_INDEX: {"id": "node_id", "text": "text", "metadata": "metadata_", "vector": "embedding"},
    LANGCHAIN: {
        "id": "langchain_id",
        "text": "content",
        "metadata": "langchain_metadata",
        "vector": "embedding",
    },
    "vecs": {"id": "id", "metadata": "metadata", "vector": "vec"},
}
MARKS: Mapping[str, frozenset[str]] = {
    LEGACY: frozenset({"collection_id", "document", "cmetadata", "embedding"}),
    LLAMA_INDEX: frozenset({"id", "node_id", "text", "metadata_", "embedding"}),
    LANGCHAIN: frozenset({"langchain_id", "content", "embedding"}),
    "vecs": frozenset({"id", "vec", "metadata"}),
}
_TEXTS, _JSON, _UNREAD = ("text", "varchar", "bpchar"), ("json", "jsonb"), (*TYPES, "tsvector")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the server describes it."""

    name: str
    type: str
    type_sql: str
    modifier: int
    primary: bool


@dataclass(frozen=True, slots=True)
class PeerTable:
    """A table, and which of its columns hold what.

    Attributes:
        made_by: the package it looks like.
        key: the column that pages follow each other by.
        id, text, metadata, vector: columns; text and metadata may be missing.
        others: columns that become keys of the metadata.
        group: of the first langchain-postgres, whose one table has several collections.
        extension_schema: where pgvector is, quoted for SQL.
    """

    schema: str
    name: str
    made_by: str
    key: Column
    id: str
    text: str | None
    metadata: str | None
    vector: Column
    others: tuple[str, ...]
    group: str | None
    extension_schema: str

    @property
    def sql(self) -> str:
        """The table, quoted for SQL."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def describe(schema: str, name: str) -> Statement:
    """One row for each column of a table, with pgvector's version and schema."""
    return Statement(
        """
        SELECT a.attname::text, t.typname::text, format_type(a.atttypid, a.atttypmod), a.atttypmod,
          EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                  AND i.indnatts = 1 AND a.attnum = ANY(i.indkey)), e.extversion, en.nspname::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_extension e ON e.extname = 'vector'
        LEFT JOIN pg_namespace en ON en.oid = e.extnamespace
        WHERE n.nspname = $1::text AND c.relname = $2::text ORDER BY a.attnum
        """,
        (schema, name),
    )


def candidates(schema: str) -> Statement:
    """The tables of a schema that have vectors and are not ours: name, rows, columns."""
    return Statement(
        """
        SELECT c.relname::text, greatest(c.reltuples, 0)::bigint,
          (SELECT array_agg(a.attname::text) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p')
          AND coalesce(obj_description(c.oid, 'pg_class'), '') !~ '^ruvvector [0-9]+'
          AND EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                      WHERE a.attrelid = c.oid AND t.typname IN ('vector', 'halfvec')
                        AND NOT a.attisdropped)
        ORDER BY c.relname COLLATE "C"
        """,
        (schema,),
    )


def groups(schema: str) -> Statement:
    """The collections of the first langchain-postgres: name and number of rows."""
    return Statement(
        f"SELECT c.name::text, count(e.*) FROM {quoted(schema)}.langchain_pg_collection AS c "
        f"LEFT JOIN {quoted(schema)}.langchain_pg_embedding AS e ON e.collection_id = c.uuid "
        "GROUP BY c.name ORDER BY c.name"
    )


def made_by(columns: Sequence[str]) -> str:
    """The package whose tables have these columns."""
    return next((name for name, marks in MARKS.items() if marks <= set(columns)), OTHER)


def understood(
    schema: str,
    name: str,
    rows: Sequence[tuple[Any, ...]],
    given: Mapping[str, str],
    group: str | None,
) -> PeerTable:
    """What `describe` found, with the roles of the columns.

    Raises:
        StoreError: there is no such table, or none with vectors.
        ValidationError: the caller has to say which column is what.
    """
    if not rows:
        raise StoreError(f"there is no table {quoted(schema)}.{quoted(name)}")
    check_version(rows[0][5])
    columns = {row[0]: Column(*row[:5]) for row in rows}
    package = made_by(list(columns))
    roles: dict[str, str] = {**_guessed(columns), **_of_package(package, columns), **given}
    for role, column in roles.items():
        if role not in ROLES or column not in columns:
            raise ValidationError(
                f"columns: {role}={column!r:.60} is not known; roles are {', '.join(ROLES)}, and "
                f"the table has {', '.join(columns)}"
            )
    vector, key = _needed(columns, roles, "vector"), _key(columns, roles)
    if vector.type not in ("vector", "halfvec"):
        raise StoreError(f"column {vector.name!r} is {vector.type_sql}; vectors are needed")
    taken = {*roles.values(), key.name, "collection_id"}
    return PeerTable(
        schema, name, package, key, roles["id"], roles.get("text"), roles.get("metadata"), vector,
        tuple(c.name for c in columns.values() if c.name not in taken and c.type not in _UNREAD),
        group, quoted(rows[0][6] or "public"),
    )  # fmt: skip


def counts(table: PeerTable) -> Statement:
    """For each number of dimensions, null for rows without a vector, how many rows there are."""
    params = Parameters()
    vector = f"{table.extension_schema}.vector_dims({quoted(table.vector.name)})"
    return Statement(
        f"SELECT {vector}, count(*) FROM {table.sql} AS t WHERE {_condition(table, params)} "
        "GROUP BY 1 ORDER BY 2 DESC",
        params.values(),
    )


def page(table: PeerTable, after: str | None, size: int) -> Statement:
    """The rows after a key: key, id, text, metadata, other columns, vector; in the key's order."""
    params = Parameters()
    where, key = _condition(table, params), f"t.{quoted(table.key.name)}"
    if after is not None:
        where += f" AND {key} > ({params.add(after, 'text')})::{table.key.type_sql}"
    others = ", ".join(
        part for name in table.others for part in (params.add(name, "text"), f"t.{quoted(name)}")
    )
    columns = (
        f"{key}::text",
        f"coalesce(t.{quoted(table.id)}::text, {key}::text)",
        f"t.{quoted(table.text)}::text" if table.text else "NULL::text",
        f"t.{quoted(table.metadata)}::text" if table.metadata else "NULL::text",
        f"json_build_object({others})::text" if others else "NULL::text",
        f"{table.extension_schema}.{table.vector.type}_send(t.{quoted(table.vector.name)})",
    )
    return Statement(
        f"SELECT {', '.join(columns)} FROM {table.sql} AS t WHERE {where} "
        f"ORDER BY {key} LIMIT {size:d}",
        params.values(),
    )


def _condition(table: PeerTable, params: Parameters) -> str:
    if table.group is None:
        return "true"
    return (
        f"t.collection_id = (SELECT uuid FROM {quoted(table.schema)}.langchain_pg_collection "
        f"WHERE name = {params.add(table.group, 'text')})"
    )


def _of_package(package: str, columns: Mapping[str, Column]) -> dict[str, str]:
    roles = {role: name for role, name in KNOWN.get(package, {}).items() if name in columns}
    if package == LEGACY:  # its first versions had a uuid, and an id of the caller's beside it
        roles["id"] = next(name for name in ("custom_id", "id", "uuid") if name in columns)
    return roles


def _guessed(columns: Mapping[str, Column]) -> dict[str, str]:
    """Roles that only one column can have."""
    every = list(columns.values())
    fitting: dict[str, list[str]] = {
        "id": [column.name for column in every if column.primary],
        "text": [c.name for c in every if c.type in _TEXTS and not c.primary],
        "metadata": [column.name for column in every if column.type in _JSON],
        "vector": [column.name for column in every if column.type in ("vector", "halfvec")],
    }
    return {role: names[0] for role, names in fitting.items() if len(names) == 1}


def _needed(columns: Mapping[str, Column], roles: Mapping[str, str], role: Role) -> Column:
    if role not in roles:
        raise ValidationError(
            f"which column is the {role}? Give columns={{{role!r}: …}}; "
            f"the table has {', '.join(columns)}"
        )
    return columns[roles[role]]


def _key(columns: Mapping[str, Column], roles: Mapping[str, str]) -> Column:
    """The primary key; without one the column with the ids."""
    chosen = _needed(columns, roles, "id")
    return next((column for column in columns.values() if column.primary), chosen)
