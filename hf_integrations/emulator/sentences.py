"""Sentences: prose cut where a person would, with lists, headings and code of plain-text markup.

Made for the texts people keep: articles, reStructuredText, Markdown, pages with hard line breaks.
A sentence keeps its words exactly; only runs of white space become one space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hf_integrations.emulator.words import word_set

_ABBREVIATIONS = word_set(
    """e.g. i.e. etc. cf. vs. fig. figs. eq. eqs. ref. refs. no. nos. vol. pp. p. ch. sec. dr. mr.
    mrs. ms. prof. st. jr. sr. inc. ltd. co. approx. resp. viz. al."""
)
_RULE = re.compile(r"\s*([-=~^*#+_\"'`.:])\1{2,}\s*")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)]|\(\w\))\s+(?=\S)")
_HEADING = re.compile(r"\s*#{1,6}\s+\S")
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'’”)\]`*]*(?=\s)|[。！？]+[」』）”]*")  # noqa: RUF001 - their own signs
_CODE_SIGNS = re.compile(r"[=(){}\[\]<>|;\\]")
_PROMPT = re.compile(r"\s*(?:>>> |\.\.\. |\$ )")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text, or one block that is no prose."""

    text: str
    prose: bool = True


def split(text: str) -> list[Sentence]:
    """Cut `text` into sentences, in order; rules made of signs are dropped."""
    found: list[Sentence] = []
    for block in _blocks(text):
        if _is_code(block):
            found.append(Sentence(_flat(" ".join(block)), prose=False))
        else:
            found += [Sentence(part) for part in _sentences(_flat(" ".join(block)))]
    return found


def _blocks(text: str) -> list[list[str]]:
    """Group the lines that belong together: a paragraph, a list item, a heading."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or _RULE.fullmatch(line):
            blocks.append([])
        elif _HEADING.match(line):
            blocks += [[line], []]
        elif _BULLET.match(line):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return [block for block in blocks if block]


def _is_code(block: list[str]) -> bool:
    if _PROMPT.match(block[0]) or any("::=" in line for line in block):
        return True
    if not block[0].startswith((" ", "\t")):
        return False
    joined = "".join(block).replace(" ", "")
    return len(_CODE_SIGNS.findall(joined)) > 0.06 * len(joined)


def _sentences(paragraph: str) -> list[str]:
    found, start = [], 0
    for match in _END.finditer(paragraph):
        if _ends(paragraph, start, match):
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
    return [sentence for sentence in [*found, paragraph[start:].strip()] if sentence]


def _ends(paragraph: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether the stop found by `match` ends a sentence and not an abbreviation."""
    following = paragraph[match.end() : match.end() + 2].lstrip()
    if not following or "." not in match.group():
        return bool(following)
    if following[0].islower():
        return False
    word = (
        paragraph[max(start, match.end() - 40) : match.end()]
        .rsplit(None, 1)[-1]
        .lower()
        .lstrip("([\"'")
    )
    initial = len(word) == 2 and word[0].isalpha()
    bullet = start + len(word) == match.end() and word[:-1].isdigit()
    return word not in _ABBREVIATIONS and not initial and not bullet


def _flat(text: str) -> str:
    return " ".join(text.split())
