"""Sound: what is said in it, what it is, its parts, and speech from words."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import numpy as np

from hf_integrations.emulator.media import formats, sound, speech
from hf_integrations.emulator.media.sound import Sound
from hf_integrations.emulator.media.speech import Heard
from hf_integrations.emulator.tasks.asked import Asked, Made, refuse
from hf_integrations.emulator.tasks.scores import Label, ranked

PAUSE = 0.5  # seconds of silence that part one chunk of a transcript from the next
_MOVES = ("playing", "walking", "dancing", "swimming", "cooking", "reading", "jumping", "driving")


def transcribe(asked: Asked) -> dict[str, Any]:
    """automatic-speech-recognition: the text, and chunks of it where `return_timestamps` asks."""
    wanted = asked.parameters.get("return_timestamps")
    if wanted not in (None, True, False, "word", "char"):
        raise refuse("Error in `parameters.return_timestamps`: it must be a boolean, word or char")
    words = speech.hear(asked.sound())
    told: dict[str, Any] = {"text": joined(words)}
    if wanted:
        parts = [[word] for word in words] if wanted != True else chunks(words)  # noqa: E712 - "word" is true too
        told["chunks"] = [
            {"text": f" {joined(part)}", "timestamp": [part[0].start, part[-1].end]}
            for part in parts
        ]
    return told


def joined(words: list[Heard]) -> str:
    """Return words as text."""
    return " ".join(word.text for word in words)


def chunks(words: list[Heard]) -> list[list[Heard]]:
    """Part words into sentences: after a stop, or where there is a pause."""
    found: list[list[Heard]] = []
    ended = True
    for word in words:
        if ended or word.start - found[-1][-1].end > PAUSE:
            found.append([])
        found[-1].append(word)
        ended = word.text.endswith((".", "!", "?"))
    return found


def classify(asked: Asked) -> list[Label]:
    """audio-classification: speech, music, noise or silence, by words, pitch and loudness."""
    listened = asked.sound()
    words = speech.hear(listened)
    spoken = sum(word.end - word.start for word in words if word.is_speech)
    length = max(listened.seconds, 0.001)
    loud = speech.loudness(listened)
    level = float(loud.max()) if len(loud) else 0.0
    silence = 4.0 if level < 1e-3 else 2 - 4 * level
    pure = _purity(listened) if level >= 1e-3 else 0.0
    raw = {
        "Speech": 6 * spoken / length,
        "Music": 4 * pure * (not spoken),
        "Noise": 4 * (1 - pure) * (level >= 1e-3) * (not spoken),
        "Silence": silence,
    }
    return ranked(asked, raw, usual=5)


def part(asked: Asked) -> list[dict[str, str]]:
    """audio-to-audio: the loud parts and the quiet ones, each as long as the whole."""
    listened = asked.sound()
    loud = np.zeros(len(listened.samples), dtype=bool)
    for word in speech.hear(listened):
        loud[round(word.start * listened.rate) : round(word.end * listened.rate)] = True
    tracks = {"speech": loud, "background": ~loud}
    return [
        {
            "label": label,
            "content-type": sound.MIME,
            "blob": b64encode(
                sound.write(Sound((listened.samples * kept).astype(np.float32), listened.rate))
            ).decode(),
        }
        for label, kept in tracks.items()
    ]


def say(asked: Asked) -> Made:
    """text-to-speech and text-to-audio: WAV in which every letter is a tone."""
    return Made(sound.write(speech.say(asked.text())), sound.MIME)


def classify_film(asked: Asked) -> list[Label]:
    """video-classification: what is done in a film, by its digest: nothing is decoded here."""
    data = asked.content()
    kind = formats.mime(data)
    if not kind.startswith("video/") and kind != "image/gif":
        raise refuse("Malformed video file")
    frames = asked.whole("num_frames", 8)
    rate = asked.whole("frame_sampling_rate", 1)
    spots = sha256(data + f"{frames} {rate}".encode()).digest()
    raw = {move: spots[at] / 64 for at, move in enumerate(_MOVES)}
    return ranked(asked, raw, usual=5)


def _purity(listened: Sound) -> float:
    """Return how much of the energy is near the strongest pitches: 1 for a tone, 0 for noise."""
    frequencies, energy = speech.pitches(listened.samples[: 2**18], listened.rate)
    strongest = np.sort(energy)[-max(1, len(frequencies) // 50) :]
    return float(strongest.sum() / max(energy.sum(), 1e-12))
