"""`RuvTranslator`: structured queries of LangChain's self-query retriever as filters; pure."""

from __future__ import annotations

from typing import Any

from langchain_core.structured_query import (
    Comparator,
    Comparison,
    Operation,
    Operator,
    StructuredQuery,
    Visitor,
)

_COMPARATORS = {
    Comparator.EQ: "$eq",
    Comparator.NE: "$ne",
    Comparator.GT: "$gt",
    Comparator.GTE: "$gte",
    Comparator.LT: "$lt",
    Comparator.LTE: "$lte",
    Comparator.CONTAIN: "$contains",
    Comparator.LIKE: "$ilike",
    Comparator.IN: "$in",
    Comparator.NIN: "$nin",
}
_OPERATORS = {Operator.AND: "$and", Operator.OR: "$or", Operator.NOT: "$not"}


class RuvTranslator(Visitor):
    """Structured queries in the words of `RuvVectorStore`'s filters.

    `SelfQueryRetriever.from_llm(…, structured_query_translator=RuvTranslator())`. Keys are taken
    literally. `like` looks for a text in any case; a `%` in it stands for anything. A date is
    compared as the text `2024-05-31`.
    """

    allowed_comparators = tuple(_COMPARATORS)
    allowed_operators = tuple(_OPERATORS)

    def visit_operation(self, operation: Operation) -> dict[str, Any]:
        """Conditions together."""
        self._validate_func(operation.operator)
        parts = [part.accept(self) for part in operation.arguments]
        if operation.operator is Operator.NOT:
            return {"$not": parts[0] if len(parts) == 1 else {"$and": parts}}
        return {_OPERATORS[operation.operator]: parts}

    def visit_comparison(self, comparison: Comparison) -> dict[str, Any]:
        """One condition."""
        self._validate_func(comparison.comparator)
        value = _plain(comparison.value)
        if comparison.comparator is Comparator.LIKE and "%" not in str(value):
            value = f"%{value}%"
        if comparison.comparator in (Comparator.IN, Comparator.NIN) and not isinstance(value, list):
            value = [value]
        return {comparison.attribute: {_COMPARATORS[comparison.comparator]: value}}

    def visit_structured_query(
        self, structured_query: StructuredQuery
    ) -> tuple[str, dict[str, Any]]:
        """What to search for, and how."""
        told: dict[str, Any] = {}
        if structured_query.filter is not None:
            told["filter"] = structured_query.filter.accept(self)
        if structured_query.limit is not None:
            told["k"] = structured_query.limit
        return structured_query.query, told


def _plain(value: Any) -> Any:
    """A value without the cover that the query language gives to dates."""
    if isinstance(value, dict) and value.get("type") in ("date", "datetime"):
        return value.get("date", value.get("datetime"))
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
