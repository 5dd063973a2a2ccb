"""Sound as numbers: WAV by ourselves, everything else by soundfile, whose only door this is."""

from __future__ import annotations

import io
import struct
import threading
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.models.media_headers import film_seconds, flac_format

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE  # codes of RFC 2361 and of Microsoft's mmreg.h
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_READABLE = frozenset({"audio/wav", "audio/flac", "audio/mpeg", "audio/ogg", "audio/aiff"})


class Sound(Protocol):
    """Sound that is decoded piece by piece."""

    @property
    def rate(self) -> int:
        """Frames per second."""

    @property
    def frames(self) -> int:
        """How many there are."""

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """Frames from `start` on, float32 (n × channels) between -1 and 1."""


class WaveSound(Struct, frozen=True):
    """A WAV file, uncompressed; a view of its bytes.

    Attributes:
        kind: 1 for whole numbers, 3 for floats.
        width: bytes of one number.
        start: where the numbers begin.
    """

    data: bytes
    rate: int
    channels: int
    kind: int
    width: int
    start: int
    frames: int

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """Frames from `start` on, float32 (n × channels) between -1 and 1."""
        import numpy as np

        step = self.channels * self.width
        count = max(min(count, self.frames - start), 0)
        raw = memoryview(self.data)[self.start + start * step :][: count * step]
        numbers: NDArray[Any]
        if self.kind == _FLOAT:
            numbers = np.frombuffer(raw, f"<f{self.width}")
        elif self.width == 1:  # the only width without a sign
            numbers = (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / 128
        elif self.width == 3:
            wide = np.zeros((count * self.channels, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
            numbers = wide.view("<i4")[:, 0].astype(np.float32) / 2**31
        else:
            whole = np.frombuffer(raw, f"<i{self.width}").astype(np.float32)
            numbers = whole / 2.0 ** (8 * self.width - 1)
        shaped: NDArray[np.float32] = numbers.astype(np.float32, copy=False)
        return shaped.reshape(count, self.channels)


class FileSound:
    """Whatever libsndfile decodes; windows of it may be read from several threads."""

    def __init__(self, data: bytes) -> None:
        library = _soundfile()
        self._place = threading.Lock()  # the file has one, which seek and read share
        try:
            self._file = library.SoundFile(io.BytesIO(data))
        except (library.SoundFileError, TypeError, ValueError, OSError) as error:
            raise undecodable(str(error)) from None
        self._errors = library.SoundFileError
        self.rate: int = self._file.samplerate
        self.frames: int = self._file.frames

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """Frames from `start` on, float32 (n × channels) between -1 and 1."""
        try:
            with self._place:
                self._file.seek(start)
                numbers: NDArray[np.float32] = self._file.read(
                    count, dtype="float32", always_2d=True
                )
        except self._errors as error:
            raise undecodable(str(error)) from None
        return numbers


def sound(data: bytes, media_type: str) -> Sound:
    """Sound to be decoded.

    Raises:
        ValidationError: the bytes are broken, or in a format that cannot be decoded here.
        ConfigurationError: soundfile is needed and not installed.
    """
    if media_type == "audio/wav" and (found := wave(data)) is not None:
        return found
    if media_type not in _READABLE:
        raise undecodable(f"{media_type} is not among the formats that are decoded here")
    return FileSound(data)


def seconds(data: bytes, media_type: str) -> float | None:
    """How long it is, when the header of the format tells."""
    if media_type == "audio/wav":
        found = wave(data)
        return found.frames / found.rate if found else None
    if media_type == "audio/flac":
        form = flac_format(data)
        return form[1] / form[0] if form and form[1] else None
    return film_seconds(data) if media_type in {"audio/mp4", "video/mp4"} else None


def wave(data: bytes) -> WaveSound | None:
    """A WAV file, or None when it is broken or compressed.

    Recorders that stream announce no size, or the largest; the end of the bytes counts then.
    """
    form, at = b"", 12
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"data":
            left = len(data) - at - 8
            return _wave(data, form, at + 8, left if size in (0, 0xFFFFFFFF) else min(size, left))
        if name == b"fmt ":
            form = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return None


def _wave(data: bytes, form: bytes, start: int, size: int) -> WaveSound | None:
    if len(form) < 16:
        return None
    kind, channels, rate, _, step, _ = struct.unpack_from("<HHIIHH", form)
    if kind == _EXTENSIBLE and len(form) >= 26:
        (kind,) = struct.unpack_from("<H", form, 24)
    width = step // channels if channels else 0
    widths = {_PCM: (1, 2, 3, 4), _FLOAT: (4, 8)}.get(kind, ())
    if width not in widths or width * channels != step or not rate:
        return None
    return WaveSound(data, rate, channels, kind, width, start, size // step)


def as_wave(samples: NDArray[Any], rate: int) -> bytes:
    """Samples, n or n × channels between -1 and 1, as a WAV file of 16 bits."""
    import numpy as np

    channels = samples.shape[1] if samples.ndim == 2 else 1
    body: bytes = np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    step = 2 * channels
    head = _HEADER.pack(
        b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, _PCM, channels, rate, rate * step,
        step, 16, b"data", len(body),
    )  # fmt: skip
    return head + body


def undecodable(reason: str) -> ValidationError:
    """The sound cannot be decoded."""
    return ValidationError(
        f"The audio cannot be decoded: {reason.strip().rstrip('.')}.",
        hint="Convert it to WAV, FLAC, MP3 or OGG.",
    )


def _soundfile() -> Any:
    try:
        import soundfile  # type: ignore[import-untyped]
    except (ImportError, OSError) as error:  # OSError: libsndfile itself is missing
        raise ConfigurationError(
            "soundfile is not installed, and this audio cannot be decoded without it.",
            hint="Run `pip install 'hf-integrations[media]'`, or give uncompressed WAV.",
        ) from error
    return soundfile
