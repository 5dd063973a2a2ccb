"""Sound and film."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from hf_integrations.emulator.media import sound, speech
from hf_integrations.emulator.media.sound import RATE, Sound
from tests.emulator.samples import FILM, PICTURE, SAID, SOUND
from tests.emulator.tasks.playing import make, refusal, run

TONE = sound.write(Sound((0.5 * np.sin(np.arange(RATE) / 6)).astype(np.float32)))
NOISE = sound.write(Sound(np.random.default_rng(0).normal(0, 0.2, RATE).astype(np.float32)))
SILENCE = sound.write(Sound(np.zeros(RATE, dtype=np.float32)))


def test_what_was_said_is_transcribed() -> None:
    """Without chunks, unless they are asked for."""
    assert run("automatic-speech-recognition", SOUND) == {"text": SAID}
    assert "chunks" not in run("automatic-speech-recognition", SOUND, return_timestamps=False)


def test_chunks_are_sentences_or_words() -> None:
    """With the times at which they are said."""
    found = run("automatic-speech-recognition", SOUND, return_timestamps=True)
    assert [one["text"] for one in found["chunks"]] == [" Good morning.", " This is a test."]
    starts = [time for one in found["chunks"] for time in one["timestamp"]]
    assert starts == sorted(starts)
    words = run("automatic-speech-recognition", SOUND, return_timestamps="word")
    assert [one["text"].strip() for one in words["chunks"]] == SAID.split()


def test_a_pause_parts_chunks() -> None:
    """Also without a stop."""
    said, pause = speech.say("one two").samples, np.zeros(RATE, dtype=np.float32)
    data = sound.write(Sound(np.concatenate([said, pause, said])))
    found = run("automatic-speech-recognition", data, return_timestamps=True)
    assert [one["text"] for one in found["chunks"]] == [" one two", " one two"]


@pytest.mark.parametrize(
    ("data", "label"), [(SOUND, "Speech"), (TONE, "Music"), (NOISE, "Noise"), (SILENCE, "Silence")]
)
def test_kinds_of_sound(data: bytes, label: str) -> None:
    """By words, pitch and loudness."""
    found = run("audio-classification", data)
    assert found[0]["label"] == label
    assert found[0]["score"] > 0.5
    assert len(run("audio-classification", data, top_k=1)) == 1


def test_an_empty_sound_is_silence() -> None:
    """And has no words."""
    empty = sound.write(Sound(np.zeros(0, dtype=np.float32)))
    assert run("audio-classification", empty)[0]["label"] == "Silence"
    assert run("automatic-speech-recognition", empty, return_timestamps=True) == {
        "text": "", "chunks": [],
    }  # fmt: skip


def test_parts_of_a_sound_are_the_whole() -> None:
    """Together, sample for sample; each with its type, spelled with a hyphen."""
    parts = run("audio-to-audio", SOUND)
    assert [part["label"] for part in parts] == ["speech", "background"]
    assert all(part["content-type"] == "audio/wav" for part in parts)
    one, other, whole = (
        sound.read(data) for data in (*(b64decode(p["blob"]) for p in parts), SOUND)
    )
    assert one is not None
    assert other is not None
    assert whole is not None
    assert np.allclose(one.samples + other.samples, whole.samples, atol=1e-3)


@pytest.mark.parametrize("task", ["text-to-speech", "text-to-audio"])
def test_speech_is_understood(task: str) -> None:
    """By the task that listens."""
    made = make(task, "Hello, you there!")
    assert made.mime == "audio/wav"
    assert run("automatic-speech-recognition", made.data)["text"] == "Hello, you there!"


def test_films_are_classified() -> None:
    """Always the same, by what they are and how they are looked at."""
    found = run("video-classification", FILM)
    assert found == run("video-classification", FILM)
    assert found != run("video-classification", FILM, num_frames=2)
    assert len(run("video-classification", FILM, top_k=2)) == 2
    assert run("video-classification", b"\0\0\0\x20ftypisom and more")


@pytest.mark.parametrize(
    ("task", "inputs", "parameters"),
    [
        ("automatic-speech-recognition", PICTURE, {}), ("automatic-speech-recognition", 5, {}),
        ("automatic-speech-recognition", SOUND, {"return_timestamps": "sometimes"}),
        ("audio-classification", b"x", {}), ("audio-to-audio", "", {}),
        ("text-to-speech", 5, {}), ("text-to-speech", "", {}), ("video-classification", SOUND, {}),
        ("video-classification", FILM, {"num_frames": 0}),
    ],
)  # fmt: skip
def test_wrong_requests(task: str, inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal(task, inputs, **parameters)
