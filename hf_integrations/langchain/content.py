"""Content blocks as parts of a message on the wire: pure.

Understood are LangChain's blocks of both versions, OpenAI's parts, and Anthropic's where they say
the same. Source: langchain_core, `messages/content.py`; the OpenAI API, chat completions; vLLM's
documentation for audio_url and video_url.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hf_integrations.errors import ValidationError

Part = dict[str, Any]
Content = str | list[Part]

# Said elsewhere in a message, or not said to a model at all.
SILENT = frozenset(
    {
        "reasoning", "thinking", "redacted_thinking",
        "tool_call", "tool_call_chunk", "invalid_tool_call", "tool_use", "function_call",
        "server_tool_call", "server_tool_call_chunk", "server_tool_result",
    }
)  # fmt: skip
_NATIVE = frozenset({"input_audio", "audio_url", "video_url"})
_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "x-flac": "flac"}


def wire_content(content: str | list[Any], *, where: str = "content") -> Content:
    """The content of a message; a single text travels as a string.

    Raises:
        ValidationError: a block cannot travel; it is named by its place and type.
    """
    if isinstance(content, str):
        return content
    parts = [
        part
        for index, block in enumerate(content)
        if (part := _part(block, f"{where}[{index}]")) is not None
    ]
    if not parts:
        return ""
    return parts[0]["text"] if len(parts) == 1 and parts[0]["type"] == "text" else parts


def joined_text(content: Content) -> Content:
    """One string, where all parts are text: templates of assistants and tools take no lists."""
    if isinstance(content, str) or any(part["type"] != "text" for part in content):
        return content
    return "".join(part["text"] for part in content)


def _part(block: Any, where: str) -> Part | None:
    if isinstance(block, str):
        return {"type": "text", "text": block}
    kind = block.get("type") if isinstance(block, dict) else None
    if kind in SILENT:
        return None
    if kind in _NATIVE:
        return {"type": kind, kind: block.get(kind)}
    if kind not in _WRITERS:
        raise ValidationError(f"{where}: a block of type {kind!r} cannot be sent to a chat model.")
    return _WRITERS[kind](block, where)


def _text(block: Part, where: str) -> Part:
    text = block.get("text")
    if not isinstance(text, str):
        raise ValidationError(f"{where}: a {block['type']} block needs text=, a string.")
    return {"type": "text", "text": text}


def _image_url(block: Part, where: str) -> Part:
    given = block.get("image_url")
    image = {"url": given} if isinstance(given, str) else given
    if not isinstance(image, dict) or not isinstance(image.get("url"), str):
        raise ValidationError(f"{where}: an image_url block needs image_url={{'url': …}}.")
    return {"type": "image_url", "image_url": image}


def _image(block: Part, where: str) -> Part:
    image = {"url": _url(block, where, "image/")}
    if detail := (block.get("extras") or {}).get("detail"):
        image["detail"] = detail
    return {"type": "image_url", "image_url": image}


def _video(block: Part, where: str) -> Part:
    return {"type": "video_url", "video_url": {"url": _url(block, where, "video/")}}


def _audio(block: Part, where: str) -> Part:
    data, mime = _data(block)
    if data is None:
        return {"type": "audio_url", "audio_url": {"url": _url(block, where, "audio/")}}
    kind = str(mime or "audio/wav").partition("/")[2].partition(";")[0]
    sound = {"data": data, "format": _AUDIO_FORMATS.get(kind, kind)}
    return {"type": "input_audio", "input_audio": sound}


def _file(block: Part, where: str) -> Part:
    if isinstance(native := block.get("file"), dict):
        return {"type": "file", "file": native}
    if isinstance(ident := block.get("file_id"), str):
        return {"type": "file", "file": {"file_id": ident}}
    if _data(block)[0] is None:
        raise ValidationError(
            f"{where}: a file travels as base64= with mime_type=, or as file_id=."
        )
    extras = {**(block.get("metadata") or {}), **(block.get("extras") or {}), **block}
    named = {"filename": extras.get("filename") or extras.get("title") or "file"}
    return {"type": "file", "file": {**named, "file_data": _url(block, where, "")}}


def _url(block: Part, where: str, kind: str) -> str:
    """Where the medium is, or the medium itself as a data URI."""
    data, mime = _data(block)
    url = block.get("url") or (block.get("source") or {}).get("url")
    if data is None and isinstance(url, str):
        return url
    if data is None:
        raise ValidationError(f"{where}: a {block['type']} block needs url= or base64=.")
    if not isinstance(mime, str) or not mime.startswith(kind):
        raise ValidationError(f"{where}: base64= needs mime_type=, such as {kind or 'image/'}….")
    return f"data:{mime};base64,{data}"


def _data(block: Part) -> tuple[str | None, Any]:
    """The base64 text and the media type, as version 1, version 0 or Anthropic put them."""
    source = block.get("source") if isinstance(block.get("source"), dict) else {}
    given = {**block, **(source or {})}
    data = given.get("base64") or given.get("data")
    return data if isinstance(data, str) else None, given.get("mime_type", given.get("media_type"))


_WRITERS: dict[Any, Callable[[Part, str], Part]] = {
    "text": _text,
    "text-plain": _text,
    "image_url": _image_url,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "file": _file,
}
