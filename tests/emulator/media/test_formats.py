"""What bytes are, and how large a picture is."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from hf_integrations.emulator.media import formats
from tests.emulator.samples import FILM, PICTURE, PIXELS, SOUND


def saved(kind: str) -> bytes:
    """Return the picture in another format."""
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_pictures_are_told_apart(kind: str) -> None:
    """As pillow writes them."""
    assert formats.mime(saved(kind)) == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SOUND, "audio/wav"),
        (b"ID3\x04rest", "audio/mpeg"),
        (b"\xff\xfb\x90rest", "audio/mpeg"),
        (b"fLaCrest", "audio/flac"),
        (b"OggSrest", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A rest", "audio/mp4"),
        (b"\0\0\0\x20ftypisomrest", "video/mp4"),
        (b"\x1aE\xdf\xa3rest", "video/webm"),
        (FILM, "image/gif"),
        (b"Hello", ""),
        (b'{"inputs": 1}', ""),
        (b"", ""),
    ],
)
def test_other_bytes(data: bytes, expected: str) -> None:
    """By their first ones."""
    assert formats.mime(data) == expected


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_sizes_are_read_from_headers(kind: str) -> None:
    """Width, then height."""
    assert formats.size(saved(kind)) == (96, 64)


@pytest.mark.parametrize(
    "data",
    [b"x", saved("WEBP"), PICTURE[:20], saved("GIF")[:8], saved("JPEG")[:30], saved("BMP")[:20]],
)
def test_sizes_that_cannot_be_told(data: bytes) -> None:
    """None of them is guessed."""
    assert formats.size(data) is None
