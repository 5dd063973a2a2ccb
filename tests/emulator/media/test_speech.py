"""Speech that is understood again."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.emulator.media import sound, speech
from hf_integrations.emulator.media.sound import RATE, Sound

LETTERS = string.ascii_letters + string.digits + string.punctuation


def understood(text: str) -> list[str]:
    """Say a text, write it, read it, hear it."""
    found = sound.read(sound.write(speech.say(text)))
    assert found is not None
    return [word.text for word in speech.hear(found)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), max_size=6))
def test_what_is_said_is_understood(words: list[str]) -> None:
    """Letter by letter."""
    assert understood(" ".join(words)) == words


def test_letters_beyond_ascii_are_question_marks() -> None:
    """There is no tone for them."""
    assert understood("Über uns") == ["?ber", "uns"]


def test_times_follow_the_letters() -> None:
    """40 a second, with pauses."""
    one, two = speech.hear(speech.say("Hello you"))
    assert (one.start, one.end) == (0.075, 0.2)
    assert (two.start, two.end) == (0.275, 0.35)
    assert one.is_speech


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_other_rates(rate: int) -> None:
    """As a player or a telephone makes them; of a telephone, low letters come through."""
    said = speech.say("123 $%")
    times = np.arange(int(said.seconds * rate)) / rate
    samples = np.interp(times, np.arange(len(said.samples)) / RATE, said.samples).astype(np.float32)
    assert [word.text for word in speech.hear(Sound(samples, rate))] == ["123", "$%"]


def test_noise_around_it_does_no_harm() -> None:
    """A little of it."""
    said = speech.say("Hello world.")
    noise = np.random.default_rng(0).normal(0, 0.005, len(said.samples)).astype(np.float32)
    assert [w.text for w in speech.hear(Sound(said.samples + noise))] == ["Hello", "world."]


def test_other_sound_gives_words_too() -> None:
    """Always the same, one for each stretch of loudness."""
    tone = np.sin(np.arange(RATE) / 9).astype(np.float32)
    quiet = np.zeros(RATE // 2, dtype=np.float32)
    found = speech.hear(Sound(np.concatenate([tone, quiet, tone[: RATE // 3]])))
    assert len(found) == 2
    assert all(word.text in speech.WORDS and not word.is_speech for word in found)
    assert found == speech.hear(Sound(np.concatenate([tone, quiet, tone[: RATE // 3]])))


def test_tones_that_are_no_letters_are_no_speech() -> None:
    """Too high, or between two letters; though they are as long and fade as letters do."""
    times = np.arange(400) / RATE
    fade = np.clip(np.minimum(times, 0.025 - times) / 0.002, 0.2, 1)
    for pitch in (7_500, 430 + 60 * 8):
        tone = (0.5 * fade * np.sin(2 * np.pi * pitch * times)).astype(np.float32)
        quiet = np.zeros(1_600, dtype=np.float32)
        [found] = speech.hear(Sound(np.concatenate([quiet, tone, tone, quiet])))
        assert not found.is_speech


@pytest.mark.parametrize("length", [0, 10, 20_000])
def test_silence_has_no_words(length: int) -> None:
    """However long it is."""
    assert speech.hear(Sound(np.zeros(length, dtype=np.float32))) == []


def test_coded_sound_stands_for_words() -> None:
    """By its digest."""
    one, other = (speech.hear(speech.coded(data)) for data in (b"one", b"other"))
    assert [w.text for w in one] != [w.text for w in other]
    assert 4 <= len(one) <= 11


def test_a_long_text_is_cut() -> None:
    """So that no sound is endless."""
    assert speech.say("a" * 10_000).seconds < 105
