"""A collection as a table: its names, what the database says about it, and its definition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.column_types import TYPES, ColumnType
from hf_integrations.ruvvector.indexes import Index, Kind, found
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.work import Statement

PREFIX = "ruvvector_"
MAX_NAME_BYTES = 43  # with the prefix and "_hnsw_cos", an index's name fits PostgreSQL's 63
MAX_NAMESPACE_BYTES = 500  # with an id of 2,000 bytes it fits the 2,700 of a B-tree
LAYOUT = 2  # in the table's comment; `migrations.py` has the way from each earlier one
OLDEST = (0, 7)
COLUMNS = frozenset(
    {"id", "content", "metadata", "embedding", "provider", "model", "content_hash", "created_at"}
)
# What collections call their indexes and words; see `Names` and `textual`.
_DERIVED = re.compile(
    r"(.+)_(?:metadata|namespace|pkey|words(?:_gin|_pkey)?|(?:hnsw|half|bits|ivf|ivfh|ivfb)_\w{2,3})",
    re.DOTALL,
)
_COMMENT = re.compile(r"ruvvector (\d{1,6})\b")


@dataclass(frozen=True, slots=True)
class Names:
    """The names a collection has in the database, and the namespace within it."""

    schema: str
    collection: str
    namespace: str = ""

    def __post_init__(self) -> None:
        _check_name("schema", self.schema, 63)
        _check_name("collection", self.collection, MAX_NAME_BYTES)
        if self.namespace != "":
            _check_name("namespace", self.namespace, MAX_NAMESPACE_BYTES)

    @property
    def relation(self) -> str:
        """The table's name, bare."""
        return PREFIX + self.collection

    @property
    def table(self) -> str:
        """The table, quoted for SQL."""
        return f"{quoted(self.schema)}.{quoted(self.relation)}"

    def index(self, kind: Kind, metric: Metric) -> str:
        """The name of an index, bare."""
        return f"{self.relation}_{kind.suffix(metric)}"

    def namespace_index(self) -> str:
        """The name of the index that finds a tenant's rows, quoted for SQL."""
        return quoted(f"{self.relation}_namespace")

    def metadata_index(self) -> str:
        """The name of the index that serves filters, quoted for SQL."""
        return quoted(f"{self.relation}_metadata")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says about a collection that exists.

    Attributes:
        version: of pgvector.
        extension_schema: where pgvector is installed, quoted for SQL.
        type: what vectors are stored as.
        type_oid: the number of that type in this database.
        dimensions: of the collection's vectors.
        indexes: over the vectors, for the store's metric; the preferred first.
        layout: the version of the table's definition.
        secured: whether row-level security holds for the present role.
    """

    version: tuple[int, ...]
    extension_schema: str
    type: ColumnType
    type_oid: int
    dimensions: int
    indexes: tuple[Index, ...] = ()
    layout: int = LAYOUT
    secured: bool = False

    @property
    def index(self) -> Index | None:
        """The index that a search uses, if any."""
        return next((index for index in self.indexes if index.valid), None)

    @property
    def indexed(self) -> bool:
        """Whether an index for the store's metric is there."""
        return self.index is not None

    @property
    def vector(self) -> str:
        """The type of a stored vector, quoted for SQL, without its dimensions."""
        return type_sql(self.type, self.extension_schema)

    @property
    def iterates(self) -> bool:
        """Whether an index scan can go on until enough rows pass a filter."""
        return self.version >= (0, 8)

    def operator(self, metric: Metric) -> str:
        """The metric's operator, found wherever the extension lives."""
        return f"OPERATOR({self.extension_schema}.{metric.operator})"

    def sent(self, column: str = "embedding") -> str:
        """The SQL for a vector in binary format; `type.numbers` reads it."""
        schema = "pg_catalog" if self.type.name == "bit" else self.extension_schema
        return f"{schema}.{self.type.name}_send({column})"


def type_sql(column: ColumnType, extension_schema: str) -> str:
    """A type, quoted for SQL. Bit without quotes would mean a single one."""
    return 'pg_catalog."bit"' if column.name == "bit" else f"{extension_schema}.{column.name}"


def describe(names: Names) -> Statement:
    """One row about the extension and the table; nulls for what is not there."""
    return Statement(
        """
        SELECT e.extversion, en.nspname::text, c.oid IS NOT NULL,
          (SELECT jsonb_build_array(t.typname, t.oid::bigint, a.atttypmod)
             FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = c.oid AND a.attname = 'embedding'),
          (SELECT array_agg(a.attname::text) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
          (SELECT jsonb_agg(jsonb_build_object('name', ic.relname, 'method', am.amname,
                    'class', o.opcname, 'of_column', i.indkey[0] <> 0,
                    'valid', i.indisvalid, 'options', ic.reloptions) ORDER BY ic.relname)
             FROM pg_index i
             JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
             JOIN pg_opclass o ON o.oid = i.indclass[0]
            WHERE i.indrelid = c.oid AND i.indpred IS NULL AND am.amname IN ('hnsw', 'ivfflat')),
          obj_description(c.oid, 'pg_class'), row_security_active(c.oid)
        FROM (SELECT) AS here
        LEFT JOIN pg_extension e ON e.extname = 'vector'
        LEFT JOIN pg_namespace en ON en.oid = e.extnamespace
        LEFT JOIN pg_namespace n ON n.nspname = $1::text
        LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2::text
        """,
        (names.schema, names.relation),
    )


def facts_of(names: Names, metric: Metric, row: tuple[Any, ...]) -> Facts | None:
    """What `describe` found; None while there is no such collection.

    Raises:
        StoreError: pgvector is too old, or a table of that name was made by something else.
    """
    version, schema, exists, embedding, columns, indexes, comment, secured = row
    check_version(version)
    if not exists:
        return None
    name, oid, dimensions = embedding or ("", 0, -1)
    if name not in TYPES or dimensions < 1 or not COLUMNS.issubset(columns):
        raise StoreError(
            f"table {names.table} is there and was not made by this store.",
            hint=f"{_whose(names)}Choose another collection or schema.",
        )
    column = TYPES[name]
    return Facts(
        numbers(version or "0"),
        quoted(schema or "public"),
        column,
        oid,
        dimensions,
        tuple(found(indexes or (), column, metric)),
        layout_of(comment),
        bool(secured),
    )


def _whose(names: Names) -> str:
    """Whose index or table it may be that has a collection's name."""
    derived = _DERIVED.fullmatch(names.collection)
    if derived is None:
        return ""
    return f"Collection {derived[1]!r} calls an index or a table of its own so. "


def check_version(version: str | None) -> None:
    """Refuse a pgvector that is too old; None where there is none."""
    if version is not None and numbers(version) < OLDEST:
        raise StoreError(
            f"pgvector {version} is too old; 0.7 or newer is needed.",
            hint="Install a newer pgvector on the server, then: ALTER EXTENSION vector UPDATE;",
        )


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers: "0.8.5" is (0, 8, 5)."""
    digits = (part for part in version.split(".") if part.isdigit())
    return tuple(int(part) for part in digits)


def layout_of(comment: str | None) -> int:
    """The layout that a table's comment names; the first had tables whose comment was lost."""
    named = _COMMENT.match(comment or "")
    return int(named.group(1)) if named else 1


def definition(
    names: Names, column: ColumnType, extension_schema: str, dimensions: int
) -> list[Statement]:
    """The statements that make the table."""
    table, vector = names.table, f"{type_sql(column, extension_schema)}({dimensions:d})"
    if column.name == "bit":
        vector = f"bit({dimensions:d})"
    statements = [
        f"CREATE TABLE {table} (namespace text NOT NULL DEFAULT '', id text NOT NULL, "
        f"content text NOT NULL, metadata jsonb NOT NULL DEFAULT '{{}}', "
        f"embedding {vector} NOT NULL, "
        "provider text, model text, content_hash text NOT NULL, "
        "created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, namespace))",
        namespace_index(names),
        f"COMMENT ON TABLE {table} IS 'ruvvector {LAYOUT}'",
    ]
    if dimensions <= column.most_plain:
        # A vector moved out of line makes an exact scan four times slower.
        statements.append(f"ALTER TABLE {table} ALTER COLUMN embedding SET STORAGE PLAIN")
    return [Statement(sql) for sql in statements]


def namespace_index(names: Names) -> str:
    """The SQL for the index over tenants' rows; those without a namespace cost it nothing."""
    return (
        f"CREATE INDEX IF NOT EXISTS {names.namespace_index()} ON {names.table} (namespace) "
        "WHERE namespace <> ''"
    )


def quoted(name: str) -> str:
    """An identifier quoted for SQL, whatever its characters."""
    return '"' + name.replace('"', '""') + '"'


def _check_name(argument: str, name: Any, most: int) -> None:
    if not isinstance(name, str) or not name:
        raise ValidationError(f"{argument} is empty or no string; give a name")
    if fault := text_fault(name):
        raise ValidationError(f"{argument} {fault}")
    if len(name.encode()) > most:
        raise ValidationError(f"{argument} is longer than {most} bytes; shorten it")
