"""Whether a filter's rows are compared one by one or looked for by the index: seen, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hf_integrations.ruvvector import Filter, RuvVectorStore
from hf_integrations.ruvvector.nearest import Way
from hf_integrations.ruvvector.sql import Collection, Query
from hf_integrations.ruvvector.weighing import Attempt, ways_for, weigh
from hf_integrations.ruvvector.work import Fetch, Result
from tests.postgres import index_minded
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.test_nearest import FILTERED, INDEXED, OLD, PLAIN, QUERY, TENANT

ROWS = 3_000
VECTORS = np.random.default_rng(9).normal(size=(ROWS, 8)).astype(np.float32)
NAMES = [f"{row:05}" for row in range(ROWS)]
# By turns, which is what misleads statistics: their sample of rows is taken by turns as well.
METADATA = [{"half": row % 2, "hundredth": row % 100, "none": 0} for row in range(ROWS)]


def ways_of(collection: Collection, query: Query, *answers: int) -> tuple[list[Way], int]:
    """The ways, and how often the server was asked."""
    asked, flow = 0, ways_for(collection, query)
    try:
        ask = next(flow)
        while True:
            assert isinstance(ask, Fetch)
            asked += 1
            ask = flow.send(Result([(answers[asked - 1],)], 1))
    except StopIteration as end:
        return [way for way, _ in end.value], asked


def fresh(collection: Collection) -> Collection:
    """The same, without a memory."""
    return replace(collection)


def test_what_passes_rarely_is_compared_and_the_rest_looked_for() -> None:
    """After the server was asked after how many rows of the index k have passed."""
    assert ways_of(fresh(INDEXED), FILTERED, 0) == ([Way.EXACT], 1)
    assert ways_of(fresh(INDEXED), FILTERED, 9) == ([Way.ONE_READ, Way.READ_ON, Way.EXACT], 1)
    assert ways_of(fresh(OLD), FILTERED, 9) == ([Way.ONE_READ, Way.EXACT], 1)
    assert ways_of(fresh(INDEXED), FILTERED, 900) == ([Way.READ_ON, Way.EXACT], 1)


def first_of(collection: Collection, rows: int) -> tuple[Way, int]:
    """The first way, and how widely it reads, when k have passed after so many rows."""
    flow = ways_for(fresh(collection), FILTERED)
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(Result([(rows,)], 1))
    attempts: list[Attempt] = end.value.value
    ((width,),) = [{asked.ef_search for _, asked in attempts}]
    return attempts[0][0], width


@pytest.mark.parametrize("rows", [20, 58, 59, 588, 5_000])
def test_the_index_is_read_on_where_k_rows_may_not_have_passed(rows: int) -> None:
    """As widely at a time as the caller asks for."""
    way = Way.ONE_READ if rows <= 58 else Way.READ_ON
    assert first_of(INDEXED, rows) == (way, 100)


@pytest.mark.parametrize(
    ("rows", "width"), [(20, 100), (58, 100), (100, 170), (101, 180), (588, 1_000), (589, 100)]
)
def test_an_index_that_cannot_be_read_on_is_read_as_widely_as_k_rows_need(
    rows: int, width: int
) -> None:
    """At one go where that is allowed, and never less widely than the caller asks for."""
    assert first_of(OLD, rows) == (Way.ONE_READ, width)


def test_nobody_is_asked_where_there_is_no_choice() -> None:
    """Without a filter or without an index."""
    assert ways_of(INDEXED, QUERY) == ([Way.ONE_READ, Way.READ_ON, Way.EXACT], 0)
    assert ways_of(TENANT, QUERY) == ([Way.READ_ON, Way.EXACT], 0)
    assert ways_of(PLAIN, FILTERED) == ([Way.EXACT], 0)


def test_a_filter_is_weighed_once() -> None:
    """Another value, or another k, is another question; a vector is not."""
    collection = fresh(INDEXED)
    others = [Filter.of({"key'": value}) for value in ("other", 1, True, ["a"])]
    queries = [replace(FILTERED, filter=each) for each in (*others, Filter.path("a", "b") >= 1)]
    assert [ways_of(collection, query, 0)[1] for query in (FILTERED, *queries)] == [1] * 6
    assert [ways_of(collection, query, 0)[1] for query in (FILTERED, *queries)] == [0] * 6
    assert ways_of(collection, replace(FILTERED, vector=np.zeros(3, np.float32)))[1] == 0
    assert ways_of(collection, replace(FILTERED, k=50), 0)[1] == 1


def test_what_is_remembered_has_bounds() -> None:
    """Of a thousand filters the last ones are."""
    collection = fresh(INDEXED)
    for value in range(1_000):
        ways_of(collection, replace(FILTERED, filter=Filter.of({"a": value})), 0)
    assert 0 < len(collection.weighed) <= 256


def test_nothing_of_the_callers_is_in_the_text() -> None:
    """Keys, values and namespaces are parameters."""
    statement = weigh(replace(TENANT, names=replace(TENANT.names, namespace="'; --")), FILTERED)
    assert not any(text in statement.sql for text in ("key'", "value'", "'; --"))
    assert len(statement.params) == statement.sql.count("$")


@pytest.fixture(scope="module")
def crowd(postgres_dsn: str) -> Iterator[RuvVectorStore]:
    """3,000 rows and an index that is read narrowly."""
    with RuvVectorStore(postgres_dsn, 'crowd\'s \\ "own"', ef_search=10, index_after=0) as store:
        store.add(NAMES, VECTORS, ids=NAMES, metadata=METADATA)
        yield store
        store.drop()


@pytest.mark.parametrize(
    ("filter_", "way"),
    [
        ({"half": 1}, "Approximate: HNSW index"),
        ({"hundredth": 7}, "Exact: "),
        ({"none": 1}, "Exact: "),
        ({"$or": [{"half": 0}, {"hundredth": 7}]}, "Approximate: HNSW index"),
        ({"hundredth": {"$lt": 4}}, "Exact: "),
        ({"hundredth": {"$lt": 40}}, "Approximate: HNSW index"),
        ({"none": 0, "hundredth": {"$lt": 15}}, "Approximate: HNSW index"),
    ],
)
def test_the_better_way_is_taken_and_finds_what_there_is(
    crowd: RuvVectorStore, filter_: dict[str, Any], way: str
) -> None:
    """Whatever the planner believes; as many rows as there are, and nearly the nearest."""
    found = crowd.search(VECTORS[5], k=10, filter=filter_)
    assert crowd.explain(VECTORS[5], k=10, filter=filter_).startswith(way)
    passing = {record.id for record in crowd.get(filter=filter_)}
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    best = [NAMES[row] for row in np.argsort(-(unit @ VECTORS[5])) if NAMES[row] in passing][:10]
    assert len(found) == len(best)
    assert {match.id for match in found} <= passing
    assert len({match.id for match in found} & set(best)) >= 0.8 * len(best)


def test_many_and_hybrid_searches_weigh_too(crowd: RuvVectorStore) -> None:
    """Each vector has its k rows that pass."""
    for filter_ in ({"half": 1}, {"hundredth": 7}):
        for found in crowd.search_many(VECTORS[:3], k=20, filter=filter_):
            assert len(found) == 20
            assert all(filter_.items() <= match.metadata.items() for match in found)
        assert len(crowd.hybrid_search("00007 00107", VECTORS[0], k=10, filter=filter_)) == 10


def test_an_index_made_later_is_weighed_as_well(
    open_store: Callable[..., AnyStore], postgres_dsn: str
) -> None:
    """What was remembered belongs to what was known of the table."""
    store = open_store(index_minded(postgres_dsn), index_after=None, ef_search=10)
    store.add(NAMES, VECTORS, ids=NAMES, metadata=METADATA)
    assert store.explain(VECTORS[0], filter={"half": 1}).startswith("Exact")
    store.create_index()
    assert store.explain(VECTORS[0], filter={"half": 1}).startswith("Approximate")
    assert len(store.search(VECTORS[0], k=40, filter={"half": 1})) == 40


def test_words_do_not_take_the_place_of_rows_that_the_index_did_not_find(
    postgres_dsn: str, schema: str
) -> None:
    """The rows that pass are far from the question, so that the index finds others first."""
    near = np.arange(6_000) % 5 > 0
    vectors = np.random.default_rng(1).normal(size=(len(near), 8)).astype(np.float32) * 0.3
    vectors[:, 0] += np.where(near, 2, -2)
    with RuvVectorStore(postgres_dsn, schema=schema, index_after=0) as store:
        texts, metadata = ["common"] * len(near), [{"near": bool(x)} for x in near]
        store.add(texts, vectors, metadata=metadata)
        question, far = np.eye(8)[0], Filter.key("near").ne(True)
        assert store.explain(question, filter=far).startswith("Approximate")
        found = store.hybrid_search("common", question, filter=far, text_weight=0.0, candidates=10)
        assert [m.id for m in found] == [m.id for m in store.search(question, filter=far)]
