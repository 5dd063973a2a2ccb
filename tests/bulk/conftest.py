"""The database of these tests."""

from tests.postgres import postgres_dsn, schema

__all__ = ["postgres_dsn", "schema"]
