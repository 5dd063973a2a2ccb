"""PostgreSQL's binary formats, packed by numpy and joined in one go.

Sources: PostgreSQL's array_recv and COPY binary format (https://www.postgresql.org/docs/current/sql-copy.html),
pgvector's vector_recv (src/vector.c): int16 dimensions, int16 zero, then float32, all big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

TEXT_OID = 25
JSONB_OID = 3802
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
COPY_TRAILER = struct.pack(">h", -1)
_JSONB_VERSION = b"\x01"
_length = struct.Struct(">i").pack
_NULL = struct.pack(">i", -1)

Float32 = npt.NDArray[np.float32]


def pack_vector(vector: Float32) -> bytes:
    """One vector in pgvector's binary format."""
    return struct.pack(">hh", len(vector), 0) + vector.astype(">f4").tobytes()


def unpack_vector(data: bytes) -> Float32:
    """The vector that pgvector's binary format holds."""
    return np.frombuffer(data, ">f4", offset=4).astype(np.float32)


def pack_array(oid: int, items: Sequence[bytes]) -> bytes:
    """A one-dimensional array of elements that are already in binary format."""
    return _array_header(oid, len(items)) + b"".join(_fields(items))


def text_array(texts: Iterable[str]) -> bytes:
    """A text[]."""
    return pack_array(TEXT_OID, [text.encode() for text in texts])


def json_array(texts: Iterable[bytes]) -> bytes:
    """A jsonb[] from JSON texts in UTF-8."""
    return pack_array(JSONB_OID, [jsonb(text) for text in texts])


def vector_array(oid: int, vectors: Float32) -> bytes:
    """A vector[] from n × d numbers; `oid` is the vector type's number in this database."""
    return _array_header(oid, len(vectors)) + _vector_fields(vectors).tobytes()


def jsonb(text: bytes) -> bytes:
    """A jsonb from JSON text in UTF-8."""
    return _JSONB_VERSION + text


def copy_rows(columns: Sequence[Sequence[bytes | None]], vectors: Float32) -> bytes:
    """COPY's rows: the given columns in order, then the vector as the last one."""
    count = struct.pack(">h", len(columns) + 1)
    packed = _vector_fields(vectors).tobytes()
    size = len(packed) // len(vectors)
    pieces = (packed[start : start + size] for start in range(0, len(packed), size))
    fields = [_whole_fields(column) for column in columns]
    return b"".join(chain.from_iterable(zip([count] * len(vectors), *fields, pieces, strict=True)))


def _array_header(oid: int, count: int) -> bytes:
    if count == 0:
        return struct.pack(">iiI", 0, 0, oid)
    return struct.pack(">iiIii", 1, 0, oid, count, 1)


def _fields(items: Sequence[bytes]) -> Iterator[bytes]:
    for item in items:
        yield _length(len(item))
        yield item


def _whole_fields(items: Sequence[bytes | None]) -> list[bytes]:
    return [_NULL if item is None else _length(len(item)) + item for item in items]


def _vector_fields(vectors: Float32) -> npt.NDArray[np.void]:
    """Each vector with its length before it, as an array's element and a COPY's field have it."""
    count, dimensions = vectors.shape
    layout = np.dtype([("size", ">i4"), ("d", ">i2"), ("zero", ">i2"), ("x", ">f4", (dimensions,))])
    fields = np.zeros(count, layout)
    fields["size"] = 4 + 4 * dimensions
    fields["d"] = dimensions
    fields["x"] = vectors
    return fields
