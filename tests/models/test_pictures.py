"""Pictures as pixels."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.pictures import as_png, decoded, opened
from tests.transport.media.making import HAS_AVIF, SAMPLES, noise

PNG = SAMPLES["image/png"]
LACKING = {"image/heic"} if HAS_AVIF else {"image/heic", "image/avif"}
DECODABLE = [name for name in SAMPLES if name.startswith("image/") and name not in LACKING]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that would decode to gigabytes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + header + struct.pack(">I", zlib.crc32(header)) + PNG[33:]


@pytest.mark.parametrize("media_type", DECODABLE)
def test_every_format_is_decoded(media_type: str) -> None:
    """By the decoder of its type."""
    assert decoded(opened(SAMPLES[media_type], media_type)).size == (6, 4)


def test_a_format_pillow_lacks() -> None:
    """Says so, and what to do."""
    with pytest.raises(ValidationError, match=r"image/heic is not among.*Give PNG or JPEG"):
        opened(SAMPLES["image/heic"], "image/heic")
    with pytest.raises(ValidationError, match="image/svg"):
        opened(b"<svg/>", "image/svg+xml")


def test_only_the_decoder_of_the_type_is_asked() -> None:
    """PostScript behind a claim of JPEG reaches no interpreter."""
    with pytest.raises(ValidationError, match="broken or cut off"):
        opened(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/jpeg")


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000), (2**31, 2**31)])
def test_a_bomb_is_not_decoded(size: tuple[int, int]) -> None:
    """By its header, whether pillow would warn or refuse."""
    with pytest.raises(ValidationError, match=f"{size[0]} × {size[1]} pixels.*max_image_pixels"):
        opened(bomb(*size), "image/png")


def test_a_bomb_that_only_the_decoder_sees() -> None:
    """A TIFF of 64 bits: pillow's own warning, and its error, become ours."""

    def big_tiff(width: int, height: int) -> bytes:
        tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
                (278, height), (279, 8)]  # fmt: skip
        rows = b"".join(struct.pack("<HHQQ", tag, 4, 1, value) for tag, value in tags)
        return struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, len(tags)) + rows + bytes(8)

    for size in ((12_000, 12_000), (60_000, 60_000)):
        with pytest.raises(ValidationError, match="max_image_pixels"):
            opened(big_tiff(*size), "image/tiff")
    with pytest.raises(ValidationError, match="100 × 100 pixels are more than 99 pixels"):
        opened(big_tiff(100, 100), "image/tiff", max_pixels=99)


def test_the_limit_is_the_callers() -> None:
    """A smaller one holds too."""
    assert opened(PNG, "image/png", max_pixels=24).size == (6, 4)
    with pytest.raises(ValidationError, match="6 × 4 pixels are more than 23"):
        opened(PNG, "image/png", max_pixels=23)


@given(st.sampled_from(DECODABLE), st.integers(1, 120), st.binary(max_size=30))
def test_damage_is_a_typed_error_or_a_picture(media_type: str, at: int, damage: bytes) -> None:
    """Whatever a decoder raises."""
    data = SAMPLES[media_type]
    try:
        found = decoded(
            opened(data[:at] + damage + data[at + len(damage) :], media_type, max_pixels=10**6)
        )
        assert found.size[0] * found.size[1] <= 10**6
    except ValidationError as error:
        assert "BytesIO" not in str(error)  # noqa: PT017 - either is an answer


def test_a_picture_that_is_cut_off() -> None:
    """Named when its pixels are wanted."""
    data = io.BytesIO()
    PIL.Image.fromarray(noise(50, 50)).save(data, "JPEG")
    found = opened(data.getvalue()[:-500], "image/jpeg")

    with pytest.raises(ValidationError, match="broken or cut off"):
        decoded(found)


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (noise(5, 3), "RGB"),
        (noise(5, 3, 4), "RGBA"),
        (noise(5, 3, 1), "L"),
        (noise(5, 3)[:, :, 0], "L"),
        (noise(5, 3) / 255, "RGB"),
        (noise(5, 3)[:, :, 0] > 100, "L"),
    ],
)
def test_arrays_become_png(
    array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], mode: str
) -> None:
    """Bytes, floats from 0 to 1, and masks; grey, colours, alpha."""
    with PIL.Image.open(io.BytesIO(as_png(array))) as found:
        values = np.asarray(found)
        assert found.mode == mode
    flat = array[:, :, 0] if array.shape[2:] == (1,) else array
    scale = 1 if array.dtype == np.uint8 else 255
    assert np.array_equal(values, np.rint(flat.astype(float) * scale).astype(np.uint8))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_keep_their_mode(mode: str) -> None:
    """Where PNG has it."""
    with PIL.Image.open(io.BytesIO(as_png(PIL.Image.new(mode, (5, 3))))) as found:
        assert found.mode == mode


@pytest.mark.parametrize(("mode", "kept"), [("CMYK", "RGB"), ("RGBa", "RGBA"), ("I;16B", "I;16")])
def test_other_modes_become_colours(mode: str, kept: str) -> None:
    """As PNG has none of those; sixteen bits stay."""
    with PIL.Image.open(io.BytesIO(as_png(PIL.Image.new(mode, (5, 3), 0)))) as found:
        assert found.mode == kept


@pytest.mark.parametrize("mode", ["I", "F"])
def test_wider_numbers_are_refused(mode: str) -> None:
    """Only who made them knows which of them is white."""
    with pytest.raises(ValidationError, match="more bits per colour"):
        as_png(PIL.Image.new(mode, (5, 3)))


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros(5, np.uint8), r"its shape is \(5,\)"),
        (np.zeros((5, 3, 2), np.uint8), "its shape is"),
        (np.zeros((0, 3), np.uint8), "it is empty"),
        (np.zeros((5, 3), np.int64), "its numbers are int64"),
        (np.full((5, 3), 1.5), "not all from 0 to 1"),
        (np.full((5, 3), np.nan), "not all from 0 to 1"),
    ],
)
def test_arrays_that_are_no_picture(array: object, reason: str) -> None:
    """Says what is wrong, and what would be right."""
    with pytest.raises(ValidationError, match=f"{reason}.*Give h × w"):
        as_png(array)


def test_pillows_own_limit_stays() -> None:
    """Who raises ours beyond it is told the name of the other."""
    with pytest.raises(ValidationError, match=r"raise PIL\.Image\.MAX_IMAGE_PIXELS"):
        opened(bomb(60_000, 60_000), "image/png", max_pixels=10**10)
