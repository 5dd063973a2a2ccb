"""Thoughts that stand in the text, between `<think>` tags, taken out of it; pure.

Only a text that begins with the tag is one with thoughts; a tag further on belongs to the answer.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

_OPEN, _CLOSE = "<think>", "</think>"


class Parted(NamedTuple):
    """A piece of a text: what of it is thought, and what is answer."""

    thought: str
    answer: str


class _Place(Enum):
    """Where in the text the next piece goes on."""

    BEGIN = 0  # it may begin with the tag
    LEAD = 1  # within the thoughts, of which nothing has come but space
    THOUGHT = 2
    GAP = 3  # after the thoughts, where nothing has come but space
    ANSWER = 4


class ThinkSplitter:
    """Takes a text in pieces, however it is cut, and parts each into thought and answer.

    Space around the tags belongs to neither. What may be the beginning of a tag is kept until
    more has come, or until `finish`.

    Args:
        opened: the text begins within the thoughts, as of models whose prompt ends with the tag.
    """

    def __init__(self, *, opened: bool = False) -> None:
        self._opened = opened
        self._place = _Place.BEGIN
        self._held = ""

    @property
    def over(self) -> bool:
        """Whether all that follows is answer."""
        return self._place is _Place.ANSWER

    def feed(self, piece: str) -> Parted:
        """What is certain once `piece` has come."""
        text, self._held = self._held + piece, ""
        if self._place is _Place.BEGIN:
            begun = self._begun(text)
            if begun is None:
                return Parted("", "")
            text = begun
        if self._place is _Place.ANSWER:
            return Parted("", text)
        if self._place is _Place.GAP:
            return Parted("", self._after_gap(text))
        return self._thinking(text)

    def finish(self) -> Parted:
        """What was kept, now that nothing more comes."""
        held, self._held = self._held, ""
        if self._place is _Place.BEGIN and not self._opened:
            return Parted("", held)
        if self._place is _Place.GAP:
            return Parted("", "")
        return Parted(held.rstrip() if self._place is _Place.THOUGHT else held.strip(), "")

    def _begun(self, text: str) -> str | None:
        """The rest of a text whose beginning is known; None, and the text kept, while it is not."""
        bare = text.lstrip()
        if bare.startswith(_OPEN):
            self._place = _Place.LEAD
            return bare[len(_OPEN) :]
        if _OPEN.startswith(bare):
            self._held = text
            return None
        self._place = _Place.LEAD if self._opened else _Place.ANSWER
        return text

    def _thinking(self, text: str) -> Parted:
        if self._place is _Place.LEAD:
            text = text.lstrip()
        thought, closed, rest = text.partition(_CLOSE)
        if closed:
            self._place = _Place.GAP
            return Parted(thought.rstrip(), self._after_gap(rest))
        sure = _without_tag(text).rstrip()
        self._held = text[len(sure) :]
        if sure:
            self._place = _Place.THOUGHT
        return Parted(sure, "")

    def _after_gap(self, text: str) -> str:
        text = text.lstrip()
        if text:
            self._place = _Place.ANSWER
        return text


def _without_tag(text: str) -> str:
    """The text without an end that may be the beginning of the closing tag."""
    for length in range(min(len(_CLOSE) - 1, len(text)), 0, -1):
        if _CLOSE.startswith(text[-length:]):
            return text[:-length]
    return text


def begins_with_thoughts(text: str) -> bool:
    """Whether a whole text has a tag where one belongs."""
    return text.lstrip().startswith(_OPEN)


def parted(text: str, *, opened: bool = False) -> Parted:
    """A whole text."""
    if not opened and not begins_with_thoughts(text):
        return Parted("", text)
    splitter = ThinkSplitter(opened=opened)
    first, last = splitter.feed(text), splitter.finish()
    return Parted(first.thought + last.thought, first.answer + last.answer)
