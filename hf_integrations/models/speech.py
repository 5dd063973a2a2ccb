"""The shapes of the tasks about sound: transcripts and tracks.

Source: the specifications of the Hub's tasks; the OpenAI API for `segments`; transformers,
`pipelines/text_to_audio.py`, for sound as numbers.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from hf_integrations.flow import Response
from hf_integrations.models.media import Audio
from hf_integrations.models.replies import (
    Answers,
    answers,
    items,
    media,
    shaped,
    unfit,
    with_http,
)
from hf_integrations.models.shapes import Answer, Received


class Chunk(Struct, frozen=True):
    """A stretch of a transcript, and when it was said, in seconds; None where nobody knows."""

    text: str
    start: float | None = None
    end: float | None = None


class Transcription(Answer):
    """What was said.

    Attributes:
        chunks: the same in stretches with times, when `return_timestamps` asked for them.
        windows: in how many pieces long audio was transcribed.
    """

    text: str
    chunks: list[Chunk] = field(default_factory=list)
    windows: int = 1

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said, things

        return said(self.text, below=things(self.chunks) if self.chunks else "")


class Track(Struct, frozen=True):
    """One of the sounds that an audio was changed into, or parted into."""

    label: str
    audio: Audio


class _Chunk(Received):
    text: str = ""
    timestamp: tuple[float | None, float | None] | None = None
    start: float | None = None
    end: float | None = None


class _Transcription(Received):
    text: str
    chunks: list[_Chunk] | None = None
    segments: list[_Chunk] | None = None


class _Track(Received, rename={"content_type": "content-type"}):
    blob: str
    label: str = ""
    content_type: str | None = None


class Sounding(Received):
    """Sound in JSON: base64, or numbers and how many there are in a second."""

    audio: Any = None
    sampling_rate: float | None = None


def transcription(response: Response) -> Transcription:
    """What was said."""
    read = items(response)
    if not read:
        raise unfit(response, "it is empty")
    found = shaped(response, read[0], _Transcription)
    chunks = [_chunk(one) for one in found.chunks or found.segments or []]
    return with_http(response, Transcription(found.text, chunks))


def tracks(response: Response) -> Answers[Track]:
    """Sounds, with a label each."""
    read = [shaped(response, item, _Track) for item in items(response)]
    return answers(response, [Track(one.label, media(response, Audio, one.blob)) for one in read])


def _chunk(one: _Chunk) -> Chunk:
    start, end = one.timestamp or (one.start, one.end)
    return Chunk(one.text, start, end)
