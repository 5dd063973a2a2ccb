"""Long audio is transcribed in windows, and nothing is said twice."""

from __future__ import annotations

import numpy as np
import pytest

from hf_integrations.models.media import Audio
from hf_integrations.models.sounds import as_wave
from hf_integrations.models.speech import Chunk
from hf_integrations.services.transcribing import transcribe
from tests.playing import Reply
from tests.services.calls import context, ok
from tests.services.tasks_at_hand import WAV
from tests.services.test_infer import played_all

LONG = as_wave(np.zeros(10_000), 1_000)  # 10 s


def test_short_audio_goes_whole() -> None:
    """To the byte."""
    found, [sent] = played_all(transcribe(context(), WAV), [ok({"text": "hi"})])
    assert (found.text, found.windows, found.chunks) == ("hi", 1, [])
    assert sent.body == WAV


def test_long_audio_goes_in_windows() -> None:
    """Times are those of the whole; what two windows both heard stands once."""
    settings = {"long_audio": 8, "audio_window": 6, "audio_overlap": 2}
    answers: list[Reply] = [
        ok({"text": "the cat sat on the m", "chunks": [
            {"text": "the cat sat", "timestamp": [0.5, 3.0]},
            {"text": " on the m", "timestamp": [4.2, 6.0]}]}),
        ok({"text": "on the mat.", "chunks": [{"text": "on the mat.", "timestamp": [0.2, 2.5]}]}),
    ]  # fmt: skip
    found, sent = played_all(transcribe(context(**settings), LONG, return_timestamps=True), answers)
    assert found.text == "the cat sat on the mat."
    assert found.windows == len(sent) == 2
    assert found.chunks[0] == Chunk("the cat sat", 0.5, 3.0)
    assert found.chunks[-1].end == pytest.approx(6.5)


def test_windows_without_times_are_put_together_by_their_words() -> None:
    """And have no chunks; nor have those whose times nobody knows."""
    settings = {"long_audio": 8, "audio_window": 6, "audio_overlap": 2}
    answers: list[Reply] = [
        ok({"text": "one two three four", "chunks": [{"text": "one two three four"}]}),
        ok({"text": "three four five"}),
    ]
    found, _ = played_all(transcribe(context(**settings), LONG), answers)
    assert (found.text, found.chunks) == ("one two three four five", [])


def test_cutting_can_be_turned_off() -> None:
    """Then all of it goes in one request."""
    ctx = context(auto_chunk_long_audio=False, long_audio=8)
    _, [sent] = played_all(transcribe(ctx, Audio(LONG)), [ok({"text": "hi"})])
    assert sent.body == LONG
