"""What bytes are, told by how they begin; no server's word and no file's name is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable

# By type, the suffixes its files go by; the first is the usual one.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
    "image/bmp": (".bmp", ".dib"),
    "image/avif": (".avif",),
    "image/heic": (".heic", ".heif"),
    "audio/wav": (".wav", ".wave"),
    "audio/flac": (".flac",),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mp4": (".m4a", ".m4b", ".mp4"),
    "audio/webm": (".webm", ".weba"),
    "audio/aac": (".aac",),
    "audio/aiff": (".aiff", ".aif", ".aifc"),
    "audio/x-matroska": (".mka", ".mkv"),
    "video/mp4": (".mp4", ".m4v", ".3gp"),
    "video/webm": (".webm",),
    "video/quicktime": (".mov", ".qt"),
    "video/ogg": (".ogv", ".ogg"),
    "video/x-matroska": (".mkv",),
    "video/x-msvideo": (".avi",),
    "model/gltf-binary": (".glb",),
    "application/pdf": (".pdf",),
}
KNOWN_SUFFIXES = frozenset(suffix for row in SUFFIXES.values() for suffix in row)
# Other names servers have for those.
_ALIASES = frozenset(
    {
        "image/jpg", "image/pjpeg", "image/x-png", "image/x-ms-bmp", "image/heif",
        "audio/wave", "audio/x-wav", "audio/vnd.wave", "audio/x-flac", "audio/mp3", "audio/x-mp3",
        "audio/opus", "audio/m4a", "audio/x-m4a", "audio/x-aac", "audio/x-aiff", "video/avi",
    }
)  # fmt: skip

# Containers that hold sound as well as pictures, and moving pictures in a picture's format.
_ALSO: dict[tuple[str, str], str] = {
    ("video/mp4", "audio"): "audio/mp4",
    ("video/webm", "audio"): "audio/webm",
    ("video/x-matroska", "audio"): "audio/x-matroska",
    ("image/gif", "video"): "image/gif",
}

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"glTF", "model/gltf-binary"),
    (b"%PDF-", "application/pdf"),
)
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif",
    b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"heim": "image/heic",
    b"heis": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}  # fmt: skip
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_OGG_VIDEO = (b"\x80theora", b"BBCD\0", b"\x01video")
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}

# kbit/s and Hz of MPEG-1 and MPEG-2 Layer III, in the order of the header's bits (ISO 11172-3).
_MP3_RATES = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_MP3_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def sniff(data: bytes) -> str | None:
    """The media type of `data`, or None when its beginning is not known."""
    for prefix, media_type in _PREFIXES:
        if data.startswith(prefix):
            return media_type
    for look in (_riff, _iso, _ebml, _ogg, _form, _bmp, _mpeg_audio):
        if (found := look(data)) is not None:
            return found
    return None


def within(media_type: str, family: str) -> str | None:
    """The type as one of `family` (`image`, `audio`, `video`), or None when it is none."""
    if not family or media_type.startswith(f"{family}/"):
        return media_type
    return _ALSO.get((media_type, family))


def is_recognised(media_type: str) -> bool:
    """Whether bytes of that type are told by `sniff`, so that others are not of it."""
    return media_type in SUFFIXES or media_type in _ALIASES


def _riff(data: bytes) -> str | None:
    if data[:4] not in (b"RIFF", b"RF64"):
        return None
    return _RIFF.get(data[8:12])


def _form(data: bytes) -> str | None:
    is_aiff = data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC")
    return "audio/aiff" if is_aiff else None


def _iso(data: bytes) -> str | None:
    """ISO base media: a box `ftyp` with its brand; old QuickTime begins with other boxes."""
    size, name, brand = data[:4], data[4:8], data[8:12]
    if name in (b"moov", b"wide", b"mdat") and len(data) >= 16:
        return "video/quicktime"
    length = int.from_bytes(size, "big")
    if name != b"ftyp" or not 16 <= length <= 4096 or not brand.isascii():
        return None
    if brand in (b"mif1", b"msf1") and b"avif" in data[16:length]:
        return "image/avif"
    return _BRANDS.get(brand, "video/mp4")


def _ebml(data: bytes) -> str | None:
    if data[:4] != b"\x1a\x45\xdf\xa3":
        return None
    if b"matroska" in data[:64]:
        return "video/x-matroska"
    if b"webm" not in data[:64]:
        return None
    head = data[:16384]  # the track list stands before the first cluster
    is_sound = re.search(rb"A_(OPUS|VORBIS)", head) and not re.search(rb"V_(VP8|VP9|AV1)", head)
    return "audio/webm" if is_sound else "video/webm"


def _ogg(data: bytes) -> str | None:
    if data[:5] != b"OggS\0":
        return None
    return "video/ogg" if any(mark in data[:512] for mark in _OGG_VIDEO) else "audio/ogg"


def _bmp(data: bytes) -> str | None:
    """`BM` alone is too short a mark, so the length of the second header must fit too."""
    if data[:2] != b"BM" or len(data) < 26:
        return None
    return "image/bmp" if int.from_bytes(data[14:18], "little") in _BMP_HEADERS else None


def _mpeg_audio(data: bytes) -> str | None:
    """Frames without a mark at the front: two in a row, else it is chance."""
    if data[:1] != b"\xff":
        return None
    for length_of, media_type in _FRAMES:
        length = length_of(data[:8])
        if length is None:
            continue
        follows = data[length : length + 8]
        if not follows or (len(follows) == 8 and length_of(follows) is not None):
            return media_type
    return None


def _mp3_frame(head: bytes) -> int | None:
    """The length of a Layer III frame, or None when this is not its header."""
    if len(head) < 4:
        return None
    bits = int.from_bytes(head[:4], "big")
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    rate, hertz = bits >> 12 & 15, bits >> 10 & 3
    if bits >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or hertz == 3:
        return None
    bits_per_second = _MP3_RATES[version != 3][rate - 1] * 1000
    samples = 144 if version == 3 else 72  # per frame, by 8
    return samples * bits_per_second // _MP3_HERTZ[version][hertz] + (bits >> 9 & 1)


def _aac_frame(head: bytes) -> int | None:
    """The length of an ADTS frame, or None when this is not its header."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return None
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else None


_FRAMES: tuple[tuple[Callable[[bytes], int | None], str], ...] = (
    (_mp3_frame, "audio/mpeg"),
    (_aac_frame, "audio/aac"),
)
