"""The transcripts of overlapping windows, put together so that nothing is said twice.

Where two windows overlap, both have heard the same words, at about the same time. The longest run
of words they agree on is found, and the text goes over from one to the other in its middle. Where
they agree on nothing, the clock decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

# One sign of a script that puts no spaces is a word; else what stands between spaces is.
_DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\s*(?:[{_DENSE}]|[^\s{_DENSE}]+)(?:\s+$)?")
_DENSE_SIGN = re.compile(rf"[{_DENSE}\u3000-\u303f\uff00-\uffef]")
_NO_LETTER = re.compile(r"[\W_]+")

SLACK = 0.5  # seconds by which two windows may differ on when a word is said
BLUR = 0.1  # seconds by which they usually differ
MOST_WORDS = 80  # that are said within an overlap of 10 seconds, with room to spare


class Span(Struct, frozen=True):
    """A stretch of text and when it was said: a word or a sentence.

    Attributes:
        start: seconds.
        end: seconds; None where the recogniser did not say, as for the last of a window.
    """

    text: str
    start: float
    end: float | None = None


class Transcript(Struct, frozen=True):
    """What was heard.

    Attributes:
        spans: the text again, in stretches with times; empty when the recogniser gave none.
    """

    text: str
    spans: tuple[Span, ...] = ()


class Stretch(Protocol):
    """When a window is, in seconds of the whole; a `Window` is one."""

    @property
    def start(self) -> float:
        """Its beginning."""

    @property
    def end(self) -> float | None:
        """Its end."""


def merge(windows: Sequence[Stretch], transcripts: Sequence[Transcript]) -> Transcript:
    """One transcript of the whole, with times of the whole.

    Args:
        windows: in order; each may overlap the next, and none but the next.
        transcripts: one for each, with times that begin at 0 in each.

    Returns:
        The text, and spans when every window that has text has them.
    """
    if len(windows) == 1 and len(transcripts) == 1 and windows[0].start == 0:
        return transcripts[0]
    parts = [
        _words(window, transcript) for window, transcript in zip(windows, transcripts, strict=True)
    ]
    merged: list[_Word] = []
    for index, part in enumerate(parts):
        overlap = _overlap(windows[index - 1], windows[index]) if index else None
        merged = _joined(merged, part, overlap) if overlap else merged + part
    spans = _spans(merged)
    timed = all(transcript.spans or not transcript.text.strip() for transcript in transcripts)
    return Transcript(_text(spans), tuple(spans) if timed else ())


class _Word(Struct, frozen=True):
    """A word, spaces and signs included, and the span it is of.

    Attributes:
        key: what is compared: its letters and digits.
        blur: seconds by which its time is usually wrong; None when there is no telling.
        place: which span of which window it is of, so that spans can be put together again.
    """

    text: str
    key: str
    start: float
    end: float
    blur: float | None
    place: tuple[float, int]

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def slack(self) -> float:
        """Seconds by which its time may be wrong at all."""
        return SLACK + (self.blur or 0.0)


class _Overlap(Struct, frozen=True):
    """What two windows share, in seconds of the whole."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


class _Run(Struct, frozen=True):
    """Words on which both agree: `length` of them, from these places on."""

    left: int
    right: int
    length: int
    score: float


def _overlap(before: Stretch, after: Stretch) -> _Overlap | None:
    if before.end is None or before.end <= after.start:
        return None
    return _Overlap(after.start, before.end)


def _words(window: Stretch, transcript: Transcript) -> list[_Word]:
    """The words of a transcript; their times within a span are in proportion to its letters."""
    end = window.end
    if transcript.spans:
        return [
            word
            for index, span in enumerate(_ended(transcript.spans, window))
            for word in _words_of(span, window.start, (window.start, index))
        ]
    length = (end if end is not None else window.start) - window.start
    span = Span(transcript.text, 0.0, length)
    words = _words_of(span, window.start, (window.start, 0))
    return [replace(word, blur=None) for word in words]


def _ended(spans: Sequence[Span], window: Stretch) -> list[Span]:
    """Spans that all have an end: the next one's beginning, or the window's end."""
    last = window.end - window.start if window.end is not None else spans[-1].start
    following = [span.start for span in spans[1:]] + [last]
    return [
        span if span.end is not None else replace(span, end=max(span.start, after))
        for span, after in zip(spans, following, strict=True)
    ]


def _words_of(span: Span, offset: float, place: tuple[float, int]) -> list[_Word]:
    assert span.end is not None  # noqa: S101 - `_ended` gave it one
    length = max(span.end - span.start, 0.0)
    letters = max(len(span.text), 1)
    found_all = list(_WORD.finditer(span.text))
    blur = BLUR + (length / 2 if len(found_all) > 1 else 0.0)
    return [
        _Word(
            found[0],
            _NO_LETTER.sub("", found[0]).casefold() or found[0].strip(),
            offset + span.start + length * (found.start() / letters),
            offset + span.start + length * (found.end() / letters),
            blur,
            place,
        )
        for found in found_all
    ]


def _joined(left: list[_Word], right: list[_Word], overlap: _Overlap) -> list[_Word]:
    """Both, without what the second says again."""
    if not left or not right:
        return left + right
    timed = all(word.blur is not None for word in (left[-1], right[0]))
    tail = _from(left, overlap) if timed else max(len(left) - MOST_WORDS, 0)
    head = _until(right, overlap) if timed else min(len(right), MOST_WORDS)
    run = (_most_alike if timed else _longest)(left[tail:], right[:head])
    if run is not None:
        words = left[tail + run.left :][: run.length]
        # Its middle: of the overlap where that is known, else of the run itself.
        half = sum(word.middle < overlap.middle for word in words) if timed else run.length // 2
        return left[: tail + run.left + half] + right[run.right + half :]
    if not timed:
        return left + right
    return [word for word in left if word.middle < overlap.middle] + [
        word for word in right if word.middle >= overlap.middle
    ]


def _from(words: list[_Word], overlap: _Overlap) -> int:
    """Where the words begin that may be said within the overlap."""
    at, least = len(words), max(len(words) - 4 * MOST_WORDS, 0)
    while at > least and words[at - 1].end + words[at - 1].slack >= overlap.start:
        at -= 1
    return at


def _until(words: list[_Word], overlap: _Overlap) -> int:
    """Where those words end."""
    at, most = 0, min(len(words), 4 * MOST_WORDS)
    while at < most and words[at].start - words[at].slack <= overlap.end:
        at += 1
    return at


def _most_alike(left: list[_Word], right: list[_Word]) -> _Run | None:
    """Of words with times: the run that is longest and most at the same time."""
    return max(_runs(left, right, _likeness), key=lambda run: run.score, default=None)


def _longest(left: list[_Word], right: list[_Word]) -> _Run | None:
    """Of words without times: the longest run, if it is about where the two meet.

    What lies between it and the cut was heard by one side only; a little of that is normal.
    """
    best = None
    for run in _runs(left, right, lambda word, other: 1.0):
        lost = len(left) - (run.left + run.length) + run.right
        scored = replace(run, score=run.length - lost / 2)
        if scored.score >= max(1.0, best.score + 0.1 if best else 1.0):
            best = scored
    return best


def _runs(
    left: list[_Word], right: list[_Word], like: Callable[[_Word, _Word], float]
) -> Iterator[_Run]:
    """Every run of equal words, from each beginning to each end; `like` 0 parts two words."""
    before: dict[int, _Run] = {}  # the run that ends at the last word and this other one
    for i, word in enumerate(left):
        ending: dict[int, _Run] = {}
        for j, other in enumerate(right):
            if word.key != other.key or not (alike := like(word, other)):
                continue
            run = before.get(j - 1, _Run(i, j, 0, 0.0))
            ending[j] = replace(run, length=run.length + 1, score=run.score + alike)
            yield ending[j]
        before = ending


def _likeness(word: _Word, other: _Word) -> float:
    """1 when both are said at the same time, 0 when that cannot be."""
    apart = abs(word.middle - other.middle)
    blur = max(word.blur or BLUR, other.blur or BLUR)
    return 1 / (1 + (apart / blur) ** 2) if apart <= max(word.slack, other.slack) else 0.0


def _spans(words: list[_Word]) -> list[Span]:
    """Words of the same span together again; times to the millisecond."""
    return [
        Span(
            "".join(word.text for word in group), round(group[0].start, 3), round(group[-1].end, 3)
        )
        for group in (list(words) for _, words in groupby(words, key=lambda word: word.place))
    ]


def _text(spans: Sequence[Span]) -> str:
    """The spans in a row, with a space where neither side brings one and the script has them."""
    text = ""
    for span in spans:
        gap = text and not (text[-1].isspace() or span.text[0].isspace())
        dense = gap and _DENSE_SIGN.match(text[-1]) and _DENSE_SIGN.match(span.text[0])
        text += f" {span.text}" if gap and not dense else span.text
    return text.strip()
