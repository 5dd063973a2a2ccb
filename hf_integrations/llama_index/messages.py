"""LlamaIndex's messages as they travel, and back: pure, but for the files that blocks name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import IOBase
from pathlib import Path
from typing import Any

from llama_index.core.base.llms.types import (
    AudioBlock,
    CacheControl,
    CachePoint,
    ChatMessage,
    CitableBlock,
    CitationBlock,
    ContentBlock,
    DocumentBlock,
    ImageBlock,
    MessageRole,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
    VideoBlock,
)

from hf_integrations.errors import ValidationError
from hf_integrations.llama_index.tools import as_block, as_call, calls_of
from hf_integrations.llama_index.unchecked import text_message
from hf_integrations.models import chat as wire
from hf_integrations.models.shapes import as_dict

# What LlamaIndex calls otherwise than the wire does.
_ROLES = {MessageRole.CHATBOT: "assistant", MessageRole.MODEL: "assistant"}
_URLS = ("http://", "https://", "data:")


def to_wire(messages: Sequence[ChatMessage]) -> list[wire.ChatMessage]:
    """A conversation as the client takes it.

    Text alone becomes one string, which every server takes; text with images a list of parts.

    Raises:
        ValidationError: a block that a chat cannot carry, named by its place.
    """
    return [_to_wire(message, f"messages[{index}]") for index, message in enumerate(messages)]


def from_wire(message: wire.ChatMessage) -> ChatMessage:
    """A message in blocks: thinking first, then text and images, then tool calls.

    The tool calls stand in `additional_kwargs["tool_calls"]` too, where LlamaIndex's structured
    programs and chat engines look for them.
    """
    if _is_text(message):
        return text_message(message.text)
    extra: dict[str, Any] = {}
    if message.name:
        extra["name"] = message.name
    if message.tool_call_id:
        extra["tool_call_id"] = message.tool_call_id
    calls = message.tool_calls if isinstance(message.tool_calls, list) else []
    return assembled(
        MessageRole(message.role),
        thinking=message.reasoning or "",
        content=list(_blocks(message.content)),
        calls=[as_block(call) for call in calls],
        extra=extra,
    )


def _is_text(message: wire.ChatMessage) -> bool:
    """Whether it is what a model said, and nothing but text."""
    more = message.tool_calls or message.name or message.tool_call_id or message.reasoning
    plain = message.content is None or isinstance(message.content, str)
    return message.role == "assistant" and plain and not more


def assembled(
    role: MessageRole,
    *,
    thinking: str,
    content: Sequence[ContentBlock],
    calls: Sequence[ToolCallBlock],
    extra: dict[str, Any] | None = None,
) -> ChatMessage:
    """A message of these parts; one that says nothing has an empty text."""
    blocks: list[ContentBlock] = [ThinkingBlock(content=thinking)] if thinking else []
    blocks += content or ([] if calls else [TextBlock(text="")])
    blocks += calls
    kwargs = dict(extra or {})
    if calls:
        kwargs["tool_calls"] = [as_dict(as_call(block)) for block in calls]
    return ChatMessage(role=role, blocks=blocks, additional_kwargs=kwargs)


def _to_wire(message: ChatMessage, where: str) -> wire.ChatMessage:
    extra = message.additional_kwargs
    role = _ROLES.get(message.role, message.role.value)
    calls = calls_of(message)
    return wire.ChatMessage(
        role,
        _content(message, where) or (None if calls else ""),
        name=extra.get("name"),
        tool_calls=[as_call(block) for block in calls] or None,
        tool_call_id=extra.get("tool_call_id") if role == "tool" else None,
        reasoning=_thinking(message),
    )


def _content(message: ChatMessage, where: str) -> str | list[dict[str, Any]]:
    parts = [
        part
        for index, block in enumerate(message.blocks)
        for part in _parts(block, f"{where}.blocks[{index}]")
    ]
    if all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts


def _parts(block: Any, where: str) -> list[dict[str, Any]]:
    """A block as parts of the content; none for what has another place, or says nothing."""
    if isinstance(block, _NO_PART):
        return []
    if isinstance(block, CitableBlock | CitationBlock):
        inner = block.content if isinstance(block, CitableBlock) else [block.cited_content]
        return [part for one in inner for part in _parts(one, where)]
    if (make := _PARTS.get(type(block))) is None:
        known = ", ".join(kind.__name__ for kind in (*_PARTS, *_NO_PART))
        raise ValidationError(f"{where} is a {type(block).__name__}; a message may hold {known}.")
    return [make(block, where)]


def _text_part(block: TextBlock, _: str) -> dict[str, Any]:
    return {"type": "text", "text": block.text}


def _image_part(block: ImageBlock, where: str) -> dict[str, Any]:
    """A URL travels as it is: the server fetches it, or nobody does."""
    url = str(block.url) if block.url else _inline(block, where)
    if not url.startswith(_URLS):
        raise ValidationError(f"{where}.url must begin with http://, https:// or data:.")
    image = {"url": url} | ({"detail": block.detail} if block.detail else {})
    return {"type": "image_url", "image_url": image}


def _inline(block: ImageBlock, where: str) -> str:
    try:
        data = block.resolve_image().read()
    except (OSError, ValueError) as error:
        raise ValidationError(f"{where} has no image that can be read.") from error
    # The kind is asked of the bytes where neither the caller nor the file's name told it.
    found = ImageBlock(image=data, image_mimetype=block.image_mimetype)
    if not found.image_mimetype:
        raise ValidationError(f"{where} is no known kind of image; give image_mimetype=.")
    return found.inline_url()


def _audio_part(block: AudioBlock, where: str) -> dict[str, Any]:
    """The client reads what it is, and fetches a URL: servers take sound only as bytes."""
    return {"type": "audio", "audio": _source(block, block.resolve_audio, where)}


def _video_part(block: VideoBlock, where: str) -> dict[str, Any]:
    return {"type": "video", "video": _source(block, block.resolve_video, where)}


def _document_part(block: DocumentBlock, where: str) -> dict[str, Any]:
    part = {"type": "file", "file": _source(block, block.resolve_document, where)}
    name = Path(block.path).name if block.path else block.title
    return part if name in (None, _NO_TITLE) else part | {"filename": name}


def _source(
    block: AudioBlock | VideoBlock | DocumentBlock, read: Callable[[], IOBase], where: str
) -> str | bytes:
    """The URL of a block's media, or its bytes."""
    if block.url:
        return str(block.url)
    try:
        data: bytes = read().read()
    except (OSError, ValueError) as error:
        raise ValidationError(f"{where} has nothing in it that can be read.") from error
    return data


_NO_TITLE = "input_document"  # what LlamaIndex calls a document without one
_NO_PART = (ThinkingBlock, ToolCallBlock, CachePoint, CacheControl)
_PARTS: dict[type, Callable[[Any, str], dict[str, Any]]] = {
    TextBlock: _text_part,
    ImageBlock: _image_part,
    AudioBlock: _audio_part,
    VideoBlock: _video_part,
    DocumentBlock: _document_part,
}


def _thinking(message: ChatMessage) -> str | None:
    found = (block.content for block in message.blocks if isinstance(block, ThinkingBlock))
    return "\n".join(text for text in found if text) or None


def _blocks(content: wire.Content) -> Iterable[ContentBlock]:
    if isinstance(content, str):
        content = [{"type": "text", "text": content}] if content else []
    for part in content or []:
        if image := part.get("image_url"):
            yield ImageBlock(url=image["url"], detail=image.get("detail"))
        elif text := part.get("text"):
            yield TextBlock(text=text)
