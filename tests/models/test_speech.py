"""The forms of the tasks about sound."""

from __future__ import annotations

import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.models.speech import Chunk, tracks, transcription
from tests.services.calls import ok
from tests.services.tasks_at_hand import WAV, WAV64


def test_chunks_have_times_where_somebody_knows_them() -> None:
    """The last one's end is often not known; OpenAI's servers call them segments."""
    found = transcription(
        ok({"text": "a b", "chunks": [{"text": "a", "timestamp": [0, 1.5]},
                                      {"text": "b", "timestamp": [1.5, None]}, {"text": "c"}]})
    )  # fmt: skip
    assert found.chunks == [Chunk("a", 0.0, 1.5), Chunk("b", 1.5), Chunk("c")]
    segments = [{"start": 0, "end": 1.5, "text": "a"}]
    assert transcription(ok([{"text": "a", "segments": segments}])).chunks == found.chunks[:1]
    with pytest.raises(DecodeError, match="empty"):
        transcription(ok([]))


@pytest.mark.parametrize("name", ["content-type", "content_type"])
def test_tracks_are_sound(name: str) -> None:
    """What they are is told by their bytes."""
    found = tracks(ok([{"label": "a", name: "audio/wav", "blob": WAV64}]))
    assert (found[0].label, found[0].audio.data) == ("a", WAV)
