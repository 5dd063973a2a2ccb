"""PostgreSQL's binary formats, packed by numpy and joined in one go.

Sources: PostgreSQL's array_recv and COPY binary format (https://www.postgresql.org/docs/current/sql-copy.html);
pgvector's vector_recv and halfvec_recv (src/vector.c, src/halfvec.c): int16 dimensions, int16
zero, then float32 or float16; PostgreSQL's bit_recv: int32 bits, then the bytes. All big-endian.
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
_number_header = struct.Struct(">hh").pack
_NULL = struct.pack(">i", -1)

Float32 = npt.NDArray[np.float32]
Fields = npt.NDArray[np.void]  # n values, each with its length before it


def pack_array(oid: int, items: Sequence[bytes]) -> bytes:
    """A one-dimensional array of elements that are already in binary format."""
    return _array_header(oid, len(items)) + b"".join(_fields(items))


def text_array(texts: Iterable[str]) -> bytes:
    """A text[]."""
    return pack_array(TEXT_OID, [text.encode() for text in texts])


def json_array(texts: Iterable[bytes]) -> bytes:
    """A jsonb[] from JSON texts in UTF-8."""
    return pack_array(JSONB_OID, [jsonb(text) for text in texts])


def field_array(oid: int, fields: Fields) -> bytes:
    """An array of packed fields; `oid` is their type's number in this database."""
    return b"".join((_array_header(oid, len(fields)), fields.data))


def jsonb(text: bytes) -> bytes:
    """A jsonb from JSON text in UTF-8."""
    return _JSONB_VERSION + text


def copy_rows(columns: Sequence[Sequence[bytes | None]], vectors: Fields) -> bytes:
    """COPY's rows: the given columns in order, then the packed vector as the last one."""
    count = struct.pack(">h", len(columns) + 1)
    packed, size = vectors.tobytes(), vectors.itemsize
    pieces = (packed[start : start + size] for start in range(0, len(packed), size))
    fields = [_whole_fields(column) for column in columns]
    return b"".join(chain.from_iterable(zip([count] * len(vectors), *fields, pieces, strict=True)))


def single_fields(vectors: Float32) -> Fields:
    """Numbers, n × d, as fields of type vector."""
    return _number_fields(vectors, ">f4")


def half_fields(vectors: Float32) -> Fields:
    """Numbers, n × d, as fields of type halfvec."""
    return _number_fields(vectors, ">f2")


def bit_fields(vectors: Float32) -> Fields:
    """Numbers, n × d, as fields of type bit: 1 where a number is above 0."""
    packed = np.packbits(vectors > 0, axis=1)
    count, width = packed.shape
    fields = np.zeros(count, [("size", ">i4"), ("bits", ">i4"), ("x", "u1", (width,))])
    fields["size"] = 4 + width
    fields["bits"] = vectors.shape[1]
    fields["x"] = packed
    return fields


def single_value(vector: Float32) -> bytes:
    """One vector of d numbers, as a vector."""
    return _number_header(len(vector), 0) + vector.astype(">f4").tobytes()


def half_value(vector: Float32) -> bytes:
    """One vector of d numbers, as a halfvec."""
    return _number_header(len(vector), 0) + vector.astype(">f2").tobytes()


def bit_value(vector: Float32) -> bytes:
    """One vector of d numbers, as bits: 1 where a number is above 0."""
    return _length(len(vector)) + np.packbits(vector > 0).tobytes()


def _array_header(oid: int, count: int) -> bytes:
    if count == 0:
        return struct.pack(">iiI", 0, 0, oid)
    return struct.pack(">iiIii", 1, 0, oid, count, 1)


def _fields(items: Sequence[bytes]) -> Iterator[bytes]:
    return chain.from_iterable(zip(map(_length, map(len, items)), items, strict=True))


def _whole_fields(items: Sequence[bytes | None]) -> list[bytes]:
    return [_NULL if item is None else _length(len(item)) + item for item in items]


def _number_fields(vectors: Float32, number: str) -> Fields:
    count, dimensions = vectors.shape
    layout = np.dtype(
        [("size", ">i4"), ("d", ">i2"), ("zero", ">i2"), ("x", number, (dimensions,))]
    )
    fields = np.zeros(count, layout)
    fields["size"] = layout.itemsize - 4
    fields["d"] = dimensions
    fields["x"] = vectors
    return fields
