"""Sound: WAV written and read with the standard library; other formats stand for their bytes."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.media import formats

Samples: TypeAlias = NDArray[np.float32]

RATE = 16_000  # samples a second that the emulator speaks with
LONGEST = 2**25  # samples that are read; the rest of a longer sound is not heard
MIME = "audio/wav"


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of samples from -1 to 1."""

    samples: Samples
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def write(sound: Sound) -> bytes:
    """Return `sound` as WAV, 16 bits a sample."""
    out = BytesIO()
    with wave.open(out, "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(sound.rate)
        writing.writeframes((np.clip(sound.samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return out.getvalue()


def read(data: bytes) -> Sound | None:
    """Return the sound of a WAV file, its channels mixed; None for what cannot be decoded here."""
    try:
        with wave.open(BytesIO(data), "rb") as reading:
            width, channels = reading.getsampwidth(), reading.getnchannels()
            raw = reading.readframes(LONGEST // channels)
            rate = reading.getframerate()
        samples = _samples(raw[: len(raw) // (width * channels) * width * channels], width)
    except (wave.Error, EOFError, ValueError, KeyError, ZeroDivisionError):
        return None
    return Sound(samples.reshape(-1, channels).mean(axis=1, dtype=np.float32), rate)


def is_coded(data: bytes) -> bool:
    """Tell whether `data` is sound, or a film with sound, in a format that is not decoded here."""
    return formats.mime(data).startswith(("audio/", "video/"))


def digest(data: bytes) -> bytes:
    """Return 32 bytes that stand for a sound that is not decoded."""
    return sha256(data).digest()


def _samples(raw: bytes, width: int) -> Samples:
    if width == 3:
        three = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        padded = np.zeros((len(three), 4), dtype=np.uint8)
        padded[:, 1:] = three
        raw, width = padded.tobytes(), 4
    kind = {1: "u1", 2: "<i2", 4: "<i4"}[width]
    values = np.frombuffer(raw, kind).astype(np.float32)
    if width == 1:
        values, width = values - np.float32(128), 1
    found: Samples = (values / np.float32(2 ** (8 * width - 1))).astype(np.float32)
    return found
