"""From whatever the caller gave to a picture, sound or film that may be sent."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TypeVar, cast

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow, Response
from hf_integrations.models.media import Image, Media, received
from hf_integrations.models.media_headers import is_cut_off
from hf_integrations.models.pictures import refuse_bomb
from hf_integrations.transport.engines.errands import aside
from hf_integrations.transport.media import shrinking, sources
from hf_integrations.transport.media.fetching import fetch
from hf_integrations.transport.media.naming import naming
from hf_integrations.transport.media.settings import MediaSettings
from hf_integrations.transport.retry import Retry

M = TypeVar("M", bound=Media)


def load(
    source: object,
    kind: type[M],
    settings: MediaSettings,
    *,
    argument: str = "",
    takes: Collection[str] | None = None,
    retry: Retry | None = None,
) -> Flow[M]:
    """What the caller gave, read, checked and, if the settings say so, made fit to be sent.

    Args:
        source: an `ImageInput`, `AudioInput` or `VideoInput`.
        kind: `Image`, `Audio` or `Video`.
        settings: the limits, and what may be done.
        argument: what the caller's argument is called, for the errors; the family by default.
        takes: for pictures, the media types the server takes; others become PNG. None for all.
        retry: how failures of a URL's server are met.

    Raises:
        ValidationError: it cannot be read, is something else, broken or too large.
        NetworkError: its URL does not answer.
        ConfigurationError: it must be changed, and the extra `media` is not installed.
    """
    argument = argument or kind.family or "source"
    most = settings.most(kind.family)
    url = sources.url_of(source, argument)
    if url is not None:
        data = yield from fetch(url, settings, max_bytes=most, argument=argument, retry=retry)
    elif sources.is_at_hand(source):
        data = sources.read(source, kind.family, most, argument)
    else:
        data = yield from aside(partial(sources.read, source, kind.family, most, argument))
    if not data:
        raise ValidationError(f"{argument} is empty.")
    _check_length(data, kind, settings, argument)
    with naming(argument):
        claimed = source.media_type if isinstance(source, Media) else ""
        media = source if type(source) is kind else kind(data, claimed)
        _check_structure(media, settings)
    if isinstance(media, Image):
        return cast(M, (yield from _fit(media, settings, argument, takes)))
    return media


def as_url(
    source: object,
    kind: type[M],
    settings: MediaSettings,
    *,
    argument: str = "",
    takes: Collection[str] | None = None,
) -> Flow[str]:
    """For servers that take URLs: an http(s) URL as it is, unfetched, and the rest as a data URI.

    Args and errors are those of `load`.
    """
    url = sources.url_of(source, argument or kind.family)
    if url is not None:
        return url
    media = yield from load(source, kind, settings, argument=argument, takes=takes)
    return media.data_uri


def download(
    url: str,
    kind: type[M],
    settings: MediaSettings,
    *,
    retry: Retry | None = None,
) -> Flow[M]:
    """What a provider has made and answered with a URL or a data URI of; it is left as it is.

    Never reads a file: the text was the provider's.

    Raises:
        DecodeError: something else is there.
        ValidationError: the URL leads nowhere, or to a private address that is not trusted.
        NetworkError: no answer.
    """
    what, most = "the URL of the result", settings.most(kind.family)
    if sources.is_data_uri(url):
        data = sources.data_uri(url, kind.family, most, what)
    else:
        data = yield from fetch(url, settings, max_bytes=most, argument=what, retry=retry)
    return received(kind, Response(200, body=data))


def _check_structure(media: Media, settings: MediaSettings) -> None:
    if is_cut_off(media.data, media.media_type):
        raise ValidationError(
            f"the {media.noun} ({media.media_type}) is cut off.", hint="Get the whole file."
        )
    if isinstance(media, Image):
        refuse_bomb(media.size, settings.max_image_pixels)


def _check_length(data: bytes, kind: type[Media], settings: MediaSettings, argument: str) -> None:
    most = settings.most(kind.family)
    if len(data) > most:
        raise sources.too_large(argument, kind.family, most)


def _fit(
    image: Image, settings: MediaSettings, argument: str, takes: Collection[str] | None
) -> Flow[Image]:
    with naming(argument):
        need = shrinking.needs(image, settings, takes)
    if not need:
        return image
    image = yield from aside(partial(_changed, image, need, settings, argument, takes))
    _check_length(image.data, Image, settings, argument)
    return image


def _changed(
    image: Image,
    need: shrinking.Needs,
    settings: MediaSettings,
    argument: str,
    takes: Collection[str] | None,
) -> Image:
    with naming(argument):
        return shrinking.changed(image, need, settings, takes)
