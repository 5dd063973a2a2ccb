"""A collection as a table: its names, what the database says about it, and its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.work import Statement

PREFIX = "ruvvector_"
MAX_NAME_BYTES = 43  # with the prefix and "_hnsw_cos", an index's name fits PostgreSQL's 63
LAYOUT = "ruvvector 1"  # in the table's comment: what later layouts will be migrated from
OLDEST = (0, 7)
MAX_INDEXED_DIMENSIONS = 2_000  # HNSW over the vector type
# A page holds 8,160 bytes: up to here the vector and what must stay beside it fit one page.
MAX_PLAIN_DIMENSIONS = 1_900
COLUMNS = frozenset(
    {"id", "content", "metadata", "embedding", "provider", "model", "content_hash", "created_at"}
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names a collection has in the database."""

    schema: str
    collection: str

    def __post_init__(self) -> None:
        _check_name("schema", self.schema, 63)
        _check_name("collection", self.collection, MAX_NAME_BYTES)

    @property
    def relation(self) -> str:
        """The table's name, bare."""
        return PREFIX + self.collection

    @property
    def table(self) -> str:
        """The table, quoted for SQL."""
        return f"{quoted(self.schema)}.{quoted(self.relation)}"

    def index(self, metric: Metric) -> str:
        """The name of the HNSW index for a metric, quoted for SQL."""
        return quoted(f"{self.relation}_hnsw_{metric.suffix}")

    def metadata_index(self) -> str:
        """The name of the index that serves filters, quoted for SQL."""
        return quoted(f"{self.relation}_metadata")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says about a collection that exists.

    Attributes:
        version: of pgvector.
        extension_schema: where pgvector is installed, quoted for SQL.
        vector_oid: the number of pgvector's vector type in this database.
        dimensions: of the collection's vectors.
        indexed: whether an HNSW index for the store's metric is there.
    """

    version: tuple[int, ...]
    extension_schema: str
    vector_oid: int
    dimensions: int
    indexed: bool

    @property
    def vector(self) -> str:
        """The vector type, quoted for SQL."""
        return f"{self.extension_schema}.vector"

    def operator(self, metric: Metric) -> str:
        """The metric's operator, found wherever the extension lives."""
        return f"OPERATOR({self.extension_schema}.{metric.operator})"

    @property
    def iterates(self) -> bool:
        """Whether an index scan can go on until enough rows pass a filter."""
        return self.version >= (0, 8)


def describe(names: Names, metric: Metric) -> Statement:
    """One row about the extension and the table; nulls for what is not there."""
    return Statement(
        """
        SELECT e.extversion, en.nspname::text, t.oid::bigint, c.oid IS NOT NULL,
          (SELECT a.atttypmod FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'embedding' AND a.atttypid = t.oid),
          (SELECT array_agg(a.attname::text) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
          EXISTS (SELECT FROM pg_index i
            JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
            JOIN pg_opclass o ON o.oid = i.indclass[0]
            WHERE i.indrelid = c.oid AND i.indisvalid
              AND am.amname = 'hnsw' AND o.opcname = $3::text)
        FROM (SELECT) AS here
        LEFT JOIN pg_extension e ON e.extname = 'vector'
        LEFT JOIN pg_namespace en ON en.oid = e.extnamespace
        LEFT JOIN pg_type t ON t.typname = 'vector' AND t.typnamespace = en.oid
        LEFT JOIN pg_namespace n ON n.nspname = $1::text
        LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2::text
        """,
        (names.schema, names.relation, metric.operator_class),
    )


def facts_of(names: Names, row: tuple[Any, ...]) -> Facts | None:
    """What `describe` found; None while there is no such collection.

    Raises:
        StoreError: pgvector is too old, or a table of that name was made by something else.
    """
    version, schema, oid, exists, dimensions, columns, indexed = row
    if version is not None and numbers(version) < OLDEST:
        raise StoreError(
            f"pgvector {version} is too old; 0.7 or newer is needed.",
            hint="Install a newer pgvector on the server, then: ALTER EXTENSION vector UPDATE;",
        )
    if not exists:
        return None
    if dimensions is None or dimensions < 1 or not COLUMNS.issubset(columns):
        raise StoreError(
            f"table {names.table} is there and was not made by this store.",
            hint="Choose another collection or schema.",
        )
    return Facts(numbers(version), quoted(schema), oid, dimensions, indexed)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers: "0.8.5" is (0, 8, 5)."""
    digits = (part for part in version.split(".") if part.isdigit())
    return tuple(int(part) for part in digits)


def definition(names: Names, vector: str, dimensions: int) -> list[Statement]:
    """The statements that make the table."""
    table, metric_free = names.table, f"{vector}({dimensions:d})"
    statements = [
        f"CREATE TABLE {table} (id text PRIMARY KEY, content text NOT NULL, "
        f"metadata jsonb NOT NULL DEFAULT '{{}}', embedding {metric_free} NOT NULL, "
        "provider text, model text, content_hash text NOT NULL, "
        "created_at timestamptz NOT NULL DEFAULT now())",
        f"COMMENT ON TABLE {table} IS '{LAYOUT}'",
    ]
    if dimensions <= MAX_PLAIN_DIMENSIONS:
        # A vector moved out of line makes an exact scan four times slower.
        statements.append(f"ALTER TABLE {table} ALTER COLUMN embedding SET STORAGE PLAIN")
    return [Statement(sql) for sql in statements]


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
