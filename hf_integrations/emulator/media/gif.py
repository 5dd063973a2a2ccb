"""GIF by hand: moving pictures of 216 colours, packed with LZW.

Source: the GIF 89a specification of CompuServe.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from hf_integrations.emulator.media.png import Pixels

_CLEAR, _END, _FULL = 256, 257, 4096
_LEVELS = np.array([0, 51, 102, 153, 204, 255], dtype=np.uint8)  # of each of three colours


def write(frames: Sequence[Pixels], *, delay: int = 8) -> bytes:
    """Return a GIF that shows h × w × 3 frames for ever, `delay` hundredths of a second each."""
    height, width = frames[0].shape[:2]
    screen = struct.pack("<HHBBB", width, height, 0xF7, 0, 0)
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    shown = b"".join(_frame(frame, delay) for frame in frames)
    return b"GIF89a" + screen + _palette() + loop + shown + b"\x3b"


def _palette() -> bytes:
    cube = np.stack(np.meshgrid(_LEVELS, _LEVELS, _LEVELS, indexing="ij"), axis=-1)
    return cube.tobytes().ljust(3 * 256, b"\0")


def _frame(frame: Pixels, delay: int) -> bytes:
    height, width = frame.shape[:2]
    levels = (frame.astype(np.uint16) + 25) // 51
    indices = (levels @ np.array([36, 6, 1], dtype=np.uint16)).astype(np.uint8)
    packed = pack(indices.tobytes())
    blocks = b"".join(
        bytes((len(packed[at : at + 255]),)) + packed[at : at + 255]
        for at in range(0, len(packed), 255)
    )
    timing = b"\x21\xf9\x04\x04" + struct.pack("<H", delay) + b"\x00\x00"
    place = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0)
    return timing + place + b"\x08" + blocks + b"\x00"


def pack(values: bytes) -> bytes:
    """Pack bytes with the LZW of GIF, codes from 9 to 12 bits."""
    packed = _Bits()
    table: dict[int, int] = {}
    width, following = 9, _END + 1
    packed.add(_CLEAR, width)
    prefix = values[0]
    for value in values[1:]:
        key = prefix << 8 | value
        known = table.get(key)
        if known is not None:
            prefix = known
            continue
        packed.add(prefix, width)
        prefix = value
        if following == _FULL:
            packed.add(_CLEAR, width)
            table, width, following = {}, 9, _END + 1
            continue
        table[key] = following
        width += following == 1 << width  # the reader, one step behind, widens with us
        following += 1
    packed.add(prefix, width)
    packed.add(_END, width)
    return packed.whole()


class _Bits:
    """Codes put side by side, the lowest bit first."""

    def __init__(self) -> None:
        self._done = bytearray()
        self._held = self._size = 0

    def add(self, code: int, width: int) -> None:
        self._held |= code << self._size
        self._size += width
        while self._size >= 8:
            self._done.append(self._held & 255)
            self._held >>= 8
            self._size -= 8

    def whole(self) -> bytes:
        return bytes(self._done) + (bytes((self._held,)) if self._size else b"")
