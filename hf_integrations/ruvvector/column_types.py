"""The types a vector is stored as: how each is packed, how wide it may be, and which one fits."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.wire import (
    Fields,
    Float32,
    bit_fields,
    bit_value,
    half_fields,
    half_value,
    single_fields,
    single_value,
)

LARGEST_HALF = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type of pgvector's, or PostgreSQL's own bits.

    Attributes:
        name: as SQL spells it, without its schema.
        bits: of one number, in a row.
        most: dimensions that a column takes.
        most_indexed: dimensions that an index over the column itself takes.
        most_plain: dimensions up to which a row is kept together on its page of 8,160 bytes.
        fields: packs n × d numbers as fields of PostgreSQL's binary format.
        numbers: from the binary format back to d numbers.
        pack: packs d numbers in binary format.
    """

    name: str
    bits: int
    most: int
    most_indexed: int
    most_plain: int
    fields: Callable[[Float32], Fields]
    numbers: Callable[[bytes], Float32]
    pack: Callable[[Float32], bytes]

    def bytes_for(self, dimensions: int) -> int:
        """Bytes of one stored vector."""
        return 8 + (dimensions * self.bits + 7) // 8


def _from_single(data: bytes) -> Float32:
    return np.frombuffer(data, ">f4", offset=4).astype(np.float32)


def _from_half(data: bytes) -> Float32:
    return np.frombuffer(data, ">f2", offset=4).astype(np.float32)


def _from_bits(data: bytes) -> Float32:
    (count,) = struct.unpack_from(">i", data)
    bits = np.unpackbits(np.frombuffer(data, np.uint8, offset=4), count=count)
    return bits.astype(np.float32)


# fmt: off
# Limits: pgvector's README, "Reference" and "HNSW".
TYPES = {
    row.name: row for row in (
        ColumnType("vector",  32, 16_000, 2_000,  1_900, single_fields, _from_single, single_value),
        ColumnType("halfvec", 16, 16_000, 4_000,  3_800, half_fields,   _from_half,   half_value),
        ColumnType("bit",      1, 64_000, 64_000, 60_000, bit_fields,   _from_bits,   bit_value),
    )
}
# fmt: on
VECTOR, HALFVEC, BIT = TYPES.values()
AUTO = "auto"


def check_type(asked: str, metric: Metric) -> None:
    """Refuse a type that is not known, or cannot be compared by the metric."""
    if asked not in (AUTO, *TYPES):
        raise ValidationError(f"type {asked!r} is not known; choose one of: auto, {known()}")
    if asked != AUTO and metric.of_bits != (asked == BIT.name):
        fitting = "hamming or jaccard" if asked == BIT.name else "cosine, inner_product, l2 or l1"
        raise ConfigurationError(
            f"type={asked!r} cannot be compared by metric={metric.name!r}; choose {fitting}"
        )


def type_for(asked: str, metric: Metric, dimensions: int) -> ColumnType:
    """What vectors of so many dimensions are stored as.

    "auto" takes the most exact type that an index can be built over: vector up to 2,000
    dimensions, halfvec up to 4,000, and above these vector again, with an index over its bits.
    """
    chosen = TYPES[asked] if asked != AUTO else _automatic(metric, dimensions)
    if dimensions > chosen.most:
        raise ValidationError(
            f"type {chosen.name} takes at most {chosen.most} dimensions, not {dimensions}"
        )
    return chosen


def known() -> str:
    """The names of the types, for messages."""
    return ", ".join(TYPES)


def vector_faults(vectors: Float32, column: ColumnType, metric: Metric) -> dict[int, str]:
    """Rows that are sound numbers and still cannot be stored as this type, by index."""
    if column is BIT:
        wrong = ((vectors != 0) & (vectors != 1)).any(axis=1)
        return _by_row(wrong, "it has numbers other than 0 and 1; for their signs give vectors > 0")
    if column is VECTOR:
        return {}
    large = (np.abs(vectors) > LARGEST_HALF).any(axis=1)
    faults = _by_row(large, f"it has numbers beyond ±{LARGEST_HALF:.0f}, the range of halfvec")
    if metric.needs_length:
        with np.errstate(over="ignore", under="ignore"):
            nothing = ~vectors.astype(np.float16).any(axis=1)
        faults |= _by_row(nothing & ~large, "it has length 0 in the precision of halfvec")
    return faults


def _by_row(wrong: npt.ArrayLike, sentence: str) -> dict[int, str]:
    return dict.fromkeys(np.flatnonzero(wrong).tolist(), sentence)


def _automatic(metric: Metric, dimensions: int) -> ColumnType:
    if metric.of_bits:
        return BIT
    return HALFVEC if VECTOR.most_indexed < dimensions <= HALFVEC.most_indexed else VECTOR
