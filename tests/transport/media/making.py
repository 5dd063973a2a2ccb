"""Small files of every kind, made here: by pillow and soundfile, or byte by byte."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import PIL.Image
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from hf_integrations.models.sounds import as_wave


def noise(width: int, height: int, channels: int = 3) -> NDArray[np.uint8]:
    """Pixels that no format can make small."""
    shape = (height, width, channels)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def picture(form: str, size: tuple[int, int] = (6, 4), mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour, as pillow writes it."""
    file = io.BytesIO()
    PIL.Image.new(mode, size, "red" if mode in {"RGB", "RGBA", "CMYK"} else 1).save(
        file, form, **options
    )
    return file.getvalue()


def encoded(image: PIL.Image.Image, form: str, **options: Any) -> bytes:
    """A pillow picture as a file."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def tone(seconds: float, rate: int = 8000, channels: int = 1) -> NDArray[np.float32]:
    """A sound that is different at every moment, and in every channel."""
    time = np.arange(round(seconds * rate)) / rate
    columns = [0.8 * np.sin(time * (400 + 60 * time + 100 * n)) for n in range(channels)]
    return np.stack(columns, axis=1).astype(np.float32)


def wav(seconds: float = 1.0, rate: int = 8000, channels: int = 1) -> bytes:
    """A WAV file of 16 bits."""
    return as_wave(tone(seconds, rate, channels), rate)


def sound_file(form: str, subtype: str | None = None, seconds: float = 1.0, **facts: Any) -> bytes:
    """A sound as libsndfile writes it."""
    rate = facts.get("rate", 8000)
    file = io.BytesIO()
    samples = tone(seconds, rate, facts.get("channels", 1))
    soundfile.write(file, samples, rate, format=form, subtype=subtype)
    return file.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    """A box of ISO base media."""
    return struct.pack(">I", 8 + len(body)) + name + body


def film(brand: bytes = b"isom", seconds: float = 2.5, version: int = 0) -> bytes:
    """An MP4 with everything but a track."""
    numbers = (0, 0, 1000, round(seconds * 1000))
    times = struct.pack(">IIII" if version == 0 else ">QQIQ", *numbers)
    header = box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))
    return (
        box(b"ftyp", brand + b"\0\0\2\0" + b"isom") + box(b"moov", header) + box(b"mdat", b"1234")
    )


def webm(codec: bytes = b"V_VP9", doctype: bytes = b"webm") -> bytes:
    """The beginning of a WebM or Matroska file."""
    return (
        b"\x1a\x45\xdf\xa3\x9f\x42\x82" + bytes([0x80 + len(doctype)]) + doctype + b"\x86" + codec
    )


def ogg(codec: bytes = b"OpusHead") -> bytes:
    """The first page of an Ogg file."""
    return b"OggS\0\2" + bytes(20) + b"\1\x13" + codec + bytes(11)


def aac(frames: int = 3) -> bytes:
    """ADTS frames without sound."""
    length = 20
    head = bytes(
        [0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5, 0xFC]
    )
    return (head + bytes(length - 7)) * frames


def heif(brand: bytes) -> bytes:
    """The beginning of a HEIC or AVIF, as far as headers go."""
    size = box(b"ispe", struct.pack(">III", 0, 6, 4))
    return box(b"ftyp", brand + b"\0\0\0\0mif1" + brand) + box(b"meta", size)


PIL.Image.init()
HAS_AVIF = "AVIF" in PIL.Image.SAVE  # from pillow 11.3 on, where its library is

SAMPLES: dict[str, bytes] = {
    "image/png": picture("PNG"),
    "image/jpeg": picture("JPEG"),
    "image/gif": picture("GIF"),
    "image/webp": picture("WEBP"),
    "image/tiff": picture("TIFF"),
    "image/bmp": picture("BMP"),
    "image/avif": picture("AVIF") if HAS_AVIF else heif(b"avif"),
    "image/heic": heif(b"heic"),
    "audio/wav": wav(),
    "audio/flac": sound_file("FLAC"),
    "audio/mpeg": sound_file("MP3"),
    "audio/ogg": sound_file("OGG", "VORBIS"),
    "audio/mp4": film(b"M4A "),
    "audio/webm": webm(b"A_OPUS"),
    "audio/aac": aac(),
    "audio/aiff": sound_file("AIFF"),
    "video/mp4": film(),
    "video/webm": webm(),
    "video/quicktime": film(b"qt  "),
    "video/ogg": ogg(b"\x80theora"),
    "video/x-matroska": webm(doctype=b"matroska"),
    "video/x-msvideo": b"RIFF" + struct.pack("<I", 40) + b"AVI LIST" + bytes(40),
    "model/gltf-binary": b"glTF" + struct.pack("<II", 2, 12),
}
