"""Where a prompt keeps context and question: habits of LangChain, LlamaIndex and people.

Nothing is answered here; `answers` does that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hf_integrations.emulator.conversation import Turn


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer may rest on.

    Attributes:
        context: the documents, as the prompt gave them.
        question: what is asked of them.
        earlier: the answer that a refining prompt wants improved, or an empty string.
    """

    context: str
    question: str
    earlier: str = ""


_SUBJECT = r"(?:context|documents?|passages?|sources?|excerpts?|snippets?|information|materials?)"
_TAGGED = re.compile(rf"<({_SUBJECT})>(.*)</\1>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(-{6,}|={6,}|`{3,}|\"{3}|#{6,})[ \t]*$", re.MULTILINE)
_CONTEXT_LABEL = re.compile(
    r"^[ \t#*]*(?:new |retrieved |relevant )?(?:context|documents|passages|sources)[ \t*]*:",
    re.MULTILINE | re.IGNORECASE,
)
_QUESTION_LABEL = re.compile(
    r"(?:^[ \t#*]*(?:user |the )?(?:question|query)[ \t*]*:|original query is as follows:)",
    re.MULTILINE | re.IGNORECASE,
)
_EARLIER_LABEL = re.compile(
    r"(?:^[ \t]*(?:original|existing) answer:|provided an existing answer:)",
    re.MULTILINE | re.IGNORECASE,
)
_NEXT_LABEL = re.compile(
    r"^[ \t#*]*(?:(?:\w+ ){0,2}answer|context|documents|question|query|response|we have [^\n]*)"
    r"[ \t*]*(?::|$)",
    re.MULTILINE | re.IGNORECASE,
)
_ANNOUNCED = re.compile(rf"\b{_SUBJECT}\b", re.IGNORECASE)
_HANDED_OVER = re.compile(
    rf"\b(?:following|below|given|retrieved|provided|this|these)\b[^\n]*\b{_SUBJECT}\b"
    rf"|\b{_SUBJECT}\b[^\n]*(?:\b(?:below|following)\b|:[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)


def find(turns: Sequence[Turn]) -> Grounds | None:
    """Find context and question in a conversation; None when no context is given."""
    asked = next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
    return _in_prompt(asked) or _in_system(turns, asked)


def _in_system(turns: Sequence[Turn], asked: str) -> Grounds | None:
    for turn in turns:
        if turn.role in ("system", "developer"):
            context = _context(turn.text) or _announced(turn.text)
            if context and asked:
                return Grounds(context[0], asked)
    return None


def _in_prompt(prompt: str) -> Grounds | None:
    found = _context(prompt) or (
        _announced(prompt) if _QUESTION_LABEL.search(prompt) else _handed_over(prompt)
    )
    if found is None:
        return None
    context, rest = found
    question = _labelled(_QUESTION_LABEL, rest)
    if not question:
        question = _after_instructions(rest)
    return Grounds(context, question, _labelled(_EARLIER_LABEL, rest)) if question else None


def _context(text: str) -> tuple[str, str] | None:
    """Return the context and what is left of the prompt without it."""
    return _tagged(text) or _fenced(text) or _after_label(text)


def _tagged(text: str) -> tuple[str, str] | None:
    match = _TAGGED.search(text)
    return (match.group(2), _without(text, match.start(), match.end())) if match else None


def _fenced(text: str) -> tuple[str, str] | None:
    """Take what lies between the first fence after an announcement and the last like it."""
    announced = _ANNOUNCED.search(text)
    for opening in _FENCE.finditer(text, announced.end()) if announced else ():
        fence = opening.group(1)
        closing = [m for m in _FENCE.finditer(text, opening.end()) if m.group(1) == fence]
        if closing:
            inner = text[opening.end() : closing[-1].start()]
            return inner, _without(text, opening.start(), closing[-1].end())
    return None


def _after_label(text: str) -> tuple[str, str] | None:
    label = _CONTEXT_LABEL.search(text)
    if label is None:
        return None
    # A question may follow the context; the last label is it, as documents hold labels too.
    questions = list(_QUESTION_LABEL.finditer(text, label.end()))
    closing = re.compile(r"^[ \t]*(?:helpful )?answer:[ \t]*\Z", re.MULTILINE | re.IGNORECASE)
    end = questions[-1].start() if questions else len(text)
    tail = closing.search(text.rstrip(), label.end(), end)
    inner = text[label.end() : tail.start() if tail else end]
    return (inner, _without(text, label.start(), end)) if inner.strip() else None


def _announced(text: str) -> tuple[str, str] | None:
    """Take what follows the line or the paragraph that speaks of a context."""
    body = _announcement(text)[1]
    if not body:
        return None
    questions = list(_QUESTION_LABEL.finditer(body))
    cut = questions[-1].start() if questions else len(body)
    return (body[:cut], body[cut:]) if body[:cut].strip() else None


def _handed_over(text: str) -> tuple[str, str] | None:
    """Take what lies between the announcement of a context and a last paragraph that asks."""
    announcement, body = _announcement(text)
    before, _, last = body.rstrip().rpartition("\n\n")
    if _HANDED_OVER.search(announcement) and before.strip() and last.endswith("?"):
        return before, last
    return None


def _announcement(text: str) -> tuple[str, str]:
    """The words that speak of a context, up to a colon at the end of a line or a blank line."""
    opening, _, rest = re.sub(r"\n[ \t]+\n", "\n\n", text).partition("\n\n")
    if not _ANNOUNCED.search(opening):
        return "", ""
    for line in re.finditer(r"^.*:[ \t]*\n", opening, re.MULTILINE):
        if _ANNOUNCED.search(line.group()):
            return opening[: line.end()], f"{opening[line.end() :]}\n\n{rest}"
    return opening, rest


def _labelled(label: re.Pattern[str], text: str) -> str:
    """Return what follows the last such label, up to the next label or the end."""
    matches = list(label.finditer(text))
    if not matches:
        return ""
    start = matches[-1].end()
    following = _NEXT_LABEL.search(text, start)
    ends = [m.start() for m in (following, _EARLIER_LABEL.search(text, start)) if m]
    return text[start : min(ends, default=len(text))].strip()


def _after_instructions(rest: str) -> str:
    """Return the question of a prompt that labels none: its last paragraph that is one."""
    paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n", rest) if part.strip()]
    asking = [part for part in paragraphs if "?" in part]
    return (asking or paragraphs or [""])[-1]


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]}\n\n{text[end:]}"
