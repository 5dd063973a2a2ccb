"""Texts become the bodies of requests: split by count and by bytes, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from hf_integrations.errors import ValidationError


class Batch(Struct, frozen=True):
    """Some of the texts, already written as JSON, so that no text is written twice.

    Attributes:
        start: the index of the first among all texts.
        texts: each as a JSON string.
    """

    start: int
    texts: list[bytes]

    def body(self, field: str, rest: bytes) -> bytes:
        """The whole body: the texts under `field`, then the rest of a JSON object."""
        tail = b"," + rest[1:] if len(rest) > 2 else b"}"
        return b'{"' + field.encode() + b'":[' + b",".join(self.texts) + b"]" + tail

    def halves(self) -> tuple[Batch, Batch]:
        """Both halves of a batch of two or more."""
        middle = len(self.texts) // 2
        return (
            Batch(self.start, self.texts[:middle]),
            Batch(self.start + middle, self.texts[middle:]),
        )


def split(texts: list[bytes], *, most: int, most_bytes: int) -> Iterator[Batch]:
    """Batches of at most `most` texts and `most_bytes` bytes; a longer text goes alone.

    The bytes are those of the texts and of the commas between them.
    """
    start = 0
    while start < len(texts):
        end, size = start + 1, len(texts[start])
        while end < len(texts) and end - start < most and size + len(texts[end]) < most_bytes:
            size += len(texts[end]) + 1
            end += 1
        yield Batch(start, texts[start:end])
        start = end


def as_json(inputs: Any) -> list[bytes]:
    """The texts to embed, each as a JSON string.

    Raises:
        ValidationError: there is none, or one is no text; it is named by its index.
    """
    texts = [inputs] if isinstance(inputs, str) else inputs
    ordered = hasattr(texts, "__getitem__") and hasattr(texts, "__len__")
    if not ordered or isinstance(texts, (bytes, bytearray, Mapping)) or not len(texts):
        raise ValidationError("inputs: give a string or a list of at least one string.")
    return [_as_json(text, index) for index, text in enumerate(texts)]


def _as_json(text: Any, index: int) -> bytes:
    if not isinstance(text, str):
        raise ValidationError(f"inputs[{index}] must be a string, not {type(text).__name__}.")
    try:
        return msgspec.json.encode(str.__str__(text))  # a plain one, whatever kind of str it is
    except UnicodeEncodeError:
        raise ValidationError(
            f"inputs[{index}] has half a character (a lone surrogate); decode it anew."
        ) from None
