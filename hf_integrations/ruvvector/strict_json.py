"""JSON that PostgreSQL stores and gives back unchanged, or a sentence that says why not.

Python's own encoder turns NaN into a word that is not JSON and numbers as keys into strings;
PostgreSQL refuses NUL and lone surrogates. All of that is found here, before anything is sent.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from hf_integrations.errors import ValidationError

MAX_DEPTH = 64
_PLAIN = (str, bool, int, float, type(None))
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode


def text_fault(text: str) -> str | None:
    """Why PostgreSQL would not store this text, or None."""
    if "\x00" in text:
        return "holds a NUL character, which PostgreSQL cannot store; remove it"
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "holds a lone surrogate, which is not valid Unicode; repair the decoding"
    return None


def json_fault(value: Any, depth: int = 0) -> str | None:
    """Why this value is not faithful JSON, or None; the sentence begins with a verb."""
    kind = type(value)
    if kind is str:
        return text_fault(value)
    if kind is int or kind is bool or value is None:
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else "is NaN or infinite, which JSON cannot hold"
    if isinstance(value, Mapping | list | tuple):
        return _nested_fault(value, depth)
    if isinstance(value, _PLAIN):  # an enumeration of strings or numbers
        return text_fault(value) if isinstance(value, str) else None
    return f"is a {kind.__name__}, which JSON does not know; {_advice(value)}"


def _nested_fault(value: Mapping[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> str | None:
    if depth >= MAX_DEPTH:
        return f"is nested deeper than {MAX_DEPTH} levels"
    if isinstance(value, Mapping):
        return mapping_fault(value, depth)
    for item in value:
        if fault := json_fault(item, depth + 1):
            return f"has an item that {fault}"
    return None


def mapping_fault(value: Mapping[Any, Any], depth: int = 0) -> str | None:
    """Why this mapping is not faithful JSON, naming the key, or None."""
    for key, item in value.items():
        if not isinstance(key, str):
            return f"has a key of type {type(key).__name__}; keys are strings"
        if fault := text_fault(key):
            return f"has a key that {fault}"
        if fault := json_fault(item, depth + 1):
            return f"has a key {key[:80]!r} whose value {fault}"
    return None


def dumps(value: Any, where: str) -> str:
    """The value as JSON text.

    Raises:
        ValidationError: it is not faithful JSON; `where` names it in the message.
    """
    fault = json_fault(value)
    if fault is not None:
        raise ValidationError(f"{where} {fault}")
    return encode(value, where)


def encode(value: Any, where: str) -> str:
    """The JSON text of a value in which no fault was found."""
    try:
        return _encode(value)
    except (TypeError, ValueError) as error:  # a mapping that is no dict; an int of > 4,300 digits
        raise ValidationError(f"{where} cannot be written as JSON: use plain values") from error


def canonical(value: Any) -> str:
    """The JSON text of a value with its keys in order: equal values give equal text."""
    return _encode_sorted(value)


def _advice(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return "give value.isoformat()"
    if hasattr(value, "item"):
        return "give value.item() or value.tolist()"
    if isinstance(value, set | frozenset):
        return "give a list"
    return "give a string, number, boolean, None, list or dict"
