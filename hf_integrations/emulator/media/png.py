"""PNG by hand: written with zlib, and read as far as the emulator needs to look at pictures.

Source: the PNG specification of the W3C, second edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 2**20  # pixels that are decoded by hand, in Python; beyond, it would take seconds

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of the five kinds of colour
_SUB, _UP, _AVERAGE, _PAETH = 1, 2, 3, 4
_BROKEN = (zlib.error, struct.error, ValueError, IndexError, KeyError)


@dataclass(frozen=True, slots=True)
class Header:
    """What comes first in a PNG."""

    width: int
    height: int
    depth: int
    kind: int
    interlaced: int

    @property
    def stride(self) -> int:
        """Bytes of one row, without that of its filter."""
        return (self.width * _CHANNELS[self.kind] * self.depth + 7) // 8

    @property
    def step(self) -> int:
        """Bytes from a pixel to the next; 1 where several share a byte."""
        return max(1, _CHANNELS[self.kind] * self.depth // 8)


def write(pixels: Pixels, *, text: str = "") -> bytes:
    """Return a PNG of h × w greys or h × w × 3 colours; `text` is kept in it as a comment."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + pixels[0].size), dtype=np.uint8)
    flat = pixels.reshape(height, -1)
    rows[0, 1:] = flat[0]
    rows[1:, 0] = _UP
    rows[1:, 1:] = flat[1:] - flat[:-1]  # modulo 256, as the format wants it
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    told = _chunk(b"iTXt", b"Comment\x00\x00\x00\x00\x00" + text.encode()) if text else b""
    body = _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1))
    return SIGNATURE + _chunk(b"IHDR", header) + told + body + _chunk(b"IEND", b"")


def read(data: bytes) -> Pixels | None:
    """Return h × w × 3 pixels, without transparency; None for what is broken, odd or too large."""
    try:
        header = read_header(data)
        if header is None or header.interlaced or header.width * header.height > LARGEST:
            return None
        chunks = list(_chunks(data))
        packed = b"".join(body for name, body in chunks if name == b"IDAT")
        size = header.height * (header.stride + 1)
        raw = zlib.decompressobj().decompress(packed, size)
        rows = np.frombuffer(raw, np.uint8, size).reshape(header.height, -1)
        palette = next((body for name, body in chunks if name == b"PLTE"), b"")
        return _coloured(_unfiltered(rows, header.step), header, palette)
    except _BROKEN:
        return None


def read_header(data: bytes) -> Header | None:
    """Return the header; None for what is no PNG."""
    if data[:8] != SIGNATURE or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    return Header(width, height, depth, kind, interlaced) if width and height else None


def read_text(data: bytes) -> str:
    """Return the texts that a PNG keeps beside its pixels, a line each."""
    try:
        return "\n".join(_texts(data))
    except _BROKEN:
        return ""


def _texts(data: bytes) -> Iterator[str]:
    for name, body in _chunks(data):
        if name == b"tEXt":
            yield body.partition(b"\0")[2].decode("latin-1")
        elif name == b"iTXt":
            _, _, rest = body.partition(b"\0")
            if rest[:1] == b"\0":  # not compressed
                yield rest[2:].split(b"\0", 2)[2].decode("utf-8", "replace")


def _chunk(name: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + check


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 12 <= len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        place += size + 12


def _unfiltered(rows: Pixels, step: int) -> Pixels:
    """Undo the filters: every row was written as its difference to its neighbours."""
    found = np.zeros((len(rows), rows.shape[1] - 1), dtype=np.uint8)
    above = np.zeros(rows.shape[1] - 1, dtype=np.uint8)
    for at, row in enumerate(rows):
        kind, values = row[0], row[1:]
        if kind == _SUB:
            above = values.reshape(-1, step).cumsum(axis=0, dtype=np.uint8).ravel()
        elif kind == _UP:
            above = values + above
        elif kind in (_AVERAGE, _PAETH):
            predict = _average if kind == _AVERAGE else _paeth
            above = predict(values.tolist(), above.tolist(), step)
        else:
            above = values
        found[at] = above
    return found


def _average(values: list[int], above: list[int], step: int) -> Pixels:
    for at in range(len(values)):
        left = values[at - step] if at >= step else 0
        values[at] = (values[at] + (left + above[at]) // 2) & 255
    return np.array(values, dtype=np.uint8)


def _paeth(values: list[int], above: list[int], step: int) -> Pixels:
    for at in range(len(values)):
        left, corner = (values[at - step], above[at - step]) if at >= step else (0, 0)
        guess = left + above[at] - corner
        near = min((left, above[at], corner), key=lambda one: abs(guess - one))
        values[at] = (values[at] + near) & 255
    return np.array(values, dtype=np.uint8)


def _coloured(rows: Pixels, header: Header, palette: bytes) -> Pixels:
    """Turn samples of any depth and kind into three bytes a pixel."""
    channels = _CHANNELS[header.kind]
    if header.depth == 16:
        rows = rows[:, ::2]  # the high bytes
    if header.depth < 8:
        rows = _unpacked(rows, header.depth)
    samples = rows[:, : header.width * channels].reshape(header.height, header.width, channels)
    if header.kind == 3:
        colours = np.frombuffer(palette, np.uint8).reshape(-1, 3)
        found: Pixels = colours[samples[..., 0]]
        return found
    if header.depth < 8:
        samples = samples * np.uint8(255 // (2**header.depth - 1))
    return np.repeat(samples[..., :1], 3, axis=2) if channels < 3 else samples[..., :3]


def _unpacked(rows: Pixels, depth: int) -> Pixels:
    bits = np.unpackbits(rows, axis=1).reshape(len(rows), -1, depth)
    weights = (1 << np.arange(depth - 1, -1, -1)).astype(np.uint8)
    found: Pixels = (bits * weights).sum(axis=2, dtype=np.uint8)
    return found
