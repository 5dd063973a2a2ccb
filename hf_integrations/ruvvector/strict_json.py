"""JSON that PostgreSQL stores and gives back unchanged, or a sentence that says why not.

Python's own encoder turns NaN into a word that is not JSON and numbers as keys into strings;
PostgreSQL refuses NUL and lone surrogates. All of that is found here, before anything is sent.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from hf_integrations.errors import ValidationError

MAX_DEPTH = 64
MOST_TOGETHER = 8_000_000  # characters
_PLAIN = (str, bool, int, float, type(None))
_SIMPLE, _STRING = frozenset({str, int, bool, type(None)}), frozenset({str})
_DICT = frozenset({dict})
_NUL = b"\\u0000"  # as JSON spells it
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode
# Several times as fast, and the same byte for byte for all but floats, whose exponents it spells
# in another way. What it does not know is left to Python's encoder.
_write, _write_sorted = msgspec.json.Encoder().encode, msgspec.json.Encoder(order="sorted").encode


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


def are_sound(texts: Sequence[Any], most: int) -> bool:
    """Whether all of these are strings of at most so many characters, and without a fault.

    They are looked at together, which is much faster than one by one; False where they are too
    many for that.
    """
    return (
        _STRING.issuperset(map(type, texts))
        and sum(map(len, texts)) <= MOST_TOGETHER
        and max(map(len, texts), default=0) <= most
        and text_fault("".join(texts)) is None
    )


def plain_texts(mappings: Sequence[Any]) -> list[bytes] | None:
    """The JSON texts, in UTF-8, of dicts of strings, whole numbers, booleans and None, no deeper.

    Keys are in order, as `canonical` has them. The dicts are looked at together, which is much
    faster than one by one; None where one of them is otherwise or has a fault.
    """
    keys, values = chain.from_iterable(mappings), chain.from_iterable(map(dict.values, mappings))
    if not (
        _DICT.issuperset(map(type, mappings))
        and _STRING.issuperset(map(type, keys))
        and _SIMPLE.issuperset(map(type, values))
    ):
        return None
    try:
        texts = list(map(_write_sorted, mappings))
    except (TypeError, ValueError):  # a lone surrogate; a number of many digits
        return None
    return None if _NUL in b"".join(texts) else texts


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
    if _is_flat(value) and _is_storable(value):
        return None
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
    return encode(value, where).decode()


def encode(value: Any, where: str) -> bytes:
    """The JSON text of a value in which no fault was found, in UTF-8."""
    try:
        return _write(value)
    except (TypeError, ValueError):
        return _by_python(_encode, value, where)


def encode_sorted(value: Mapping[str, Any], where: str) -> bytes:
    """`encode` of a mapping, with keys in order as `canonical` has them."""
    if _is_flat(value):
        try:
            return _write_sorted(value)
        except (TypeError, ValueError):
            pass
    return _by_python(_encode_sorted, value, where)


def _by_python(write: Callable[[Any], str], value: Any, where: str) -> bytes:
    try:
        return write(value).encode()
    except (TypeError, ValueError) as error:  # a mapping that is no dict; an int of > 4,300 digits
        raise ValidationError(f"{where} cannot be written as JSON: use plain values") from error


def canonical(*values: Any) -> bytes:
    """The JSON text of a list of values with keys in order, in UTF-8: the same for equal values."""
    for value in values:
        if type(value) not in _SIMPLE and not _is_flat(value):
            return _encode_sorted(values).encode()
    return _write_sorted(values)


def canonical_with(text: str, fields: bytes, model: str) -> bytes:
    """`canonical` of a text, a mapping that is written in this manner already, and a model."""
    return b"[%b,%b,%b]" % (_write(text), fields, _write(model))


def _is_flat(value: Any) -> bool:
    """Whether this is a dict of strings, whole numbers, booleans and None, and no deeper."""
    return (
        type(value) is dict
        and _STRING.issuperset(map(type, value))
        and _SIMPLE.issuperset(map(type, value.values()))
    )


def _is_storable(value: Any) -> bool:
    """Whether no string in it can hold a NUL or a lone surrogate; False where it is not sure."""
    try:
        return _NUL not in _write(value)
    except ValueError:
        return False


def _advice(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return "give value.isoformat()"
    if hasattr(value, "item"):
        return "give value.item() or value.tolist()"
    if isinstance(value, set | frozenset):
        return "give a list"
    return "give a string, number, boolean, None, list or dict"
