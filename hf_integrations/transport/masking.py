"""What a server says about a failure, without the secrets and the prompt it may quote."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from hf_integrations.flow import Request

LONGEST = 400  # characters of a message that are shown
_READ = 4_000  # characters of a message that are looked at
_GAP = "[…]"
_WINDOW = 16
_SHORTEST = 6  # of what is taken out; less is found in any message
_PUBLIC_HEADERS = frozenset({"accept", "content-type", "user-agent", "x-hf-bill-to", "x-hf-task"})
_NAMING_FIELDS = frozenset({"model", "role", "type", "encoding_format", "user"})


def without_secrets(text: str, request: Request) -> str:
    """A server's message on one line, without headers of the request and pieces of its prompt."""
    text = " ".join(text[:_READ].split())
    for name, value in request.headers:
        if name not in _PUBLIC_HEADERS:
            for secret in (value, value.partition(" ")[2]):
                if len(secret.strip()) >= _SHORTEST:
                    text = text.replace(secret, _GAP)
    text = _mask(text, _strings(decoded(request.body)))
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def decoded(raw: bytes) -> Any:
    """What a body holds if it is JSON, else None."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _strings(body: Any, name: str = "") -> list[str]:
    """Every text the caller sent, but for what only names things."""
    if isinstance(body, str):
        naming = name in _NAMING_FIELDS or body.startswith("data:")  # or an image, which is large
        return [] if naming else [body]
    if isinstance(body, dict):
        return [text for key, value in body.items() for text in _strings(value, key)]
    if isinstance(body, list):
        return [text for value in body for text in _strings(value, name)]
    return []


def _mask(text: str, prompts: list[str]) -> str:
    """`text` with each run of 16 or more characters that stands in a prompt taken out.

    Whole short lines are found too, so that a secret word of a prompt does not come back either;
    and both in other cases, as some models read everything in lower case.
    """
    hidden = bytearray(len(text))
    plain, prompts = _folded(text), [_folded(prompt) for prompt in prompts]
    for line in {line.strip() for prompt in prompts for line in prompt.split("\n")}:
        if _SHORTEST <= len(line) < _WINDOW and line in plain:
            for found in re.finditer(re.escape(line), plain):
                hidden[found.start() : found.end()] = b"\1" * len(line)
    prompt = "\n".join(" ".join(prompt.split()) for prompt in prompts)
    for start in _windows(plain, prompt):
        hidden[start : start + _WINDOW] = b"\1" * _WINDOW
    pairs = zip(text, hidden, strict=True)
    kept = "".join("\0" if hide and char != " " else char for char, hide in pairs)
    return re.sub("\0(?:[\0 ]*\0)?", _GAP, kept)


def _folded(text: str) -> str:
    """In lower case, each character where it was.

    So the one that would become two, and the one that ends words, are written as their like.
    """
    return text.replace("\u0130", "i").lower().replace("\u03c2", "\u03c3")


def _windows(text: str, prompt: str) -> list[int]:
    """Where runs of 16 characters begin that stand in `prompt`.

    Each such run holds a block of 8 that begins at a multiple of 8. Only around blocks that are
    found is it worth to look closer, as a prompt may be long and this is done for each failure.
    """
    half = _WINDOW // 2
    near = {
        start
        for block in range(0, len(text) - half + 1, half)
        if text[block : block + half] in prompt
        for start in range(block - half, block + 1)
    }
    return [
        start
        for start in sorted(near)
        if 0 <= start <= len(text) - _WINDOW and text[start : start + _WINDOW] in prompt
    ]
