"""Pictures, sound, film and documents in messages, as the parts that servers take.

Source: the OpenAI API, chat completions (`image_url`, `input_audio`, `file`); vLLM's documentation
for `video_url`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.messages import ChatMessage
from hf_integrations.services.context import Context

Part = dict[str, Any]
Message = ChatMessage | Part

# What models see; of other types of pictures, PNG is made.
SEEN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_WORDS = {"audio/mpeg": "mp3", "audio/wav": "wav", "audio/mp4": "m4a"}
_OURS = ("image", "audio", "video", "file")


def are_plain(messages: list[Message]) -> bool:
    """Whether every part is in the server's words already, so that nothing must be read."""
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else message.content
        if isinstance(content, list) and not all(map(_is_plain, content)):
            return False
    return True


def in_words(context: Context, messages: list[Message]) -> Flow[list[Message]]:
    """The messages with each part in the server's words; the caller's own are left as they are.

    Raises:
        ValidationError: a part is none; it is named by its place.
        HfError: media could not be read or fetched.
    """
    found: list[Message] = []
    for index, message in enumerate(messages):
        content = message.get("content") if isinstance(message, dict) else message.content
        if not isinstance(content, list) or all(map(_is_plain, content)):
            found.append(message)
            continue
        parts = []
        for place, part in enumerate(content):
            where = f"messages[{index}].content[{place}]"
            parts.append(part if _is_plain(part) else (yield from _part(context, part, where)))
        if isinstance(message, dict):
            found.append({**message, "content": parts})
        else:
            found.append(replace(message, content=parts))
    return found


def _is_plain(part: Any) -> bool:
    if not isinstance(part, dict) or not isinstance(kind := part.get("type"), str):
        return False
    if kind == "image_url":
        return isinstance(image := part.get(kind), dict) and isinstance(image.get("url"), str)
    return (
        kind not in _OURS or kind not in part or (kind == "file" and isinstance(part[kind], dict))
    )


def _part(context: Context, part: Any, where: str) -> Flow[Part]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if not isinstance(part, dict):
        return (yield from _of_object(context, part, where))
    kind = part.get("type")
    if not isinstance(kind, str):
        raise ValidationError(
            f"{where}.type is missing.", hint="It says what the part is: text, image, audio, …"
        )
    if kind == "image_url":
        return (yield from _image_url(context, part, where))
    made = yield from _MAKERS[kind](context, part[kind], f"{where}.{kind}")
    rest = {name: value for name, value in part.items() if name not in ("type", kind)}
    made[made["type"]] |= rest  # such as `detail` of a picture
    return made


def _of_object(context: Context, given: Any, where: str) -> Flow[Part]:
    """A part from an object that says by itself what it is, or whose bytes do."""
    from hf_integrations.models.media import Audio, Image, Media, Video
    from hf_integrations.transport.media.loading import load

    for shape, kind in ((Image, "image"), (Audio, "audio"), (Video, "video")):
        if isinstance(given, shape):
            return (yield from _MAKERS[kind](context, given, where))
    if hasattr(given, "__array_interface__") or hasattr(given, "__array__"):
        return (yield from _image(context, given, where))
    readable = isinstance(given, (bytes, bytearray, memoryview, os.PathLike, Media))
    if not readable and not callable(getattr(given, "read", None)):
        raise ValidationError(
            f"{where} must be a dict, a text, or a picture, sound, film or file; not "
            f"{type(given).__name__}."
        )
    media = yield from load(given, Media, context.media, argument=where)
    family = media.media_type.partition("/")[0]
    name = Path(given).name if isinstance(given, os.PathLike) else ""
    if family not in _MAKERS:
        return _document(media, name)
    return (yield from _MAKERS[family](context, media.data, where))


def _image_url(context: Context, part: Part, where: str) -> Flow[Part]:
    """OpenAI's own part, whose URL may be the text alone, or something else than a text."""
    given = part.get("image_url")
    if isinstance(given, str):
        return {**part, "image_url": {"url": given}}
    if isinstance(given, dict) and "url" in given:
        made = yield from _image(context, given["url"], f"{where}.image_url.url")
        return {**part, "image_url": {**given, **made["image_url"]}}
    if given is None or isinstance(given, dict):
        raise ValidationError(f"{where}.image_url.url is missing.")
    made = yield from _image(context, given, f"{where}.image_url")
    return {**part, **made}


def _image(context: Context, given: Any, where: str) -> Flow[Part]:
    from hf_integrations.models.media import Image
    from hf_integrations.transport.media.loading import as_url

    url = yield from as_url(given, Image, context.media, argument=where, takes=SEEN)
    return {"type": "image_url", "image_url": {"url": url}}


def _audio(context: Context, given: Any, where: str) -> Flow[Part]:
    from hf_integrations.models.media import Audio
    from hf_integrations.transport.media.loading import load

    sound = yield from load(given, Audio, context.media, argument=where)
    word = _WORDS.get(sound.media_type, sound.suffix.removeprefix("."))
    return {"type": "input_audio", "input_audio": {"data": sound.base64, "format": word}}


def _video(context: Context, given: Any, where: str) -> Flow[Part]:
    from hf_integrations.models.media import Video
    from hf_integrations.transport.media.loading import as_url

    url = yield from as_url(given, Video, context.media, argument=where)
    return {"type": "video_url", "video_url": {"url": url}}


def _file(context: Context, given: Any, where: str) -> Flow[Part]:
    from hf_integrations.models.media import Media
    from hf_integrations.transport.media.loading import load
    from hf_integrations.transport.media.sources import is_data_uri

    media = yield from load(given, Media, context.media, argument=where)
    is_path = isinstance(given, os.PathLike) or (isinstance(given, str) and len(given) < 1000)
    name = Path(given).name if is_path and not is_data_uri(str(given)) else ""
    return _document(media, name)


def _document(media: Any, name: str) -> Part:
    file = {"filename": name or f"file{media.suffix}", "file_data": media.data_uri}
    return {"type": "file", "file": file}


_MAKERS: dict[str, Callable[[Context, Any, str], Flow[Part]]] = {
    "image": _image, "audio": _audio, "video": _video, "file": _file,
}  # fmt: skip
