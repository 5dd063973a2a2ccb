"""What a store knows, and how it finds its collection again; the part all methods share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, TypeVar

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.rows import MAX_DIMENSIONS, check_dimensions
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.table import Facts, Names, definition, describe, facts_of, quoted
from hf_integrations.ruvvector.work import Embed, Operation, Statement, Work, read, write

T = TypeVar("T")
EmbedFunction: TypeAlias = Callable[[list[str]], Any]


class StaleCollection(StoreError):
    """The collection is not (or no longer) as this store remembers it."""


class DuplicateRow(StoreError):
    """A row with this id is there already."""


class NoSharedMemory(StoreError):
    """The server has too little shared memory or disk for what was asked."""


@dataclass(slots=True)
class State:
    """The settings of a store, and the facts about its collection once they are known.

    Attributes:
        facts: what the database said; None until it was asked, or when it may have changed.
        filled: whether a row was seen in the collection; a hint only.
    """

    names: Names
    metric: Metric
    dimensions: int | None
    embed: EmbedFunction | None
    index_after: int | None
    ef_search: int
    facts: Facts | None = field(default=None, init=False)
    filled: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        _check_number("dimensions", self.dimensions, 1, MAX_DIMENSIONS)
        _check_number("index_after", self.index_after, 0, 2**62)
        _check_number("ef_search", self.ef_search, 1, sql.MAX_EF_SEARCH)

    def learn(self, facts: Facts | None) -> Facts | None:
        """Remember what the database says; refuse a collection of other dimensions."""
        if facts is not None and self.dimensions not in (None, facts.dimensions):
            raise ConfigurationError(
                f"dimensions={self.dimensions} was given and collection {self.names.collection!r} "
                f"has {facts.dimensions}; leave dimensions out, or use another collection"
            )
        self.facts = facts
        return facts

    def collection(self, facts: Facts) -> Collection:
        """The collection with what the database says about it."""
        return Collection(self.names, self.metric, facts)


def known(state: State) -> Operation[Facts | None]:
    """What is known of the collection, asking the database when nothing is; None: not there."""
    if state.facts is not None:
        return state.facts
    return state.learn((yield from read(partial(_look, state))))


def on_collection(
    state: State, work: Callable[[Collection], Work[T]], nothing: T, *, reads: bool = True
) -> Operation[T]:
    """Run a work on the collection; without one the result is `nothing`.

    When the collection turns out to have changed since it was last looked at, it is looked at
    again and the work is begun anew, once.
    """
    begin = read if reads else write
    for _ in range(2):
        facts = yield from known(state)
        if facts is None:
            return nothing
        try:
            return (yield from begin(partial(work, state.collection(facts))))
        except StaleCollection:
            state.facts = None
    return nothing


def made_collection(state: State, dimensions: int) -> Operation[Facts]:
    """What is known of the collection, made first where it is not there."""
    check_dimensions(dimensions, state.dimensions)
    facts = yield from known(state)
    if facts is None:
        facts = state.learn((yield from write(partial(_make, state, dimensions))))
    if facts is None:
        raise StoreError(f"table {state.names.table} was dropped while it was being made")
    check_dimensions(dimensions, facts.dimensions)
    return facts


def embedded(state: State, texts: Sequence[str]) -> Operation[Any]:
    """What the embedding function gives for some texts."""
    if state.embed is None:
        raise ValidationError("vectors are missing; give them, or make the store with embed=…")
    vectors = yield Embed(list(texts))
    return vectors


def _look(state: State) -> Work[Facts | None]:
    result = yield describe(state.names, state.metric)
    return facts_of(state.names, result.rows[0])


def _make(state: State, dimensions: int) -> Work[Facts | None]:
    """Make extension, schema and table where they are missing, one process at a time."""
    yield sql.lock()
    row = (yield describe(state.names, state.metric)).rows[0]
    if (facts := facts_of(state.names, row)) is not None:
        return facts
    if row[0] is None:
        yield Statement("CREATE EXTENSION IF NOT EXISTS vector")
        row = (yield describe(state.names, state.metric)).rows[0]
        facts_of(state.names, row)  # refuses a pgvector that is too old
    there = yield Statement(
        "SELECT 1 FROM pg_namespace WHERE nspname = $1::text", (state.names.schema,)
    )
    if not there.rows:
        yield Statement(f"CREATE SCHEMA {quoted(state.names.schema)}")
    yield from _define(state, f"{quoted(row[1])}.vector", dimensions)
    return (yield from _look(state))


def _define(state: State, vector: str, dimensions: int) -> Work[None]:
    for statement in definition(state.names, vector, dimensions):  # noqa: UP028 - takes answers
        yield statement


def _check_number(argument: str, value: Any, least: int, most: int) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValidationError(f"{argument} is a whole number from {least} to {most}")
