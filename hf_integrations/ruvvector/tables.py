"""Small tables beside the collections: made by the first write, and nothing to read until then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.state import StaleCollection
from hf_integrations.ruvvector.strict_json import text_fault
from hf_integrations.ruvvector.table import quoted
from hf_integrations.ruvvector.work import Operation, Statement, Work, fetch, write

T = TypeVar("T")
MAX_NAME_BYTES = 43
MAX_KEY_BYTES = 2_000  # with a namespace it fits the 2,700 of a B-tree
MAX_NAMESPACE_BYTES = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a small table is, and the namespace within it.

    Attributes:
        kind: what the table's name begins with.
        columns: the definition of its columns and keys.
    """

    schema: str
    kind: str
    name: str
    columns: str
    namespace: str = ""

    def __post_init__(self) -> None:
        check_text("schema", self.schema, 63)
        check_text("name", self.name, MAX_NAME_BYTES)
        check_text("namespace", self.namespace, MAX_NAMESPACE_BYTES, empty=True)

    @property
    def table(self) -> str:
        """The table, quoted for SQL."""
        return f"{quoted(self.schema)}.{quoted(f'{self.kind}_{self.name}')}"


def rows_of(statement: Statement) -> Operation[list[tuple[Any, ...]]]:
    """The rows of a statement that only reads; none while the table is not there."""
    try:
        return (yield from fetch(statement))
    except StaleCollection:
        return []


def changed(place: Place, work: Callable[[], Work[T]]) -> Operation[T]:
    """Run a work that writes, in one transaction, making the table first where it is missing."""
    try:
        return (yield from write(work))
    except StaleCollection:
        yield from write(partial(_make, place))
        return (yield from write(work))


def removed(statements: Sequence[Statement]) -> Operation[int]:
    """How many rows some statements deleted, in one transaction; 0 while there is no table."""
    try:
        return (yield from write(partial(_all, statements)))
    except StaleCollection:
        return 0


def check_text(argument: str, value: Any, most: int, *, empty: bool = False) -> str:
    """A name or key that PostgreSQL can store and find again.

    Raises:
        ValidationError: it cannot.
    """
    if not isinstance(value, str) or not (value or empty):
        raise ValidationError(f"{argument} is a {type(value).__name__} or empty; give a string")
    if fault := text_fault(value):
        raise ValidationError(f"{argument} {fault}")
    if len(value.encode()) > most:
        raise ValidationError(f"{argument} is longer than {most} bytes; shorten it")
    return value


def _all(statements: Sequence[Statement]) -> Work[int]:
    count = 0
    for statement in statements:
        count += (yield statement).count
    return count


def _make(place: Place) -> Work[None]:
    """Make schema and table where they are missing, one process at a time."""
    yield sql.lock()
    there = yield Statement("SELECT 1 FROM pg_namespace WHERE nspname = $1::text", (place.schema,))
    if not there.rows:
        yield Statement(f"CREATE SCHEMA {quoted(place.schema)}")
    found = yield Statement(
        "SELECT obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = $1::text AND c.relname = $2::text",
        (place.schema, f"{place.kind}_{place.name}"),
    )
    if found.rows and not str(found.rows[0][0] or "").startswith(place.kind):
        raise StoreError(
            f"table {place.table} is there and was not made by this store.",
            hint="Choose another name or schema.",
        )
    if not found.rows:
        yield Statement(f"CREATE TABLE {place.table} ({place.columns})")
        yield Statement(f"COMMENT ON TABLE {place.table} IS '{place.kind} 1'")
