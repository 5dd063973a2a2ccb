"""A vocabulary that grows: tokens by their ids, so that what was tokenized can be decoded again."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from hf_integrations.emulator import tokens

UNKNOWN = "�"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a text, without the white space before it, and its place there."""

    id: int
    text: str
    start: int
    stop: int


class Vocabulary:
    """Every token seen so far; there are at most 131,072 ids, and so as many tokens."""

    def __init__(self) -> None:
        self._pieces: dict[int, str] = {}
        self._lock = threading.Lock()

    def read(self, text: str) -> list[Token]:
        """Return the tokens of `text`, and remember them."""
        found, end = [], 0
        with self._lock:
            for piece in tokens.pieces(text):
                start, end = end + len(piece) - len(piece.lstrip()), end + len(piece)
                ident = tokens.number(piece)
                self._pieces[ident] = piece
                found.append(Token(ident, piece.strip(), start, end))
        return found

    def text(self, ids: Iterable[int]) -> str:
        """Return the text of token ids; those never seen become replacement characters."""
        with self._lock:
            return "".join(self._pieces.get(ident, UNKNOWN) for ident in ids)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._pieces.clear()
