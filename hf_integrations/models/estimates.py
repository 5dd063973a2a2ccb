"""How many tokens a text may have, where nobody is asked: estimates, for plans and budgets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict

from hf_integrations.errors import ValidationError
from hf_integrations.models.messages import ChatMessage

Estimate: TypeAlias = Literal["heuristic", "words"]

# Of English, tokenizers of today make a token of about four characters, or of three quarters of a
# word; of other scripts, one of about three bytes. A message of a conversation costs a few more.
# Source: https://help.openai.com/en/articles/4936856, and the templates of common models.
CHARACTERS = 4
WORDS = 0.75
BYTES = 3
MESSAGE = 4

_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def by_heuristic(text: str) -> int:
    """Tokens of a text by its characters."""
    foreign = sum(len(part.encode(errors="replace")) for part in _FOREIGN.findall(text))
    plain = len(_FOREIGN.sub("", text))
    return math.ceil(plain / CHARACTERS + foreign / BYTES)


def by_words(text: str) -> int:
    """Tokens of a text by its words, as white space parts them; of no use without white space."""
    return math.ceil(len(text.split()) / WORDS)


def by_tokenizer(tokenizer: Any) -> Callable[[str], int]:
    """Counts with a tokenizer that is here: one of `tokenizers` or `transformers`, or a function.

    Raises:
        ValidationError: it is none of these.
    """
    encode = getattr(tokenizer, "encode", tokenizer)
    if not callable(encode):
        raise ValidationError(
            f"tokenizer is a {type(tokenizer).__name__}; give one with encode(), or a function."
        )

    def count(text: str) -> int:
        found = encode(text)
        return int(found) if isinstance(found, int) else len(getattr(found, "ids", found))

    return count


def estimate(by: str) -> Callable[[str], int]:
    """The way of that name.

    Raises:
        ValidationError: there is none.
    """
    ways: dict[str, Callable[[str], int]] = {"heuristic": by_heuristic, "words": by_words}
    if by not in ways:
        raise ValidationError(f"by must be server, {', '.join(ways)}; not {by!r:.40}.")
    return ways[by]


def of_messages(messages: Iterable[ChatMessage | dict[str, Any]], one: Callable[[str], int]) -> int:
    """Tokens of a conversation: of its texts, and a few for each message; media are not counted."""
    return sum(MESSAGE + sum(map(one, _texts(message))) for message in messages)


def _texts(message: ChatMessage | dict[str, Any]) -> list[str]:
    content = message.get("content") if isinstance(message, dict) else message.content
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return [text for text in texts if isinstance(text, str)]


def texts_in(value: Any) -> Iterator[str]:
    """Every text in something that will be sent; media, and where they are, are no text."""
    if isinstance(value, str):
        if not value.startswith(("data:", "http://", "https://")):
            yield value
        return
    if isinstance(value, Struct):
        value = asdict(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one)
