"""Texts from texts: a summary of a text's own sentences, and a translation word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from hf_integrations.emulator import sentences, tokens
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.tasks import lexicon
from hf_integrations.emulator.tasks.asked import Asked, refuse
from hf_integrations.emulator.words import content_stems

MOST = 3  # sentences of a summary
_LENGTHS = ("max_new_tokens", "max_length")
_PAIR = re.compile(r"[-_](en|fr|de|es|it|pt|nl)[-_](en|fr|de|es|it|pt|nl)\b", re.IGNORECASE)
_TRUNCATIONS = ("do_not_truncate", "longest_first", "only_first", "only_second")


def summarize(asked: Asked) -> list[dict[str, str]]:
    """Summarization: a third of the sentences, at most three, those that say most."""
    return _each(asked, "summary_text", summary)


def translate(asked: Asked) -> list[dict[str, str]]:
    """Translate word by word; words that are not in the small dictionary stay as they are."""
    source, target = _languages(asked)
    return _each(asked, "translation_text", lambda text: lexicon.translate(text, source, target))


def summary(text: str) -> str:
    """Return the sentences of `text` that share most words with the others, in their order."""
    found = [one.text for one in sentences.split(text)]
    counts = Counter(form for one in found for form in content_stems(one))
    scores = [
        sum(counts[form] for form in content_stems(one)) / (5 + len(content_stems(one)))
        for one in found
    ]
    most = max(1, min(MOST, round(len(found) / 3)))
    best = sorted(range(len(found)), key=lambda at: (-scores[at], at))[:most]
    return " ".join(found[at] for at in sorted(best)) or text.strip()


def _each(asked: Asked, name: str, write: Callable[[str], str]) -> list[dict[str, str]]:
    asked.choice("truncation", *_TRUNCATIONS)
    longest = _longest(asked)
    return [{name: tokens.first(write(text), longest)} for text in asked.texts()]


def _longest(asked: Asked) -> int:
    """Return the most tokens of the result; the limits stand in `generate_parameters`, or bare."""
    given = asked.parameters.get("generate_parameters") or {}
    if not isinstance(given, dict):
        raise refuse("Error in `parameters.generate_parameters`: it must be an object")
    merged: dict[str, Any] = {**asked.parameters, **given}
    limits = [merged[name] for name in _LENGTHS if merged.get(name) is not None]
    allowed = Range(1, 100_000, whole=True)
    if not all(allowed.holds(limit) for limit in limits):
        raise refuse(f"Error in `parameters.max_length`: it must be {allowed}")
    return min(limits, default=100_000)


def _languages(asked: Asked) -> tuple[str, str]:
    """Return the languages: as asked, else as the model's name says, else English and French."""
    source, target = asked.words("src_lang"), asked.words("tgt_lang")
    if bool(source) != bool(target):
        raise refuse("`src_lang` and `tgt_lang` must be given together")
    named = _PAIR.search(asked.model)
    if not target:
        return (named[1].lower(), named[2].lower()) if named else ("en", "fr")
    return lexicon.code(source), lexicon.code(target)
