"""Pictures from files."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from hf_integrations.emulator.media import pictures
from tests.emulator.samples import DOCUMENT, PICTURE, PIXELS, SOUND


def saved(kind: str) -> bytes:
    """Return the picture in another format."""
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, kind)
    return file.getvalue()


def test_pixels_and_text() -> None:
    """And the size."""
    found = pictures.read(DOCUMENT)
    assert found is not None
    assert (found.width, found.height) == (96, 64)
    assert found.text.startswith("Invoice 7.")


def test_both_ways_see_the_same() -> None:
    """With pillow and without."""
    one, other = pictures.by_pillow(PICTURE), pictures.by_hand(PICTURE)
    assert one is not None
    assert other is not None
    assert (one == other).all()


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP"])
def test_by_hand_other_formats_are_drawn(kind: str) -> None:
    """Always the same, of the right size."""
    found = pictures.by_hand(saved(kind))
    assert found is not None
    assert found.shape == PIXELS.shape
    assert np.array_equal(found, pictures.by_hand(saved(kind)))  # type: ignore[arg-type]  # not None


def test_a_large_png_is_drawn_by_hand() -> None:
    """For decoding it would take seconds."""
    from hf_integrations.emulator.media import png

    large = png.write(np.zeros((1_100, 1_000), dtype=np.uint8))
    found = pictures.by_hand(large)
    assert found is not None
    assert found.shape == (1_100, 1_000, 3)


def test_what_is_no_picture() -> None:
    """Sound, text, broken files."""
    assert pictures.by_hand(saved("WEBP")) is None
    for data in (SOUND, b"Hello", b"", PICTURE[:50], saved("WEBP")[:30], saved("GIF")[:10]):
        assert pictures.read(data) is None


def test_bombs_are_not_opened() -> None:
    """By what their headers say."""
    for side in (0, 2**16):
        bomb = PICTURE[:16] + struct.pack(">II", side, 2**16) + PICTURE[24:]
        assert pictures.read(bomb) is None
