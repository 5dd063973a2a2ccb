"""Conditions on metadata, as a tree of values: built from a dict in the Mongo manner or by hand.

    {"year": {"$gte": 2020}, "$or": [{"lang": "en"}, {("author", "name"): "Ada"}]}
    (Filter.key("year") >= 2020) & ~Filter.path("author", "name").in_(["Ada", "Bob"])
    {Filter.path("author", "name"): "Ada"}

Logic has two values: a row without the key fails every condition but `ne`, `nin`,
`exists(False)` and `empty`; `not` is the exact complement. Types are kept: 1, "1" and True differ.
A key is taken literally ("a.b" is one key); a path is a tuple, through objects only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.operands import (
    KNOWN,
    LISTS,
    MAX_DEPTH,
    OPERATORS,
    Op,
    Path,
    check_path,
    listed,
    shown,
    value_fault,
)

MAX_CONDITIONS = 2_000
MAX_NESTED = 100  # levels of a filter that was made by hand, whose `&` and `|` nest nothing


class Filter:
    """A condition on a row's metadata; combine with `&`, `|` and `~`.

    >>> recent = (Filter.key("year") >= 2020) & ~Filter.path("author", "name").eq("Ada")
    >>> recent == Filter.of({"year": {"$gte": 2020}, "$not": {("author", "name"): "Ada"}})
    True
    """

    __slots__ = ()

    @staticmethod
    def key(name: str) -> Field:
        """The value under one key, taken literally."""
        return Field((name,))

    @staticmethod
    def path(*keys: str) -> Field:
        """The value under a key inside an object inside …."""
        return Field(keys)

    @staticmethod
    def of(spec: FilterLike) -> Filter:
        """The filter that a dict stands for; a filter is returned as it is, None matches all.

        Raises:
            ValidationError: an unknown operator, a value the operator cannot use, or more of
                anything than a statement takes.
        """
        parsed = And(()) if spec is None else _parse(spec, 0)
        _check_depth(parsed)
        if parsed.size() > MAX_CONDITIONS:
            raise ValidationError(
                f"filter has more than {MAX_CONDITIONS} conditions; use $in for a list of values"
            )
        return parsed

    def size(self) -> int:
        """How many conditions it has; a filter of none says nothing."""
        return sum(part.size() for part in self.parts())

    def parts(self) -> tuple[Filter, ...]:
        """The filters it combines."""
        return ()

    def __and__(self, other: Filter | Mapping[Any, Any]) -> Filter:
        return And((*_items(And, self), *_items(And, _parse(other, 0))))

    def __rand__(self, other: Mapping[Any, Any]) -> Filter:
        return _parse(other, 0) & self

    def __or__(self, other: Filter | Mapping[Any, Any]) -> Filter:
        return Or((*_items(Or, self), *_items(Or, _parse(other, 0))))

    def __ror__(self, other: Mapping[Any, Any]) -> Filter:
        return _parse(other, 0) | self

    def __invert__(self) -> Filter:
        return Not(self)

    def __bool__(self) -> bool:
        raise ValidationError("a filter has no truth value: combine filters with &, | and ~")


FilterLike: TypeAlias = Mapping[Any, Any] | Filter | None


@dataclass(frozen=True, slots=True)
class And(Filter):
    """All parts hold; none at all holds."""

    items: tuple[Filter, ...]

    def parts(self) -> tuple[Filter, ...]:
        """The filters it combines."""
        return self.items


@dataclass(frozen=True, slots=True)
class Or(Filter):
    """Some part holds; none at all does not."""

    items: tuple[Filter, ...]

    def parts(self) -> tuple[Filter, ...]:
        """The filters it combines."""
        return self.items


@dataclass(frozen=True, slots=True)
class Not(Filter):
    """The part does not hold."""

    item: Filter

    def parts(self) -> tuple[Filter, ...]:
        """The filter it turns round."""
        return (self.item,)


@dataclass(frozen=True, slots=True)
class Condition(Filter):
    """One operator on the value under one path; checked when it is made."""

    keys: Path
    op: Op
    value: Any

    def __post_init__(self) -> None:
        check_path(self.keys)
        if fault := value_fault(self.op, self.value):
            raise ValidationError(f"filter ${self.op} on key {shown(self.keys)}: {fault}")

    def size(self) -> int:
        """One."""
        return 1


class Field:
    """The value under a path, to be compared: `==`, `!=`, `<`, `<=`, `>` and `>=` work too.

    In a dict it is a key, as the path's tuple is.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __eq__(self, value: Any) -> Filter:  # type: ignore[override]
        return self.eq(value)

    def __ne__(self, value: Any) -> Filter:  # type: ignore[override]
        return self.ne(value)

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"Filter.path({', '.join(map(repr, self._path))})"

    def asked(self, value: Any, depth: int) -> Filter:
        """What a dict asks of it."""
        return _field(self._path, value, depth)

    def eq(self, value: Any) -> Filter:
        """Equal, and of the same type."""
        return Condition(self._path, Op.EQ, value)

    def ne(self, value: Any) -> Filter:
        """Not equal, or not there."""
        return Condition(self._path, Op.NE, value)

    def __lt__(self, value: float | str) -> Filter:
        return Condition(self._path, Op.LT, value)

    def __le__(self, value: float | str) -> Filter:
        return Condition(self._path, Op.LTE, value)

    def __gt__(self, value: float | str) -> Filter:
        return Condition(self._path, Op.GT, value)

    def __ge__(self, value: float | str) -> Filter:
        return Condition(self._path, Op.GTE, value)

    def between(self, low: float | str, high: float | str) -> Filter:
        """From `low` to `high`, both included."""
        return Condition(self._path, Op.BETWEEN, (low, high))

    def in_(self, values: Sequence[Any]) -> Filter:
        """Equal to one of the values."""
        return Condition(self._path, Op.IN, listed(values))

    def nin(self, values: Sequence[Any]) -> Filter:
        """Equal to none of the values, or not there."""
        return Condition(self._path, Op.NIN, listed(values))

    def exists(self, there: bool = True) -> Filter:
        """The key is there, be it with null."""
        return Condition(self._path, Op.EXISTS, there)

    def empty(self, empty: bool = True) -> Filter:
        """Not there, null, "", [] or {}."""
        return Condition(self._path, Op.EMPTY, empty)

    def like(self, pattern: str) -> Filter:
        """A string that fits an SQL pattern: % is any text, _ any character."""
        return Condition(self._path, Op.LIKE, pattern)

    def ilike(self, pattern: str) -> Filter:
        """As `like`, upper and lower case alike."""
        return Condition(self._path, Op.ILIKE, pattern)

    def text_match(self, text: str) -> Filter:
        """A string that has this text in it."""
        return Condition(self._path, Op.TEXT_MATCH, text)

    def contains(self, value: Any) -> Filter:
        """A list with this value in it."""
        return Condition(self._path, Op.CONTAINS, value)

    def any(self, values: Sequence[Any]) -> Filter:
        """A list with at least one of these values in it."""
        return Condition(self._path, Op.ANY, listed(values))

    def all(self, values: Sequence[Any]) -> Filter:
        """A list with every one of these values in it."""
        return Condition(self._path, Op.ALL, listed(values))


def _items(kind: type[Filter], part: Filter) -> tuple[Filter, ...]:
    """A part of a combination; one of the same kind is not nested, as a loop would nest deep."""
    return part.parts() if isinstance(part, kind) else (part,)


def _check_depth(parsed: Filter) -> None:
    level: Sequence[Filter] = (parsed,)
    for _ in range(MAX_NESTED):
        level = [part for one in level for part in one.parts()]
        if not level:
            return
    raise ValidationError(f"filter is nested deeper than {MAX_NESTED} levels")


def _parse(spec: Any, depth: int) -> Filter:
    if isinstance(spec, Filter):
        return spec
    if not isinstance(spec, Mapping):
        raise ValidationError(f"filter is a {type(spec).__name__}; give a dict or a Filter")
    if depth > MAX_DEPTH:
        raise ValidationError(f"filter is nested deeper than {MAX_DEPTH} levels")
    items = tuple(_item(key, value, depth) for key, value in spec.items())
    return items[0] if len(items) == 1 else And(items)


def _item(key: Any, value: Any, depth: int) -> Filter:
    match key:
        case Field():  # first, as it is equal to nothing: `==` makes a filter of it
            return key.asked(value, depth)
        case "$and" | "$or":
            if not isinstance(value, list | tuple):
                raise ValidationError(f"filter {key} takes a list of filters")
            items = tuple(_parse(part, depth + 1) for part in value)
            return And(items) if key == "$and" else Or(items)
        case "$not":
            return Not(_parse(value, depth + 1))
        case str() if key.startswith("$"):
            raise _unknown(key)
        case str():
            return _field((key,), value, depth)
        case tuple():
            return _field(key, value, depth)
    raise ValidationError(f"filter has a key of type {type(key).__name__}; give a string or tuple")


def _field(path: Path, value: Any, depth: int) -> Filter:
    """What is asked of one field: operators, or a plain value to be equal to."""
    if not (isinstance(value, Mapping) and any(_is_operator(key) for key in value)):
        return Condition(path, Op.EQ, value)
    if depth > MAX_DEPTH:
        raise ValidationError(f"filter is nested deeper than {MAX_DEPTH} levels")
    items = tuple(_asked(path, key, operand, depth) for key, operand in value.items())
    return items[0] if len(items) == 1 else And(items)


def _asked(path: Path, key: Any, operand: Any, depth: int) -> Filter:
    if key == "$not":
        return Not(_field(path, operand, depth + 1))
    if key not in OPERATORS:
        raise _unknown(key)
    op = OPERATORS[key]
    return Condition(path, op, listed(operand) if op in LISTS else operand)


def _is_operator(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("$")


def _unknown(key: Any) -> ValidationError:
    return ValidationError(f"filter operator {key!r:.40} is not known; the operators are {KNOWN}")
