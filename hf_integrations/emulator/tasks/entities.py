"""token-classification: names, places, organisations, dates and addresses, by how they are written.

A real model knows what Paris is; here a short list of places does, and the words around a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.tasks.asked import Asked, refuse
from hf_integrations.emulator.words import STOP_WORDS, word_set

PLACES = frozenset(
    """London|Paris|Berlin|Rome|Madrid|Vienna|Oslo|Lisbon|Dublin|Athens|Prague|Warsaw|Moscow|Tokyo
    |Beijing|Delhi|Sydney|Toronto|Boston|Chicago|Brooklyn|New York|New York City|San Francisco
    |Los Angeles|Seattle|Hamburg|Munich|Zurich|Geneva|Amsterdam|Brussels|Cairo|Lagos|Nairobi
    |France|Germany|Italy|Spain|Austria|Norway|Portugal|Ireland|Greece|Poland|Russia|Japan|China
    |India|Australia|Canada|Mexico|Brazil|Egypt|Nigeria|Kenya|England|Scotland|Switzerland
    |Netherlands|Belgium|Europe|Asia|Africa|America|United States|United Kingdom|USA|UK
    |California|Texas|Florida""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_MAKERS = word_set(
    """Inc Corp Corporation Ltd Company GmbH University Institute Bank Group Google Microsoft
    Apple Amazon Facebook Meta IBM Nvidia OpenAI NASA UN EU NATO WHO BBC CNN Face Airlines Agency
    Ministry College Museum"""
)
_TITLES = word_set("Mr Mrs Ms Dr Prof Sir President Professor Queen King Minister")
_SAYS_PLACE = word_set("in at from near to into toward visit visited lives")
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_KINDS = {
    "EMAIL": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "URL": r"https?://[^\s\"'<>]+[\w/]",
    "DATE": rf"\d{{4}}-\d{{2}}-\d{{2}}|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}},)?(?: \d{{4}})?",
    "NAME": r"(?:[A-Z][\w'’-]*\.? )*[A-Z][\w'’-]*",  # noqa: RUF001 - typographic apostrophe
}
_FIND = re.compile("|".join(rf"(?P<{kind}>\b(?:{text}))" for kind, text in _KINDS.items()))
_SCORES = {"EMAIL": 0.998, "URL": 0.997, "DATE": 0.99, "PER": 0.985, "LOC": 0.992, "ORG": 0.98}
_STRATEGIES = ("simple", "none", "first", "average", "max")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name, and where it stands in the text."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Entity]:
    """Return the entities of `text`, in order."""
    found: list[Entity] = []
    for match in _FIND.finditer(text):
        kind = match.lastgroup or "NAME"
        if kind != "NAME":
            found.append(Entity(kind, match.start(), match.end()))
        else:
            found += _named(text, match.start(), match.end())
    return found


def recognise(asked: Asked) -> list[dict[str, Any]] | list[list[dict[str, Any]]]:
    """token-classification: a list for one text, a list of lists for several."""
    strategy = asked.choice("aggregation_strategy", *_STRATEGIES)
    ignored = asked.parameters.get("ignore_labels")
    if ignored is not None and not isinstance(ignored, list):
        raise refuse("Error in `parameters.ignore_labels`: it must be a list of labels")
    without = {"O"} if ignored is None else set(map(str, ignored))
    tell = _tokens if strategy == "none" else _groups
    told = [
        [one for one in tell(text) if not without & {one.get("entity"), one.get("entity_group")}]
        for text in asked.texts()
    ]
    return told if isinstance(asked.inputs, list) else told[0]


def _groups(text: str) -> Iterator[dict[str, Any]]:
    for one in find(text):
        yield {
            "entity_group": one.kind, "score": _SCORES.get(one.kind, 0.9),
            "word": text[one.start : one.end], "start": one.start, "end": one.end,
        }  # fmt: skip


def _tokens(text: str) -> Iterator[dict[str, Any]]:
    """Tell each token for itself, as B-PER, I-PER or O."""
    found, end = find(text), 0
    for index, piece in enumerate(tokens.pieces(text), start=1):
        start, end = end + len(piece) - len(piece.lstrip()), end + len(piece)
        inside = next((one for one in found if one.start <= start < one.end), None)
        label = "O"
        if inside is not None:
            label = f"{'B' if inside.start == start else 'I'}-{inside.kind}"
        yield {
            "entity": label, "score": _SCORES.get(inside.kind, 0.9) if inside else 0.999,
            "index": index, "word": text[start:end], "start": start, "end": end,
        }  # fmt: skip


def _named(text: str, start: int, end: int) -> Iterator[Entity]:
    """Tell what a run of capitalised words is; words that only begin a sentence are no name."""
    words = [
        Entity("", start + match.start(), start + match.end())
        for match in re.finditer(r"\S+", text[start:end])
    ]
    begins = not text[:start].rstrip() or text[:start].rstrip()[-1] in ".!?:\n"
    while words and _is_common(text[words[0].start : words[0].end]):
        words = words[1:]
    if not words:
        return
    name = text[words[0].start : words[-1].end]
    before = re.findall(r"[\w']+", text[: words[0].start])[-1:]
    whole = Entity("MISC", words[0].start, words[-1].end)
    kind = _kind(name, before[0] if before else "")
    if kind == "MISC" and begins and len(words) == 1 and words[0].start == start:
        kind = "PER" if _acts(text[end:]) else ""
    if kind:
        yield replace(whole, kind=kind)


def _is_common(word: str) -> bool:
    plain = word.strip(".'’")  # noqa: RUF001 - typographic apostrophe
    return plain.lower() in STOP_WORDS or plain in _TITLES or plain in ("My", "Hello", "Hi", "Dear")


def _kind(name: str, before: str) -> str:
    words = re.split(r"[ .]+", name)
    if name in PLACES:
        return "LOC"
    if _MAKERS & set(words) or (name.isupper() and 1 < len(name) < 6):
        return "ORG"
    if before in _TITLES or before.lower() in ("is", "am", "named", "by", "with", "and", "called"):
        return "PER"
    if before.lower() in _SAYS_PLACE:
        return "LOC"
    return "PER" if len(words) > 1 else "MISC"


def _acts(rest: str) -> bool:
    """Tell whether what follows is said of a person."""
    return (
        re.match(r"(?:'s)? (?:is|was|has|lives|works|said|says|went|met|likes)\b", rest) is not None
    )
