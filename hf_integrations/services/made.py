"""What a task has made, wherever it is in the answer: the bytes, base64 in JSON, or a URL."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Flow, Response
from hf_integrations.models.media import Audio, Image, Media, Video, received
from hf_integrations.models.media_types import sniff
from hf_integrations.models.replies import json_of, media, unfit
from hf_integrations.services.context import Context

M = TypeVar("M", bound=Media)

_DEEPEST = 8
# The names under which servers and providers put what they made, the more telling first.
_NAMES = (
    "b64_json", "url", "image", "images", "audio", "video", "videos", "video_url", "image_result",
    "model_mesh", "blob", "data", "output", "outputs",
)  # fmt: skip
_FAMILIES: dict[str, type[Media]] = {"image": Image, "audio": Audio, "video": Video}


class Place(Struct, Generic[M], frozen=True):
    """Where something is that is not in the answer itself."""

    url: str
    kind: type[M]

    def fetched(self, context: Context) -> Flow[M]:
        """It, from there.

        Raises:
            HfError: it could not be fetched.
        """
        from hf_integrations.transport.media.loading import download

        retry = context.patience.retry
        return (yield from download(self.url, self.kind, context.media, retry=retry))


def made(response: Response, kind: type[M]) -> M | Place[M]:
    """The picture, sound, film or file of an answer, or where it is.

    Raises:
        DecodeError: there is none.
    """
    if sniff(response.body) is not None or response.body.lstrip()[:1] not in (b"{", b"[", b'"'):
        return received(kind, response)
    value = json_of(response)
    if kind is Audio and (sound := _numbers(response, value)) is not None:
        return kind(sound)
    source = _source(value)
    if source is None:
        raise unfit(response, f"it is JSON, and holds no {kind.noun}")
    if source.startswith(("http://", "https://")):
        return Place(source, kind)
    return media(response, kind, source)


def anything(response: Response) -> Any:
    """An answer of any kind: media if its bytes are known to be, else JSON, else the bytes."""
    found = sniff(response.body)
    if found is not None:
        return received(_FAMILIES.get(found.partition("/")[0], Media), response)
    try:
        return json_of(response)
    except DecodeError:
        return Media(response.body, response.headers.get("content-type", ""))


def _source(value: Any) -> str | None:
    """The first text under one of the names."""
    for _ in range(_DEEPEST):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[name] for name in _NAMES if value.get(name)), None)
    return None


def _numbers(response: Response, value: Any) -> bytes | None:
    """Sound as numbers, written as WAV; None when the answer has no numbers.

    Source: transformers, `pipelines/text_to_audio.py`: `audio`, channels × n, and `sampling_rate`.
    """
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict) or not isinstance(value.get("audio"), list):
        return None
    import numpy as np

    from hf_integrations.models.sounds import as_wave

    rate = value.get("sampling_rate")
    try:
        samples = np.squeeze(np.asarray(value["audio"], dtype=np.float32))
    except (TypeError, ValueError, OverflowError):
        raise unfit(response, "its audio is not numbers") from None
    number = isinstance(rate, (int, float)) and 1 <= rate <= 1_000_000
    if samples.ndim not in (1, 2) or not number or not np.isfinite(samples).all():
        raise unfit(response, "its audio is not numbers with a sampling_rate")
    if samples.ndim == 2 and samples.shape[0] < samples.shape[1]:
        samples = samples.T
    return as_wave(samples.mean(axis=1) if samples.ndim == 2 else samples, int(rate or 0))
