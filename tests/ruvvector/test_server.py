"""Which database a store speaks to, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector.server import Server, server_for

SECRET = "s3cr3t"


def server(dsn: str | None, *, prepared: bool | None = None) -> Server:
    """A server as a store would take it."""
    return server_for(dsn, connect_timeout=7.4, pool_size=3, prepared_statements=prepared)


@pytest.mark.parametrize("driver", ["", "+psycopg", "+psycopg2", "+asyncpg"])
def test_every_spelling_of_a_url_is_read(driver: str) -> None:
    """SQLAlchemy's too."""
    for scheme in ("postgres", "postgresql"):
        found = conninfo_to_dict(server(f"{scheme}{driver}://me:{SECRET}@h:6543/d").conninfo())
        assert (found["host"], found["port"], found["dbname"]) == ("h", "6543", "d")


def test_what_the_caller_set_is_kept() -> None:
    """And what is left out gets our values."""
    plain = conninfo_to_dict(server("host=h").conninfo())
    assert (plain["connect_timeout"], plain["application_name"]) == ("7", "hf_integrations")
    own = "host=h connect_timeout=99 application_name=mine client_encoding=utf8"
    assert conninfo_to_dict(server(own).conninfo())["connect_timeout"] == "99"
    assert conninfo_to_dict(server(own).conninfo())["application_name"] == "mine"


@pytest.mark.parametrize(
    ("dsn", "name"),
    [
        (f"postgresql://me:{SECRET}@h:1/d", "PostgreSQL at h, port 1, database 'd'"),
        (f"hostaddr=10.0.0.1 user=me password={SECRET}", "PostgreSQL at 10.0.0.1, port 5432"),
        ("host=/run/pg dbname=d", "PostgreSQL at /run/pg, port 5432, database 'd'"),
    ],
)
def test_it_is_named_without_its_password(
    dsn: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In messages and in a repr."""
    for variable in ("PGHOST", "PGPORT", "PGDATABASE"):
        monkeypatch.delenv(variable, raising=False)
    found = server(dsn)
    assert found.where().startswith(name)
    assert SECRET not in found.where() + repr(found)


@pytest.mark.parametrize("dsn", ["", " "])
def test_an_empty_dsn_is_an_error(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unset variable must not lead to another database; an empty DATABASE_URL is no database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/d")
    with pytest.raises(ConfigurationError, match="dsn is empty; leave it out for DATABASE_URL"):
        server(dsn)
    monkeypatch.setenv("DATABASE_URL", "")
    assert server(None).where() == "the embedded PostgreSQL"


@pytest.mark.parametrize(
    ("said", "direct", "pooled"), [(None, True, False), (True, True, True), (False, False, False)]
)
def test_a_pooler_gets_no_prepared_statements_unless_told(
    said: bool | None, direct: bool, pooled: bool
) -> None:
    """What is said holds; without a word it depends on who answers."""
    found = server("host=h", prepared=said)
    assert (found.prepares(pooled=False), found.prepares(pooled=True)) == (direct, pooled)


def test_connections_commit_by_themselves() -> None:
    """In either mode."""
    settings = server("host=h").connection_settings
    assert settings(prepares=True) == {"autocommit": True, "prepare_threshold": 5}
    assert settings(prepares=False) == {"autocommit": True, "prepare_threshold": None}


def test_the_embedded_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DSN and without DATABASE_URL; it is not started by being named."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert server(None).where() == "the embedded PostgreSQL"
    monkeypatch.setenv("DATABASE_URL", "host=from-environment")
    assert "from-environment" in server(None).where()
    assert "given" in server("host=given").where()


@pytest.mark.parametrize("seconds", [-1, 0, float("nan"), float("inf"), 10**30, "1", None])
def test_impossible_times_are_refused(seconds: Any) -> None:
    """Before anything is connected."""
    with pytest.raises(ConfigurationError, match="connect_timeout is above 0"):
        server_for("host=h", connect_timeout=seconds, pool_size=1, prepared_statements=True)


@pytest.mark.parametrize("size", [0, 1.5, True, "1", None])
def test_impossible_sizes_are_refused(size: Any) -> None:
    """The same."""
    with pytest.raises(ConfigurationError, match="pool_size at least 1"):
        server_for("host=h", connect_timeout=1, pool_size=size, prepared_statements=True)


@pytest.mark.parametrize("dsn", [5, b"host=h", object(), "host=\ud800", "host=h\x00"])
def test_what_is_no_dsn_is_refused(dsn: Any) -> None:
    """Of whatever kind it is."""
    with pytest.raises(ConfigurationError, match=r"dsn is (no con|a .*give a string)"):
        server(dsn)


@pytest.mark.parametrize(("seconds", "sent"), [(0.2, "2"), (2.4, "2"), (30, "30")])
def test_a_short_timeout_is_one_libpq_takes(seconds: float, sent: str) -> None:
    """It knows whole seconds, two at least."""
    made = server_for("host=h", connect_timeout=seconds, pool_size=1, prepared_statements=True)
    assert conninfo_to_dict(made.conninfo())["connect_timeout"] == sent
    assert made.connect_timeout == seconds


def test_a_dsn_that_cannot_be_read_is_not_quoted() -> None:
    """It may hold a password."""
    with pytest.raises(ConfigurationError, match="dsn is no connection string") as caught:
        server(f"postgres//me:{SECRET}@h")
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"
