"""Tokens by a simple rule: a word of up to 16 letters and digits, or one other sign, is a token.

A Chinese, Japanese or Korean character at the start of a word counts alone. White space belongs to
the token after it, so the tokens of a text put together are the text.
"""

from __future__ import annotations

import re
from zlib import crc32

_WIDE = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_TOKEN = re.compile(rf"\s*(?:{_WIDE}|\w{{1,16}}|[^\w\s])|\s+\Z")


def pieces(text: str) -> list[str]:
    """Split `text` into its tokens; joined, they are `text`."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """Return the number of tokens in `text`."""
    return len(_TOKEN.findall(text))


def first(text: str, limit: int) -> str:
    """Return `text` up to its first `limit` tokens."""
    found = pieces(text)
    return text if len(found) <= limit else "".join(found[:limit])


def last(text: str, limit: int) -> str:
    """Return `text` from its last `limit` tokens on."""
    found = pieces(text)
    return text if len(found) <= limit else "".join(found[-limit:])


def number(piece: str) -> int:
    """Return the id of a token: the same in every process."""
    return crc32(piece.encode("utf-8", "replace")) & 0x1FFFF
