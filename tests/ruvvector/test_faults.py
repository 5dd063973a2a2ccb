"""psycopg's errors as ours: a class for each reaction of the caller, and no secret."""

from __future__ import annotations

import pickle

import psycopg
import psycopg_pool
import pytest
from psycopg import errors

from hf_integrations.errors import HfError, StoreError, ValidationError
from hf_integrations.ruvvector.faults import LostConnection, translate, unreachable
from hf_integrations.ruvvector.state import DuplicateRow, NoSharedMemory, StaleCollection
from tests.postgres import administrator

WHERE = "PostgreSQL at db, port 5432"


def raised(dsn: str, sqlstate: str, message: str = "words of the server") -> psycopg.Error:
    """An error as the server sends it."""
    with administrator(dsn) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(
            f"DO $$BEGIN RAISE EXCEPTION SQLSTATE '{sqlstate}' "
            f"USING MESSAGE = '{message}'; END$$".encode()
        )
    return caught.value


@pytest.mark.parametrize(
    ("sqlstate", "kind", "again"),
    [
        ("57P01", LostConnection, True),
        ("57P03", LostConnection, True),
        ("08006", LostConnection, True),
        ("08P01", LostConnection, True),
        ("25P03", LostConnection, True),
        ("23505", DuplicateRow, False),
        ("42P01", StaleCollection, False),
        ("42703", StaleCollection, False),
        ("3F000", StaleCollection, False),
        ("42501", StoreError, False),
        ("25006", StoreError, False),
        ("40P01", StoreError, True),
        ("40001", StoreError, True),
        ("55P03", StoreError, True),
        ("57014", StoreError, True),
        ("53100", NoSharedMemory, False),
        ("53200", NoSharedMemory, False),
        ("42P07", StoreError, False),
        ("54000", ValidationError, False),
        ("22012", StoreError, False),
        ("26000", StoreError, False),
        ("XX000", StoreError, False),
    ],
)
def test_each_cause_becomes_its_reaction(
    postgres_dsn: str, sqlstate: str, kind: type[HfError], again: bool
) -> None:
    """Repeat, look again, ask somebody, or give up."""
    error = translate(raised(postgres_dsn, sqlstate), WHERE)
    assert type(error) is kind
    assert error.retryable is again
    assert WHERE in str(error) or kind in (DuplicateRow, ValidationError)
    assert type(pickle.loads(pickle.dumps(error))) is kind  # noqa: S301 - our own bytes


def test_other_dimensions_mean_another_collection(postgres_dsn: str) -> None:
    """The table was made anew meanwhile."""
    error = raised(postgres_dsn, "22000", "expected 3 dimensions, not 2")
    assert isinstance(translate(error, WHERE), StaleCollection)
    assert not isinstance(translate(raised(postgres_dsn, "22000"), WHERE), StaleCollection)


@pytest.mark.parametrize(
    ("sqlstate", "message"),
    [
        ("22026", "bit string length 2 does not match type bit(3)"),
        ("22000", "different bit lengths 3 and 2"),
        ("0A000", "COPY FROM not supported with row-level security"),
    ],
)
def test_what_changed_meanwhile_is_looked_at_again(
    postgres_dsn: str, sqlstate: str, message: str
) -> None:
    """Bits of another length, and a table that has come under row-level security."""
    assert isinstance(translate(raised(postgres_dsn, sqlstate, message), WHERE), StaleCollection)


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("permission denied for schema x", "GRANT USAGE, CREATE ON SCHEMA"),
        ("permission denied for database x", "CREATE SCHEMA <schema> AUTHORIZATION"),
        ("permission denied to create temporary tables in database x", "GRANT TEMPORARY ON"),
        ("permission denied to create extension x", "CREATE EXTENSION vector"),
        ("permission denied for table x", "GRANT SELECT, INSERT, UPDATE, DELETE"),
        ("must be owner of table x", "Let the owner of the table do this"),
    ],
)
def test_who_may_not_is_told_who_helps(postgres_dsn: str, message: str, hint: str) -> None:
    """And what that person runs."""
    assert hint in str(translate(raised(postgres_dsn, "42501", message), WHERE))


@pytest.mark.parametrize("sqlstate", ["23514", "22P02", "23502", "22001"])
def test_no_message_holds_a_text(postgres_dsn: str, sqlstate: str) -> None:
    """What the server tells in detail, such as the row at fault, is left out."""
    with administrator(postgres_dsn) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(
            f"DO $$BEGIN RAISE EXCEPTION SQLSTATE '{sqlstate}' USING MESSAGE = 'short', "
            "DETAIL = 'the secret row', HINT = 'the secret hint'; END$$".encode()
        )
    error = translate(caught.value, WHERE)
    assert "secret" not in f"{error} {error!r} {error.hint}"


@pytest.mark.parametrize(
    ("sqlstate", "message", "hint"),
    [
        ("42501", 'new row violates row-level security policy for table "t"', "it was granted"),
        ("42501", "must be owner of table t", "Let the owner of the table do this"),
        ("0A000", 'extension "vector" is not available', "Install pgvector"),
        ("42501", 'permission denied to create extension "vector"', "Let an administrator run"),
        ("42501", "permission denied for database d", "CREATE SCHEMA <schema> AUTHORIZATION"),
        ("42501", "permission denied for schema s", "GRANT USAGE, CREATE ON SCHEMA"),
        ("42501", "permission denied for table t", "GRANT SELECT, INSERT, UPDATE, DELETE"),
    ],
)
def test_missing_rights_come_with_a_remedy(
    postgres_dsn: str, sqlstate: str, message: str, hint: str
) -> None:
    """Whom to ask, and for what."""
    error = translate(raised(postgres_dsn, sqlstate, message), WHERE)
    assert isinstance(error, StoreError)
    assert message in str(error)
    assert hint in (error.hint or "")


def test_pools_are_named() -> None:
    """A busy pool can be waited for; a closed one cannot."""
    busy = translate(psycopg_pool.PoolTimeout("no connection"), WHERE)
    closed = translate(psycopg_pool.PoolClosed("the pool is closed"), WHERE)
    assert (busy.retryable, closed.retryable) == (True, False)
    assert f"no free connection to {WHERE}: no connection." in str(busy)
    assert "the given pool is not open: the pool is closed. Open it first." in str(closed)
    own = translate(psycopg_pool.PoolClosed("the pool is closed"), WHERE, given=False)
    assert str(own) == "the store is closed; make a new one"


def test_a_full_pooler_can_be_waited_for(postgres_dsn: str) -> None:
    """PgBouncer says so in a word of its own; another try at once would wait as long again."""
    error = translate(raised(postgres_dsn, "08P01", "query_wait_timeout"), WHERE)
    assert str(error).startswith(f"no free connection to {WHERE}")
    assert (error.retryable, isinstance(error, LostConnection)) == (True, False)


def test_a_pooler_without_transactions_is_no_place_for_a_store(postgres_dsn: str) -> None:
    """Another try would not help; another mode of the pooler does."""
    said = "transaction blocks not allowed in statement pooling mode"
    error = translate(raised(postgres_dsn, "08P01", said), WHERE)
    assert "Let the pooler work in transaction or session mode." in str(error)
    assert (error.retryable, isinstance(error, LostConnection)) == (False, False)


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.InterfaceError])
def test_an_error_without_a_state_is_a_broken_connection(kind: type[psycopg.Error]) -> None:
    """The server said nothing any more."""
    error = translate(kind("server closed the\nconnection"), WHERE)
    assert isinstance(error, LostConnection)
    assert "server closed the connection" in str(error)


def test_an_error_of_the_library_is_passed_on() -> None:
    """In one line."""
    error = translate(psycopg.ProgrammingError("cannot\n  adapt"), WHERE)
    assert str(error) == f"{WHERE} refuses: cannot adapt"
    assert "cannot connect to" in str(unreachable(errors.ConnectionException("no route"), WHERE))


@pytest.mark.parametrize("sqlstate", ["26000", "42P05"])
def test_a_pooler_that_loses_prepared_statements_is_named(postgres_dsn: str, sqlstate: str) -> None:
    """What helps is a setting."""
    error = translate(raised(postgres_dsn, sqlstate), WHERE)
    assert "prepared_statements=False" in str(error)
