"""A query plan in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hf_integrations.ruvvector.indexes import Index
from hf_integrations.ruvvector.scans import scan
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.table import quoted

_VECTOR_LITERAL = re.compile(r"'\[[^']*\]'")


def in_words(collection: Collection, query: Query, plan: Sequence[str]) -> str:
    """A first sentence about how rows are found, then the plan with the vector's numbers cut."""
    lines = [_VECTOR_LITERAL.sub("'[…]'", line) for line in plan]
    return "\n".join([_summary(collection, query, "\n".join(lines)), *lines])


def _summary(collection: Collection, query: Query, plan: str) -> str:
    index = collection.facts.index
    # A plan quotes a name where it must, with the quotes within it twice.
    if index is not None and quoted(index.name)[1:-1] in plan:
        return _approximate(collection, query, index)
    if collection.names.metadata_index()[1:-1] in plan:
        return (
            "Exact: the filter's rows come from the metadata index, and all of them are compared."
        )
    if query.filter.size():
        return "Exact: every row is read, and those that pass the filter are compared."
    return "Exact: every row is compared."


def _approximate(collection: Collection, query: Query, index: Index) -> str:
    how = scan(collection.facts, collection.metric, "NULL", query.k, query.ef_search)
    if index.kind.method == "hnsw":
        method, width = "HNSW", f"ef_search {how.settings['hnsw.ef_search']}"
    else:
        method, width = "IVFFlat", f"{how.settings['ivfflat.probes']} of {index.lists} lists"
    held = {"full": "", "half": " over halved vectors", "bit": " over the vectors' signs"}
    again = (
        ""
        if index.kind.precision == "full"
        else (f" the nearest {how.candidates} of it are compared exactly;")
    )
    return (
        f"Approximate: {method} index {index.name} ({collection.metric.name})"
        f"{held[index.kind.precision]}, {width};{again} "
        "exact once more if it finds fewer rows than asked for."
    )
