"""`RuvVectorStore` on a real PostgreSQL: writing, life and death."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import psycopg_pool
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from hf_integrations import ruvvector
from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    AuthenticationError,
    ConfigurationError,
    StoreError,
    ValidationError,
)
from hf_integrations.langchain import HfInferenceEmbeddings, RuvVectorStore

FAKE = DeterministicFakeEmbedding(size=8)


def read_again(written: bytes) -> Any:
    """What a pickle becomes, here."""
    return pickle.loads(written)  # noqa: S301 - our own bytes


@pytest.fixture
def place(postgres_dsn: str, schema: str) -> dict[str, Any]:
    """Where a store of the test's own is."""
    return {"dsn": postgres_dsn, "schema": schema}


@pytest.fixture
def store(place: dict[str, Any]) -> Iterator[RuvVectorStore]:
    """An empty store with made-up vectors."""
    made = RuvVectorStore(FAKE, **place)
    yield made
    made.close()


async def test_both_colours_see_the_same_documents(store: RuvVectorStore) -> None:
    """One store object, used plainly and in asyncio."""
    ids = store.add_texts(["one", "two"], [{"n": 1}, {"n": 2}], ids=["1", None])
    more = await store.aadd_documents([Document("three", id="3", metadata={"n": 3})])
    plain = store.get_by_ids([*ids, *more, "missing"])

    assert ids[0] == "1"
    assert more == ["3"]
    assert plain == await store.aget_by_ids([*ids, *more, "missing"])
    assert [(document.page_content, document.metadata) for document in plain] == [
        ("one", {"n": 1}), ("two", {"n": 2}), ("three", {"n": 3}),
    ]  # fmt: skip
    await store.aclose()


async def test_an_id_that_is_there_takes_the_new_content(store: RuvVectorStore) -> None:
    """As often as it is written."""
    for text in ("old", "new"):
        store.add_texts([text], ids=["1"])
    await store.aadd_texts(["newest"], ids=["1"])

    assert [document.page_content for document in store.get_by_ids(["1"])] == ["newest"]
    assert store.store.count() == 1
    await store.aclose()


async def test_a_store_is_a_context_manager(place: dict[str, Any]) -> None:
    """In both colours; what it made itself is closed."""
    with RuvVectorStore(FAKE, **place) as plain:
        plain.add_texts(["one"], ids=["1"])
    with pytest.raises(StoreError, match="closed"):
        plain.get_by_ids(["1"])
    async with RuvVectorStore(FAKE, **place) as waiting:
        assert len(await waiting.aget_by_ids(["1"])) == 1
    with pytest.raises(StoreError, match="closed"):
        await waiting.aget_by_ids(["1"])


async def test_copies_and_pickles_find_the_same_documents(
    store: RuvVectorStore, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both colours; a pickle asks its surroundings for the DSN."""
    store.add_texts(["one"], ids=["1"])
    written = pickle.dumps(store)
    monkeypatch.setenv("DATABASE_URL", place["dsn"])
    for other in (copy.deepcopy(store), read_again(written), copy.copy(store)):
        assert other.similarity_search("one", k=1) == store.get_by_ids(["1"])
        assert await other.aget_by_ids(["1"]) == store.get_by_ids(["1"])
        await other.aclose()


def test_a_pickle_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so where there is no other database."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    written = pickle.dumps(RuvVectorStore(FAKE, dsn="postgresql://me:s3cr3t@h.invalid/d"))
    assert b"s3cr3t" not in written
    with pytest.raises(ConfigurationError, match="the dsn stayed behind"):
        read_again(written).similarity_search("one")


async def test_a_ready_store_is_shared_by_copies(place: dict[str, Any]) -> None:
    """They do not close it."""
    with ruvvector.RuvVectorStore(**place) as ready:
        copy.deepcopy(RuvVectorStore(FAKE, store=ready)).close()
        assert ready.count() == 0


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_dsn_or_collection_is_an_error(empty: str) -> None:
    """It never means one of the surroundings, or the usual one."""
    with pytest.raises(ConfigurationError, match="dsn is empty"):
        RuvVectorStore(FAKE, dsn=empty)
    with pytest.raises(ValidationError, match="collection is empty"):
        RuvVectorStore(FAKE, collection=empty.strip())


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ("text", "documents is a str; give a list"),
        (Document("text"), "documents is a Document; give a list"),
        (None, "documents is a NoneType"),
        ([Document("text"), "text"], r"documents\[1\] is a str; give a Document; add_texts takes"),
        ([None], r"documents\[0\] is a NoneType; give a Document\."),
    ],
)
async def test_what_is_no_document_is_named(
    store: RuvVectorStore, documents: Any, words: str
) -> None:
    """In both colours, before anything is embedded."""
    with pytest.raises(ValidationError, match=words):
        store.add_documents(documents)
    with pytest.raises(ValidationError, match=words):
        await store.aadd_documents(documents)
    with pytest.raises(ValidationError, match="ids is a string"):
        store.get_by_ids("1")
    await store.aclose()


async def test_nothing_is_stored_for_nothing(store: RuvVectorStore) -> None:
    """No texts, no request, no table."""
    assert store.add_texts([]) == []
    assert await store.aadd_texts(iter(())) == []
    assert store.similarity_search("x") == []
    await store.aclose()


async def test_from_texts_and_from_documents(place: dict[str, Any]) -> None:
    """In both colours, with ids and settings."""
    first = RuvVectorStore.from_texts(["a"], FAKE, [{"n": 1}], ids=["1"], **place, metric="l2")
    second = await RuvVectorStore.afrom_texts(["b"], FAKE, ids=["2"], **place, metric="l2")
    third = RuvVectorStore.from_documents([Document("c", id="3")], FAKE, **place, metric="l2")
    fourth = await RuvVectorStore.afrom_documents([Document("d")], FAKE, **place, metric="l2")

    assert fourth.store.count() == 4
    assert {document.id for document in first.get_by_ids(["1", "2", "3"])} == {"1", "2", "3"}
    for made in (first, second, third, fourth):
        await made.aclose()


async def test_deleting_by_id_and_by_filter(store: RuvVectorStore) -> None:
    """In both colours; what is not there is no error."""
    store.add_texts(list("abcdef"), [{"n": n} for n in range(6)], ids=list("abcdef"))

    assert store.delete(["a", "missing"]) is True
    assert await store.adelete(["b"]) is True
    assert store.delete(filter={"n": 2}) is True
    assert await store.adelete(["d", "e"], filter={"n": 3}) is True
    assert store.store.count() == 2
    with pytest.raises(ValidationError, match="delete_all"):
        store.delete()
    with pytest.raises(ValidationError, match="delete_all"):
        await store.adelete(None)
    assert store.delete_all() == 2
    assert await store.adelete_all() == 0
    await store.aclose()


async def test_texts_are_embedded_before_anything_is_stored(
    place: dict[str, Any], embeddings: HfInferenceEmbeddings, fresh: Emulator
) -> None:
    """When the embedding fails, nothing is stored, in either colour."""
    store = RuvVectorStore(embeddings, **place)
    for _ in range(2):
        fresh.fail_next("unauthorized", path="/v1/embeddings")
        with pytest.raises(AuthenticationError):
            store.add_texts(["a", "b"])
    fresh.fail_next("unauthorized", path="/v1/embeddings")
    with pytest.raises(AuthenticationError):
        await store.aadd_texts(["a", "b"])

    assert store.store.count() == 0
    await store.aclose()


async def test_one_bad_document_stores_none(store: RuvVectorStore) -> None:
    """And is named by its place."""
    with pytest.raises(ValidationError, match="item 1") as caught:
        store.add_texts(["good", "bad \x00", "good"])
    with pytest.raises(ValidationError, match="item 1"):
        await store.aadd_texts(["good", "bad"], [{}, {"n": float("nan")}])

    assert list(caught.value.failed) == [1]
    assert store.store.count() == 0
    await store.aclose()


async def test_lists_of_different_lengths_store_nothing(store: RuvVectorStore) -> None:
    """Each argument has one item for each text."""
    with pytest.raises(ValidationError, match="metadata"):
        store.add_texts(["a", "b"], [{}])
    with pytest.raises(ValidationError, match="ids"):
        await store.aadd_texts(["a", "b"], ids=["1"])
    with pytest.raises(ValidationError, match="list of strings"):
        store.add_texts("abc")
    await store.aclose()


def test_who_made_the_vectors_is_kept(
    place: dict[str, Any], embeddings: HfInferenceEmbeddings
) -> None:
    """With each document."""
    store = RuvVectorStore(embeddings, **place)
    store.add_texts(["a"], ids=["1"])
    (record,) = store.store.get(["1"])

    assert record.model == "org/model"
    store.close()


async def test_the_index_can_wait(place: dict[str, Any]) -> None:
    """For a load in many calls."""
    store = RuvVectorStore(FAKE, **place, index_after=0)
    store.add_texts(["a"], index="defer")
    await store.aadd_texts(["b"], index="defer")

    assert store.store.ensure_index()  # so it was not made before
    await store.aclose()


async def test_ready_stores_are_used_and_stay_open(postgres_dsn: str, schema: str) -> None:
    """With pools of the caller's, for instance."""
    with psycopg_pool.ConnectionPool(postgres_dsn, min_size=1, open=True) as pool:
        core = ruvvector.RuvVectorStore(pool=pool, schema=schema)
        other = ruvvector.AsyncRuvVectorStore(postgres_dsn, schema=schema)
        store = RuvVectorStore(FAKE, store=core, async_store=other)
        store.add_texts(["a"], ids=["1"])
        assert len(await store.aget_by_ids(["1"])) == 1
        await store.aclose()
        assert core.count() == await other.count() == 1
        await other.close()


async def test_a_ready_store_of_one_colour_serves_that_colour(
    postgres_dsn: str, schema: str
) -> None:
    """The other one says what is missing, instead of using a thread."""
    core = ruvvector.RuvVectorStore(postgres_dsn, schema=schema)
    other = ruvvector.AsyncRuvVectorStore(postgres_dsn, schema=schema)

    with pytest.raises(ConfigurationError, match="async_store="):
        await RuvVectorStore(FAKE, store=core).asimilarity_search("a")
    with pytest.raises(ConfigurationError, match="pass store="):
        RuvVectorStore(FAKE, async_store=other).similarity_search("a")
    core.close()
    await other.close()


def test_settings_that_cannot_be_are_refused_when_it_is_made(postgres_dsn: str) -> None:
    """By name."""
    wrong: Any = "not a model"
    with pytest.raises(ConfigurationError, match="embedding is a str"):
        RuvVectorStore(wrong, dsn=postgres_dsn)
    with pytest.raises(ConfigurationError, match="folder"):
        RuvVectorStore(FAKE, dsn=postgres_dsn, folder="x")
    with pytest.raises(ConfigurationError, match="pool"):
        RuvVectorStore(FAKE, pool=object())
    core = ruvvector.RuvVectorStore(postgres_dsn)
    with pytest.raises(ConfigurationError, match="dsn, schema"):
        RuvVectorStore(FAKE, store=core, dsn=postgres_dsn, schema="s")
    with pytest.raises(ConfigurationError, match="collection: a ready store"):
        RuvVectorStore(FAKE, store=core, collection="another")
    with pytest.raises(ValidationError, match="metric"):
        RuvVectorStore(FAKE, dsn=postgres_dsn, metric="telepathy")


async def test_arguments_that_would_be_ignored_are_refused(store: RuvVectorStore) -> None:
    """Everywhere, in both colours."""
    calls: list[Any] = [store.add_texts, store.similarity_search, store.delete]
    for call in calls:
        with pytest.raises(ValidationError, match="telepathy"):
            call(["x"] if call != store.similarity_search else "x", telepathy=True)
    waiting: list[Any] = [store.aadd_texts, store.adelete]
    for call in waiting:
        with pytest.raises(ValidationError, match="telepathy"):
            await call(["x"], telepathy=True)
    await store.aclose()


def test_a_database_that_is_down_is_one_clear_error() -> None:
    """And the password is in neither error nor repr."""
    dsn = "postgresql://someone:secret@127.0.0.1:9/none"
    store = RuvVectorStore(FAKE, dsn=dsn, connect_timeout=2)
    with pytest.raises(StoreError) as caught:
        store.add_texts(["a"])

    assert "secret" not in f"{caught.value} {store!r}"
    assert repr(store) == "RuvVectorStore('docs')"


def test_it_tells_which_embedding_it_uses(store: RuvVectorStore) -> None:
    """As LangChain asks."""
    assert store.embeddings is FAKE
    assert isinstance(store.embeddings, Embeddings)


async def test_closing_what_was_never_used_is_no_error(place: dict[str, Any]) -> None:
    """In either colour, twice."""
    store = RuvVectorStore(FAKE, **place)
    store.close()
    await store.aclose()
    await store.aclose()
