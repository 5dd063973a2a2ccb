"""Speech as text, long audio in windows whose transcripts are put together again."""

from __future__ import annotations

from typing import Any, Unpack

from hf_integrations.flow import Flow, side_by_side
from hf_integrations.models import parameters as said
from hf_integrations.models.media import Audio, AudioInput
from hf_integrations.models.speech import Chunk, Transcription
from hf_integrations.routing.table import TRANSCRIBE
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.services.context import Context
from hf_integrations.services.infer import checked_parameters, done
from hf_integrations.services.inputs import prepared
from hf_integrations.services.options import Call
from hf_integrations.services.servers import settled
from hf_integrations.transport.media import Span, Transcript, Window, aside, merge, windows


def transcribe(
    context: Context,
    audio: AudioInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.SpeechRecognition],
) -> Flow[Transcription]:
    """What is said in an audio.

    Audio longer than the setting `long_audio` is cut into windows that overlap, a few of which are
    transcribed at a time; times are those of the whole.

    Args:
        audio: sound: path, URL, bytes, data URI, or (samples, frames per second).
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.SpeechRecognition`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    call, given = Call.split(options)
    parameters = checked_parameters(TRANSCRIBE, given)
    target = resolve(context.config, TRANSCRIBE, model=model, provider=provider)
    target = yield from settled(context, target, TRANSCRIBE)
    target.url(TRANSCRIBE)
    whole: Audio = yield from prepared(context, TRANSCRIBE, audio)
    parts = yield from aside(lambda: windows(whole, context.media))
    flows = [_heard(context, call, target, part, parameters) for part in parts]
    heard = yield from side_by_side(flows, limit=context.media.audio_windows_at_once)
    return heard[0] if len(heard) == 1 else _joined(parts, heard)


def _heard(
    context: Context, call: Call, target: Target, part: Window, parameters: dict[str, Any]
) -> Flow[Transcription]:
    """The transcript of a window; times begin at 0 in each."""
    audio = yield from aside(part.cut)
    return (yield from done(context, call, target, TRANSCRIBE, audio, parameters))


def _joined(parts: list[Window], heard: list[Transcription]) -> Transcription:
    whole = merge(parts, [_transcript(one) for one in heard])
    chunks = [Chunk(span.text, span.start, span.end) for span in whole.spans]
    return Transcription(whole.text, chunks, windows=len(parts))


def _transcript(one: Transcription) -> Transcript:
    """Chunks whose beginning nobody knows are of no use in putting them together."""
    spans = tuple(
        Span(chunk.text, chunk.start, chunk.end) for chunk in one.chunks if chunk.start is not None
    )
    return Transcript(one.text, spans if len(spans) == len(one.chunks) else ())
