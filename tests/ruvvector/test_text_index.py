"""The index over words: made, kept in step, dropped; rights, namespaces and languages."""
# ruff: noqa: S608 - names are our own

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import ConfigurationError, HfError, StoreError, ValidationError
from hf_integrations.ruvvector import RuvVectorStore
from hf_integrations.ruvvector.text_index import words_for
from hf_integrations.ruvvector.textual import MAX_CHARACTERS, literal
from hf_integrations.ruvvector.work import Fetch, Result
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore
from tests.ruvvector.test_writing import tables

MakeStore = Callable[..., AnyStore]
NAMES = ["a", "b", "c"]
TEXTS = ["an apple", "a pear", "apple and pear"]


@pytest.fixture
def fruit(open_store: MakeStore) -> AnyStore:
    """Three rows."""
    store = open_store()
    store.add(TEXTS, np.eye(3), ids=NAMES)
    return store


@pytest.fixture
def reader(database: str) -> Iterator[str]:
    """The DSN of a role without any right of its own."""
    with administrator(database) as connection:
        connection.execute("CREATE ROLE words_reader LOGIN")
        yield make_conninfo(database, user="words_reader")
        connection.execute("DROP OWNED BY words_reader")
        connection.execute("DROP ROLE words_reader")


def found(store: AnyStore, text: str) -> list[str]:
    """The ids a search for words finds, in their order."""
    return sorted(match.id for match in store.text_search(text, k=100))


def execute(dsn: str, schema: str, sql: str) -> None:
    """Change rows without the store."""
    with administrator(dsn) as connection:
        connection.execute(sql.replace("docs", f"{schema}.ruvvector_docs", 1).encode())


def words(dsn: str, schema: str) -> int:
    """How many rows the table of words has."""
    with administrator(dsn) as connection:
        row = connection.execute(f"SELECT count(*) FROM {schema}.ruvvector_docs_words".encode())
        return int(str((row.fetchone() or (None,))[0]))


def test_the_first_search_makes_it(fruit: AnyStore, postgres_dsn: str, schema: str) -> None:
    """Until then writing costs nothing for it."""
    assert tables(postgres_dsn, schema) == {"ruvvector_docs"}
    assert found(fruit, "apples") == ["a", "c"]
    assert tables(postgres_dsn, schema) == {"ruvvector_docs", "ruvvector_docs_words"}


def test_making_it_twice_changes_nothing(fruit: AnyStore, open_store: MakeStore) -> None:
    """Whichever store is first."""
    fruit.create_text_index()
    fruit.create_text_index()
    open_store().create_text_index("english")
    assert found(fruit, "pear") == ["b", "c"]


@pytest.mark.parametrize(
    ("sql", "apple", "grape"),
    [
        ("UPDATE docs SET content = 'a grape' WHERE id = 'a'", ["c"], ["a"]),
        ("UPDATE docs SET metadata = '{\"n\": 1}'", ["a", "c"], []),
        ("UPDATE docs SET id = 'z' WHERE id = 'a'", ["c", "z"], []),
        ("UPDATE docs SET namespace = 'other' WHERE id = 'a'", ["c"], []),
        ("DELETE FROM docs WHERE id = 'c'", ["a"], []),
        ("TRUNCATE docs", [], []),
        (
            "INSERT INTO docs (id, content, embedding, content_hash) "
            "VALUES ('g', 'grape', '[1,1,1]', '')",
            ["a", "c"],
            ["g"],
        ),
    ],
)
def test_whoever_changes_rows_changes_the_words(
    fruit: AnyStore, postgres_dsn: str, schema: str, sql: str, apple: list[str], grape: list[str]
) -> None:
    """Also statements that no store has sent."""
    fruit.create_text_index()
    execute(postgres_dsn, schema, sql)
    assert found(fruit, "apple") == apple
    assert found(fruit, "grape") == grape
    assert words(postgres_dsn, schema) == fruit.count() + ("other" in sql)


def test_a_failed_write_leaves_the_words_as_they_were(
    fruit: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """Rows and words are one transaction."""
    fruit.create_text_index()
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute(f"UPDATE {schema}.ruvvector_docs SET content = 'grape'".encode())
        connection.rollback()
    assert found(fruit, "grape") == []
    assert found(fruit, "apple") == ["a", "c"]


def test_loads_and_writers_side_by_side_keep_it_right(postgres_dsn: str, schema: str) -> None:
    """Eight writers of the same rows: no deadlock, and the words of the last one."""
    store = RuvVectorStore(postgres_dsn, schema=schema)
    names = [f"{row:03}" for row in range(200)]
    store.add(["first"] * 200, np.ones((200, 2)), ids=names)
    store.create_text_index()
    failures: list[HfError] = []

    def write(number: int) -> None:
        try:
            for _ in range(3):
                store.add([f"writer{number}"] * 200, np.ones((200, 2)), ids=names)
        except HfError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    by_words = {
        match.id: match.text
        for number in range(8)
        for match in store.text_search(f"writer{number}", k=300)
    }
    assert by_words == {record.id: record.text for record in store.get()}
    store.close()


def test_dropping_it_keeps_the_rows(fruit: AnyStore, postgres_dsn: str, schema: str) -> None:
    """And writing goes on; the next search makes it anew."""
    fruit.drop_text_index()
    fruit.create_text_index()
    fruit.drop_text_index()
    assert tables(postgres_dsn, schema) == {"ruvvector_docs"}
    fruit.add(["a fig"], [[1.0, 1, 1]], ids=["d"])
    assert found(fruit, "fig") == ["d"]


def test_another_store_notices_that_it_was_dropped(fruit: AnyStore, open_store: MakeStore) -> None:
    """Its next search makes it again."""
    assert found(fruit, "apple") == ["a", "c"]
    open_store().drop_text_index()
    assert found(fruit, "apple") == ["a", "c"]


def test_dropping_the_collection_drops_it(fruit: AnyStore, postgres_dsn: str, schema: str) -> None:
    """Table, index and function."""
    fruit.create_text_index()
    fruit.drop()
    assert tables(postgres_dsn, schema) == set()
    with administrator(postgres_dsn) as connection:
        left = connection.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'ruvvector%%' "
            "AND pronamespace::regnamespace::text = %s",
            (schema,),
        ).fetchall()
    assert left == []
    fruit.add(TEXTS, np.eye(3), ids=NAMES)
    assert found(fruit, "apple") == ["a", "c"]


def test_a_collection_of_its_name_is_another_and_stays(open_store: MakeStore) -> None:
    """What looks like the table of words of one collection may be a collection."""
    docs, words = open_store(collection="docs"), open_store(collection="docs_words")
    words.add(["a"], [[1.0, 0.0]])
    docs.add(["b"], [[1.0, 0.0]])
    with pytest.raises(StoreError, match=r"docs_words.*another collection"):
        docs.create_text_index()
    docs.drop_text_index()
    docs.rename("papers")
    papers = open_store(collection="papers")
    papers.rename("docs")
    docs.drop()
    papers.drop()

    assert words.count() == 1
    assert [match.text for match in words.text_search("a b", 5)] == []
    words.add(["stone"], [[0.0, 1.0]])
    assert [match.text for match in words.text_search("stone", 5)] == ["stone"]


def test_a_collection_has_one_language(fruit: AnyStore, open_store: MakeStore) -> None:
    """Whoever names another is told how to change it; who names none takes what is there."""
    open_store(language="simple").create_text_index()
    assert found(fruit, "pears") == []
    assert found(fruit, "pear") == ["b", "c"]
    sentence = r"'english' was given and .* has 'simple'"
    with pytest.raises(ConfigurationError, match=sentence):
        fruit.create_text_index("english")
    with pytest.raises(ConfigurationError, match=sentence):
        open_store(language="english").text_search("pear")
    fruit.drop_text_index()
    fruit.create_text_index("pg_catalog.english")
    assert found(fruit, "pears") == ["b", "c"]


def test_an_unknown_language_names_those_there_are(fruit: AnyStore, schema: str) -> None:
    """Nothing is left half made."""
    with pytest.raises(ValidationError, match=r"'klingon' is not known.*: .*english.*simple"):
        fruit.create_text_index("klingon")
    with pytest.raises(ValidationError, match="is not known to the server"):
        fruit.create_text_index("'; DROP TABLE x; --")
    assert found(fruit, "apple") == ["a", "c"]


def test_a_configuration_of_ones_own_can_be_used(
    fruit: AnyStore, postgres_dsn: str, schema: str
) -> None:
    """Named with its schema, whatever the characters of its name."""
    with administrator(postgres_dsn) as connection:
        connection.execute(
            f"""CREATE TEXT SEARCH CONFIGURATION {schema}."my 'own\\" """.encode()
            + b"(COPY = pg_catalog.simple)"
        )
    fruit.create_text_index(f"{schema}.my 'own\\")
    assert found(fruit, "pears") == []
    assert found(fruit, "pear") == ["b", "c"]


def test_it_needs_a_collection(open_store: MakeStore) -> None:
    """Where none is, dropping does nothing."""
    store = open_store()
    store.drop_text_index()
    with pytest.raises(StoreError, match="does not exist yet; add rows first"):
        store.create_text_index()


def test_texts_without_end_are_stored_and_searched_at_their_beginning(fruit: AnyStore) -> None:
    """PostgreSQL refuses to index a text of a megabyte; the store does not refuse to store it."""
    text = "beginning " + " ".join(f"w{n}x" for n in range(200_000)) + " theend"
    fruit.create_text_index()
    fruit.add([text, "x" * 3_000], [[1.0, 1, 1]] * 2, ids=["long", "word"])
    assert len(text) > 10 * MAX_CHARACTERS
    assert found(fruit, "beginning") == ["long"]
    assert found(fruit, "theend") == []


@pytest.mark.parametrize("name", ['we"ird', "o'clock", "back\\slash", "日本", "a" * 43, "$$", "%s"])
def test_collections_of_any_name_have_one(open_store: MakeStore, name: str) -> None:
    """Names are quoted wherever they stand."""
    store = open_store(collection=name)
    store.add(TEXTS, np.eye(3), ids=NAMES)
    assert found(store, "apple") == ["a", "c"]
    assert [m.id for m in store.hybrid_search("pear", [0, 1, 0], 1)] == ["b"]
    store.drop()


def test_literals_are_what_they_were(postgres_dsn: str) -> None:
    """Text comes back from the server as it was written into a statement."""
    with administrator(postgres_dsn) as connection:
        for text in ("", "'", "\\", "a'\\'b", "$1 %s", "日本\n"):
            row = connection.execute(f"SELECT {literal(text)}".replace("%", "%%").encode(), ())
            assert row.fetchone() == (text,)


def test_namespaces_have_words_of_their_own(open_store: MakeStore) -> None:
    """Rows and their weights are those of one tenant."""
    one, two = open_store(namespace="one"), open_store(namespace="two")
    one.add(TEXTS, np.eye(3), ids=NAMES)
    two.add(["apple pie", "fig"], np.eye(2, 3), ids=["a", "x"])
    assert found(one, "apple") == ["a", "c"]
    assert found(two, "apple") == ["a"]
    assert two.text_search("apple")[0].text == "apple pie"
    assert [m.id for m in two.hybrid_search("apple", [0, 1, 0])] == ["a", "x"]
    one.delete_all()
    assert (found(one, "apple"), found(two, "apple")) == ([], ["a"])


def test_a_tenant_role_sees_its_own_words_only(
    open_store: MakeStore, database: str, reader: str
) -> None:
    """Row-level security holds for the words as for the rows, whichever was first."""
    one = open_store(database, schema="public", namespace="one")
    two = open_store(database, schema="public", namespace="two")
    one.add(TEXTS, np.eye(3), ids=NAMES)
    two.add(["secret apple"], np.ones((1, 3)), ids=["s"])
    two.grant("words_reader")
    one.create_text_index()
    mine = open_store(reader, schema="public", namespace="two")
    assert found(mine, "apple") == ["s"]
    mine.add(["apple tart"], np.ones((1, 3)), ids=["t"])
    assert found(mine, "apple") == ["s", "t"]
    assert found(open_store(reader, schema="public", namespace="one"), "apple") == []
    with psycopg.connect(reader) as connection:
        rows = connection.execute("SELECT id FROM ruvvector_docs_words ORDER BY id").fetchall()
    assert [name for (name,) in rows] == ["s", "t"]


def test_who_may_read_the_rows_may_search_the_words(
    open_store: MakeStore, database: str, reader: str
) -> None:
    """And who may write rows needs no right on the words."""
    owner = open_store(database, schema="public")
    owner.add(TEXTS, np.eye(3), ids=NAMES)
    with administrator(database) as connection:
        connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ruvvector_docs TO words_reader")
    other = open_store(reader, schema="public")
    with pytest.raises(StoreError, match=r"has to be made once: .*store\.create_text_index\(\)"):
        other.text_search("apple")
    owner.create_text_index()
    assert found(other, "apple") == ["a", "c"]
    other.add(["apple cake"], [[1.0, 1, 1]], ids=["d"])
    assert found(other, "apple") == ["a", "c", "d"]
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM ruvvector_docs_words")


def test_a_read_only_server_says_what_is_missing(
    fruit: AnyStore, open_store: MakeStore, postgres_dsn: str
) -> None:
    """Once the index is there, a replica searches it."""
    replica = open_store(make_conninfo(postgres_dsn, options="-c default_transaction_read_only=on"))
    with pytest.raises(StoreError, match=r"takes no writes.*create_text_index"):
        replica.text_search("apple")
    fruit.create_text_index()
    assert found(replica, "apple") == ["a", "c"]


def test_a_large_collection_is_not_indexed_on_the_way(fruit: AnyStore) -> None:
    """It would hold up writers without having been asked for."""
    inner: Any = getattr(fruit, "inner", fruit)
    state = inner._state
    asking = words_for(state, state.collection(state.facts))
    assert isinstance(next(asking), Fetch)
    with pytest.raises(StoreError, match=r"1024 MiB of rows and no text .*create_text_index"):
        asking.send(Result([(None, 2**30)], 1))


def test_a_search_path_changes_nothing(
    fruit: AnyStore, postgres_dsn: str, schema: str, open_store: MakeStore
) -> None:
    """Functions of the caller's own are not called with the rights of the index's owner."""
    fruit.create_text_index()
    with administrator(postgres_dsn) as connection:
        connection.execute(
            f"CREATE FUNCTION {schema}.to_tsvector(regconfig, text) RETURNS tsvector "
            "LANGUAGE sql AS $$ SELECT 'stolen'::tsvector $$".encode()
        )
    path = f"-c search_path={schema},public,pg_catalog"
    store: Any = open_store(make_conninfo(postgres_dsn, options=path))
    store.add(["a fig"], [[1.0, 1, 1]], ids=["d"])
    assert found(fruit, "fig") == ["d"]
    assert found(fruit, "stolen") == []
