"""Long audio in windows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Audio
from hf_integrations.models.sounds import as_wave, wave
from hf_integrations.transport.media import MediaSettings, windows
from tests.transport.media.making import film, sound_file, tone, wav, webm

SETTINGS = MediaSettings(long_audio=10.0, audio_window=6.0, audio_overlap=2.0)


def borders(audio: Audio, settings: MediaSettings = SETTINGS) -> list[tuple[float, float | None]]:
    """Where the windows are."""
    return [(window.start, window.end) for window in windows(audio, settings)]


def test_long_audio_is_cut_with_overlap() -> None:
    """The last window ends where the audio does."""
    assert borders(Audio(wav(11.0))) == [(0, 6), (4, 10), (8, 11.0)]
    assert borders(Audio(wav(14.0))) == [(0, 6), (4, 10), (8, 14)]


def test_the_default_is_five_minutes_with_ten_seconds() -> None:
    """Of what is longer than half an hour."""
    long = Audio(as_wave(np.zeros(1801 * 100), 100))

    assert borders(long, MediaSettings())[:2] == [(0, 300), (290, 590)]
    assert borders(long, MediaSettings())[-1] == (1740, 1801)
    assert len(windows(Audio(as_wave(np.zeros(1800 * 100), 100)), MediaSettings())) == 1


@pytest.mark.parametrize("settings", [SETTINGS, MediaSettings.thin(long_audio=1.0)])
def test_what_is_short_or_may_not_be_cut_is_one_window(settings: MediaSettings) -> None:
    """That gives the audio itself, to the byte."""
    audio = Audio(wav(9.5))
    (window,) = windows(audio, settings)

    assert (window.start, window.end) == (0, 9.5)
    assert window.cut() is audio


def test_a_window_is_the_stretch_it_says() -> None:
    """As mono WAV at the same speed, and what was done is told."""
    samples = tone(12.0, channels=2)
    audio = Audio(as_wave(samples, 8000))
    window = windows(audio, SETTINGS)[1]
    cut = window.cut()
    found = wave(cut.data)

    assert found is not None
    assert (found.rate, found.channels, found.frames) == (8000, 1, 6 * 8000)
    expected = samples[4 * 8000 : 10 * 8000].mean(axis=1)
    assert np.abs(found.read(0, found.frames)[:, 0] - expected).max() < 1e-3
    assert cut.changes == ("seconds 4 to 10", "2 channels mixed to one")
    assert windows(Audio(wav(12.0)), SETTINGS)[0].cut().changes == ("seconds 0 to 6",)


@pytest.mark.parametrize(("form", "likeness"), [("FLAC", 0.999), ("MP3", 0.95), ("OGG", 0.95)])
def test_compressed_audio_is_cut_too(form: str, likeness: float) -> None:
    """Decoded piece by piece; how long it is, soundfile knows where the header does not."""
    audio = Audio(sound_file(form, "VORBIS" if form == "OGG" else None, 12.0))
    found = windows(audio, SETTINGS)
    samples, rate = found[1].cut().to_numpy()

    assert [window.start for window in found] == [0, 4, 8]
    expected = tone(12.0)[4 * rate : 10 * rate, 0]
    assert np.corrcoef(samples, expected)[0, 1] > likeness


def test_windows_are_cut_side_by_side() -> None:
    """From several threads, as services do: each is the same as when it is cut alone."""
    found = windows(Audio(sound_file("FLAC", seconds=60.0)), SETTINGS)
    alone = [window.cut() for window in found]

    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            assert list(threads.map(lambda window: window.cut(), found)) == alone


def test_compressed_audio_that_is_short_goes_whole() -> None:
    """With the length soundfile found."""
    (window,) = windows(Audio(sound_file("MP3", seconds=2.0)), SETTINGS)

    assert window.end == pytest.approx(2.0, abs=0.3)
    assert window.cut().media_type == "audio/mpeg"


def test_audio_of_unknown_length_goes_whole() -> None:
    """Nobody here can decode it, so nobody can cut it."""
    assert borders(Audio(webm(b"A_OPUS"))) == [(0, None)]


def test_long_audio_that_cannot_be_decoded_is_an_error() -> None:
    """With both ways out; with the setting off, it goes whole."""
    long = Audio(film(b"M4A ", seconds=3600))

    with pytest.raises(ValidationError, match=r"audio \(3600 s\) must be cut.*Convert it.*Or set "
                       "auto_chunk_long_audio=False"):  # fmt: skip
        windows(long, SETTINGS)
    assert borders(long, MediaSettings.thin()) == [(0, 3600)]


@given(st.integers(11, 4000), st.integers(2, 60), st.data())
def test_windows_cover_everything(length: int, window: int, data: st.DataObject) -> None:
    """Each overlaps the next by as much as asked, and none lies within another."""
    overlap = data.draw(st.integers(0, window // 2))
    settings = MediaSettings(long_audio=10.0, audio_window=window, audio_overlap=overlap)
    found = windows(Audio(as_wave(np.zeros(length), 1)), settings)

    assert found[0].start == 0
    assert found[-1].end == length
    for before, after in pairwise(found):
        assert before.end is not None
        assert after.end is not None
        assert before.end - after.start == overlap
        assert before.end < after.end
    assert all(stretch.end and stretch.end - stretch.start <= window for stretch in found)
