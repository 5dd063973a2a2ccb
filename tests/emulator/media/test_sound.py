"""WAV, with soundfile as the judge."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from hf_integrations.emulator.media import sound
from hf_integrations.emulator.media.sound import Sound
from tests.emulator.samples import SOUND

WAVE = np.sin(np.arange(8_000) / 20).astype(np.float32) * np.float32(0.5)


def test_what_is_written_is_read_by_others() -> None:
    """Sample for sample, to 16 bits."""
    found, rate = soundfile.read(io.BytesIO(sound.write(Sound(WAVE, 8_000))), dtype="float32")
    assert rate == 8_000
    assert np.allclose(found, WAVE, atol=1e-4)


def test_what_is_too_loud_is_cut() -> None:
    """And not wrapped around."""
    found = sound.read(sound.write(Sound(np.float32([2, -2]) * np.ones(2, np.float32))))  # type: ignore[arg-type]  # an array
    assert found is not None
    assert found.samples == pytest.approx([1, -1], abs=1e-3)


@pytest.mark.parametrize("kind", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32"])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_others_write_is_read(kind: str, channels: int) -> None:
    """In any width, with its channels mixed."""
    file = io.BytesIO()
    soundfile.write(file, np.stack([WAVE] * channels, axis=1), 22_050, kind, format="WAV")
    found = sound.read(file.getvalue())
    assert found is not None
    assert found.rate == 22_050
    assert found.seconds == pytest.approx(8_000 / 22_050)
    assert np.allclose(found.samples, WAVE, atol=0.02)


def test_what_is_not_decoded() -> None:
    """Floats, other formats, broken files."""
    file = io.BytesIO()
    soundfile.write(file, WAVE, 8_000, "FLOAT", format="WAV")
    for data in (file.getvalue(), b"fLaC", b"", SOUND[:30], b"RIFF\0\0\0\0WAVE"):
        assert sound.read(data) is None


def test_what_is_sound_all_the_same() -> None:
    """Is told by its first bytes, and stands for itself."""
    assert sound.is_coded(b"fLaC...")
    assert sound.is_coded(b"\0\0\0\x20ftypisom")
    assert not sound.is_coded(b"Hello")
    assert sound.digest(b"a") != sound.digest(b"b")
