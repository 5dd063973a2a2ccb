"""Pictures: what is in them, questions about them, and new ones."""

from __future__ import annotations

from typing import Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.media import Image, ImageInput, Media
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
from hf_integrations.services.seeing import (
    answer,
    answer_document,
    classify,
    classify_zero_shot,
    describe,
    detect,
    detect_zero_shot,
    estimate_depth,
    keypoints,
    masks,
    segment,
)


def generate(
    context: Context,
    prompt: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.TextToImage],
) -> Flow[Image]:
    """A picture of what is described.

    Args:
        prompt: what shall be seen.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.TextToImage`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.GENERATE_IMAGE, prompt, model=model, provider=provider, options=options
    )


def imagine(
    context: Context,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageFromNothing],
) -> Flow[Image]:
    """A picture of whatever the model makes by itself.

    Args:
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageFromNothing`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.IMAGINE, None, model=model, provider=provider, options=options)


def edit(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageToImage],
) -> Flow[Image]:
    """A picture, changed as `prompt` says.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageToImage`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.EDIT, image, model=model, provider=provider, options=options)


def to_3d(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.MadeSolid],
) -> Flow[Media]:
    """A 3-D model of what a picture shows.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.MadeSolid`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.TO_3D, image, model=model, provider=provider, options=options)


class _Images:
    answer = method(answer)
    answer_document = method(answer_document)
    classify = method(classify)
    classify_zero_shot = method(classify_zero_shot)
    describe = method(describe)
    detect = method(detect)
    detect_zero_shot = method(detect_zero_shot)
    edit = method(edit)
    estimate_depth = method(estimate_depth)
    generate = method(generate)
    imagine = method(imagine)
    keypoints = method(keypoints)
    masks = method(masks)
    segment = method(segment)
    to_3d = method(to_3d)


class RawImages(_Images, RawService):
    """`client.image.with_raw_response`."""


class Images(_Images, Service):
    """`client.image`."""

    with_raw_response = raw(RawImages)


class AsyncRawImages(_Images, AsyncRawService):
    """`client.image.with_raw_response`, awaited."""


class AsyncImages(_Images, AsyncService):
    """`client.image`, awaited."""

    with_raw_response = raw(AsyncRawImages)
