"""PNG by hand, with pillow as the judge."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hf_integrations.emulator.media import png
from tests.emulator.samples import DOCUMENT, PICTURE, PIXELS

NOISE = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def saved(image: Image.Image, **options: object) -> bytes:
    """Return an image as pillow writes it."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


@pytest.mark.parametrize("pixels", [PIXELS, NOISE, NOISE[..., 0], NOISE[:1, :1]], ids=range(4))
def test_what_is_written_is_read_by_others(pixels: png.Pixels) -> None:
    """Pixel for pixel, in colours and greys."""
    found = np.asarray(Image.open(io.BytesIO(png.write(pixels))))
    assert (found == pixels).all()


def test_smooth_pictures_are_small() -> None:
    """As rows are told by their difference to those above."""
    assert len(png.write(PIXELS)) < PIXELS.nbytes / 10


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_what_others_write_is_read(mode: str) -> None:
    """In all kinds of colour, as pillow makes them RGB."""
    image = Image.fromarray(NOISE).convert(mode)
    expected = np.asarray(image.convert("RGB"))
    found = png.read(saved(image))
    assert found is not None
    assert (found == expected).all()


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_palettes_of_few_bits(bits: int) -> None:
    """Several pixels in a byte."""
    image = Image.fromarray(NOISE).quantize(2**bits)
    found = png.read(saved(image, bits=bits))
    assert found is not None
    assert (found == np.asarray(image.convert("RGB"))).all()


def test_sixteen_bits() -> None:
    """Of which the high ones are seen."""
    wide = NOISE[..., 0].astype(np.uint16) * 257
    found = png.read(saved(Image.fromarray(wide)))
    assert found is not None
    assert (found[..., 1] == NOISE[..., 0]).all()


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone(kind: int) -> None:
    """The five of the specification."""
    rows, width = NOISE.reshape(40, -1).astype(int), 3 * 50
    filtered = bytearray()
    for y, row in enumerate(rows):
        above = rows[y - 1] if y else np.zeros(width, dtype=int)
        left = np.concatenate([np.zeros(3, dtype=int), row[:-3]])
        corner = np.concatenate([np.zeros(3, dtype=int), above[:-3]])
        guess = left + above - corner
        near = np.stack([left, above, corner])
        fifth = near[np.argmin(abs(near - guess), axis=0), np.arange(width)]
        taken = [0, left, above, (left + above) // 2, fifth][kind]
        filtered += bytes((kind,)) + ((row - taken) & 255).astype(np.uint8).tobytes()
    data = png.write(NOISE)
    packed = zlib.compress(bytes(filtered))
    body = struct.pack(">I", len(packed)) + b"IDAT" + packed
    data = data[:33] + body + struct.pack(">I", zlib.crc32(body[4:])) + data[-12:]
    found = png.read(data)
    assert found is not None
    assert (found == NOISE).all()


def test_texts_beside_the_pixels() -> None:
    """Of both kinds, as pillow writes them; not those that are packed."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Title", "one")
    info.add_itxt("Comment", "zwei ü")
    info.add_itxt("Packed", "three", zip=True)
    assert png.read_text(saved(Image.fromarray(NOISE), pnginfo=info)) == "one\nzwei ü"
    assert "42 euros" in png.read_text(DOCUMENT)
    assert Image.open(io.BytesIO(DOCUMENT)).text["Comment"].startswith("Invoice")  # type: ignore[attr-defined]  # of PNG only
    assert png.read_text(PICTURE) == ""


def test_a_broken_text_is_none() -> None:
    """Without the parts that it should have."""
    body = b"iTXt" + b"Comment\0\0\0"
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    assert png.read_text(PICTURE[:33] + chunk + PICTURE[33:]) == ""


def test_what_is_not_read() -> None:
    """Interlaced, too large, broken, or something else."""
    interlaced = bytearray(PICTURE)
    interlaced[28] = 1
    large = PICTURE[:16] + struct.pack(">II", 2**15, 2**15) + PICTURE[24:]
    empty = PICTURE[:16] + struct.pack(">II", 0, 5) + PICTURE[24:]
    for data in (bytes(interlaced), large, empty, PICTURE[:60], b"x", b"", PICTURE[:8] + b"x" * 40):
        assert png.read(data) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(8, len(PICTURE) - 1), st.integers(0, 255))
def test_a_damaged_file_is_no_crash(at: int, value: int) -> None:
    """Pixels or nothing."""
    data = bytearray(PICTURE)
    data[at] = value
    found = png.read(bytes(data))
    assert found is None or found.ndim == 3
    assert isinstance(png.read_text(bytes(data)), str)
