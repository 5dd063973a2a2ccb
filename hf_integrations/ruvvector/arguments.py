"""What callers give, checked by kind before anything else looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.strict_json import text_fault


def listed(argument: str, values: Any, what: str = "list of strings") -> list[Any]:
    """The items of an iterable that has an order, a generator too."""
    if isinstance(values, str | bytes | Mapping | Set) or not isinstance(values, Iterable):
        kind = "string" if isinstance(values, str) else type(values).__name__
        raise ValidationError(f"{argument} is a {kind}; give a {what}")
    try:
        return list(values)
    except TypeError as error:  # an array without axes
        raise ValidationError(f"{argument} has no items; give a {what}") from error


def number(argument: str, value: Any, least: float, most: float, *, whole: bool = True) -> None:
    """Refuse what is not a number within bounds."""
    kind: Any = int if whole else int | float
    if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
        a = "a whole number" if whole else "a number"
        raise ValidationError(f"{argument} is {a} from {least} to {most}")


def word(argument: str, value: Any, *known: str) -> None:
    """Refuse what is none of the known words."""
    if not isinstance(value, str) or value not in known:
        *others, last = (repr(each) for each in known)
        raise ValidationError(f"{argument} is {', '.join(others)} or {last}")


def named(argument: str, value: Any) -> None:
    """Refuse what cannot be the name of something on the server."""
    if not isinstance(value, str) or not value:
        raise ValidationError(f"{argument} is empty or no string; give a name")
    if fault := text_fault(value):
        raise ValidationError(f"{argument} {fault}")
