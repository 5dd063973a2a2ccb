"""Parameters of a generation: checked against their limits, and the text cut to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.problems import Refusal

Refuse = Callable[[str, str], Refusal]


@dataclass(frozen=True, slots=True)
class Range:
    """Which numbers a parameter takes; both ends belong to it."""

    low: float
    high: float
    whole: bool = False

    def holds(self, value: Any) -> bool:
        """Tell whether `value` is such a number."""
        kinds = int if self.whole else int | float
        fits = isinstance(value, kinds) and not isinstance(value, bool)
        return fits and self.low <= value <= self.high

    def __str__(self) -> str:
        kind = "an integer" if self.whole else "a number"
        return f"{kind} from {self.low:g} to {self.high:g}"


_MANY = 2**31 - 1
_TINY = 1e-9  # stands for "above 0"

# Source: the OpenAI API reference, chat completions.
OPENAI = {
    "max_tokens": Range(1, _MANY, whole=True),
    "max_completion_tokens": Range(1, _MANY, whole=True),
    "temperature": Range(0, 2),
    "top_p": Range(0, 1),
    "n": Range(1, 128, whole=True),
    "presence_penalty": Range(-2, 2),
    "frequency_penalty": Range(-2, 2),
    "top_logprobs": Range(0, 20, whole=True),
    "seed": Range(-(2**63), 2**64, whole=True),
}
# Source: text-generation-inference, router/src/validation.rs.
TGI = {
    "max_new_tokens": Range(1, _MANY, whole=True),
    "best_of": Range(1, 128, whole=True),
    "temperature": Range(_TINY, 1e9),
    "repetition_penalty": Range(_TINY, 1e9),
    "frequency_penalty": Range(-2, 2),
    "top_k": Range(1, _MANY, whole=True),
    "top_p": Range(_TINY, 1 - _TINY),
    "typical_p": Range(_TINY, 1 - _TINY),
    "truncate": Range(1, _MANY, whole=True),
    "seed": Range(0, 2**64, whole=True),
    "top_n_tokens": Range(0, 128, whole=True),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a text ends: before these sequences, and after so many tokens."""

    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    keep_stop: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A text that has ended, as tokens, and why: `stop`, `sequence` or `length`."""

    pieces: list[str]
    reason: str

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def check(given: Mapping[str, Any], ranges: Mapping[str, Range], refuse: Refuse) -> None:
    """Refuse a parameter out of its range; a null is as good as none."""
    for name, allowed in ranges.items():
        value = given.get(name)
        if value is not None and not allowed.holds(value):
            raise refuse(f"`{name}` must be {allowed}", name)


def wants_usage(body: Mapping[str, Any], refuse: Refuse) -> bool:
    """Tell whether a stream is to end with the usage."""
    options = body.get("stream_options") or {}
    if not isinstance(options, dict):
        raise refuse("`stream_options` must be an object", "stream_options")
    return bool(options.get("include_usage"))


def stops(value: Any, refuse: Refuse) -> tuple[str, ...]:
    """Return the stop sequences: one, a list, or none."""
    found = [value] if isinstance(value, str) else value or []
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise refuse("`stop` must be text or a list of texts, none of them empty", "stop")
    return tuple(found)


def cut(text: str, ending: Ending) -> Cut:
    """End `text` at its first stop sequence or its last allowed token, whichever comes first."""
    found = [(text.index(stop), stop) for stop in ending.stop if stop in text]
    reason = "stop"
    if found:
        place, stop = min(found)
        text, reason = text[: place + len(stop) * ending.keep_stop], "sequence"
    pieces = tokens.pieces(text)
    if ending.max_tokens is not None and len(pieces) > ending.max_tokens:
        return Cut(pieces[: ending.max_tokens], "length")
    return Cut(pieces, reason)
