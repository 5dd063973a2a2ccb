"""Stores in both colours on a real PostgreSQL, one schema per test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.postgres import database, postgres_dsn, schema
from tests.ruvvector.colours import COLOURS, AnyStore, end

__all__ = ["database", "postgres_dsn", "schema"]


@pytest.fixture(params=list(COLOURS))
def colour(request: pytest.FixtureRequest) -> Callable[..., AnyStore]:
    """The class of a store: plain, or asyncio behind a plain face."""
    return COLOURS[request.param]


@pytest.fixture
def open_store(
    colour: Callable[..., AnyStore], postgres_dsn: str, schema: str
) -> Iterator[Callable[..., AnyStore]]:
    """Makes stores in the test's schema; they are closed at its end."""
    stores: list[AnyStore] = []

    def make(*args: Any, **kwargs: Any) -> AnyStore:
        if not args and "pool" not in kwargs:
            kwargs.setdefault("dsn", postgres_dsn)
        store = colour(*args, **{"schema": schema, **kwargs})
        stores.append(store)
        return store

    yield make
    for store in stores:
        end(store)


@pytest.fixture
def store(open_store: Callable[..., AnyStore]) -> AnyStore:
    """An empty store."""
    return open_store()
