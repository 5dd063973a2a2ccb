"""Filters as SQL: a fixed vocabulary of templates, every key and value a bound parameter.

Each condition is written so that it is true or false and never null, so NOT is its complement.
Equality and containment are `@>`, which a GIN index on `metadata` serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hf_integrations.ruvvector.filters import And, Condition, Filter, Not, Or
from hf_integrations.ruvvector.operands import Op, Path, is_scalar
from hf_integrations.ruvvector.strict_json import dumps
from hf_integrations.ruvvector.wire import json_array
from hf_integrations.ruvvector.work import Packed

# Above this many values one array is compared with each row; below, each value can use the index.
MAX_ALTERNATIVES = 16
_COMPARE = {Op.LT: "<", Op.LTE: "<=", Op.GT: ">", Op.GTE: ">="}
_EMPTY = (b"null", b'""', b"[]", b"{}")


class Parameters:
    """The bound parameters of a statement, numbered as they are added."""

    def __init__(self, *first: Any) -> None:
        self._values: list[Any] = list(first)

    def add(self, value: Any, cast: str) -> str:
        """Bind a value; returns what stands for it in the SQL text."""
        self._values.append(value)
        return f"${len(self._values)}::{cast}"

    def values(self) -> tuple[Any, ...]:
        """All of them, in order."""
        return tuple(self._values)


def condition_sql(filter_: Filter, params: Parameters) -> str:
    """The SQL condition of a filter; what it compares with goes into `params`."""
    match filter_:
        case And(items):
            return _joined(" AND ", items, params) or "true"
        case Or(items):
            return _joined(" OR ", items, params) or "false"
        case Not(item):
            return f"(NOT {condition_sql(item, params)})"
        case Condition(path, op, value):
            return _condition(path, op, value, params)
    raise TypeError(type(filter_))


def served(filter_: Filter) -> Filter | None:
    """The part of a filter by which a GIN index on `metadata` finds rows; None without one."""
    match filter_:
        case And(items):
            parts = [part for item in items if (part := served(item)) is not None]
            return And(tuple(parts)) if parts else None
        case Or(items):
            parts = [part for item in items if (part := served(item)) is not None]
            return Or(tuple(parts)) if len(parts) == len(items) else None
        case Condition(_, Op.EQ | Op.IN as op, value):
            return filter_ if _are_held(value if op is Op.IN else [value]) else None
        case Condition(_, Op.ANY | Op.ALL | Op.CONTAINS, _):
            return filter_
    return None


def _joined(word: str, items: Sequence[Filter], params: Parameters) -> str:
    parts = [condition_sql(item, params) for item in items]
    return f"({word.join(parts)})" if parts else ""


def _condition(path: Path, op: Op, value: Any, params: Parameters) -> str:
    match op:
        case Op.EQ | Op.NE | Op.IN | Op.NIN:
            values = value if op in (Op.IN, Op.NIN) else (value,)
            equal = _equal(path, values, params)
            return equal if op in (Op.EQ, Op.IN) else f"(NOT {equal})"
        case Op.LT | Op.LTE | Op.GT | Op.GTE:
            return _ordered(path, _COMPARE[op], value, params)
        case Op.BETWEEN:
            low, high = (
                _ordered(path, sign, end, params)
                for sign, end in zip((">=", "<="), value, strict=True)
            )
            return f"({low} AND {high})"
        case Op.EXISTS | Op.EMPTY:
            return _presence(path, op, params) if value else f"(NOT {_presence(path, op, params)})"
        case Op.LIKE | Op.ILIKE | Op.TEXT_MATCH:
            return _matching(path, op, value, params)
    return _listing(path, op, value, params)


def _equal(path: Path, values: Sequence[Any], params: Parameters) -> str:
    """One of the values, type and all."""
    if not _are_held(values):
        array = Packed(json_array(_json(value).encode() for value in values))
        return f"(({_at(path, params)} = ANY({params.add(array, 'jsonb[]')})) IS TRUE)"
    return _any_of([_holding(path, value, params) for value in values])


def _are_held(values: Sequence[Any]) -> bool:
    """Whether each value is looked for with `@>`."""
    return len(values) <= MAX_ALTERNATIVES and all(map(is_scalar, values))


def _listing(path: Path, op: Op, value: Any, params: Parameters) -> str:
    """What a list has in it."""
    match op:
        case Op.ALL:
            return _holding(path, list(value), params)
        case Op.CONTAINS:
            return _holding(path, [value], params)
    if len(value) <= MAX_ALTERNATIVES:
        return _any_of([_holding(path, [item], params) for item in value])
    array = Packed(json_array(_json(_nested(path, [item])).encode() for item in value))
    return f"(metadata @> ANY({params.add(array, 'jsonb[]')}))"


def _holding(path: Path, value: Any, params: Parameters) -> str:
    return f"metadata @> {params.add(_json(_nested(path, value)), 'jsonb')}"


def _any_of(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})" if parts else "false"


def _ordered(path: Path, sign: str, value: float | str, params: Parameters) -> str:
    """CASE, because SQL may evaluate both sides of an AND, and the cast fails on other types."""
    kind = "string" if isinstance(value, str) else "number"
    guard = f"CASE WHEN jsonb_typeof({_at(path, params)}) = '{kind}' THEN"
    if isinstance(value, str):
        text = f'{_text_at(path, params)} COLLATE "C"'
        return f"({guard} {text} {sign} {params.add(value, 'text')} ELSE false END)"
    number = params.add(_json(value), "numeric")
    return f"({guard} {_at(path, params)}::numeric {sign} {number} ELSE false END)"


def _matching(path: Path, op: Op, value: str, params: Parameters) -> str:
    guard = f"CASE WHEN jsonb_typeof({_at(path, params)}) = 'string' THEN"
    text, given = _text_at(path, params), params.add(str(value), "text")
    test = f"strpos({text}, {given}) > 0" if op is Op.TEXT_MATCH else f"{text} {op.upper()} {given}"
    return f"({guard} {test} ELSE false END)"


def _presence(path: Path, op: Op, params: Parameters) -> str:
    if op is Op.EXISTS:
        return f"({_at(path, params)} IS NOT NULL)"
    nothing = Packed(json_array(_EMPTY))
    missing = f"{_at(path, params)} IS NULL"
    return f"({missing} OR {_at(path, params)} = ANY({params.add(nothing, 'jsonb[]')}))"


def _at(path: Path, params: Parameters) -> str:
    """The value under the path; SQL null where there is none."""
    keys = " -> ".join(params.add(key, "text") for key in path)
    return f"(metadata -> {keys})"


def _text_at(path: Path, params: Parameters) -> str:
    return f"({_at(path, params)} #>> '{{}}')"


def _nested(path: Path, value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value


def _json(value: Any) -> str:
    return dumps(value, "the filter's value")
