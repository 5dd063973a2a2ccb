"""What a store knows, and how it finds its collection again; the part all methods share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, TypeVar

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import sql
from hf_integrations.ruvvector.column_types import AUTO, BIT, check_type, type_for
from hf_integrations.ruvvector.metrics import Metric
from hf_integrations.ruvvector.migrations import instructions, steps
from hf_integrations.ruvvector.rows import OtherDimensions, check_dimensions
from hf_integrations.ruvvector.scans import MAX_EF_SEARCH
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.table import (
    LAYOUT,
    Facts,
    Names,
    check_version,
    definition,
    describe,
    facts_of,
    quoted,
)
from hf_integrations.ruvvector.textual import Words
from hf_integrations.ruvvector.work import Embed, Operation, Statement, Work, repeat, write

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
        type: what vectors are stored as: "auto", "vector", "halfvec" or "bit".
        migrate: whether a table of an earlier layout is brought to the present one when it is met.
        language: of a text index that is made; None for English, or whatever it has.
        facts: what the database said; None until it was asked, or when it may have changed.
        filled: whether a row was seen in the collection; a hint only.
        exact_searches: since the collection was last looked at; see `searching.look_again`.
        words: the text index, once it is known to be there.
    """

    names: Names
    metric: Metric
    dimensions: int | None
    embed: EmbedFunction | None
    index_after: int | None
    ef_search: int
    type: str = AUTO
    migrate: bool = True
    language: str | None = None
    facts: Facts | None = field(default=None, init=False)
    filled: bool = field(default=False, init=False)
    exact_searches: int = field(default=0, init=False)
    words: Words | None = field(default=None, init=False)
    _collection: Collection | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.embed is not None and not callable(self.embed):
            kind = type(self.embed).__name__
            raise ValidationError(f"embed is a {kind}; give a function from n strings to n vectors")
        check_type(self.type, self.metric)
        _check_number("dimensions", self.dimensions, 1, BIT.most)
        if self.dimensions is not None:
            type_for(self.type, self.metric, self.dimensions)
        _check_number("index_after", self.index_after, 0, 2**62)
        _check_number("ef_search", self.ef_search, 1, MAX_EF_SEARCH)

    def learn(self, facts: Facts | None) -> Facts | None:
        """Remember what the database says; refuse a collection of other dimensions or type."""
        if facts is not None:
            self._check(facts)
        self.facts = facts
        return facts

    def _check(self, facts: Facts) -> None:
        name = self.names.collection
        if self.dimensions not in (None, facts.dimensions):
            raise ConfigurationError(
                f"dimensions={self.dimensions} was given and collection {name!r} "
                f"has {facts.dimensions}; leave dimensions out, or use another collection"
            )
        if self.type not in (AUTO, facts.type.name):
            raise ConfigurationError(
                f"type={self.type!r} was given and collection {name!r} stores {facts.type.name}; "
                "leave type out, or use another collection"
            )
        if self.metric.of_bits != (facts.type is BIT):
            raise ConfigurationError(
                f"collection {name!r} stores {facts.type.name}, which "
                f"metric={self.metric.name!r} cannot compare; "
                "bit goes with hamming or jaccard, and these with bit"
            )

    def collection(self, facts: Facts) -> Collection:
        """The collection with what the database says about it; the same for the same facts."""
        last = self._collection
        if last is None or last.facts is not facts or last.names is not self.names:
            last = self._collection = Collection(self.names, self.metric, facts)
        return last


def known(state: State) -> Operation[Facts | None]:
    """What is known of the collection, asking the database when nothing is; None: not there."""
    if state.facts is not None:
        return state.facts
    facts = state.learn((yield from repeat(partial(_look, state))))
    if facts is not None and facts.layout != LAYOUT:
        yield from _migrate(state, facts)
        facts = state.learn((yield from repeat(partial(_look, state))))
    return facts


def with_collection(
    state: State, use: Callable[[Collection], Operation[T]], nothing: T
) -> Operation[T]:
    """Do something with the collection; without one the result is `nothing`.

    When the collection turns out to have changed since it was last looked at, it is looked at
    again and the operation is begun anew, once.
    """
    for last in (False, True):
        facts = yield from known(state)
        if facts is None:
            return nothing
        try:
            return (yield from use(state.collection(facts)))
        except OtherDimensions:
            state.facts = state.words = None
            if last:
                raise
        except StaleCollection as error:
            state.facts = state.words = None
            if last and (yield from known(state)) is not None:
                raise StoreError(f"table {state.names.table} does not fit: {error}") from error
    return nothing


def on_collection(
    state: State, work: Callable[[Collection], Work[T]], nothing: T, *, repeats: bool = True
) -> Operation[T]:
    """Run a work on the collection, in one transaction; without one the result is `nothing`.

    Args:
        repeats: whether it may be begun anew when the connection turns out to be lost, because it
            reads, or does no more when it is done twice.
    """
    begin = repeat if repeats else write
    return with_collection(state, lambda collection: begin(partial(work, collection)), nothing)


def made_collection(state: State, dimensions: int) -> Operation[Facts]:
    """What is known of the collection, made first where it is not there."""
    check_dimensions(dimensions, state.dimensions)
    if state.facts is not None and state.facts.dimensions != dimensions:
        state.facts = None  # another process may have made it anew
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
    result = yield describe(state.names)
    return facts_of(state.names, state.metric, result.rows[0])


def _migrate(state: State, facts: Facts) -> Operation[None]:
    """Bring an older table to the present layout, or say how it is done."""
    state.facts = None
    by_hand = (
        f"Let the owner of the table run, in one transaction: {instructions(state.names, facts)}"
    )
    if not state.migrate:
        raise StoreError(
            f"table {state.names.table} has layout {facts.layout}; {LAYOUT} is needed, and "
            "migrate=False was given.",
            hint=by_hand,
        )
    try:
        yield from write(partial(_step_up, state))
    except StoreError as error:
        error.hint = by_hand
        raise


def _step_up(state: State) -> Work[None]:
    yield sql.lock()
    facts = yield from _look(state)  # another process may have been here
    for statement in steps(state.names, facts) if facts else ():  # noqa: UP028 - takes answers
        yield statement


def _make(state: State, dimensions: int) -> Work[Facts | None]:
    """Make extension, schema and table where they are missing, one process at a time."""
    yield sql.lock()
    if (facts := (yield from _look(state))) is not None:
        return facts
    column = type_for(state.type, state.metric, dimensions)
    schema = yield from _extension(state)
    there = yield Statement(
        "SELECT 1 FROM pg_namespace WHERE nspname = $1::text", (state.names.schema,)
    )
    if not there.rows:
        yield Statement(f"CREATE SCHEMA {quoted(state.names.schema)}")
    for statement in definition(  # noqa: UP028 - takes answers
        state.names, column, quoted(schema), dimensions
    ):
        yield statement
    return (yield from _look(state))


def _extension(state: State) -> Work[str]:
    """The schema where pgvector is, made first where it is missing."""
    row = (yield describe(state.names)).rows[0]
    if row[0] is None:
        yield Statement("CREATE EXTENSION IF NOT EXISTS vector")
        row = (yield describe(state.names)).rows[0]
        check_version(row[0])
    schema: str = row[1]
    return schema


def _check_number(argument: str, value: Any, least: int, most: int) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValidationError(f"{argument} is a whole number from {least} to {most}")
