"""Reading a whole collection in batches, as numpy, Arrow or pandas.

Batches follow each other in the order of ids, each found by the last id of the one before. So no
connection, transaction or cursor is held while the caller works on a batch, a lost connection
costs nothing, and a scan can be taken up again after the last id that was seen. A row that is
there all the time comes exactly once; one that is added or deleted meanwhile may come or not.
"""
# ruff: noqa: A002 - `filter` is the name callers know it by
# ruff: noqa: S608 - names are quoted by `table.py`, and everything else is a bound parameter

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from hf_integrations.ruvvector.conditions import Parameters
from hf_integrations.ruvvector.documents import id_list
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.rows import check_dimensions
from hf_integrations.ruvvector.searching import check_count
from hf_integrations.ruvvector.shown import imported
from hf_integrations.ruvvector.sql import Collection, where_sql
from hf_integrations.ruvvector.state import State, with_collection
from hf_integrations.ruvvector.strict_json import dumps
from hf_integrations.ruvvector.wire import Float32
from hf_integrations.ruvvector.work import Operation, Statement, fetch

COLUMNS = "id, content, metadata, provider, model, content_hash, created_at"


@dataclass(frozen=True, slots=True)
class Batch:
    """n rows, column by column.

    Attributes:
        vectors: n × d float32; None where they were not asked for.
    """

    ids: list[str]
    texts: list[str]
    metadata: list[dict[str, Any]]
    providers: list[str | None]
    models: list[str | None]
    content_hashes: list[str]
    created_at: list[datetime]
    vectors: Float32 | None

    def __len__(self) -> int:
        """How many rows."""
        return len(self.ids)

    def to_arrow(self) -> Any:
        """An Arrow record batch: metadata as JSON text, vectors as fixed-size lists.

        Raises:
            ConfigurationError: pyarrow is not installed.
        """
        arrow = imported("pyarrow")
        columns = self._columns()
        columns["metadata"] = [dumps(item, "metadata") for item in self.metadata]
        if self.vectors is not None:
            flat = arrow.array(self.vectors.reshape(-1))
            columns["vector"] = arrow.FixedSizeListArray.from_arrays(flat, self.vectors.shape[1])
        kinds = dict.fromkeys(columns, arrow.string())
        kinds["created_at"] = arrow.timestamp("us", tz="UTC")
        arrays = [
            values if name == "vector" else arrow.array(values, type=kinds[name])
            for name, values in columns.items()
        ]
        return arrow.RecordBatch.from_arrays(arrays, names=list(columns))

    def to_pandas(self) -> Any:
        """A data frame with the id as index: metadata as dicts, each vector as an array.

        Raises:
            ConfigurationError: pandas is not installed.
        """
        frame = imported("pandas")
        columns = self._columns()
        if self.vectors is not None:
            columns["vector"] = list(self.vectors)
        return frame.DataFrame(columns).set_index("id")

    def _columns(self) -> dict[str, Any]:
        return {
            "id": self.ids,
            "text": self.texts,
            "metadata": self.metadata,
            "provider": self.providers,
            "model": self.models,
            "content_hash": self.content_hashes,
            "created_at": self.created_at,
        }


class Pages:
    """One pass over a collection, batch by batch."""

    def __init__(
        self, state: State, batch_size: int, filter_: Filter, after: str | None, vectors: bool
    ) -> None:
        self._state = state
        self._size = batch_size
        self._filter = filter_
        self._after = after
        self._vectors = vectors
        self._ended = False

    def next_item(self) -> Operation[Batch | None]:
        """The rows after those before; None when there are no more."""
        if self._ended:
            return None
        batch = yield from with_collection(self._state, self._read, None)
        self._ended = batch is None or len(batch) < self._size
        if batch is None or not len(batch):
            return None
        self._after = batch.ids[-1]
        return batch

    def _read(self, collection: Collection) -> Operation[Batch | None]:
        rows = yield from fetch(
            page(collection, self._filter, self._after, self._size, self._vectors)
        )
        return _batch(collection, rows, self._vectors)


def scan(
    state: State,
    batch_size: int = 1_000,
    *,
    filter: FilterLike = None,
    after: str | None = None,
    include_vectors: bool = True,
) -> Pages:
    """All rows, or those that pass a filter, in batches and in the order of their ids.

    Iterate over it: `for batch in store.scan():`, with AsyncRuvVectorStore `async for`. Nothing is
    held on the server between two batches. `batch.vectors` is n × d float32; `batch.to_arrow()`
    and `batch.to_pandas()` need pyarrow and pandas.

    Args:
        batch_size: rows in a batch, at most 100,000.
        filter: a dict in the Mongo manner, or a `Filter`.
        after: an id to go on after, such as the last one of an interrupted scan.
        include_vectors: whether batches bring vectors.
    """
    check_count("batch_size", batch_size)
    if after is not None:
        id_list([after])
    return Pages(state, batch_size, Filter.of(filter), after, include_vectors)


def page(
    collection: Collection, filter_: Filter, after: str | None, size: int, vectors: bool
) -> Statement:
    """The first rows after an id."""
    names = collection.names
    params = Parameters()
    where = where_sql(names, None, filter_, params)
    if after is not None:
        where += f" AND id > {params.add(after, 'text')}"
    vector = collection.facts.sent() if vectors else "NULL"
    return Statement(
        f"SELECT {COLUMNS}, {vector} FROM {names.table} WHERE {where} ORDER BY id LIMIT {size:d}",
        params.values(),
        fresh=filter_.size() > 0,
    )


def _batch(collection: Collection, rows: list[tuple[Any, ...]], vectors: bool) -> Batch:
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] or [[]] * 8
    packed = columns.pop()
    array = None
    if vectors:
        array = np.zeros((len(rows), collection.facts.dimensions), np.float32)
        for place, data in enumerate(packed):
            numbers = collection.facts.type.numbers(data)
            check_dimensions(len(numbers), array.shape[1])
            array[place] = numbers
    columns.append(array)
    return Batch(*columns)
