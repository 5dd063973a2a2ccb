"""Films: made from words or a picture, and what they show."""

from __future__ import annotations

from typing import Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.media import ImageInput, Video, VideoInput
from hf_integrations.models.replies import Answers
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


def generate(
    context: Context,
    prompt: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.TextToVideo],
) -> Flow[Video]:
    """A film of what is described.

    Args:
        prompt: what shall be seen.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.TextToVideo`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.GENERATE_VIDEO, prompt, model=model, provider=provider, options=options
    )


def animate(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageToVideo],
) -> Flow[Video]:
    """A picture, set in motion as `prompt` says.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageToVideo`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.ANIMATE, image, model=model, provider=provider, options=options)


def edit(
    context: Context,
    video: VideoInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageToVideo],
) -> Flow[Video]:
    """A film, changed as `prompt` says.

    Args:
        video: a film: path, URL, bytes or data URI.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageToVideo`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.EDIT_VIDEO, video, model=model, provider=provider, options=options)


def classify(
    context: Context,
    video: VideoInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.VideoClassification],
) -> Flow[Answers[Label]]:
    """What a film shows: labels, the best first.

    Args:
        video: a film: path, URL, bytes or data URI.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.VideoClassification`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_VIDEO, video, model=model, provider=provider, options=options
    )


class _Videos:
    animate = method(animate)
    classify = method(classify)
    edit = method(edit)
    generate = method(generate)


class RawVideos(_Videos, RawService):
    """`client.video.with_raw_response`."""


class Videos(_Videos, Service):
    """`client.video`."""

    with_raw_response = raw(RawVideos)


class AsyncRawVideos(_Videos, AsyncRawService):
    """`client.video.with_raw_response`, awaited."""


class AsyncVideos(_Videos, AsyncService):
    """`client.video`, awaited."""

    with_raw_response = raw(AsyncRawVideos)
