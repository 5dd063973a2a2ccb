"""Long audio in windows that overlap a little, so that no word is lost where it is cut."""

from __future__ import annotations

import math

from msgspec import Struct

from hf_integrations.errors import HfError
from hf_integrations.models.media import Audio
from hf_integrations.models.sounds import Sound, as_wave, sound
from hf_integrations.transport.media.naming import named
from hf_integrations.transport.media.settings import MediaSettings


class Window(Struct, frozen=True):
    """A stretch of an audio.

    Attributes:
        start: seconds from the beginning of the whole.
        end: seconds from the beginning of the whole; None for all of an audio of unknown length.
        whole: the audio it is of.
        sound: how that is decoded; None when the window is all of it.
    """

    start: float
    end: float | None
    whole: Audio
    sound: Sound | None = None

    def cut(self) -> Audio:
        """The window as an audio of its own: WAV, 16 bits, mono, at the speed of the whole.

        It is decoded now, so that not all windows are in memory at a time; run it with `aside`.
        The only window of an audio that is not cut gives that audio itself.
        """
        if self.sound is None:
            return self.whole
        assert self.end is not None  # noqa: S101 - what is decoded has a length
        rate = self.sound.rate
        first, last = round(self.start * rate), round(self.end * rate)
        samples = self.sound.read(first, last - first)
        said = [f"seconds {self.start:g} to {self.end:g}"]
        if samples.shape[1] > 1:
            said.append(f"{samples.shape[1]} channels mixed to one")
        data = as_wave(samples.mean(axis=1), rate)
        return Audio(data, changes=(*self.whole.changes, *said))


def windows(audio: Audio, settings: MediaSettings) -> list[Window]:
    """The windows of an audio: one, unless it is longer than `long_audio` and may be cut.

    How long it is must be known for that: from the header (WAV, FLAC, M4A), else from soundfile.
    Without soundfile, or where that does not know the format, it goes whole.

    Raises:
        ValidationError: it is long, and in a format that cannot be decoded to be cut.
        ConfigurationError: it is long, and soundfile is not installed.
    """
    whole = [Window(0.0, audio.duration, audio)]
    if not settings.auto_chunk_long_audio:
        return whole
    length, decoded = audio.duration, None
    if length is None:
        decoded = _decoded_if_possible(audio)
        if decoded is None:
            return whole
        length = decoded.frames / decoded.rate
    if length <= settings.long_audio:
        return [Window(0.0, length, audio)]
    decoded = decoded or _decoded(audio, length)
    borders = _borders(length, settings.audio_window, settings.audio_overlap)
    return [Window(start, end, audio, decoded) for start, end in borders]


def _borders(length: float, window: float, overlap: float) -> list[tuple[float, float]]:
    """Windows that begin `window - overlap` apart; the last ends where the audio does."""
    step = window - overlap
    count = max(math.ceil((length - window) / step), 0) + 1
    return [(float(n * step), float(min(n * step + window, length))) for n in range(count)]


def _decoded(audio: Audio, length: float) -> Sound:
    try:
        return sound(audio.data, audio.media_type)
    except HfError as error:
        named(error, f"the audio ({length:.0f} s) must be cut")
        error.hint = f"{error.hint} Or set auto_chunk_long_audio=False to send it whole."
        raise


def _decoded_if_possible(audio: Audio) -> Sound | None:
    try:
        return sound(audio.data, audio.media_type)
    except HfError:  # not its format, or soundfile is not installed
        return None
