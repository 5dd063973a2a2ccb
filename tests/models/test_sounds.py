"""Sound as numbers."""

from __future__ import annotations

import io
import struct
import wave as standard

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.sounds import as_wave, seconds, sound, wave
from tests.transport.media.making import SAMPLES, film, sound_file, tone, wav


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("channels", [1, 2])
def test_wav_is_read_as_soundfile_reads_it(form: str, subtype: str, channels: int) -> None:
    """Every width, whole numbers and floats, plain and extensible."""
    data = sound_file(form, subtype, 0.1, channels=channels)
    expected, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    found = wave(data)

    assert found is not None
    assert (found.rate, found.frames, found.channels) == (rate, len(expected), channels)
    assert np.abs(found.read(0, found.frames) - expected).max() < 1e-6
    assert np.array_equal(found.read(100, 50), found.read(0, found.frames)[100:150])
    assert len(found.read(found.frames - 5, 50)) == 5
    assert len(found.read(found.frames + 5, 50)) == 0


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=50), st.sampled_from([1, 2]))
def test_what_is_written_is_read_again(values: list[float], channels: int) -> None:
    """To the width of 16 bits."""
    samples = np.array(values * channels, dtype=np.float32).reshape(-1, channels)
    found = wave(as_wave(samples, 16000))

    assert found is not None
    assert found.rate == 16000
    assert np.abs(found.read(0, found.frames) - samples).max() <= 1 / 16384


def test_the_standard_library_reads_what_is_written() -> None:
    """One channel may come as one dimension; what is too loud is held at the edge."""
    data = as_wave(np.array([0.0, 2.0, -2.0]), 8000)

    with standard.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert struct.unpack("<3h", file.readframes(3)) == (0, 32767, -32767)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10**6])
def test_a_recorder_that_streams_announces_no_size(size: int) -> None:
    """What is there counts."""
    data = wav(0.5)
    found = wave(data[:40] + struct.pack("<I", size) + data[44:])

    assert found is not None
    assert found.frames == 4000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SAMPLES["audio/flac"],
        wav()[:30],
        wav()[:12] + wav()[36:],
        wav()[:20] + struct.pack("<H", 2) + wav()[22:],  # ADPCM
        wav()[:24] + bytes(4) + wav()[28:],  # no rate
        wav()[:22] + bytes(2) + wav()[24:],  # no channels
        wav()[:32] + b"\7\0" + wav()[34:],  # an odd step
    ],
)
def test_what_is_no_plain_wav(data: bytes) -> None:
    """Broken, compressed, or something else."""
    assert wave(data) is None


@given(st.binary(max_size=80), st.integers(0, 60))
def test_broken_wav_never_crashes(noise: bytes, at: int) -> None:
    """Numbers, or None."""
    found = wave(SAMPLES["audio/wav"][:at] + noise)
    if found is not None:
        assert found.read(0, found.frames).shape == (found.frames, found.channels)


@pytest.mark.parametrize(
    ("data", "media_type", "length"),
    [
        (wav(1.5), "audio/wav", 1.5),
        (b"RIFF", "audio/wav", None),
        (sound_file("FLAC", seconds=1.25), "audio/flac", 1.25),
        (b"fLaC", "audio/flac", None),
        (film(seconds=3), "audio/mp4", 3.0),
        (sound_file("MP3"), "audio/mpeg", None),
    ],
)
def test_lengths_from_headers(data: bytes, media_type: str, length: float | None) -> None:
    """None where a header does not tell."""
    assert seconds(data, media_type) == length


@pytest.mark.parametrize("media_type", ["audio/flac", "audio/mpeg", "audio/ogg", "audio/aiff"])
def test_other_formats_are_decoded_by_soundfile(media_type: str) -> None:
    """In pieces, from any place."""
    decoded = sound(SAMPLES[media_type], media_type)
    piece = decoded.read(2000, 1000)

    assert decoded.rate == 8000
    assert piece.shape == (1000, 1)
    assert np.corrcoef(piece[:, 0], tone(1.0)[2000:3000, 0])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"fLaC and nothing more", "audio/flac"),
        (film(), "audio/mp4"),
        (wav()[:20] + struct.pack("<H", 0x7777) + wav()[22:], "audio/wav"),
    ],
)
def test_what_cannot_be_decoded(data: bytes, media_type: str) -> None:
    """Broken, or not among the formats: what to convert to."""
    with pytest.raises(ValidationError, match=r"cannot be decoded.*Convert it"):
        sound(data, media_type)


def test_sound_that_breaks_off_in_the_middle() -> None:
    """Found when it is read."""
    whole = sound_file("FLAC", seconds=20)
    middle = len(whole) // 2
    decoded = sound(whole[:middle] + bytes(3000) + whole[middle + 3000 :], "audio/flac")

    try:
        assert len(decoded.read(0, decoded.frames)) <= decoded.frames
    except ValidationError as error:
        assert "cannot be decoded" in str(error)  # noqa: PT017 - either is an answer
