"""Media types told by the first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.models.media_types import SUFFIXES, is_recognised, sniff, within
from tests.transport.media.making import SAMPLES, aac, box, ogg, sound_file, webm


@pytest.mark.parametrize("media_type", SAMPLES)
def test_every_format_is_recognised(media_type: str) -> None:
    """Files as real writers write them, and hand-made ones where there is no writer here."""
    assert sniff(SAMPLES[media_type]) == media_type
    assert is_recognised(media_type)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (box(b"ftyp", b"mif1\0\0\0\0avifmif1"), "image/avif"),
        (box(b"ftyp", b"mif1\0\0\0\0heicmif1"), "image/heic"),
        (box(b"ftyp", b"dash\0\0\0\0iso6"), "video/mp4"),
        (box(b"wide") + box(b"mdat", b"1234"), "video/quicktime"),
        (box(b"ftyp", b"\xff\xfe\0\0\0\0\0\0"), None),
        (b"\0\0\0\x04ftypisom\0\0\0\0", None),
        (ogg(b"\x7fFLAC"), "audio/ogg"),
        (webm(b"A_OPUS" + b"\x86V_VP9"), "video/webm"),
        (webm(doctype=b"mystery"), None),
        (b"RIFF\0\0\0\0ACON", None),
        (b"RF64\xff\xff\xff\xffWAVE", "audio/wav"),
        (b"FORM\0\0\0\0ILBM", None),
        (b"BM is how a letter may begin, too.", None),
        (b"ID3\4\0\0", "audio/mpeg"),
        (sound_file("MP3", rate=44100), "audio/mpeg"),
        (sound_file("MP3", rate=22050), "audio/mpeg"),
        (b"\xff\xfb\x90", None),
        (b"\xff\xfb\x90\0" + bytes(600), None),
        (b"\xff\xfb\xf0\0", None),
        (b"\xff\xf1\x50\x80\0\0\xfc", None),
        (aac(1), "audio/aac"),
        (b"II+\0", "image/tiff"),
        (b"<svg/>", None),
        (b'{"error": "no"}', None),
        (b"", None),
    ],
)
def test_what_is_easily_mistaken(data: bytes, media_type: str | None) -> None:
    """Containers with several contents, marks that are too short, and what is none of it."""
    assert sniff(data) == media_type


@given(st.binary(max_size=300))
def test_random_bytes_are_never_mistaken(data: bytes) -> None:
    """Chance makes no media: only what begins with a mark is recognised, and nothing crashes."""
    marks = (b"\x89PNG", b"\xff", b"GIF8", b"II", b"MM", b"fLaC", b"ID3", b"glTF", b"RIFF", b"RF64",
             b"FORM", b"OggS", b"BM", b"\x1a\x45\xdf\xa3", b"%PDF-")  # fmt: skip
    boxes = (b"ftyp", b"moov", b"wide", b"mdat")
    if sniff(data) is not None:
        assert data.startswith(marks) or data[4:8] in boxes


@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 400), st.binary(max_size=40))
def test_a_damaged_file_is_itself_or_nothing(media_type: str, at: int, noise: bytes) -> None:
    """Damage behind the first marks changes at most which codec or brand is seen."""
    data = SAMPLES[media_type]
    at = max(at, 12)
    found = sniff(data[:at] + noise + data[at + len(noise) :])

    family = {media_type} | {kind for kind in SUFFIXES if kind.split("/")[1] in media_type}
    assert found is None or found in family | {"image/avif", "image/heic"}


@pytest.mark.parametrize(
    ("media_type", "family", "fitting"),
    [
        ("image/png", "image", "image/png"),
        ("image/png", "", "image/png"),
        ("image/png", "audio", None),
        ("image/gif", "video", "image/gif"),
        ("video/mp4", "audio", "audio/mp4"),
        ("video/webm", "audio", "audio/webm"),
        ("video/x-matroska", "audio", "audio/x-matroska"),
        ("video/quicktime", "audio", None),
        ("audio/mp4", "video", None),
    ],
)
def test_containers_belong_to_several_families(
    media_type: str, family: str, fitting: str | None
) -> None:
    """A recording in a film's container is sound when sound is wanted."""
    assert within(media_type, family) == fitting


def test_the_names_servers_use_are_known() -> None:
    """So that a header cannot make a picture of what is none."""
    assert is_recognised("image/jpg")
    assert is_recognised("audio/x-wav")
    assert not is_recognised("image/svg+xml")
