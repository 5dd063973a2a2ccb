"""question-answering: the part of the context that answers, with the places where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.tasks import entities
from hf_integrations.emulator.tasks.asked import Asked, as_text
from hf_integrations.emulator.words import STOP_WORDS, content_stems, stem

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]?")
_WANTED = {
    "who": ("PER", "ORG"), "whose": ("PER",), "where": ("LOC",), "city": ("LOC",),
    "country": ("LOC",), "when": ("DATE",), "date": ("DATE",), "company": ("ORG",),
    "name": ("PER", "ORG", "LOC"), "email": ("EMAIL",), "mail": ("EMAIL",),
}  # fmt: skip
_NUMBER = re.compile(r"\d[\d.,:%]*\d|\d%?")
_COUNTS = re.compile(r"\bhow (?:many|much|old|long|far|tall|large|big|high)\b|\bwhat year\b", re.I)
_PREPOSITION = re.compile(r"(?:in|at|on|since|until|from|by)\s+(\d{4}|\d{1,2}:\d{2})\b")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text from `start` to `end`, and how well it answers, from 0 to 1."""

    start: int
    end: int
    score: float


def answer(asked: Asked) -> dict[str, Any] | list[dict[str, Any]]:
    """question-answering: one answer, or a list of them where `top_k` is above 1."""
    question = as_text(asked.part("question"), "inputs.question")
    context = as_text(asked.part("context"), "inputs.context")
    longest = asked.whole("max_answer_len", 15)
    stride = asked.whole("doc_stride", 128)
    asked.whole("max_question_len", 64)
    asked.whole("max_seq_len", 384, Range(stride, 100_000, whole=True))
    found = find(question, context, longest)
    impossible = asked.parameters.get("handle_impossible_answer")
    if impossible and (not found or found[0].score < 0.2):
        found.insert(0, Span(0, 0, 0.9))
    told = [
        {"score": s.score, "start": s.start, "end": s.end, "answer": context[s.start : s.end]}
        for s in found
    ]
    most = asked.whole("top_k", 1)
    return told[:most] if most > 1 else told[0]


def find(question: str, context: str, longest: int) -> list[Span]:
    """Return at least one part of the context, the best first; none is longer than `longest`."""
    wanted = content_stems(question)
    found: list[Span] = []
    for match in _SENTENCE.finditer(context):
        shared = wanted & content_stems(match.group())
        score = (0.05 + len(shared)) / (0.5 + len(wanted))
        start, end = _narrow(question, match.group(), wanted)
        where = match.start() + start
        kept = tokens.first(context[where : match.start() + end], longest)
        if kept:
            found.append(Span(where, where + len(kept), round(min(score, 0.99), 4)))
    found.sort(key=lambda span: (-span.score, span.start))
    return found or [Span(0, len(tokens.first(context, longest)), 0.01)]


def _narrow(question: str, sentence: str, wanted: set[str]) -> tuple[int, int]:
    """Return where in a sentence the answer stands: what is asked for, else what is new in it."""
    kinds = [kind for word, kinds in _WANTED.items() if _has(question, word) for kind in kinds]
    for one in entities.find(sentence):
        fresh = not content_stems(sentence[one.start : one.end]) & wanted
        if one.kind in kinds and fresh:
            return one.start, one.end
    if _has(question, "when") and (match := _PREPOSITION.search(sentence)):
        return match.span(1)
    if _COUNTS.search(question) and (match := _NUMBER.search(sentence)):
        return match.span()
    return _new(sentence, wanted)


def _has(question: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", question, re.IGNORECASE) is not None


def _new(sentence: str, wanted: set[str]) -> tuple[int, int]:
    """Return the longest run of words that the question does not have."""
    runs: list[list[re.Match[str]]] = [[]]
    for match in re.finditer(r"[\w'’-]+", sentence):  # noqa: RUF001 - typographic apostrophe
        if stem(match.group().lower()) in wanted:
            runs.append([])
        else:
            runs[-1].append(match)
    best = max(runs, key=lambda run: sum(m.group().lower() not in STOP_WORDS for m in run))
    while len(best) > 1 and best[0].group().lower() in STOP_WORDS:
        best = best[1:]
    while len(best) > 1 and best[-1].group().lower() in STOP_WORDS:
        best = best[:-1]
    if not best:
        stripped = sentence.strip()
        start = sentence.index(stripped)
        return start, start + len(stripped)
    return best[0].start(), best[-1].end()
