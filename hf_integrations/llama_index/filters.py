"""LlamaIndex's metadata filters as those of the store: pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import Filter
from hf_integrations.ruvvector.filters import And, Field, Not, Or

# A row without the key fails every operator but !=, nin and is_empty, as in LlamaIndex's own store.
_OPERATORS: dict[FilterOperator, Callable[[Field, Any], Filter]] = {
    FilterOperator.EQ: Field.eq,
    FilterOperator.NE: Field.ne,
    FilterOperator.GT: Field.__gt__,
    FilterOperator.LT: Field.__lt__,
    FilterOperator.GTE: Field.__ge__,
    FilterOperator.LTE: Field.__le__,
    FilterOperator.IN: Field.in_,
    FilterOperator.NIN: Field.nin,
    FilterOperator.ANY: Field.any,
    FilterOperator.ALL: Field.all,
    FilterOperator.CONTAINS: Field.contains,
    FilterOperator.TEXT_MATCH: Field.text_match,
    FilterOperator.TEXT_MATCH_INSENSITIVE: lambda field, value: field.ilike(_containing(value)),
    FilterOperator.IS_EMPTY: lambda field, _: field.empty(),
}


def to_filter(filters: MetadataFilters | None) -> Filter | None:
    """What the store understands; None for filters that say nothing.

    "not" holds where none of its filters does.

    Raises:
        ValidationError: an operator or a condition that the store does not have, or a value the
            operator cannot use.
    """
    if filters is None:
        return None
    items = tuple(item for part in filters.filters if (item := _item(part)) is not None)
    return _combined(filters.condition or FilterCondition.AND, items) if items else None


def of_documents(ref_doc_ids: Sequence[str]) -> Filter:
    """The rows that were made of these documents."""
    return Filter.key("ref_doc_id").in_(list(ref_doc_ids))


def both(*filters: Filter | None) -> Filter | None:
    """All of the filters that there are."""
    there = tuple(item for item in filters if item is not None)
    return And(there) if len(there) > 1 else next(iter(there), None)


def _item(part: MetadataFilter | MetadataFilters) -> Filter | None:
    if isinstance(part, MetadataFilters):
        return to_filter(part)
    make = _OPERATORS.get(part.operator)
    if make is None:
        raise ValidationError(
            f"filter on key {part.key!r:.100}: operator {part.operator!r:.40} is not known; "
            f"the operators are {', '.join(operator.value for operator in _OPERATORS)}"
        )
    return make(Filter.key(part.key), part.value)


def _combined(condition: FilterCondition, items: tuple[Filter, ...]) -> Filter:
    match condition:
        case FilterCondition.AND:
            return And(items)
        case FilterCondition.OR:
            return Or(items)
        case FilterCondition.NOT:
            return Not(Or(items))
    raise ValidationError(f"filters: condition {condition!r:.40} is not known; give and, or, not")


def _containing(value: Any) -> Any:
    """The pattern of a text with this one in it; the store names what is no text."""
    if not isinstance(value, str):
        return value
    plain = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
