"""What some bytes are, by their first ones, and how large a picture is, by its header."""

from __future__ import annotations

import re
import struct

from hf_integrations.emulator.media import png

_MAGIC: list[tuple[bytes, str]] = [
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF.{4}WEBP", "image/webp"),
    (rb"BM.{4}\0\0\0\0", "image/bmp"),
    (rb"II\*\0|MM\0\*", "image/tiff"),
    (rb"RIFF.{4}WAVE", "audio/wav"),
    (rb"ID3|\xff[\xfb\xf3\xf2\xfa]", "audio/mpeg"),
    (rb"fLaC", "audio/flac"),
    (rb"OggS", "audio/ogg"),
    (rb".{4}ftypM4A", "audio/mp4"),
    (rb".{4}ftyp", "video/mp4"),
    (rb"\x1aE\xdf\xa3", "video/webm"),
]
_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG's markers with a size in them


def mime(data: bytes) -> str:
    """Return the media type of `data`, or an empty string when it is none of those known here."""
    for pattern, name in _MAGIC:
        if re.match(pattern, data[:32], re.DOTALL):
            return name
    return ""


def size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture by its header; None where that cannot be told."""
    kind = mime(data)
    try:
        if kind == "image/png":
            header = png.read_header(data)
            return (header.width, header.height) if header else None
        if kind == "image/gif":
            return struct.unpack("<HH", data[6:10])
        if kind == "image/bmp":
            width, height = struct.unpack("<ii", data[18:26])
            return abs(width), abs(height)
        return _jpeg(data) if kind == "image/jpeg" else None
    except struct.error:
        return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        if data[place + 1] in _FRAME:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None
