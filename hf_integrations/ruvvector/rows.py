"""Rows on their way into the store: everything is checked here, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.documents import Documents, refuse
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.wire import Float32

MAX_DIMENSIONS = 64_000  # of the widest type; each column type has its own limit
TINY, HUGE = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)
BATCH_ROWS = 250  # of one statement, which the server works on while the next is made
BATCH_BYTES = 16 * 1024 * 1024


class OtherDimensions(ValidationError):
    """Vectors are not as long as those of the collection, as far as is known."""


@dataclass(frozen=True, slots=True)
class Rows:
    """n rows with different ids, in the order of their ids, and n × d numbers."""

    documents: Documents
    vectors: Float32
    provider: str | None
    model: str | None

    def batches(self) -> Iterator[slice]:
        """Pieces of at most 250 rows, and of about 16 MiB at most where rows are large."""
        count, width = self.vectors.shape
        for start in range(0, count, BATCH_ROWS):
            end = min(start + BATCH_ROWS, count)
            size = self.documents.size(slice(start, end)) + (end - start) * width * 4
            if size <= BATCH_BYTES:
                yield slice(start, end)
            else:
                yield from self._smaller(start, end)

    def _smaller(self, start: int, end: int) -> Iterator[slice]:
        size = 0
        for row in range(start, end):
            size += self.documents.size(slice(row, row + 1)) + self.vectors.shape[1] * 4
            if size >= BATCH_BYTES:
                yield slice(start, row + 1)
                start, size = row + 1, 0
        if start < end:
            yield slice(start, end)


def vector_faults(array: Float32, metric: Metric) -> dict[int, str]:
    """What is wrong with n × d numbers, by index."""
    return {row: f"its vector: {fault}" for row, fault in _vector_faults(array, metric).items()}


def rows_of(
    documents: Documents,
    vectors: Float32,
    *,
    provider: str | None,
    model: str | None,
) -> Rows:
    """Join documents and vectors; of equal ids the last wins.

    Rows are put in the order of their ids, so that writers of the same ids never wait for each
    other in a circle.
    """
    last = {name: row for row, name in enumerate(documents.ids)}
    order = [last[name] for name in sorted(last)]
    if order == list(range(len(documents.ids))):
        return Rows(documents, vectors, provider, model)
    return Rows(documents.only(order), vectors[order], provider, model)


def matrix(vectors: Any, count: int, metric: Metric, *, source: str = "vectors") -> Float32:
    """Vectors as float32, n × d, checked.

    Raises:
        ValidationError: wrong shape, numbers that are not finite in float32, or of length zero
            where the metric needs one.
    """
    array = _float32(vectors, source)
    if array.ndim != 2 and count:
        raise ValidationError(f"{source} has {array.ndim} axes; give {count} rows of d numbers")
    if len(array) != count:
        raise ValidationError(f"{source} has {len(array)} rows for {count} texts; give one each")
    if count == 0:
        return np.zeros((0, 1), np.float32)
    _check_shape(array, source)
    refuse(vector_faults(array, metric), count)
    return array


def query_vector(vector: Any, metric: Metric) -> Float32:
    """One vector to search for, as float32, checked like the stored ones."""
    array = _float32(vector, "vector")
    if array.ndim != 1:
        raise ValidationError(f"vector has {array.ndim} axes; give one row of d numbers")
    _check_shape(array, "vector")
    wide = array.astype(np.float64)  # in which no square is too large
    square = float(wide @ wide)
    if TINY < square < HUGE:  # finite and of some length: nothing else to look for
        return array
    if faults := _vector_faults(array[np.newaxis], metric):
        raise ValidationError(f"vector cannot be searched for: {faults[0]}")
    return array


def query_matrix(vectors: Any, metric: Metric, source: str = "vectors") -> Float32:
    """Vectors to search for, as float32, n × d, checked like the stored ones."""
    array = _float32(vectors, source)
    if not array.size:
        return np.zeros((0, 1), np.float32)
    if array.ndim != 2:
        raise ValidationError(f"{source} has {array.ndim} axes; give n rows of d numbers")
    _check_shape(array, source)
    if faults := _vector_faults(array, metric):
        row = min(faults)
        raise ValidationError(f"{source}: row {row} cannot be searched for: {faults[row]}")
    return array


def check_dimensions(given: int, wanted: int | None, what: str = "vectors") -> None:
    """Refuse vectors that are not as long as those of the collection."""
    if wanted is not None and given != wanted:
        raise OtherDimensions(
            f"{what} has {given} dimensions and the collection {wanted}; "
            "use the model that filled it, or another collection"
        )


def _float32(vectors: Any, source: str) -> Float32:
    if type(vectors) is np.ndarray and vectors.dtype == np.float32 and vectors.flags.c_contiguous:
        return vectors
    try:
        with np.errstate(over="ignore"):  # too large becomes infinite, and that is named below
            given = np.asarray(vectors)
            if given.dtype.kind not in "biufO":  # no complex numbers, texts or dates
                raise TypeError(given.dtype.kind)
            array: Float32 = np.ascontiguousarray(given, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValidationError(
            f"{source} is not a table of numbers; rows of one length are needed"
        ) from error
    return array


def _check_shape(array: Float32, source: str) -> None:
    if not 1 <= array.shape[-1] <= MAX_DIMENSIONS:
        raise ValidationError(
            f"{source} has {array.shape[-1]} dimensions; pgvector takes 1 to {MAX_DIMENSIONS}"
        )


def _vector_faults(array: Float32, metric: Metric) -> dict[int, str]:
    # pgvector adds up squares in float32: beyond its range a distance would be NaN.
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.einsum("ij,ij->i", array, array)
    sound = np.isfinite(squares)  # of finite numbers, then
    if metric.needs_length:
        sound &= squares >= TINY
    return {} if sound.all() else _named_faults(array, ~sound, metric)


def _named_faults(array: Float32, odd: npt.NDArray[np.bool_], metric: Metric) -> dict[int, str]:
    """What is wrong with those that are odd, if anything is."""
    bad = ~np.isfinite(array).all(axis=1)
    faults = dict.fromkeys(
        np.flatnonzero(bad).tolist(), "it is not finite in float32 (NaN, infinite, > 3e38)"
    )
    if metric.needs_length:
        sentence = "it has length 0 (or beyond float32), and so no direction to compare"
        faults |= dict.fromkeys(np.flatnonzero(odd & ~bad).tolist(), sentence)
    return faults
