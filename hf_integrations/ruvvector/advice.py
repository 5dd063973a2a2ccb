"""Advice about the index of a collection, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hf_integrations.models.shown import said, table
from hf_integrations.ruvvector.indexes import Method, Precision

NAMES = {
    ("hnsw", "full"): "HNSW",
    ("hnsw", "half"): "HNSW over halved vectors",
    ("hnsw", "bit"): "HNSW over the vectors' signs",
    ("ivfflat", "full"): "IVFFlat",
}
FAST_ENOUGH = 15.0  # milliseconds of an exact search, up to which no index is worth its upkeep
AS_GOOD = 0.005  # of recall, that a smaller index may cost


@dataclass(frozen=True, slots=True)
class Option:
    """One kind of index, as it was measured on a sample and is expected for all rows.

    Attributes:
        ef_search: the least width of those tried that reaches the recall, or the greatest tried.
        recall: measured on the sample; with many more rows it is a little less, and over signs
            a good deal less.
        milliseconds: of a search, expected.
        megabytes: of the index, expected; so much memory keeps it fast.
        build_seconds: expected, by one process; with w workers about 1 / (w + 1) of it.
    """

    method: Method
    precision: Precision
    ef_search: int
    recall: float
    milliseconds: float
    megabytes: float
    build_seconds: float

    def __str__(self) -> str:
        return (
            f"{NAMES[self.method, self.precision]}: recall {self.recall:.3f} at ef_search "
            f"{self.ef_search}, {self.milliseconds:.1f} ms a search, {self.megabytes:,.0f} MB, "
            f"built in {self.build_seconds:,.0f} s by one process"
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about the index.

    Attributes:
        choice: the index to make; None: no index.
        reason: why, in words.
        options: all that were measured.
        rows: of the collection.
        sample: rows that were measured with.
        exact_milliseconds: of a search without an index, measured on the whole table.
        exact_megabytes: of the table, which such a search reads.
    """

    choice: Option | None
    reason: str
    options: tuple[Option, ...]
    rows: int
    dimensions: int
    sample: int
    k: int
    exact_milliseconds: float
    exact_megabytes: float

    def _repr_html_(self) -> str:
        none = ("no index", "", 1.0, self.exact_milliseconds, self.exact_megabytes, 0.0)
        kinds = [
            (
                NAMES[one.method, one.precision], one.ef_search, one.recall, one.milliseconds,
                one.megabytes, one.build_seconds,
            )
            for one in self.options
        ]  # fmt: skip
        names = ("index", "ef_search", f"recall@{self.k}", "ms a search", "MB", "s to build")
        sample = f"measured on {self.sample:,} of {self.rows:,} rows"
        return said(self.reason, below=table(names, [none, *kinds]), notes=[sample])

    def __str__(self) -> str:
        lines = [
            self.reason,
            f"Measured on {self.sample:,} of {self.rows:,} rows of {self.dimensions} dimensions, "
            f"recall@{self.k}; expected for all of them:",
            f"- no index: recall 1, {self.exact_milliseconds:.1f} ms a search, "
            f"reads {self.exact_megabytes:,.0f} MB",
            *(f"- {option}" for option in self.options),
        ]
        if self.choice is not None:
            chosen = self.choice
            lines.append(
                f"Do: store.create_index(method={chosen.method!r}, "
                f"precision={chosen.precision!r}), and make the store with "
                f"ef_search={chosen.ef_search}."
            )
        return "\n".join(lines)


def grown(value: float, sample: int, rows: int) -> float:
    """What grows with the rows."""
    return value * rows / max(sample, 1)


def grown_slowly(value: float, sample: int, rows: int) -> float:
    """What grows with the logarithm of the rows, as a walk through a graph does."""
    return value * math.log(max(rows, 3)) / math.log(max(sample, 3))


def choose(
    options: Sequence[Option], exact_milliseconds: float, recall: float, memory_mb: int | None
) -> tuple[Option | None, str]:
    """The index to make, and why."""
    if exact_milliseconds <= FAST_ENOUGH:
        return None, (
            f"No index: comparing every row takes about {exact_milliseconds:.0f} ms and finds all."
        )
    if not options:
        return None, "No index: none serves this metric and type."
    fitting = [each for each in options if memory_mb is None or each.megabytes <= memory_mb]
    if not fitting:
        smallest = min(options, key=lambda each: each.megabytes)
        return smallest, f"None fits into {memory_mb} MB; the smallest comes nearest."
    good = [each for each in fitting if each.recall >= recall]
    if not good:
        best = max(fitting, key=lambda each: each.recall)
        return best, f"None reaches recall {recall:g}; this one comes nearest."
    # Signs look better on a sample than they are: of fewer rows, a larger share is compared.
    exact_enough = [each for each in good if each.precision != "bit"] or good
    graphs = [each for each in exact_enough if each.method == "hnsw"] or exact_enough
    most = max(each.recall for each in graphs)
    near = [each for each in graphs if each.recall >= most - AS_GOOD]
    chosen = min(near, key=lambda each: each.megabytes)
    name = NAMES[chosen.method, chosen.precision]
    return chosen, f"{name}: the smallest of those that are good to {AS_GOOD:g} of recall."
