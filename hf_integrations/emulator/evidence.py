"""What a text offers for filling in a form: numbers, quotations, names, topics, labelled values.

What has been used once is used up, so that two fields do not get the same word while others are
left.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Number = int | float

_NUMBER = re.compile(r"(?<![\w.)])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w])")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NUMBER_WORDS = {word: value for value, word in enumerate(_SMALL)}
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_QUOTED = re.compile(
    r"(?<!\w)'([^'\n]+)'(?!\w)|\"([^\"\n]+)\"|“([^”\n]+)”|`([^`\n]+)`|「([^」\n]+)」"
)
_CAPITALISED = r"[^\W\d_a-z][\w'’.&-]*\w|[A-Z]"  # noqa: RUF001 - typographic apostrophe
_NAME = re.compile(rf"(?<![\w'])(?:{_CAPITALISED})(?:,? (?:{_CAPITALISED}))*")
_TOPIC = re.compile(
    r"\b(?:about|named|called|of|on|for|in|at|to|with|into|from)\s+((?:(?!\b(?:about|named|called|"
    r"of|on|for|in|at|to|with|into|from|and|using)\b)[^,;.?!:\n])+)",
    re.IGNORECASE,
)
_VALUE = r"(?:\s*[:=]\s*|\s+(?:is|was|of|as|to|be|equals)\s+|\s+)"


class Evidence:
    """The things found in `text`, each to be taken once.

    Args:
        text: the words of the user.
        answer: gives the reply in prose, for fields that want one.
        facts: decoded results of tools, looked up by name before the text.
        beyond: words that must not be taken for values, such as the names of the fields.
    """

    def __init__(
        self,
        text: str,
        answer: Callable[[], str],
        *,
        facts: Sequence[Mapping[str, Any]] = (),
        beyond: frozenset[str] = frozenset(),
    ) -> None:
        self.text = " ".join(text.split())
        self.answer = answer
        self._facts = facts
        self._numbers = deque(_numbers(self.text))
        quoted = [next(filter(None, groups)) for groups in _QUOTED.findall(self.text)]
        self._quoted = deque(value for value in quoted if value not in beyond)
        topics = [value.strip("\"'`“” ") for value in _TOPIC.findall(self.text)]
        self._names = deque(name for name in _names(self.text) if name not in beyond)
        self._topics = deque(topic for topic in topics if topic and topic not in beyond)

    def fact(self, name: str) -> Any:
        """Return what a tool said under `name`, or None."""
        return next((fact[name] for fact in reversed(self._facts) if name in fact), None)

    def mentions(self, phrase: str) -> bool:
        """Tell whether `phrase` occurs as whole words; `_` and `-` count as spaces."""
        pattern = rf"(?<!\w){_loose(phrase)}(?!\w)"
        return bool(phrase) and re.search(pattern, self.text, re.IGNORECASE) is not None

    def number(self, name: str) -> Number | None:
        """Take the number labelled `name`, else the first that is left."""
        loose, digits = _loose(name or "number"), _NUMBER.pattern
        for pattern in (rf"\b{loose}{_VALUE}({digits})", rf"({digits}) {loose}s?\b"):
            match = re.search(pattern, self.text, re.IGNORECASE)
            if match:
                value = _value(match.group(1))
                if value in self._numbers:
                    self._numbers.remove(value)
                return value
        return self._numbers.popleft() if self._numbers else None

    def numbers_left(self) -> int:
        """Return how many numbers have not been taken."""
        return len(self._numbers)

    def labelled(self, name: str) -> str | None:
        """Return the words that the text gives for `name`, as in `name: Ada` or `name is Ada`."""
        value = rf"(?:{_QUOTED.pattern}|([^,;.?!]+))"
        label = rf"\b{_loose(name or 'value')}(?:\s*[:=]\s*|\s+(?:is|was|of)\s+)"
        match = re.search(label + value, self.text, re.IGNORECASE)
        found = next(filter(None, match.groups()), "").strip() if match else ""
        if found in self._quoted:
            self._quoted.remove(found)
        return found or None

    def matching(self, pattern: str) -> str | None:
        """Return the first part of the text that has the form of `pattern`."""
        match = re.search(pattern, self.text)
        return match.group() if match else None

    def phrase(self) -> str | None:
        """Take the next quotation, else the next name, else the next topic."""
        for found in (self._quoted, self._names, self._topics):
            if found:
                return found.popleft()
        return None

    def quotation(self) -> str | None:
        """Take the next quotation."""
        return self._quoted.popleft() if self._quoted else None


def _loose(name: str) -> str:
    """Return a pattern for `name` in which `_`, `-`, spaces and case borders are alike."""
    parts = re.findall(r"[A-Z]?[^\W_A-Z]+|[A-Z]+(?![a-z])|[^\W_]+", name) or [name]
    return r"[\s_-]*".join(re.escape(part) for part in parts)


def _numbers(text: str) -> list[Number]:
    found = [(match.start(), _value(match.group())) for match in _NUMBER.finditer(text)]
    if not found:
        found = [
            (match.start(), _NUMBER_WORDS[match.group().lower()])
            for match in _NUMBER_WORD.finditer(text)
        ]
    return [value for _, value in found]


def _value(digits: str) -> Number:
    plain = digits.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _begins(text: str, at: int) -> bool:
    """Tell whether a sentence or a quotation begins at this place of a text in one line."""
    before = text[max(0, at - 2) : at]
    return at == 0 or before[-1] in "\"'“" or (before[-1] == " " and before[0] in ".!?:")


def _names(text: str) -> list[str]:
    """Return runs of capitalised words, but for the capital that only begins a sentence."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if _begins(text, match.start()):
            name = name.partition(" ")[2]
        if name and name not in ("I", "JSON"):
            found.append(name)
    return found
