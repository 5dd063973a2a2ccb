"""A query plan in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.sql import Collection, Query

_VECTOR_LITERAL = re.compile(r"'\[[^']*\]'")


def in_words(collection: Collection, query: Query, plan: Sequence[str]) -> str:
    """A first sentence about how rows are found, then the plan with the vector's numbers cut."""
    lines = [_VECTOR_LITERAL.sub("'[…]'", line) for line in plan]
    return "\n".join([_summary(collection, query, "\n".join(lines)), *lines])


def _summary(collection: Collection, query: Query, plan: str) -> str:
    index = collection.names.index(collection.metric).strip('"')
    if index in plan:
        width = min(max(query.ef_search, query.k), sql.MAX_EF_SEARCH)
        return (
            f"Approximate: HNSW index {index} ({collection.metric.name}), ef_search {width}; "
            "exact once more if it finds fewer rows than asked for."
        )
    if collection.names.metadata_index().strip('"') in plan:
        return (
            "Exact: the filter's rows come from the metadata index, and all of them are compared."
        )
    if query.filter.size():
        return "Exact: every row is read, and those that pass the filter are compared."
    return "Exact: every row is compared."
