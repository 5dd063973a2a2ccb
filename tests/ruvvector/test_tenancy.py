"""One tenant cannot see or change another's rows: by the store, and by the server itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, Filter
from hf_integrations.ruvvector.store import Operations
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore, Awaited

MakeStore = Callable[..., AnyStore]
VECTORS = np.random.default_rng(8).normal(size=(40, 4)).astype(np.float32)
IDS = [f"{row:02}" for row in range(40)]
HOSTILE = ["b' OR '1'='1", "b", "B", "b ", "' --", "%", "b\\", 'b"; DROP TABLE x', "$1", "ß'\"\n"]


def fill(store: AnyStore, word: str) -> AnyStore:
    """Forty rows that say whose they are."""
    texts = [f"{word} {name}" for name in IDS]
    store.add(texts, VECTORS, ids=IDS, metadata=[{"of": word}] * 40)
    return store


def scanned(store: AnyStore) -> list[str]:
    """Every text that a scan gives, in either colour."""
    if isinstance(store, Awaited):
        return store.run(all_texts(store.inner))
    return [text for batch in store.scan() for text in batch.texts]


async def all_texts(store: AsyncRuvVectorStore) -> list[str]:
    """The same, awaited."""
    return [text async for batch in store.scan() for text in batch.texts]


def untouched(store: AnyStore, word: str) -> bool:
    """Whether a tenant's rows are as they were."""
    rows = store.get(IDS, include_vectors=True)
    same = [row.text for row in rows] == [f"{word} {name}" for name in IDS]
    plain = all(row.metadata == {"of": word} for row in rows)
    return same and plain and bool((np.array([row.vector for row in rows]) == VECTORS).all())


@pytest.mark.parametrize("other", ["", "b"])
@pytest.mark.parametrize("index_after", [None, 0])
def test_what_one_tenant_reads_is_its_own(
    open_store: MakeStore, postgres_dsn: str, other: str, index_after: int | None
) -> None:
    """By vector, id, filter, words and count; with an index and without."""
    dsn = index_minded(postgres_dsn)
    mine = fill(open_store(dsn, namespace="a", index_after=index_after), "mine")
    fill(open_store(dsn, namespace=other, index_after=index_after), "theirs")
    everything = ~Filter.key("of").eq("nobody")
    assert {match.text[:4] for match in mine.search(VECTORS[0], k=80)} == {"mine"}
    assert len(mine.search(VECTORS[0], k=80, filter=everything)) == 40
    assert mine.search(VECTORS[0], k=5, filter={"of": "theirs"}) == []
    assert {row.text[:4] for row in mine.get(filter=everything)} == {"mine"}
    assert {row.text[:4] for row in mine.get(IDS)} == {"mine"}
    assert (mine.count(), mine.count({"of": "theirs"})) == (40, 0)
    assert len(mine.hashes(IDS)) == 40
    assert mine.text_search("theirs", k=5) == []
    assert {match.text[:4] for match in mine.text_search("mine", k=80)} == {"mine"}
    found = mine.hybrid_search("theirs 00", VECTORS[0], k=80)
    assert {match.text[:4] for match in found} == {"mine"}
    for matches in mine.search_many(VECTORS[:3], k=80):
        assert {match.text[:4] for match in matches} == {"mine"}
    assert {match.text[:4] for match in mine.diverse_search(VECTORS[0], k=9)} == {"mine"}
    assert mine.near_duplicates(0.9999) == []
    assert scanned(mine) == [f"mine {name}" for name in IDS]


@pytest.mark.parametrize("other", ["", "b"])
def test_what_one_tenant_changes_is_its_own(open_store: MakeStore, other: str) -> None:
    """Ids may be equal: each tenant has its own."""
    mine = fill(open_store(namespace="a"), "mine")
    theirs = fill(open_store(namespace=other), "theirs")
    mine.add(["new"], VECTORS[:1], ids=["00"])
    mine.update_metadata({"x": 1}, IDS)
    mine.update_metadata({"x": 2}, filter={"of": "theirs"})
    mine.bulk_load([(["newer"], VECTORS[:1], None, ["01"])])
    assert untouched(theirs, "theirs")
    assert mine.delete(["02"]) == 1
    assert mine.delete(filter={"of": "theirs"}) == 0
    assert mine.delete_all() == 39
    assert untouched(theirs, "theirs")
    fill(mine, "mine")
    mine.drop()
    assert mine.count() == 0
    assert untouched(theirs, "theirs")
    with pytest.raises(StoreError, match="other namespaces have rows"):
        fill(mine, "mine").rename("elsewhere")
    assert mine.copy_to("copy") == 40
    assert open_store(collection="copy", namespace=other).count() == 0
    assert open_store(collection="copy", namespace="a").count() == 40


def test_the_last_tenant_drops_the_table(open_store: MakeStore, schema: str) -> None:
    """When nobody else has rows in it."""
    mine, theirs = open_store(namespace="a"), open_store(namespace="b")
    fill(mine, "mine")
    fill(theirs, "theirs")
    mine.drop()
    assert [info.name for info in mine.collections()] == ["docs"]
    theirs.drop()
    assert mine.collections() == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_namespace_is_never_part_of_the_sql(open_store: MakeStore, name: str) -> None:
    """Whatever its characters, it is itself and no other."""
    theirs = fill(open_store(namespace="B'"), "theirs")
    mine = open_store(namespace=name)
    assert mine.count() == 0
    assert mine.search(VECTORS[0]) == []
    fill(mine, "mine")
    assert mine.delete_all() == 40
    assert untouched(theirs, "theirs")


@pytest.mark.parametrize("name", ["\x00", "\ud800", "n" * 501, 7])
def test_a_namespace_that_cannot_be_is_refused(open_store: MakeStore, name: Any) -> None:
    """Before a connection is made."""
    with pytest.raises(ValidationError, match="namespace "):
        open_store(namespace=name)


def test_the_longest_namespace_and_id_go_together(open_store: MakeStore) -> None:
    """A B-tree takes both, also where they cannot be compressed."""
    random = np.random.default_rng(1)
    name = "".join(map(chr, random.integers(33, 127, 500)))
    row = "".join(map(chr, random.integers(33, 127, 2_000)))
    store = open_store(namespace=name)
    store.add(["a"], [[1.0]], ids=[row])
    assert store.get([row])[0].text == "a"


def test_every_operation_is_judged_here() -> None:
    """A new method of the store needs its place in this list, and a test above."""
    judged = {
        "add", "bulk_load", "collections", "copy_to", "count", "delete", "delete_all", "drop",
        "diverse_search", "get", "hashes", "hybrid_search", "migrate_from", "near_duplicates",
        "rename", "scan", "search", "search_many", "text_search", "update_metadata",
    }  # fmt: skip
    no_rows = {
        "advise", "create_index", "create_text_index", "drop_index", "drop_text_index",
        "ensure_index", "explain", "grant", "measure_recall", "migratable", "plan",
        "rebuild_index", "revoke",
    }  # fmt: skip
    methods = {name for name in vars(Operations) if not name.startswith("_")}
    assert methods - judged - no_rows == set()


@pytest.fixture
def roles(postgres_dsn: str) -> Iterator[tuple[str, str]]:
    """Two roles without any right of their own."""
    names = (f"role_{uuid.uuid4().hex[:8]}", f"Röle {uuid.uuid4().hex[:8]}")
    with administrator(postgres_dsn) as connection:
        for name in names:
            connection.execute(f'CREATE ROLE "{name}" LOGIN'.encode())
        yield names
        for name in names:
            connection.execute(f'DROP OWNED BY "{name}"'.encode())
            connection.execute(f'DROP ROLE "{name}"'.encode())


@pytest.mark.parametrize("words_first", [True, False])
def test_a_granted_role_is_bound_by_the_server(
    open_store: MakeStore,
    postgres_dsn: str,
    schema: str,
    roles: tuple[str, str],
    words_first: bool,
) -> None:
    """Whatever SQL it sends, it sees and changes its own rows; the store works for it."""
    fill(open_store(namespace="b'"), "theirs")
    owner = fill(open_store(namespace="a"), "mine")
    if words_first:
        owner.create_text_index()
    owner.grant(roles[1])
    if not words_first:
        owner.create_text_index()
    dsn = make_conninfo(postgres_dsn, user=roles[1])
    with psycopg.connect(dsn, autocommit=True) as connection:
        table = f"{schema}.ruvvector_docs"
        for name in (table, f"{table}_words"):
            seen = connection.execute(
                f"SELECT count(*), count(DISTINCT namespace) FROM {name}".encode()  # noqa: S608
            )
            assert seen.fetchone() == (40, 1)
        update = f"UPDATE {table} SET content = 'x' WHERE namespace <> 'a'"  # noqa: S608
        assert connection.execute(update.encode()).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE {table} SET namespace = 'b'''".encode())  # noqa: S608
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"TRUNCATE {table}".encode())
    tenant = open_store(dsn, namespace="a", index_after=0)
    tenant.add(["more"], VECTORS[:1], ids=["more"])
    tenant.bulk_load([(["leek"], VECTORS[:1], None, ["leek"])])
    assert tenant.count() == 42
    assert tenant.text_search("leek")[0].id == "leek"
    intruder = open_store(dsn, namespace="b'")
    assert intruder.count() == 0
    assert intruder.search(VECTORS[0]) == []
    with pytest.raises(StoreError, match="row-level security"):
        intruder.add(["x"], VECTORS[:1])
    assert untouched(open_store(namespace="b'"), "theirs")


def test_a_grant_is_taken_back(
    open_store: MakeStore, postgres_dsn: str, roles: tuple[str, str]
) -> None:
    """The second of two grants holds alone, and a revoked role has nothing."""
    one, two = (fill(open_store(namespace=name), name) for name in ("one", "two"))
    one.create_text_index()
    one.grant(roles[0])
    two.grant(roles[0])
    dsn = make_conninfo(postgres_dsn, user=roles[0])
    counts = [open_store(dsn, namespace=name).count() for name in ("one", "two")]
    assert counts == [0, 40]
    two.revoke(roles[0])
    with pytest.raises(StoreError, match="refuses: permission denied"):
        open_store(dsn, namespace="two").count()
    assert one.count() == 40


def test_who_is_not_bound_is_not_granted(store: AnyStore, roles: tuple[str, str]) -> None:
    """A superuser, a role that is not there, a collection that is not there."""
    with pytest.raises(StoreError, match="does not exist yet"):
        store.grant(roles[0])
    fill(store, "mine")
    with pytest.raises(StoreError, match="does not bind role 'postgres'"):
        store.grant("postgres")
    with pytest.raises(StoreError, match="role 'nobody' does not exist"):
        store.grant("nobody")
    with pytest.raises(ValidationError, match="role is the name of a database role"):
        store.grant("")
