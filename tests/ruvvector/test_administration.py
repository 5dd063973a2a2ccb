"""Metadata changed in place, copies, names, and what there is; in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import content_hash
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(2).normal(size=(30, 4)).astype(np.float32)
IDS = [f"{row:02}" for row in range(30)]


def filled(store: AnyStore) -> AnyStore:
    """Thirty rows of which every third is in German."""
    metadata = [{"lang": "de" if row % 3 == 0 else "en", "row": row} for row in range(30)]
    store.add([f"text {name}" for name in IDS], VECTORS, ids=IDS, metadata=metadata, model="m")
    return store


def test_metadata_is_merged_by_filter(store: AnyStore) -> None:
    """Other keys, texts and vectors stay; the hash is that of the new content."""
    filled(store)
    assert store.update_metadata({"lang": "fr", "seen": [1, None]}, filter={"lang": "de"}) == 10
    assert store.count({"lang": "de"}) == 0
    row = store.get(["03"], include_vectors=True)[0]
    assert row.metadata == {"lang": "fr", "row": 3, "seen": [1, None]}
    assert row.content_hash == content_hash("text 03", row.metadata, "m")
    np.testing.assert_array_equal(row.vector, VECTORS[3])


def test_metadata_is_replaced_by_id(store: AnyStore) -> None:
    """Unknown ids are no error, and both conditions hold together."""
    filled(store)
    changed = store.update_metadata({"a": 1}, ["00", "01", "none"], mode="replace")
    assert changed == 2
    assert [row.metadata for row in store.get(["00", "01"])] == [{"a": 1}, {"a": 1}]
    assert store.update_metadata({"b": 2}, ["02", "03"], {"lang": "de"}) == 1
    assert store.update_metadata({}, ["04"], mode="replace") == 1
    assert store.get(["04"])[0].metadata == {}


def test_more_rows_than_a_page_are_all_changed(store: AnyStore) -> None:
    """Each once, though the change makes them fit the filter no more."""
    count = 2_500
    store.add(["x"] * count, np.ones((count, 2)), metadata=[{"n": 0}] * count)
    assert store.update_metadata({"n": 1}, filter={"n": 0}) == count
    assert store.count({"n": 1}) == count


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (({"a": 1},), "update_metadata needs ids or a filter"),
        (({"a": 1}, None, {}), "update_metadata needs ids or a filter"),
        (({"a": float("nan")}, ["x"]), "metadata .*NaN"),
        ((["a"], ["x"]), "metadata is a list; give a dict"),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(
    store: AnyStore, arguments: Any, sentence: str
) -> None:
    """Nothing is changed."""
    filled(store)
    with pytest.raises(ValidationError, match=sentence):
        store.update_metadata(*arguments)
    with pytest.raises(ValidationError, match="mode is 'merge' or 'replace'"):
        store.update_metadata({}, ["00"], mode="drop")


def test_nothing_there_is_nothing_to_change(store: AnyStore) -> None:
    """A collection that does not exist has no rows, and is not made."""
    assert store.update_metadata({"a": 1}, ["x"]) == 0
    assert store.copy_to("other") == 0
    assert store.collections() == []
    with pytest.raises(StoreError, match="'docs' does not exist; nothing to rename"):
        store.rename("other")


def test_a_renamed_collection_takes_everything_along(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """Rows, indexes and words; the store goes on under the new name."""
    store = filled(open_store(index_after=0))
    store.create_text_index()
    store.rename("fresh")
    assert store.search(VECTORS[5], k=1)[0].id == "05"
    assert store.text_search("text 05", k=1)[0].id == "05"
    assert open_store().count() == 0
    with administrator(postgres_dsn) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE nspname = %s AND relname LIKE '%%docs%%'",
            (schema,),
        ).fetchall()
    assert names == []
    assert store.create_index() is None
    store.add(["new"], VECTORS[:1], ids=["new"])
    assert open_store(collection="fresh").count() == 31
    store.rename("fresh")
    store.rename("docs")
    assert open_store().count() == 31


def test_a_name_that_is_taken_is_refused(open_store: MakeStore) -> None:
    """And so is one that cannot be."""
    store = filled(open_store())
    open_store(collection="other").add(["a"], [[1.0]])
    with pytest.raises(StoreError, match="'other' is there already"):
        store.rename("other")
    with pytest.raises(ValidationError, match="collection is longer than 43 bytes"):
        store.rename("x" * 44)
    assert store.count() == 30


def test_a_copy_is_made_on_the_server(open_store: MakeStore) -> None:
    """Whole rows, those that pass a filter, into a new collection or into one that is there."""
    store = filled(open_store(type="halfvec", index_after=5))
    assert store.copy_to("german", filter={"lang": "de"}) == 10
    german = open_store(collection="german")
    assert german.count() == 10
    (copy,), (original,) = (each.get(["03"], include_vectors=True) for each in (german, store))
    assert copy == original
    np.testing.assert_array_equal(copy.vector, original.vector)
    store.update_metadata({"late": True}, ["03"])
    assert store.copy_to("german", index="defer") == 30
    assert german.count() == 30
    assert german.get(["03"])[0].metadata["late"] is True
    infos = {info.name: info for info in store.collections()}
    assert infos["german"].type == "halfvec"
    assert len(infos["german"].indexes) == 1


def test_a_copy_to_another_schema(open_store: MakeStore, schema: str) -> None:
    """Which is made where it is missing, as by `add`."""
    store = filled(open_store())
    with pytest.raises(ValidationError, match="cannot be copied to itself"):
        store.copy_to("docs")
    with pytest.raises(ValidationError, match="cannot be copied to itself"):
        store.copy_to("docs", schema=schema)


def test_a_copy_needs_the_same_kind(open_store: MakeStore) -> None:
    """Other dimensions or another type are named."""
    store = filled(open_store())
    open_store(collection="narrow").add(["a"], [[1.0]])
    with pytest.raises(ConfigurationError, match="dimensions=4 was given and collection 'narrow'"):
        store.copy_to("narrow")
    open_store(collection="half", type="halfvec").add(["a"], [[1.0] * 4])
    with pytest.raises(ConfigurationError, match="type='vector' was given and collection 'half'"):
        store.copy_to("half")


def test_collections_are_listed_with_what_they_are(
    open_store: MakeStore, postgres_dsn: str, schema: str
) -> None:
    """And nothing else that lives in the schema."""
    filled(open_store(index_after=10)).create_text_index()
    open_store(collection="bits", metric="hamming").add(["a"], [[1.0, 0.0, 1.0]])
    with administrator(postgres_dsn) as connection:
        connection.execute(f"CREATE TABLE {schema}.ruvvector_other (id int)".encode())
        connection.execute(f"CREATE TABLE {schema}.mine (embedding vector(3))".encode())
        connection.execute(f"ANALYZE {schema}.ruvvector_docs".encode())
    bits, docs = open_store().collections()
    assert (bits.name, bits.type, bits.dimensions, bits.indexes) == ("bits", "bit", 3, ())
    assert (docs.schema, docs.name, docs.type, docs.dimensions) == (schema, "docs", "vector", 4)
    assert (docs.rows, docs.layout, len(docs.indexes)) == (30, 2, 1)
    assert docs.bytes > 8_192
