"""Keys and values in PostgreSQL: bytes by name, with a label and the time of the last change.

One table holds many namespaces. It needs no pgvector, and knows no framework: their key-value
stores, caches and record managers are thin covers over it.
"""
# ruff: noqa: S608 - names are quoted by `tables.py`, and everything else is a bound parameter

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, Self, TypeVar

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.methods import AsyncPool, Awaited, Plain, Pool, Store, method, series
from hf_integrations.ruvvector.tables import (
    MAX_KEY_BYTES,
    Place,
    changed,
    check_text,
    removed,
    rows_of,
)
from hf_integrations.ruvvector.work import Operation, Statement, Work, fetch

AnyPool = TypeVar("AnyPool")  # the kind of pool
BATCH = 1_000  # rows in one statement
_COLUMNS = (
    'namespace text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value bytea NOT NULL, '
    "label text, changed_at double precision NOT NULL, PRIMARY KEY (namespace, key)"
)
_NOW = "extract(epoch FROM clock_timestamp())::double precision"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key and what is stored under it.

    Attributes:
        value: empty where values were not asked for.
        label: a word that entries of one kind or source share.
        changed_at: seconds since 1970 by the server's clock.
    """

    key: str
    value: bytes
    label: str | None
    changed_at: float


def get(place: Place, keys: Iterable[str]) -> Operation[list[bytes | None]]:
    """The values of n keys, in their order; None where there is none."""
    names = key_list(keys)
    rows = yield from rows_of(
        Statement(
            f"SELECT key, value FROM {place.table} "
            "WHERE namespace = $1::text AND key = ANY($2::text[])",
            (place.namespace, names),
        )
    )
    found = {key: bytes(value) for key, value in rows}
    return [found.get(key) for key in names]


def has(place: Place, keys: Iterable[str]) -> Operation[list[bool]]:
    """Whether there is anything under each of n keys, in their order."""
    names = key_list(keys)
    rows = yield from rows_of(
        Statement(
            f"SELECT key FROM {place.table} WHERE namespace = $1::text AND key = ANY($2::text[])",
            (place.namespace, names),
        )
    )
    found = {key for (key,) in rows}
    return [key in found for key in names]


def put(
    place: Place, values: Mapping[str, bytes], *, labels: Mapping[str, str | None] | None = None
) -> Operation[None]:
    """Store values under their keys, all or none; what is there is replaced."""
    names = key_list(values)
    for key, value in values.items():
        if not isinstance(value, bytes):
            raise ValidationError(f"the value of {key!r:.60} is no bytes; encode it first")
    if names:
        yield from changed(place, partial(_put, place, names, values, labels or {}))


def delete(place: Place, keys: Iterable[str]) -> Operation[int]:
    """Delete keys; returns how many were there."""
    sql = f"DELETE FROM {place.table} WHERE namespace = $1::text AND key = ANY($2::text[])"
    return (yield from removed([Statement(sql, (place.namespace, key_list(keys)))]))


def clear(place: Place) -> Operation[int]:
    """Delete everything in the namespace; returns how many keys there were."""
    sql = f"DELETE FROM {place.table} WHERE namespace = $1::text"
    return (yield from removed([Statement(sql, (place.namespace,))]))


def count(place: Place) -> Operation[int]:
    """How many keys the namespace has."""
    sql = f"SELECT count(*) FROM {place.table} WHERE namespace = $1::text"
    rows = yield from rows_of(Statement(sql, (place.namespace,)))
    return rows[0][0] if rows else 0


def now(_: Place) -> Operation[float]:
    """The server's clock, in seconds since 1970; the one by which changes are dated."""
    rows = yield from fetch(Statement(f"SELECT {_NOW}"))
    return float(rows[0][0])


class Pages:
    """One pass over a namespace, batch by batch, in the order of keys."""

    def __init__(self, place: Place, wanted: Mapping[str, Any], size: int, values: bool) -> None:
        self._place = place
        self._wanted = wanted
        self._size = size
        self._values = values
        self._after: str | None = None
        self._ended = False

    def next_item(self) -> Operation[list[Entry] | None]:
        """The entries after those before; None when there are no more."""
        if self._ended:
            return None
        page = _page(self._place, self._wanted, self._after, self._size, self._values)
        entries = [
            Entry(key, bytes(value), label, at)
            for key, value, label, at in (yield from rows_of(page))
        ]
        self._ended = len(entries) < self._size
        if not entries:
            return None
        self._after = entries[-1].key
        return entries


def scan(
    place: Place,
    *,
    prefix: str = "",
    labels: Sequence[str | None] | None = None,
    before: float | None = None,
    after: float | None = None,
    batch_size: int = BATCH,
    include_values: bool = True,
) -> Pages:
    """Entries in batches, in the order of their keys; nothing is held between two batches.

    Args:
        prefix: what the keys begin with.
        labels: only entries with one of these; None stands for those without.
        before: only entries changed before this time, in seconds since 1970.
        after: only entries changed after this time.
        batch_size: the most entries in a batch.
        include_values: whether the values are read too.
    """
    if prefix:
        check_text("prefix", prefix, MAX_KEY_BYTES)
    wanted = {"prefix": prefix, "labels": labels, "before": before, "after": after}
    return Pages(place, wanted, batch_size, include_values)


def key_list(keys: Iterable[str]) -> list[str]:
    """Keys, checked."""
    if isinstance(keys, str):
        raise ValidationError("keys is a string; give a list of strings")
    return [check_text(f"keys[{row}]", key, MAX_KEY_BYTES) for row, key in enumerate(keys)]


def _put(
    place: Place,
    names: Sequence[str],
    values: Mapping[str, bytes],
    labels: Mapping[str, str | None],
) -> Work[None]:
    names = sorted(names)  # in one order through all batches, so that writers never deadlock
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        yield Statement(
            f"INSERT INTO {place.table} AS old (namespace, key, value, label, changed_at) "
            f"SELECT $1::text, new.*, {_NOW} "
            "FROM unnest($2::text[], $3::bytea[], $4::text[]) AS new "
            "ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, "
            "label = excluded.label, changed_at = excluded.changed_at",
            (
                place.namespace,
                some,
                [values[key] for key in some],
                [labels.get(key) for key in some],
            ),
        )


def _page(
    place: Place, wanted: Mapping[str, Any], after: str | None, size: int, values: bool
) -> Statement:
    params: list[Any] = [place.namespace]

    def bound(value: Any, kind: str) -> str:
        params.append(value)
        return f"${len(params)}::{kind}"

    where = ["namespace = $1::text"]
    if after is not None:
        where.append(f"key > {bound(after, 'text')}")
    if wanted["prefix"]:
        where.append(f"starts_with(key, {bound(wanted['prefix'], 'text')})")
    if wanted["before"] is not None:
        where.append(f"changed_at < {bound(wanted['before'], 'double precision')}")
    if wanted["after"] is not None:
        where.append(f"changed_at > {bound(wanted['after'], 'double precision')}")
    if (labels := wanted["labels"]) is not None:
        known = [label for label in labels if label is not None]
        unlabelled = " OR label IS NULL" if len(known) < len(labels) else ""
        where.append(f"(label = ANY({bound(known, 'text[]')}){unlabelled})")
    value = "value" if values else "''::bytea"
    return Statement(
        f"SELECT key, {value}, label, changed_at FROM {place.table} "
        f"WHERE {' AND '.join(where)} ORDER BY key LIMIT {size:d}",
        tuple(params),
        fresh=True,
    )


class _Keyed(Store, Generic[AnyPool]):
    """What both stores can do; each method is documented where it is written."""

    _state: Place

    def __init__(
        self,
        dsn: str | None = None,
        name: str = "keys",
        *,
        namespace: str = "",
        pool: AnyPool | None = None,
        schema: str = "public",
        connect_timeout: float = 10.0,
        pool_size: int = 8,
        prepared_statements: bool | None = None,
    ) -> None:
        self._state = Place(schema, "ruvkeyed", name, _COLUMNS, namespace)
        self._connect(
            dsn, pool, connect_timeout=connect_timeout, pool_size=pool_size,
            prepared_statements=prepared_statements,
        )  # fmt: skip

    get = method(get)
    has = method(has)
    put = method(put)
    delete = method(delete)
    clear = method(clear)
    count = method(count)
    now = method(now)
    scan = series(scan)

    def within(self, namespace: str) -> Self:
        """The same table under another namespace; it shares connections and is closed with this."""
        view = self._beside()
        view._state = replace(self._state, namespace=namespace)
        return view

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._state.name!r} in schema {self._state.schema!r}>"


class KeyedStore(_Keyed[Pool], Plain):
    """Bytes by key in PostgreSQL; needs no pgvector.

    Nothing is done until the first call. The table `ruvkeyed_<name>` is made by the first write;
    before it there is nothing to read.

    >>> with KeyedStore(name="example") as keyed:
    ...     keyed.put({"a": b"1", "b": b"2"})
    ...     keyed.get(["a", "z"])
    [b'1', None]

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        name: the table's name after the prefix, at most 43 bytes.
        namespace: whose keys this store sees and changes, at most 500 bytes.
        pool: a `psycopg_pool.ConnectionPool` of the caller's, used and never closed.
        schema: where the table lives; made when it is not there.
        connect_timeout, pool_size, prepared_statements: as for `RuvVectorStore`.

    Raises:
        ConfigurationError, ValidationError: the settings cannot work.
    """


class AsyncKeyedStore(_Keyed[AsyncPool], Awaited):
    """`KeyedStore` for asyncio: the same arguments and methods, each to be awaited."""
