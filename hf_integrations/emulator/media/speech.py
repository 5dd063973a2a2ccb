"""Speech: every letter is a tone of its own, so that what is said here can be heard here again.

Other sound is heard too: a word for every stretch of loudness, chosen by its length and pitch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.media import sound
from hf_integrations.emulator.media.sound import RATE, Samples, Sound
from hf_integrations.emulator.words import word_set

LETTER, GAP, FRAME = 0.025, 0.075, 0.005  # seconds of a letter, a pause, a step of listening
LOWEST, STEP = 400.0, 60.0  # Hz of the first letter, and from one to the next
LONGEST = 4_096  # characters that are spoken
QUIET = 0.1  # of the loudest; below is silence
PURITY = 0.35  # of a stretch's energy near one pitch, for it to be a letter

_FIRST, _LAST = 33, 126  # the visible characters of ASCII
# What unknown sound seems to say.
WORDS = sorted(
    word_set(
        """about all an and are been but call can come could day did do down each find first for
        from go had has have her him his how if know like long look make many may more
        most my no now number one other out over people said see she side so some
        sound than that the their them then there these they thing this time two up
        use was water way we were what when which who will with word would write you
        your"""
    )
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A word, and from when to when it lasts, in seconds."""

    text: str
    start: float
    end: float
    is_speech: bool = True


def say(text: str) -> Sound:
    """Speak `text`, 40 letters a second."""
    pause = np.zeros(round(GAP * RATE), dtype=np.float32)
    parts = [pause]
    for word in text[:LONGEST].split():
        parts += [*(_tone(_code(letter)) for letter in word), pause]
    return Sound(np.concatenate(parts))


def hear(heard: Sound) -> list[Heard]:
    """Return the words of a sound, in order."""
    found = []
    for start, end in _stretches(heard):
        samples = heard.samples[round(start * heard.rate) : round(end * heard.rate)]
        letters = _letters(samples, heard.rate)
        word = "".join(letters) if letters else _guess(samples, heard.rate)
        found.append(Heard(word, round(start, 3), round(end, 3), bool(letters)))
    return found


def coded(data: bytes) -> Sound:
    """Return what a sound that cannot be decoded here is taken for: a few words by its digest."""
    spots = sound.digest(data)
    return say(" ".join(WORDS[spot % len(WORDS)] for spot in spots[: 4 + spots[0] % 8]))


def pitches(samples: Samples, rate: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return pitches in Hz and the energy at each."""
    size = max(1_024, 1 << (max(1, len(samples)) - 1).bit_length())
    energy = abs(np.fft.rfft(samples * np.hanning(len(samples)), size)) ** 2
    return np.fft.rfftfreq(size, 1 / rate), energy


def loudness(heard: Sound) -> Samples:
    """Return the loudness of each step of listening: the root of the mean square."""
    step = max(1, round(FRAME * heard.rate))
    count = len(heard.samples) // step
    frames = heard.samples[: count * step].reshape(count, step)
    found: Samples = np.sqrt((frames.astype(np.float32) ** 2).mean(axis=1))
    return found


@lru_cache(maxsize=128)
def _tone(code: int) -> Samples:
    time = np.arange(round(LETTER * RATE)) / RATE
    fade = np.clip(np.minimum(time, LETTER - time) / 0.002, 0.2, 1)
    tone: Samples = (0.5 * fade * np.sin(2 * np.pi * _pitch(code) * time)).astype(np.float32)
    return tone


def _pitch(code: int) -> float:
    return LOWEST + STEP * (code - _FIRST)


def _code(letter: str) -> int:
    return ord(letter) if _FIRST <= ord(letter) <= _LAST else ord("?")


def _stretches(heard: Sound) -> list[tuple[float, float]]:
    """Return where it is loud, from and to in seconds; short gaps do not part a word."""
    loud = loudness(heard)
    if not len(loud) or loud.max() < 1e-4:
        return []
    step = max(1, round(FRAME * heard.rate)) / heard.rate
    at = np.flatnonzero(loud >= QUIET * loud.max())
    breaks = np.flatnonzero(np.diff(at) > 0.6 * GAP / FRAME)
    starts = at[np.concatenate([[0], breaks + 1])]
    ends = at[np.concatenate([breaks, [len(at) - 1]])] + 1
    return [(float(a * step), float(b * step)) for a, b in zip(starts, ends, strict=True)]


def _letters(samples: Samples, rate: int) -> list[str]:
    """Read the letters of a word; none, if only one of them is no letter of ours."""
    count = round(len(samples) / rate / LETTER)
    size = LETTER * rate
    if not count or abs(len(samples) - count * size) > 0.4 * size or _is_held(samples, rate):
        return []
    letters = []
    for at in range(count):
        middle = samples[round((at + 0.15) * size) : round((at + 0.85) * size)]
        letter = _letter(middle, rate)
        if not letter:
            return []
        letters.append(letter)
    return letters


def _is_held(samples: Samples, rate: int) -> bool:
    """Tell whether a tone does not fade where letters begin: then it is music."""
    size, edge = LETTER * rate, max(1, round(0.001 * rate))
    starts = [round(at * size) for at in range(round(len(samples) / size))]
    edges = np.concatenate([samples[start : start + edge] for start in starts])
    return float(np.abs(edges).mean()) > 0.6 * float(np.abs(samples).mean())


def _letter(samples: Samples, rate: int) -> str:
    frequencies, energy = pitches(samples, rate)
    peak = frequencies[energy.argmax()]
    code = round((peak - LOWEST) / STEP) + _FIRST
    if not _FIRST <= code <= _LAST or abs(peak - _pitch(code)) > 0.4 * STEP:
        return ""
    near = abs(frequencies - peak) < 2 * STEP
    return chr(code) if energy[near].sum() > PURITY * energy.sum() else ""


def _guess(samples: Samples, rate: int) -> str:
    frequencies, energy = pitches(samples, rate)
    return WORDS[(int(frequencies[energy.argmax()]) // 20 + len(samples) * 50 // rate) % len(WORDS)]
