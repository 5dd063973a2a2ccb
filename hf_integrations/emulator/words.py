"""Words as the emulator sees them: split, lightly stemmed, weighed by how much they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(text.split())


# Function words of English: they hold a sentence together and say little about its subject.
STOP_WORDS = word_set(
    """a about above after again against all also am an and any are as at be because been before
    being below between both but by can could did do does doing down during each few for from
    further had has have having he her here hers him his how i if in into is it its itself just
    may me might more most must my no nor not of off on once only or other our out over own same
    shall she should so some such than that the their them then there these they this those
    through to too under until up upon us very was we were what when where whether which while
    who whom whose why will with would you your"""
)

# The most frequent words of general English prose that are not function words.
COMMON_WORDS = word_set(
    """become case come day different even example fact find first found general get give given
    go good great high however important kind know known large let like little long look low made
    make man many much need new number old one part people place point possible problem put
    question really result results right said say see seem set several show shown small tell thing
    things think time two use used using want way well without within work world year"""
)

STOP_WEIGHT = 0.05
COMMON_WEIGHT = 0.4

_WORD = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_VOWEL = re.compile("[aeiouy]")
_ENDINGS = (
    "ational", "ization", "ation", "ional", "ness", "ity", "ion", "ive",
    "ment",  # codespell:ignore ment
)  # fmt: skip
_SHORT_ENDINGS = ("al", "ic", "er", "or", "e")


def words(text: str) -> Iterator[str]:
    """Yield the words of `text` in lower case.

    An identifier such as `read_file` gives its parts. Chinese, Japanese and Korean have no spaces,
    so a run of them gives its pairs of neighbouring characters.
    """
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if word.isascii() or len(word) < 3 or not _WIDE.search(word):
            yield word
        else:
            yield from (word[i : i + 2] for i in range(len(word) - 1))


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Cut the common English endings off `word`, so that its forms meet."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    return _without_ending(_without_inflection(_without_plural(word)))


def weight(word: str) -> float:
    """Return how much `word` says about the subject of its text, from 0 to 1."""
    if word in STOP_WORDS:
        return STOP_WEIGHT
    return COMMON_WEIGHT if word in COMMON_WORDS else 1.0


def stems(text: str) -> list[str]:
    """Return the stems of the words of `text`, in order."""
    return [stem(word) for word in words(text)]


def content_stems(text: str) -> set[str]:
    """Return the stems of the words of `text` that are not function words."""
    return {stem(word) for word in words(text) if word not in STOP_WORDS}


def _without_plural(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_inflection(word: str) -> str:
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= 3 and _VOWEL.search(rest):
            doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz"
            return rest[:-1] if doubled else rest
    return word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS + _SHORT_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
