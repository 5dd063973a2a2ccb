"""Rows on their way into the store: everything is checked here, before anything is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.arguments import listed
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.strict_json import (
    are_sound,
    canonical,
    encode,
    mapping_fault,
    text_fault,
)
from hf_integrations.ruvvector.wire import Float32

MAX_DIMENSIONS = 64_000  # of the widest type; each column type has its own limit
MAX_ID_BYTES = 2_000  # a B-tree takes some 2,700 bytes
TINY, HUGE = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)
MAX_ITEM_BYTES = 64 * 1024 * 1024
BATCH_ROWS = 1_000
BATCH_BYTES = 16 * 1024 * 1024


class OtherDimensions(ValidationError):
    """Vectors are not as long as those of the collection, as far as is known."""


@dataclass(frozen=True, slots=True)
class Documents:
    """n documents without their vectors, checked: what is stored beside each vector."""

    ids: list[str]
    texts: list[bytes]
    metadata: list[bytes]
    hashes: list[str]

    def only(self, rows: Sequence[int]) -> Documents:
        """Some of them, in the order given."""
        return Documents(
            [self.ids[row] for row in rows],
            [self.texts[row] for row in rows],
            [self.metadata[row] for row in rows],
            [self.hashes[row] for row in rows],
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """n rows with different ids, in the order of their ids, and n × d numbers."""

    documents: Documents
    vectors: Float32
    provider: str | None
    model: str | None

    def batches(self) -> Iterator[slice]:
        """Pieces of at most 1,000 rows, and of about 16 MiB at most where rows are large."""
        start, size, width = 0, 0, self.vectors.shape[1] * 4
        documents = self.documents
        for row, (text, metadata) in enumerate(
            zip(documents.texts, documents.metadata, strict=True)
        ):
            size += len(text) + len(metadata) + width
            if row + 1 - start == BATCH_ROWS or size >= BATCH_BYTES:
                yield slice(start, row + 1)
                start, size = row + 1, 0
        if start < len(documents.ids):
            yield slice(start, len(documents.ids))


def content_hash(text: str, metadata: Mapping[str, Any] | None = None, model: str = "") -> str:
    """64 hexadecimal digits that change when the text, the metadata or the model changes.

    SHA-256 over the JSON text of `[text, metadata, model]` with keys in order and no spaces, in
    UTF-8. It is stored with each row; compare it with `store.hashes(ids)` to skip what is
    unchanged.
    """
    return sha256(canonical(text, dict(metadata or {}), model)).hexdigest()


def documents_of(
    texts: Sequence[str],
    metadata: Sequence[Mapping[str, Any] | None] | None,
    ids: Sequence[str | None] | None,
    model: str | None,
) -> Documents:
    """Check texts, metadata and ids, and encode them.

    Raises:
        ValidationError: lengths differ, or an item cannot be stored; the item is named by its
            index, and all items at fault are in `failed`.
    """
    texts = listed("texts", texts)
    dicts = _paired("metadata", metadata, len(texts))
    names = _paired("ids", ids, len(texts))
    refuse(document_faults(texts, dicts, names), len(texts))
    return Documents(
        [str(uuid.uuid4()) if name is None else name for name in names],
        [text.encode() for text in texts],
        [_encoded(row, item) for row, item in enumerate(dicts)],
        [content_hash(*pair, model or "") for pair in zip(texts, dicts, strict=True)],
    )


def document_faults(
    texts: Sequence[Any], metadata: Sequence[Any], ids: Sequence[Any]
) -> dict[int, str]:
    """What is wrong with n texts, dicts and ids, by index; each sentence begins with "its"."""
    names = [name for name in ids if name is not None]
    strings_are_sound = (
        "" not in names
        and are_sound(names, MAX_ID_BYTES // 4)
        and are_sound(texts, MAX_ITEM_BYTES // 4)
    )
    return {
        row: fault
        for row, (text, fields, name) in enumerate(zip(texts, metadata, ids, strict=True))
        if (fault := None if strings_are_sound else _string_fault(text, name))
        or (fault := _metadata_fault(fields))
    }


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


def id_list(ids: Any) -> list[str]:
    """Ids to look for, checked."""
    names = listed("ids", ids)
    for row, name in enumerate(names):
        if fault := _id_fault(name):
            raise ValidationError(f"ids: item {row} {fault}")
    return names


def _paired(name: str, values: Sequence[Any] | None, count: int) -> Sequence[Any]:
    if values is None:
        return [None] * count
    items = listed(name, values, "list, one per text")
    if len(items) != count:
        raise ValidationError(f"{name} has {len(items)} items for {count} texts; give one each")
    return items


def _string_fault(text: Any, name: Any) -> str | None:
    if fault := _text_fault(text):
        return f"its text {fault}"
    if name is not None and (fault := _id_fault(name)):
        return f"its id {fault}"
    return None


def _metadata_fault(metadata: Any) -> str | None:
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        return f"its metadata is a {type(metadata).__name__}; give a dict"
    fault = mapping_fault(metadata)
    return fault and f"its metadata {fault}"


def _text_fault(text: Any) -> str | None:
    if not isinstance(text, str):
        return f"is a {type(text).__name__}; give a string"
    if len(text) > MAX_ITEM_BYTES // 4 and len(text.encode(errors="replace")) > MAX_ITEM_BYTES:
        return f"has more than {MAX_ITEM_BYTES} bytes; split it"
    return text_fault(text)


def _id_fault(name: Any) -> str | None:
    if not isinstance(name, str):
        return f"is a {type(name).__name__}; give a string"
    if not name:
        return "is empty; give a name, or None to have one made"
    if fault := text_fault(name):
        return fault
    if len(name) > MAX_ID_BYTES // 4 and len(name.encode()) > MAX_ID_BYTES:
        return f"has more than {MAX_ID_BYTES} bytes; shorten it"
    return None


def _encoded(row: int, metadata: Mapping[str, Any] | None) -> bytes:
    if not metadata:
        return b"{}"
    data = encode(dict(metadata), f"metadata of row {row}")
    if len(data) > MAX_ITEM_BYTES:
        raise ValidationError(f"metadata of row {row} has more than {MAX_ITEM_BYTES} bytes")
    return data


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
    bad = ~np.isfinite(array).all(axis=1)
    faults = dict.fromkeys(
        np.flatnonzero(bad).tolist(), "it is not finite in float32 (NaN, infinite, > 3e38)"
    )
    if metric.needs_length:
        # pgvector adds up squares in float32: beyond its range a distance would be NaN.
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.einsum("ij,ij->i", array, array)
        odd = ~bad & ((squares < np.finfo(np.float32).tiny) | ~np.isfinite(squares))
        sentence = "it has length 0 (or beyond float32), and so no direction to compare"
        faults |= dict.fromkeys(np.flatnonzero(odd).tolist(), sentence)
    return faults


def refuse(faults: dict[int, str], count: int) -> None:
    """Raise for items at fault, by index, if there are any."""
    if not faults:
        return
    row = min(faults)
    more = f" ({len(faults)} of {count} items are at fault)" if len(faults) > 1 else ""
    error = ValidationError(f"item {row}: {faults[row]}{more}; nothing was stored")
    error.failed = faults
    raise error
