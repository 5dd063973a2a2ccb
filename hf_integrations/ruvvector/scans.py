"""How an index over vectors is read: what it is in the order of, and how widely it is searched."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hf_integrations.ruvvector.indexes import OVERSAMPLING, Index
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.table import Facts

MAX_EF_SEARCH = 1_000  # of pgvector


@dataclass(frozen=True, slots=True)
class Scan:
    """The two stages of a search: rows in the order of the index, then compared exactly.

    Attributes:
        order: the SQL that the index is in the order of, and that candidates are taken by.
        distance: the SQL of the exact distance.
        candidates: how many rows the first stage takes.
        settings: for the transaction, by name.
    """

    order: str
    distance: str
    candidates: int
    settings: dict[str, str | int]


def scan(facts: Facts, metric: Metric, operand: str, k: int, ef_search: int) -> Scan:
    """How to find k rows near `operand`, an SQL expression of the stored type."""
    distance = f"embedding {facts.operator(metric)} {operand}"
    index = facts.index
    if index is None:
        return Scan(distance, distance, k, {})
    order = ordering(facts, metric, index, operand)
    wanted = k * OVERSAMPLING[index.kind.precision]
    if index.kind.precision == "bit":
        wanted = max(wanted, 2 * ef_search)
    candidates = max(k, min(wanted, MAX_EF_SEARCH))
    return Scan(order, distance, candidates, _settings(facts, index, max(candidates, ef_search)))


def ordering(facts: Facts, metric: Metric, index: Index, operand: str) -> str:
    """The expression an index answers, between the column and an operand."""
    column, held = index_key(facts, index.kind.precision), facts.operator(metric)
    match index.kind.precision:
        case "full":
            return f"{column} {held} {operand}"
        case "half":
            return f"{column} {held} {operand}::{_half(facts)}"
        case _:
            signs = f"{facts.extension_schema}.binary_quantize({operand})"
            hamming = f"OPERATOR({facts.extension_schema}.<~>)"
            return f"{column} {hamming} {signs}::bit({facts.dimensions:d})"


def index_key(facts: Facts, precision: str) -> str:
    """What an index of this precision holds, as SQL over a row."""
    match precision:
        case "full":
            return "embedding"
        case "half":
            return f"(embedding::{_half(facts)})"
        case _:
            signs = f"{facts.extension_schema}.binary_quantize(embedding)"
            return f"({signs}::bit({facts.dimensions:d}))"


def probes_for(lists: int, ef_search: int) -> int:
    """Lists of an IVFFlat index that a search reads: ef_search of 1,000, 2 × √lists at least."""
    return min(lists, max(math.ceil(lists * ef_search / MAX_EF_SEARCH), 2 * math.isqrt(lists)))


def _settings(facts: Facts, index: Index, width: int) -> dict[str, str | int]:
    if index.kind.method == "hnsw":
        values: dict[str, str | int] = {"hnsw.ef_search": min(width, MAX_EF_SEARCH)}
    else:
        values = {"ivfflat.probes": probes_for(index.lists, width)}
    if facts.iterates:
        values[f"{index.kind.method}.iterative_scan"] = "relaxed_order"
    return values


def _half(facts: Facts) -> str:
    return f"{facts.extension_schema}.halfvec({facts.dimensions:d})"
