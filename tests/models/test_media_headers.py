"""Facts from headers, and what is cut off."""

from __future__ import annotations

import io
import struct

import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.models.media_headers import (
    film_seconds,
    flac_format,
    is_cut_off,
    picture_size,
)
from tests.transport.media.making import SAMPLES, box, encoded, film, picture, sound_file

PICTURES = [name for name in SAMPLES if name.startswith("image/")]
ENDED = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "audio/wav",
    "video/mp4",
]


@pytest.mark.parametrize("media_type", PICTURES)
def test_the_size_of_every_format(media_type: str) -> None:
    """Width first, as pillow has it."""
    assert picture_size(SAMPLES[media_type], media_type) == (6, 4)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("WEBP", (300, 200), lossless=True), "image/webp"),
        (picture("WEBP", (300, 200), "RGBA", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"), "image/webp"),
        (picture("JPEG", (300, 200), progressive=True), "image/jpeg"),
        (picture("JPEG", (300, 200), exif=b"Exif\0\0" + bytes(5000)), "image/jpeg"),
        (picture("TIFF", (300, 200), "1"), "image/tiff"),
        (picture("GIF", (300, 200), "P"), "image/gif"),
    ],
)
def test_the_size_agrees_with_pillow(data: bytes, media_type: str) -> None:
    """In the variants a format has."""
    with PIL.Image.open(io.BytesIO(data)) as opened:
        assert picture_size(data, media_type) == opened.size == (300, 200)


def test_old_and_upside_down_bitmaps() -> None:
    """OS/2's short header, and heights that count from the top."""
    old = b"BM" + bytes(12) + struct.pack("<IHHHH", 12, 6, 4, 1, 24)
    upside_down = b"BM" + bytes(12) + struct.pack("<Iii", 40, 6, -4)

    assert picture_size(old, "image/bmp") == (6, 4)
    assert picture_size(upside_down, "image/bmp") == (6, 4)


def test_a_big_endian_tiff_and_one_without_a_size() -> None:
    """Motorola's order; a directory that lacks the tags; the 64-bit kind is left to decoders."""
    entries = struct.pack(">HHIHH", 256, 3, 1, 6, 0) + struct.pack(">HHII", 257, 4, 1, 4)
    head = b"MM\0*" + struct.pack(">I", 8)

    assert picture_size(head + struct.pack(">H", 2) + entries, "image/tiff") == (6, 4)
    assert picture_size(head + struct.pack(">H", 1) + entries, "image/tiff") is None
    assert picture_size(b"II+\0" + bytes(40), "image/tiff") is None


def test_a_jpeg_with_fill_bytes_and_one_without_a_frame() -> None:
    """Any number of FF may stand before a marker; a scan before a frame has no size."""
    frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 4, 6)

    assert picture_size(b"\xff\xd8\xff\xff\xff\x01" + frame, "image/jpeg") == (6, 4)
    assert picture_size(b"\xff\xd8\xff\xda\0\x02" + frame, "image/jpeg") is None
    assert picture_size(b"\xff\xd8\xff\xe0\0\x04ab", "image/jpeg") is None


def test_the_largest_extent_counts() -> None:
    """A HEIC of tiles names the tile's size, too."""
    extents = [box(b"ispe", struct.pack(">III", 0, *size)) for size in ((512, 512), (4032, 3024))]

    assert picture_size(box(b"meta", b"".join(extents)), "image/heic") == (4032, 3024)
    assert picture_size(box(b"meta"), "image/heic") is None


@pytest.mark.parametrize("version", [0, 1])
def test_how_long_a_film_is(version: int) -> None:
    """From either version of the movie header."""
    assert film_seconds(film(seconds=2.5, version=version)) == 2.5


@pytest.mark.parametrize(
    "data",
    [b"", box(b"moov"), box(b"moov", box(b"mvhd", b"\0")), film()[:60], b"\0\0\0\1moov" + bytes(8)],
)
def test_a_film_that_does_not_say(data: bytes) -> None:
    """Broken or without a header: None."""
    assert film_seconds(data) is None


def test_a_box_may_be_large_or_last() -> None:
    """Sizes of 64 bits, and size 0 for all that is left."""
    header = film()[film().index(b"moov") - 4 : film().index(b"mdat") - 4]
    large = struct.pack(">I4sQ", 1, b"moov", len(header) + 8) + header[8:]
    last = b"\0\0\0\0" + header[4:]

    assert film_seconds(large) == 2.5
    assert film_seconds(last) == 2.5


def test_the_format_of_flac() -> None:
    """Rate and frames, as soundfile wrote them."""
    assert flac_format(sound_file("FLAC", seconds=1.5, rate=16000)) == (16000, 24000)
    assert flac_format(b"fLaC") is None
    assert flac_format(b"fLaC" + bytes(40)) is None


@pytest.mark.parametrize("media_type", ENDED)
def test_whole_files_are_not_cut_off(media_type: str) -> None:
    """Nor is a format whose end cannot be told."""
    assert not is_cut_off(SAMPLES[media_type], media_type)
    assert not is_cut_off(b"", "audio/mpeg")


@given(st.sampled_from(ENDED), st.data())
def test_a_file_without_its_end_is_cut_off(media_type: str, data: st.DataObject) -> None:
    """Wherever the end is missing; one pad byte of a RIFF file may be."""
    whole = SAMPLES[media_type]
    keep = data.draw(st.integers(30, len(whole) - 13))

    assert is_cut_off(whole[:keep], media_type) or media_type in {"image/avif", "video/mp4"}


def test_a_film_that_ends_within_a_box_is_cut_off() -> None:
    """Between two boxes nobody can tell."""
    assert is_cut_off(film()[:-1], "video/mp4")
    assert not is_cut_off(film()[:-12], "video/mp4")


def test_what_follows_the_end_does_no_harm() -> None:
    """Phones append things to pictures."""
    for media_type in ("image/png", "image/jpeg", "image/gif"):
        assert not is_cut_off(SAMPLES[media_type] + b"appended", media_type)


def test_a_preview_is_not_the_end() -> None:
    """A thumbnail within the header of a JPEG has an end marker of its own."""
    preview = picture("JPEG", (8, 8))
    whole = encoded(PIL.Image.new("RGB", (300, 200)), "JPEG", exif=b"Exif\0\0" + preview)

    assert not is_cut_off(whole, "image/jpeg")
    assert is_cut_off(whole[:-20], "image/jpeg")


def test_an_animated_gif_with_tables_of_its_own() -> None:
    """Several frames, extensions and colour tables are walked through."""
    frames = [PIL.Image.new("P", (20, 20), n) for n in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"x" * 600)

    assert not is_cut_off(data, "image/gif")
    assert is_cut_off(data[:-1], "image/gif")
    assert is_cut_off(data[:11], "image/gif")


def test_a_recorder_that_streams_announces_no_size() -> None:
    """Its WAV is whole all the same."""
    data = SAMPLES["audio/wav"]

    assert not is_cut_off(data[:4] + b"\xff\xff\xff\xff" + data[8:], "audio/wav")


@given(st.sampled_from(sorted(SAMPLES)), st.binary(max_size=200), st.integers(0, 60))
def test_nothing_crashes(media_type: str, noise: bytes, at: int) -> None:
    """Whatever the bytes: a fact, or None."""
    data = SAMPLES[media_type][:at] + noise
    picture_size(data, media_type)
    film_seconds(data)
    flac_format(data)
    is_cut_off(data, media_type)
