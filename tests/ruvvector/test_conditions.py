"""A filter's SQL means what the filter means, and holds nothing the caller wrote."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hf_integrations.ruvvector import Filter, RuvVectorStore
from hf_integrations.ruvvector.conditions import Parameters, condition_sql, served
from hf_integrations.ruvvector.cursors import cursor_of
from tests.postgres import administrator
from tests.ruvvector.reference import holds, same

KEYS = ["a", "b", "a.b", "", "日本", "x'y", "$c", "\\", '"', "%s", "$1"]
STRINGS = ["", "a", "A", "ab", "B", "1", "true", "null", "a%b", "a_b", "a\\b", "née", "'; --", "\n"]
NUMBERS = [0, 1, -1, 1.0, 1.5, -0.5, 10**20, 1e20, 0.1, 3]
SCALARS: list[Any] = [None, True, False, *STRINGS, *NUMBERS]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
ROWS = 160


def random_value(dice: random.Random, depth: int = 0) -> Any:
    """A value as metadata may hold it."""
    kind = dice.random()
    if kind < 0.7 or depth > 1:
        return dice.choice(SCALARS)
    if kind < 0.87:
        return [random_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(KEYS): random_value(dice, depth + 1) for _ in range(dice.randrange(3))}


METADATA = [
    {key: random_value(dice) for key in dice.sample(KEYS, dice.randrange(6))}
    for dice in (random.Random(seed) for seed in range(ROWS))  # noqa: S311
]

scalars = st.sampled_from(SCALARS)
values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.sampled_from(KEYS), scalars)
paths = st.lists(st.sampled_from(KEYS), min_size=1, max_size=2).map(tuple)
many = st.lists(scalars, max_size=3) | st.just(SCALARS)
ordered = st.sampled_from(NUMBERS) | st.sampled_from(STRINGS)
pairs = st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2) | st.lists(
    st.sampled_from(STRINGS), min_size=2, max_size=2
)
patterns = st.sampled_from(["%", "a%", "_", "%b", "A_", "", "a\\%b", "a\\\\b", "%\\_%", "né_", "1"])
operands = st.one_of(
    st.tuples(st.sampled_from(["$eq", "$ne"]), values),
    st.tuples(st.sampled_from(["$lt", "$lte", "$gt", "$gte"]), ordered),
    st.tuples(st.sampled_from(["$in", "$nin"]), st.lists(values, max_size=3) | many),
    st.tuples(st.sampled_from(["$any", "$all"]), many),
    st.tuples(st.just("$between"), pairs),
    st.tuples(st.just("$contains"), scalars),
    st.tuples(st.sampled_from(["$exists", "$empty"]), st.booleans()),
    st.tuples(st.sampled_from(["$like", "$ilike"]), patterns),
    st.tuples(st.just("$text_match"), st.sampled_from(STRINGS)),
)
conditions = st.builds(lambda path, asked: {path: dict([asked])}, paths, operands)
filters = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(
            lambda word, parts: {word: parts}, st.sampled_from(["$and", "$or"]), st.lists(inner)
        ),
        st.builds(lambda part: {"$not": part}, inner),
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def filled(postgres_dsn: str) -> Iterator[RuvVectorStore]:
    """A store with random metadata, the same in each run."""
    with RuvVectorStore(postgres_dsn, "filters", schema="test_conditions") as store:
        store.add(
            [""] * ROWS, [[1.0]] * ROWS, metadata=METADATA, ids=[f"{n:03}" for n in range(ROWS)]
        )
        yield store
    with administrator(postgres_dsn) as connection:
        connection.execute("DROP SCHEMA test_conditions CASCADE")


@given(spec=filters)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sql_means_what_plain_python_says(filled: RuvVectorStore, spec: Any) -> None:
    """The rows that PostgreSQL finds are those that fit the filter."""
    expected = {f"{n:03}" for n, row in enumerate(METADATA) if holds(Filter.of(spec), row)}
    assert {record.id for record in filled.get(filter=spec)} == expected


def test_metadata_comes_back_as_it_was(filled: RuvVectorStore) -> None:
    """What was stored is what is read, key by key."""
    for record, metadata in zip(filled.get(), METADATA, strict=True):
        assert same(record.metadata, metadata)


@given(
    key=TEXTS,
    text=TEXTS,
    op=st.sampled_from(["$eq", "$ne", "$gt", "$like", "$ilike", "$text_match", "$contains"]),
)
def test_text_never_reaches_the_sql_text(key: str, text: str, op: str) -> None:
    """However hostile key and value are, the SQL text is the one of harmless ones."""
    text = text.rstrip("\\")
    hostile, harmless = Parameters(), Parameters()
    sql = condition_sql(Filter.of({(key, key): {op: text}}), hostile)
    assert sql == condition_sql(Filter.of({("k", "k"): {op: "v"}}), harmless)
    assert len(hostile.values()) == len(harmless.values())


@given(st.lists(TEXTS, max_size=30), st.sampled_from(["$in", "$nin", "$any", "$all"]))
def test_lists_never_reach_the_sql_text(texts: list[str], op: str) -> None:
    """Only the number of the values can be seen in the SQL."""
    sql = condition_sql(Filter.of({"k": {op: texts}}), Parameters())
    assert sql == condition_sql(Filter.of({"k": {op: ["v"] * len(texts)}}), Parameters())


@given(filters)
def test_sql_is_made_of_a_fixed_vocabulary(spec: Any) -> None:
    """Whatever the filter, its SQL has only these words and signs."""
    sql = condition_sql(Filter.of(spec), Parameters())
    words = set(re.findall(r"[^\s()]+", re.sub(r"\$\d+", "$", sql)))
    known = """AND OR NOT NULL IS TRUE ANY CASE WHEN THEN ELSE END COLLATE "C" LIKE ILIKE metadata
        jsonb_typeof strpos true false 'string' 'number' '{}' = < <= > >= -> #>> @> , 0 ::numeric
        $::text $::text, $::jsonb $::jsonb[] $::numeric"""
    assert words <= set(known.split())


@pytest.mark.parametrize(
    ("spec", "narrow"),
    [
        ({"a": 1}, True),
        ({"a": {"$in": [1, "b"]}}, True),
        ({"a": {"$in": list(range(17))}}, False),
        ({"a": [1]}, False),
        ({"a": {"$contains": 1}}, True),
        ({"a": {"$all": [1, 2]}}, True),
        ({"a": {"$any": [1, 2]}}, True),
        ({"a": {"$any": list(range(17))}}, True),
        ({"a": {"$gt": 1}}, False),
        ({"a": {"$ne": 1}}, False),
        ({"$not": {"a": 1}}, False),
        ({"a": 1, "b": {"$gt": 1}}, True),
        ({"$or": [{"a": 1}, {"b": 2}]}, True),
        ({"$or": [{"a": 1}, {"b": {"$gt": 2}}]}, False),
    ],
)
def test_it_is_known_which_filters_an_index_serves(
    filled: RuvVectorStore, postgres_dsn: str, spec: Any, narrow: bool
) -> None:
    """As the planner sees it, where it is not free to scan the table."""
    params = Parameters()
    where = condition_sql(Filter.of(spec), params)
    statement = f"EXPLAIN SELECT FROM {filled._state.names.table} WHERE {where}"
    with administrator(postgres_dsn) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL enable_seqscan = off")
        table = filled._state.names.table.encode()
        connection.execute(b"CREATE INDEX ON " + table + b" USING gin (metadata jsonb_path_ops)")
        plan = cursor_of(connection).execute(statement.encode(), params.values()).fetchall()
    assert any("Bitmap Index Scan" in line for (line,) in plan) == narrow
    assert (served(Filter.of(spec)) is not None) == narrow


def test_of_a_mixture_the_index_finds_what_it_can() -> None:
    """All that has to be, and nothing where one of several ways is not served."""
    late = {"d": {"$lt": 2}, "e": 3, "f": 4}
    mixture = Filter.of({"a": 1, "b": {"$gt": 1}, "$or": [{"c": 1}, late]})
    assert served(mixture) == Filter.of({"a": 1, "$or": [{"c": 1}, {"e": 3, "f": 4}]})
    assert served(Filter.of({"$or": [{"c": 1}, {"d": {"$lt": 2}}]})) is None


def test_injected_values_find_nothing_and_break_nothing(filled: RuvVectorStore) -> None:
    """Quotes, comments and statements are values like any other."""
    for attack in ("O'Brien", "' OR 1=1 --", "'); DROP TABLE x; --", "$1", "%s", ":x", "\\'"):
        assert filled.get(filter={"a": {"$in": [attack]}}) == []
        assert filled.get(filter={(attack,): "nothing"}) == []
        assert filled.get(filter={"a": attack}) == []
    assert filled.count() == ROWS


def test_a_hundred_thousand_values_are_one_parameter(filled: RuvVectorStore) -> None:
    """There is no limit of 65,535."""
    numbers = [*range(100, 100_100), 1]
    ones = sum(1 for row in METADATA if same(row.get("a"), 1))
    assert filled.count({"a": {"$in": numbers}}) == ones > 0
