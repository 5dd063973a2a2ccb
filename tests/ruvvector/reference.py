"""What a filter means, said a second time in plain Python; the SQL is compared with it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hf_integrations.ruvvector.filters import And, Condition, Filter, Not, Or
from hf_integrations.ruvvector.operands import Op

MISSING = object()
EMPTY: list[Any] = [None, "", [], {}]


def holds(filter_: Filter, metadata: dict[str, Any]) -> bool:
    """Whether a row with this metadata passes."""
    match filter_:
        case And(items):
            return all(holds(item, metadata) for item in items)
        case Or(items):
            return any(holds(item, metadata) for item in items)
        case Not(item):
            return not holds(item, metadata)
        case Condition(path, op, value):
            return _condition(_under(metadata, path), op, value)
    raise TypeError(type(filter_))


def same(a: Any, b: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and True and "1" are not."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if _number(a) and _number(b):
        return Decimal(repr(a)) == Decimal(repr(b))
    return type(a) is type(b) and bool(a == b)


def _under(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def _condition(found: Any, op: Op, value: Any) -> bool:
    match op:
        case Op.NE:
            return not _condition(found, Op.EQ, value)
        case Op.NIN:
            return not _condition(found, Op.IN, value)
        case Op.EXISTS:
            return (found is not MISSING) is value
        case Op.EMPTY:
            nothing = found is MISSING or any(same(found, empty) for empty in EMPTY)
            return nothing is value
    return found is not MISSING and _on_value(found, op, value)


def _on_value(found: Any, op: Op, value: Any) -> bool:
    match op:
        case Op.EQ | Op.IN:
            return any(same(found, item) for item in (value if op is Op.IN else [value]))
        case Op.BETWEEN:
            return _ordered(found, Op.GTE, value[0]) and _ordered(found, Op.LTE, value[1])
        case Op.LIKE | Op.ILIKE:
            flags = re.DOTALL | (re.IGNORECASE if op is Op.ILIKE else 0)
            return isinstance(found, str) and bool(re.fullmatch(_regex(value), found, flags))
        case Op.CONTAINS | Op.ANY | Op.ALL:
            return isinstance(found, list) and _in_list(found, op, value)
    if op is Op.TEXT_MATCH:
        return isinstance(found, str) and value in found
    return _ordered(found, op, value)


def _in_list(found: list[Any], op: Op, value: Any) -> bool:
    values = [value] if op is Op.CONTAINS else value
    inside = [any(same(item, wanted) for item in found) for wanted in values]
    return any(inside) if op is Op.ANY else all(inside)


def _ordered(found: Any, op: Op, value: Any) -> bool:
    if _number(found) and _number(value):
        found, value = Decimal(repr(found)), Decimal(repr(value))
    elif not (isinstance(found, str) and isinstance(value, str)):
        return False
    below, above = op in (Op.LT, Op.LTE), op in (Op.GT, Op.GTE)
    either = found == value and op in (Op.LTE, Op.GTE)
    return bool(either or (below and found < value) or (above and found > value))


def _regex(pattern: str) -> str:
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    words = {"%": ".*", "_": "."}
    return "".join(words.get(piece) or re.escape(piece[-1]) for piece in pieces)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
