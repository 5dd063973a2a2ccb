"""What headers tell without decoding: a picture's size, how long a film is, what was cut off.

Bytes that do not hold what they announce give None, never an error.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

_NO_LENGTH = frozenset({0xD8, 0x01, *range(0xD0, 0xD8)})  # JPEG markers that stand alone
_SIZES_OF_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(data: bytes, media_type: str) -> tuple[int, int] | None:
    """Width and height in pixels, as the header says."""
    look = _SIZES.get(media_type)
    try:
        return look(data) if look else None
    except (struct.error, IndexError):
        return None


def film_seconds(data: bytes) -> float | None:
    """How long an MP4, M4A or MOV is, from its movie header (ISO 14496-12, 8.2.2)."""
    movie = next((body for name, body in _boxes(data) if name == b"moov"), b"")
    header = next((body for name, body in _boxes(movie) if name == b"mvhd"), b"")
    try:
        if header[:1] == b"\1":
            scale, length = struct.unpack_from(">IQ", header, 20)
        else:
            scale, length = struct.unpack_from(">II", header, 12)
    except struct.error:
        return None
    return length / scale if scale else None


def flac_format(data: bytes) -> tuple[int, int] | None:
    """Frames per second and the number of frames (RFC 9639, 8.2); 0 frames when not told."""
    if data[:4] != b"fLaC" or len(data) < 26 or data[4] & 0x7F:
        return None
    packed = int.from_bytes(data[18:26], "big")
    rate = packed >> 44
    return (rate, packed & 0xF_FFFF_FFFF) if rate else None


def is_cut_off(data: bytes, media_type: str) -> bool:
    """Whether the bytes end before the file does, as far as its structure tells."""
    look = _ENDINGS.get(media_type)
    return look is not None and not look(data)


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _bmp_size(data: bytes) -> tuple[int, int]:
    if data[14] == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return width, abs(height)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        wide, high = data[24:27], data[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return (width & 0x3FFF, height & 0x3FFF) if kind == b"VP8 " else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    for marker, start in _jpeg_segments(data):
        if marker in _SIZES_OF_JPEG:
            height, width = struct.unpack_from(">HH", data, start + 3)
            return width, height
    return None


def _tiff_size(data: bytes) -> tuple[int, int] | None:
    """Tags 256 and 257 of the first directory (TIFF 6.0, section 2)."""
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] not in (b"*\0", b"\0*"):
        return None  # BigTIFF: left to the decoder
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    sides: dict[int, int] = {}
    for start in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(f"{order}HH", data, start)
        if tag in (256, 257):
            (sides[tag],) = struct.unpack_from(
                f"{order}{'H' if kind == 3 else 'I'}", data, start + 8
            )
    return (sides[256], sides[257]) if len(sides) == 2 else None


def _heif_size(data: bytes) -> tuple[int, int] | None:
    """The largest of the image extents (ISO 23008-12, 6.5.3): the others are tiles and previews."""
    sizes = []
    start = data.find(b"ispe")
    while start != -1:
        width, height = struct.unpack_from(">II", data, start + 8)
        sizes.append((width, height))
        start = data.find(b"ispe", start + 16)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker and start of each segment, up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _NO_LENGTH:
            at += 2
        else:
            yield marker, at + 2
            if marker == 0xDA:
                return
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box that is there in full."""
    for start, body, end in _box_borders(data):
        if end <= len(data):
            yield data[start + 4 : start + 8], data[body:end]


def _box_borders(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each box starts, where its content does, and where it ends by its own word."""
    at = 0
    while at + 8 <= len(data):
        size, body = int.from_bytes(data[at : at + 4], "big"), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = len(data) - at
        if size < body - at:
            return
        yield at, body, at + size
        at += size


def _png_ends(data: bytes) -> bool:
    at = 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at += 12 + length
    return False


def _jpeg_ends(data: bytes) -> bool:
    """An end marker after the first scan; a preview inside the header has one of its own."""
    scan = next((start for marker, start in _jpeg_segments(data) if marker == 0xDA), None)
    return scan is not None and data.find(b"\xff\xd9", scan) != -1


def _riff_ends(data: bytes) -> bool:
    """The announced size is there; recorders that stream announce none, or the largest."""
    size = int.from_bytes(data[4:8], "little")
    return (
        size in (0, 0xFFFFFFFF) or size + 8 <= len(data) + 1
    )  # + 1: the pad byte is often left out


def _boxes_end(data: bytes) -> bool:
    return all(end <= len(data) for _, _, end in _box_borders(data))


def _gif_ends(data: bytes) -> bool:
    """Block after block up to the trailer (GIF89a, 27), whatever may follow it."""
    at = 13 + _gif_colours(data, 10)
    while at < len(data) and data[at] in b"\x21\x2c":
        at += 2 if data[at] == 0x21 else 11 + _gif_colours(data, at + 9)
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return data[at : at + 1] == b"\x3b"


def _gif_colours(data: bytes, at: int) -> int:
    """The bytes of the colour table that the flags at this place announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "image/png": _png_size,
    "image/gif": _gif_size,
    "image/bmp": _bmp_size,
    "image/webp": _webp_size,
    "image/jpeg": _jpeg_size,
    "image/tiff": _tiff_size,
    "image/avif": _heif_size,
    "image/heic": _heif_size,
}
_ENDINGS: dict[str, Callable[[bytes], bool]] = {
    "image/png": _png_ends,
    "image/jpeg": _jpeg_ends,
    "image/gif": _gif_ends,
    "image/webp": _riff_ends,
    "audio/wav": _riff_ends,
    "image/avif": _boxes_end,
    "image/heic": _boxes_end,
    "audio/mp4": _boxes_end,
    "video/mp4": _boxes_end,
    "video/quicktime": _boxes_end,
}
