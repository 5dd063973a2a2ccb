"""Sound: what is said in it, what it is, and sound made from words."""

from __future__ import annotations

from typing import Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.media import Audio, AudioInput
from hf_integrations.models.replies import Answers
from hf_integrations.models.speech import Track
from hf_integrations.models.text import Label
from hf_integrations.routing import table
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.infer import infer
from hf_integrations.services.transcribing import transcribe


def classify(
    context: Context,
    audio: AudioInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Classification],
) -> Flow[Answers[Label]]:
    """What is heard: labels, the best first.

    Args:
        audio: sound: path, URL, bytes, data URI, or (samples, frames per second).
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Classification`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_AUDIO, audio, model=model, provider=provider, options=options
    )


def speak(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Speech],
) -> Flow[Audio]:
    """A text, spoken.

    Args:
        text: what shall be said.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Speech`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.SPEAK, text, model=model, provider=provider, options=options)


def generate(
    context: Context,
    prompt: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Speech],
) -> Flow[Audio]:
    """Sound as it is described.

    Args:
        prompt: what shall be heard.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Speech`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.GENERATE_AUDIO, prompt, model=model, provider=provider, options=options
    )


def transform(
    context: Context,
    audio: AudioInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.NoParameters],
) -> Flow[Answers[Track]]:
    """Sound made of sound: parted into tracks, cleaned, or translated.

    Args:
        audio: sound: path, URL, bytes, data URI, or (samples, frames per second).
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.NoParameters`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.TRANSFORM, audio, model=model, provider=provider, options=options)


class _Sounds:
    classify = method(classify)
    generate = method(generate)
    speak = method(speak)
    transcribe = method(transcribe)
    transform = method(transform)


class RawSounds(_Sounds, RawService):
    """`client.audio.with_raw_response`."""


class Sounds(_Sounds, Service):
    """`client.audio`."""

    with_raw_response = raw(RawSounds)


class AsyncRawSounds(_Sounds, AsyncRawService):
    """`client.audio.with_raw_response`, awaited."""


class AsyncSounds(_Sounds, AsyncService):
    """`client.audio`, awaited."""

    with_raw_response = raw(AsyncRawSounds)
