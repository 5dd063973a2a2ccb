"""Random filters over random metadata: PostgreSQL and plain Python agree on every one."""
# ruff: noqa: S311, E501 - dice, not secrets; lists of values are read by column

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg
import pytest

from hf_integrations.ruvvector import Filter
from hf_integrations.ruvvector.conditions import Parameters, condition_sql
from hf_integrations.ruvvector.cursors import cursor_of
from hf_integrations.ruvvector.strict_json import encode
from hf_integrations.ruvvector.wire import json_array
from hf_integrations.ruvvector.work import Packed
from tests.ruvvector.reference import holds

TOGETHER = 100  # filters in one statement
ROWS = 12
KEYS = [
    "a", "b", "a.b", "", " ", "日本", "x'y", "$c", "\\", '"', "%s", "$1", "{}", "{a}", "a,b", "0", "-1",
    "'; DROP TABLE x; --", "k" * 300, "\n", "🎉", "null", "A",
]  # fmt: skip
STRINGS = [
    "", " ", "a", "A", "ab", "B", "1", "1.0", "true", "null", "a%b", "a_b", "a\\b", "%", "_", "\\", "née",
    "'", "''", '"', "'; --", "' OR 1=1 --", "\n", "$1", ":x", "%s", "{}", "[1]", "日本", "🎉", "z" * 500,
    "\u007f", "\u00a0", "é", "\U0010ffff",
]  # fmt: skip
NUMBERS = [
    0, 1, -1, 2, 1.0, 1.5, -0.5, 0.0, -0.0, 10**20, 1e20, 10**30, -(10**30), 0.1, 0.2, 0.30000000000000004,
    3, 1e308, -1e308, 5e-324, 2**53, 2**53 + 1, 2**63, 1e-7,
]  # fmt: skip
SCALARS: list[Any] = [None, True, False, *STRINGS, *NUMBERS]
PATTERNS = [
    "%",
    "a%",
    "_",
    "%b",
    "A_",
    "",
    "a\\%b",
    "a\\\\b",
    "%\\_%",
    "n_e",
    "1",
    "''",
    "%'%",
    "\\\\",
]


class Dice:
    """Random metadata and random filters over it, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def metadata(self) -> dict[str, Any]:
        """What a row may hold."""
        keys = self.random.sample(KEYS, self.random.randrange(7))
        return {key: self.value() for key in keys}

    def value(self, depth: int = 0) -> Any:
        """A JSON value."""
        kind = self.random.random()
        if kind < 0.65 or depth > 1:
            return self.random.choice(SCALARS)
        if kind < 0.85:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        return {
            self.random.choice(KEYS): self.value(depth + 1) for _ in range(self.random.randrange(3))
        }

    def filter(self, rows: list[dict[str, Any]], depth: int = 0) -> dict[Any, Any]:
        """A filter in the Mongo manner."""
        kind = self.random.random()
        if depth > 2 or kind < 0.7:
            return self.condition(rows)
        if kind < 0.8:
            return {"$not": self.filter(rows, depth + 1)}
        parts = [self.filter(rows, depth + 1) for _ in range(self.random.randrange(4))]
        return {self.random.choice(["$and", "$or"]): parts}

    def condition(self, rows: list[dict[str, Any]]) -> dict[Any, Any]:
        """A condition, more often than not about what some row has."""
        path, found = self.place(rows)
        op = self.random.choice(
            ["$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$any", "$all", "$between",
             "$contains", "$exists", "$empty", "$like", "$ilike", "$text_match"]
        )  # fmt: skip
        asked = {op: self.operand(op, found)}
        if self.random.random() < 0.1:
            asked = {"$not": asked}
        return {path if len(path) > 1 or self.random.random() < 0.5 else self.plain(path[0]): asked}

    def plain(self, key: str) -> Any:
        """A key as a string, where that does not look like an operator."""
        return (key,) if key.startswith("$") else key

    def place(self, rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], Any]:
        """A path, and what a row has there."""
        found: Any = self.random.choice(rows)
        path: list[str] = []
        while isinstance(found, dict) and found and (not path or self.random.random() < 0.7):
            path.append(self.random.choice(list(found)))
            found = found[path[-1]]
        if not path or self.random.random() < 0.2:
            return tuple(self.random.choice(KEYS) for _ in range(self.random.randrange(1, 3))), None
        return tuple(path), found

    def operand(self, op: str, found: Any) -> Any:
        """Something the operator can use."""
        scalar = self.random.choice(SCALARS)
        near = found if found is not None and self.random.random() < 0.6 else scalar
        inside = near if not isinstance(near, dict | list) else scalar
        if isinstance(found, list) and found and not isinstance(found[0], dict | list):
            inside = self.random.choice([found[0], inside])
        some = self.random.sample(SCALARS, self.random.choice([0, 1, 3, 20]))
        ordered = self.ordered(found)
        comparable = isinstance(found, str | int | float) and not isinstance(found, bool)
        equal = self.value() if self.random.random() < 0.2 else near
        other = self.random.choice(ordered)
        limit = self.random.choice([other, found]) if comparable else other
        choices = {
            ("$eq", "$ne"): equal,
            ("$in", "$nin"): [near, *some],
            ("$any", "$all"): [inside, *some],
            ("$contains",): inside,
            ("$between",): [other, self.random.choice(ordered)],
            ("$exists", "$empty"): self.random.random() < 0.5,
            ("$like", "$ilike"): self.random.choice(PATTERNS),
            ("$text_match",): found[:3] if isinstance(found, str) else self.random.choice(STRINGS),
        }
        return next((value for ops, value in choices.items() if op in ops), limit)

    def ordered(self, found: Any) -> list[Any]:
        """Values that have an order, of the kind that was found."""
        return STRINGS if isinstance(found, str) else NUMBERS


def disagreements(dsn: str, statements: int) -> Iterator[str]:
    """Filters of which the server and plain Python say different things, with the row."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = cursor_of(connection)
        for seed in range(statements):
            dice = Dice(seed)
            rows = [dice.metadata() for _ in range(ROWS)]
            specs = [dice.filter(rows) for _ in range(TOGETHER)]
            filters = [Filter.of(spec) for spec in specs]
            params = Parameters(Packed(json_array(encode(row, "row") for row in rows)))
            conditions = ", ".join(condition_sql(filter_, params) for filter_ in filters)
            sql = (
                f"SELECT ARRAY[{conditions}]::boolean[] "  # noqa: S608
                "FROM unnest($1::jsonb[]) WITH ORDINALITY AS rows (metadata, place) ORDER BY place"
            )
            cursor.execute(sql.encode(), params.values(), prepare=False, binary=True)
            for row, (answers,) in zip(rows, cursor.fetchall(), strict=True):
                for spec, filter_, answer in zip(specs, filters, answers, strict=True):
                    if answer is not holds(filter_, row):
                        yield f"seed {seed}: {spec!r} on {row!r} is {answer!r}"


def test_ten_thousand_filters_mean_what_plain_python_says(postgres_dsn: str) -> None:
    """Every operator, nested, on hostile keys and values; the answer is never null."""
    assert list(islice(disagreements(postgres_dsn, 10_000 // TOGETHER), 5)) == []


@pytest.mark.soak
def test_a_hundred_thousand_filters_mean_what_plain_python_says(postgres_dsn: str) -> None:
    """The same with ten times as many."""
    assert list(islice(disagreements(postgres_dsn, 100_000 // TOGETHER), 5)) == []


def test_the_dice_are_not_loaded() -> None:
    """Filters and rows meet: about a third of all answers is yes, and every operator is asked."""
    yes = total = 0
    words: set[str] = set()
    for seed in range(10):
        dice = Dice(seed)
        rows = [dice.metadata() for _ in range(ROWS)]
        for _ in range(TOGETHER):
            spec = dice.filter(rows)
            words |= {word for word in repr(spec).split("'") if word.startswith("$")}
            yes += sum(holds(Filter.of(spec), row) for row in rows)
            total += len(rows)
    assert 0.15 < yes / total < 0.6
    assert len(words) >= 20
