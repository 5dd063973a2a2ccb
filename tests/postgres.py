"""A real PostgreSQL for tests: the embedded one in a temporary folder, or TEST_POSTGRES_DSN.

Import the fixtures into a `conftest.py`; however often they are imported, there is one server.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from hf_integrations.ruvvector import embedded_postgres


@functools.cache
def server_dsn() -> str:
    """The connection string of the server all tests of this process share."""
    if given := os.environ.get("TEST_POSTGRES_DSN"):
        return given
    folder = tempfile.mkdtemp(prefix="hf-test-pg-")
    # Registered before the server registers itself, and so run after it was stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    dsn = embedded_postgres(folder).dsn
    _hasten(dsn)
    return dsn


def _hasten(dsn: str) -> None:
    """Let the server write to the disk when it likes: no test cuts its power."""
    with administrator(dsn) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def index_minded(dsn: str) -> str:
    """The same server, with a planner that takes an index also where a table is small."""
    options = "-c enable_seqscan=off -c enable_bitmapscan=off"
    return psycopg.conninfo.make_conninfo(dsn, options=options)


def administrator(dsn: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the tests' own, beside the store's."""
    return psycopg.connect(dsn, autocommit=True)


@pytest.fixture(scope="session")
def postgres_dsn() -> str:
    """A server with pgvector."""
    return server_dsn()


@pytest.fixture
def schema(postgres_dsn: str) -> Iterator[str]:
    """The name of a schema for one test, dropped with all it holds."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield name
    with administrator(postgres_dsn) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(name)))


@pytest.fixture
def database(postgres_dsn: str) -> Iterator[str]:
    """The connection string of a database for one test, without pgvector."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with administrator(postgres_dsn) as connection:
        create = SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name))
        connection.execute(create)
        yield psycopg.conninfo.make_conninfo(postgres_dsn, dbname=name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
