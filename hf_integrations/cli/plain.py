"""A text of somebody else's, made harmless for a terminal."""

from __future__ import annotations

import re

# What a terminal obeys: control characters but tab and line feed, and what turns the direction
# of reading. Source: ECMA-48, and Unicode's bidirectional formatting characters (UAX 9).
_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without what a terminal would obey instead of showing it."""
    return _ORDERS.sub("", text)
