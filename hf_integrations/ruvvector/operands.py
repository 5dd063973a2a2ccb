"""The operators of a filter, and what each of them can be given."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any, TypeAlias

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.strict_json import json_fault, text_fault

MAX_DEPTH = 32
Path: TypeAlias = tuple[str, ...]


class Op(StrEnum):
    """The operators; in a dict each is written with a dollar sign before it."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    NIN = "nin"
    BETWEEN = "between"
    EXISTS = "exists"
    EMPTY = "empty"
    LIKE = "like"
    ILIKE = "ilike"
    TEXT_MATCH = "text_match"
    CONTAINS = "contains"
    ANY = "any"
    ALL = "all"


OPERATORS = {f"${op}": op for op in Op}
KNOWN = ", ".join([*OPERATORS, "$and", "$or", "$not"])
_ORDERED = frozenset({Op.LT, Op.LTE, Op.GT, Op.GTE})
_FLAGS = frozenset({Op.EXISTS, Op.EMPTY})
_TEXTS = frozenset({Op.LIKE, Op.ILIKE, Op.TEXT_MATCH})
LISTS = frozenset({Op.IN, Op.NIN, Op.ANY, Op.ALL, Op.BETWEEN})


def check_path(path: Any) -> None:
    """Refuse what is not a tuple of keys that PostgreSQL can compare with."""
    if not (isinstance(path, tuple) and path and all(isinstance(key, str) for key in path)):
        raise ValidationError("a filter's key is a string, and a path a tuple of strings")
    if len(path) > MAX_DEPTH:
        raise ValidationError(f"a filter's path has at most {MAX_DEPTH} keys")
    for key in path:
        if fault := text_fault(key):
            raise ValidationError(f"a filter's key {fault}")


def value_fault(op: Op, value: Any) -> str | None:
    """Why this operator cannot use this value, or None."""
    if op in _FLAGS:
        return None if isinstance(value, bool) else "give True or False"
    if op in _TEXTS:
        return _pattern_fault(op, value)
    if op in LISTS and not isinstance(value, tuple):
        return "give a list of values"
    if fault := json_fault(value):
        return f"the value {fault}"
    if op in _ORDERED:
        return None if _rank(value) else "give a number or a string"
    return _list_fault(op, value)


def _list_fault(op: Op, value: Any) -> str | None:
    match op:
        case Op.BETWEEN:
            same = len(value) == 2 and _rank(value[0]) and _rank(value[0]) == _rank(value[1])
            return None if same else "give two numbers or two strings"
        case Op.ANY | Op.ALL:
            plain = all(is_scalar(item) for item in value)
            return None if plain else "the values are strings, numbers, booleans or None"
        case Op.CONTAINS:
            return None if is_scalar(value) else "give a string, number, boolean or None"
    return None


def _pattern_fault(op: Op, value: Any) -> str | None:
    if not isinstance(value, str):
        return "give a string"
    slashes = len(value) - len(value.rstrip("\\"))
    if op is not Op.TEXT_MATCH and slashes % 2:
        return "the pattern ends with a lone backslash; write two"
    fault = text_fault(value)
    return fault and f"the value {fault}"


def _rank(value: Any) -> str:
    """The kind of a value that has an order, or an empty string."""
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def is_scalar(value: Any) -> bool:
    """Whether a JSON value is neither a list nor an object."""
    return not isinstance(value, Mapping | list | tuple)


def listed(values: Any) -> Any:
    """A list as a tuple; anything else is left for the check to name."""
    if isinstance(values, list | AbstractSet) or type(values).__name__ == "ndarray":
        return tuple(values.tolist() if hasattr(values, "tolist") else values)
    return values


def shown(path: Path) -> str:
    """A path for messages, cut where it is long."""
    return repr(path[0] if len(path) == 1 else path)[:100]
