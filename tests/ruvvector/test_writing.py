"""Adding and deleting, in both colours, on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import RuvVectorStore, content_hash
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
AXES = np.eye(3, dtype=np.float32)


def tables(dsn: str, schema: str) -> set[str]:
    """The tables in a schema."""
    with administrator(dsn) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
        )
        return {str(name) for (name,) in rows}


def test_added_rows_are_read_back_whole(store: AnyStore) -> None:
    """Text, metadata, provider, model, hash, time and vector are kept."""
    metadata = {"n": 1, "nested": {"list": [1, "a", None]}}
    ids = store.add(
        ["née 日本"], [[1.5, -2.0]], metadata=[metadata], ids=["x"], provider="tei", model="mini"
    )

    (record,) = store.get(["x"], include_vectors=True)
    assert ids == ["x"]
    assert (record.id, record.text, record.metadata) == ("x", "née 日本", metadata)
    assert (record.provider, record.model) == ("tei", "mini")
    assert record.content_hash == content_hash("née 日本", metadata, "mini")
    assert record.created_at.tzinfo is not None
    assert record.vector.tolist() == [1.5, -2.0]


def test_made_ids_are_returned_in_order(store: AnyStore) -> None:
    """Rows without an id get one each, and the list tells which is whose."""
    ids = store.add(["a", "b", "c"], AXES, ids=["x", None, "a"])
    assert (ids[0], ids[2], len(set(ids))) == ("x", "a", 3)
    assert [record.text for record in store.get(ids)] == ["a", "b", "c"]


def test_adding_nothing_makes_nothing(store: AnyStore, postgres_dsn: str, schema: str) -> None:
    """An empty list is no reason to make a table."""
    assert store.add([], []) == []
    assert tables(postgres_dsn, schema) == set()


def test_a_known_id_takes_the_new_content(store: AnyStore) -> None:
    """Adding is an upsert: one row, the new content, the time of its first coming."""
    store.add(["old"], AXES[:1], metadata=[{"v": 1}], ids=["x"], model="m1")
    (old,) = store.get(["x"])
    store.add(["new"], AXES[1:2], metadata=[{"w": 2}], ids=["x"])

    (new,) = store.get(include_vectors=True)
    assert (new.text, new.metadata, new.model) == ("new", {"w": 2}, None)
    assert new.vector.tolist() == [0, 1, 0]
    assert new.created_at == old.created_at
    assert new.content_hash != old.content_hash


def test_of_a_duplicate_in_one_call_the_last_wins(store: AnyStore) -> None:
    """One row, whether the table was empty (COPY) or not (upsert)."""
    for texts in (["a", "b"], ["c", "d"]):
        assert store.add(texts, AXES[:2], ids=["x", "x"]) == ["x", "x"]
        assert [record.text for record in store.get()] == texts[1:]


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
def test_a_bad_row_leaves_nothing_behind(
    store: AnyStore, postgres_dsn: str, schema: str, bad: str
) -> None:
    """Row 50 of 100 cannot be stored: no row is, nor even a table."""
    texts = ["ok"] * 100
    texts[50] = bad
    with pytest.raises(ValidationError, match="item 50: its text holds"):
        store.add(texts, np.ones((100, 2)))
    assert tables(postgres_dsn, schema) == set()


def test_a_failure_of_the_server_in_the_middle_leaves_nothing(
    store: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """The third of four statements fails: none of the call's rows is stored."""
    store.add(["first"], [[1.0, 0.0]], ids=["first"])
    with administrator(postgres_dsn) as connection:
        connection.execute(
            f"ALTER TABLE {schema}.ruvvector_docs ADD CHECK (content <> 'refused')".encode()
        )
    texts = ["ok"] * 4_000
    texts[2_500] = "refused"
    with pytest.raises(StoreError, match="violates check constraint"):
        store.add(texts, np.ones((4_000, 2)), ids=[f"{row:05}" for row in range(4_000)])
    assert store.count() == 1


def test_more_texts_than_vectors_are_refused(store: AnyStore) -> None:
    """Nothing is dropped in silence."""
    with pytest.raises(ValidationError, match="vectors has 2 rows for 3 texts"):
        store.add(["a", "b", "c"], AXES[:2])


@pytest.mark.parametrize("label", ["provider", "model"])
def test_labels_are_strings(store: AnyStore, label: str) -> None:
    """Provider and model are checked like all else."""
    with pytest.raises(ValidationError, match=f"{label} is a int"):
        store.add(["a"], AXES[:1], **{label: 5})
    with pytest.raises(ValidationError, match=f"{label} holds a NUL"):
        store.add(["a"], AXES[:1], **{label: "\x00"})


def test_a_wrong_dimension_is_refused_before_sending(store: AnyStore) -> None:
    """The collection's dimensions are those of its first vectors."""
    store.add(["a"], AXES[:1])
    with pytest.raises(ValidationError, match="has 2 dimensions and the collection 3"):
        store.add(["b"], [[1.0, 2.0]])
    assert store.count() == 1


def test_given_dimensions_hold_for_the_first_vectors_too(open_store: MakeStore) -> None:
    """They are compared before a table is made, and with the table that is there."""
    with pytest.raises(ValidationError, match="has 3 dimensions and the collection 2"):
        open_store(dimensions=2).add(["a"], AXES[:1])
    open_store().add(["a"], AXES[:1])
    with pytest.raises(
        ConfigurationError, match="dimensions=2 was given and collection 'docs' has"
    ):
        open_store(dimensions=2).count()


def test_embed_function_makes_the_vectors(open_store: MakeStore) -> None:
    """Texts alone are enough for adding and searching."""
    store = open_store(embed=lambda texts: [[len(text), 1.0] for text in texts])
    store.add(["a", "a" * 30])
    assert store.search("b" * 40, k=1)[0].text == "a" * 30


def test_a_call_may_bring_its_own_embed_function(open_store: MakeStore) -> None:
    """Instead of vectors, and before the store's own; in asyncio it may be a coroutine function."""

    async def awaited(texts: list[str]) -> Any:
        return [[len(text), 3.0] for text in texts]

    store = open_store(embed=lambda texts: [[len(text), 1.0] for text in texts])
    store.add(["a"], embed=lambda texts: [[len(text), 2.0] for text in texts], ids=["a"])
    assert store.get(["a"], include_vectors=True)[0].vector.tolist() == [1.0, 2.0]
    if isinstance(store, RuvVectorStore):
        with pytest.raises(ValidationError, match="embed is a coroutine function; AsyncRuvVector"):
            store.add(["b"], embed=awaited)
    else:
        store.add(["b"], embed=awaited, ids=["b"])
        assert store.get(["b"], include_vectors=True)[0].vector.tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("vectors", "embed", "words"),
    [
        (None, 5, "embed is a int; give a function"),
        ([[1.0]], len, "vectors and embed were both given"),
        (None, lambda _: None, "what embed returned"),
    ],
)
def test_an_embed_function_that_cannot_work_is_named(
    store: AnyStore, vectors: Any, embed: Any, words: str
) -> None:
    """And nothing is stored."""
    with pytest.raises(ValidationError, match=words):
        store.add(["a"], vectors, embed=embed)
    assert store.count() == 0


def test_what_embed_returns_is_checked(open_store: MakeStore) -> None:
    """A wrong count is the function's fault, and the message says so."""
    store = open_store(embed=lambda texts: [[1.0]])
    with pytest.raises(ValidationError, match="what embed returned has 1 rows for 2 texts"):
        store.add(["a", "b"])


def test_without_embed_vectors_are_asked_for(store: AnyStore) -> None:
    """The message names both ways out."""
    with pytest.raises(ValidationError, match="give them, or make the store with embed="):
        store.add(["a"])


def test_delete_by_ids_by_filter_and_by_both(store: AnyStore) -> None:
    """The number of rows that went is returned."""
    store.add([""] * 6, np.ones((6, 2)), ids=list("abcdef"), metadata=[{"n": n} for n in range(6)])
    assert store.delete(["a", "nobody"]) == 1
    assert store.delete(filter={"n": {"$gte": 4}}) == 2
    assert store.delete(["b", "c"], filter={"n": 2}) == 1
    assert store.delete([]) == 0
    assert [record.id for record in store.get()] == ["b", "d"]


@pytest.mark.parametrize("spec", [None, {}, {"$and": []}, {"$not": {"$or": []}}])
def test_delete_of_everything_must_be_said(store: AnyStore, spec: Any) -> None:
    """A filter that came out empty does not empty the table."""
    store.add(["a"], AXES[:1])
    with pytest.raises(ValidationError, match=r"delete_all\(\) deletes every row"):
        store.delete(filter=spec)
    assert store.count() == 1
    assert (store.delete_all(), store.count()) == (1, 0)


def test_an_injected_filter_deletes_nothing(store: AnyStore) -> None:
    """A value is a value."""
    store.add(["a"], AXES[:1])
    assert store.delete(filter={"a": "' OR 1=1 --", ("x' OR true --",): "1"}) == 0
    assert store.count() == 1


def test_drop_takes_the_table_away(store: AnyStore, postgres_dsn: str, schema: str) -> None:
    """After it the collection is not there, and dropping it again is fine."""
    store.add(["a"], AXES[:1])
    store.drop()
    assert tables(postgres_dsn, schema) == set()
    store.drop()
    assert store.count() == 0


def test_a_collection_dropped_by_another_is_made_again(open_store: MakeStore) -> None:
    """A store that remembers the table finds out that it is gone, or of other dimensions."""
    mine, other = open_store(), open_store()
    mine.add(["a"], AXES[:1])
    other.drop()
    assert mine.search([1, 0, 0]) == []
    mine.add(["b"], AXES[:1])
    other.drop()
    mine.add(["c"], AXES[:1])
    assert mine.count() == 1

    other.drop()
    other.add(["two"], [[1.0, 2.0]])
    with pytest.raises(ValidationError, match="vector has 3 dimensions and the collection 2"):
        mine.search([1, 0, 0])
    with pytest.raises(ValidationError, match="vectors has 3 dimensions and the collection 2"):
        mine.add(["c"], AXES[:1])


def test_hundred_thousand_ids_in_one_call(store: AnyStore) -> None:
    """There is no limit on the number of parameters."""
    store.add(["a", "b"], AXES[:2], ids=["x", "y"])
    many = [f"nobody-{n}" for n in range(100_000)]
    assert [record.id for record in store.get([*many, "y", "x"])] == ["y", "x"]
    assert list(store.hashes([*many, "x"])) == ["x"]
    assert store.delete([*many, "x"]) == 1


def test_writers_of_the_same_ids_do_not_wait_in_a_circle(postgres_dsn: str, schema: str) -> None:
    """Eight threads write the same ids in different orders, from the first COPY on."""
    ids = [f"{n:04}" for n in range(1_500)]
    failures: list[BaseException] = []
    start = threading.Barrier(8)

    def write(store: RuvVectorStore, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(ids).tolist()
        try:
            start.wait()
            store.add([str(seed)] * len(ids), np.ones((len(ids), 4)), ids=order)
        except BaseException as error:  # noqa: BLE001 - reported by the test
            failures.append(error)

    stores = [RuvVectorStore(postgres_dsn, schema=schema) for _ in range(8)]
    threads = [
        threading.Thread(target=write, args=pair) for pair in zip(stores, range(8), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stores[0].count() == len(ids)
    assert len({record.text for record in stores[0].get()}) == 1
    for store in stores:
        store.close()


def test_hashes_tell_what_is_there_and_unchanged(store: AnyStore) -> None:
    """An ingest can skip what it would only write again."""
    assert store.hashes(["x"]) == {}
    store.add(["a", "b"], AXES[:2], ids=["x", "y"], metadata=[{"p": 1}, None], model="m")
    assert store.hashes(["y", "x", "z"]) == {
        "x": content_hash("a", {"p": 1}, "m"),
        "y": content_hash("b", None, "m"),
    }


def test_collections_do_not_meet(open_store: MakeStore) -> None:
    """Each collection has its own table, whatever signs its name has."""
    names = ["docs", 'we"ird', "100%", "日本語", "x; DROP TABLE y", "a b"]
    stores = [open_store(collection=name) for name in names]
    for store, name in zip(stores, names, strict=True):
        store.add([name], AXES[:1])
    for store, name in zip(stores, names, strict=True):
        assert [match.text for match in store.search([1, 0, 0])] == [name]
        store.create_index()
        assert store.delete_all() == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"collection": ""}, "collection is empty"),
        ({"collection": "x" * 44}, "collection is longer than 43 bytes"),
        ({"collection": "日" * 15}, "collection is longer than 43 bytes"),
        ({"collection": "a\x00b"}, "collection holds a NUL"),
        ({"schema": "a\x00"}, "schema holds a NUL"),
        ({"schema": "x" * 64}, "schema is longer than 63 bytes"),
        ({"metric": "dot"}, "metric 'dot'"),
        ({"dimensions": 0}, "dimensions is a whole number from 1 to 64000"),
        ({"dimensions": True}, "dimensions is a whole number"),
        ({"index_after": -1}, "index_after is a whole number"),
        ({"ef_search": 1_001}, "ef_search is a whole number from 1 to 1000"),
    ],
)
def test_settings_are_checked_without_a_connection(
    open_store: MakeStore, settings: dict[str, Any], sentence: str
) -> None:
    """A wrong setting is refused where it is written."""
    with pytest.raises(ValidationError, match=sentence):
        open_store("postgresql://nobody@127.0.0.1:1/none", **settings)


def test_the_longest_collection_name_gets_all_its_indexes(open_store: MakeStore) -> None:
    """Forty-three bytes leave room for the names of the indexes."""
    store = open_store(collection="x" * 43, index_after=0)
    store.add(["a"], AXES[:1])
    assert "exist" not in store.explain([1, 0, 0])
