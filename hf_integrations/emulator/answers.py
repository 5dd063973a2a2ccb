"""Answers from a context: its best sentences, word for word, chosen by the words of the question.

A word weighs the more the rarer it is in the context. White space aside, nothing that is quoted
is changed, and nothing is added from elsewhere.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from hf_integrations.emulator import sentences
from hf_integrations.emulator.grounding import Grounds
from hf_integrations.emulator.words import STOP_WORDS, content_stems, stem, weight, words

NOT_IN_CONTEXT = "The context does not say."
MOST = 3  # sentences in one answer
ENOUGH = 0.2  # of the question's weight that the best sentence must cover
COMPANION = 0.6  # of the best sentence's score that another must reach
SUBJECT = 1.25  # for a sentence that begins with what is asked about
FRAGMENT = 0.75  # for what begins in the middle of a sentence
SHORTEST = 4  # words; shorter ones are headings and labels

_MARKED = re.compile(r"[`\"'‘“]([^`\"'’”\n]{1,60})[`\"'’”]")  # noqa: RUF001 - typographic quotes


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the context, with its stems counted."""

    place: int
    text: str
    counts: Counter[str]
    prose: bool


def answer(grounds: Grounds) -> str:
    """Quote one to three sentences of the context, in its order, or say that it does not say."""
    earlier = "" if grounds.earlier == NOT_IN_CONTEXT else grounds.earlier
    quoted = quotes(f"{earlier}\n\n{grounds.context}", grounds.question)
    if quoted:
        return " ".join(quoted)
    return earlier or NOT_IN_CONTEXT


def quotes(context: str, question: str) -> list[str]:
    """Return the sentences of `context` that answer `question` best, in their order."""
    passages = _passages(context)
    wanted = _wanted(question)
    if not passages or not wanted:
        return []
    rarity = _rarity(passages, wanted)
    average = sum(p.counts.total() for p in passages) / len(passages)
    scored = [(_score(p, rarity, average), p) for p in passages]
    best = max(score for score, _ in scored)
    top = next(p for score, p in scored if score == best)
    if _coverage(top, rarity) < ENOUGH:
        return []
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].place))[:MOST]
    chosen = [p for score, p in ranked if score >= COMPANION * best]
    return [p.text for p in sorted(chosen, key=lambda p: p.place)]


def _passages(context: str) -> list[Passage]:
    """Split the context; a sentence that occurs twice (overlapping chunks) counts once."""
    found: dict[str, Passage] = {}
    for place, sentence in enumerate(sentences.split(context)):
        counts = Counter(stem(word) for word in words(sentence.text))
        if counts.total() >= SHORTEST:
            found.setdefault(sentence.text, Passage(place, sentence.text, counts, sentence.prose))
    if found:
        return list(found.values())
    return [
        Passage(place, sentence.text, Counter(stem(word) for word in words(sentence.text)), True)
        for place, sentence in enumerate(sentences.split(context))
    ]


def _wanted(question: str) -> dict[str, float]:
    """Weigh the stems of the question; words in quotes count fully, even `with` and `if`."""
    wanted: dict[str, float] = {}
    for word in words(question):
        wanted[stem(word)] = max(weight(word), wanted.get(stem(word), 0.0))
    for marked in _MARKED.findall(question):
        wanted.update((stem(word), 1.0) for word in words(marked))
    content = {
        form: value for form, value in wanted.items() if form not in STOP_WORDS or value == 1
    }
    return wanted if content else {}


def _rarity(passages: list[Passage], wanted: dict[str, float]) -> dict[str, float]:
    return {
        form: value * math.log(1 + len(passages) / (0.5 + sum(form in p.counts for p in passages)))
        for form, value in wanted.items()
    }


def _score(passage: Passage, rarity: dict[str, float], average: float) -> float:
    """Score as BM25 does, with half its usual penalty for length."""
    norm = 1.2 * (0.7 + 0.3 * passage.counts.total() / average)
    total = sum(
        value * 2.2 * passage.counts[form] / (passage.counts[form] + norm)
        for form, value in rarity.items()
    )
    if not passage.prose:
        return 0.5 * total
    beginning = content_stems(" ".join(passage.text.split()[:5]))
    begins = any(form in beginning for form, value in rarity.items() if value > 0)
    return total * (SUBJECT if begins else 1) * (FRAGMENT if passage.text[0].islower() else 1)


def _coverage(passage: Passage, rarity: dict[str, float]) -> float:
    covered = sum(value for form, value in rarity.items() if form in passage.counts)
    return covered / sum(rarity.values())
