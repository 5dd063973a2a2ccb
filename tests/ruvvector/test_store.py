"""The two stores as classes: what they show, what they promise to type checkers and to people."""

from __future__ import annotations

import inspect
from typing import Any, assert_type

import pytest

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector import (
    AsyncRuvVectorStore,
    HybridMatch,
    Match,
    Results,
    RuvVectorStore,
)
from hf_integrations.ruvvector.store import Operations

DSN = "postgresql://me:s3cr3t@127.0.0.1:1/none"
METHODS = sorted(name for name in vars(Operations) if not name.startswith("_"))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_documented_and_the_same_in_both_colours(name: str) -> None:
    """One signature, one docstring, written where the method is."""
    plain, awaited = getattr(RuvVectorStore, name), getattr(AsyncRuvVectorStore, name)
    assert plain.__doc__ == awaited.__doc__
    assert len(plain.__doc__) > 40
    assert inspect.signature(plain) == inspect.signature(awaited)
    with RuvVectorStore(DSN) as store:
        parameters = list(inspect.signature(getattr(store, name)).parameters)
        assert "state" not in parameters


def test_both_take_the_same_settings() -> None:
    """But for the kind of pool."""
    plain = inspect.signature(RuvVectorStore).parameters
    awaited = inspect.signature(AsyncRuvVectorStore).parameters
    assert list(plain) == list(awaited)
    assert {name: p.default for name, p in plain.items()} == {
        name: p.default for name, p in awaited.items()
    }
    described = inspect.getdoc(RuvVectorStore) or ""
    assert [name for name in plain if f"{name}:" not in described] == []


@pytest.mark.parametrize("kind", [RuvVectorStore, AsyncRuvVectorStore])
def test_a_store_shows_no_password(kind: Any) -> None:
    """Its collection, schema and metric instead."""
    store = kind(DSN, "mine", schema="s", metric="l2")
    assert repr(store) == f"<{kind.__name__} 'mine' in schema 's', l2>"


@pytest.mark.parametrize(
    ("settings", "kind", "sentence"),
    [
        ({"metric": "cos"}, ValidationError, "metric 'cos' is not known"),
        ({"metric": []}, ValidationError, r"metric \[\] is not known"),
        ({"embed": "x"}, ValidationError, "embed is a str; give a function"),
        ({"collection": ""}, ValidationError, "collection is empty"),
        ({"collection": "x" * 44}, ValidationError, "collection is longer than 43 bytes"),
        ({"schema": "\x00"}, ValidationError, "schema holds a NUL"),
        ({"namespace": 5}, ValidationError, "namespace is empty or no string"),
        ({"type": "text"}, ValidationError, "type 'text' is not known"),
        ({"type": "bit"}, ConfigurationError, "cannot be compared by metric='cosine'"),
        ({"ef_search": 0}, ValidationError, "ef_search is a whole number from 1 to 1000"),
        ({"pool_size": 0}, ConfigurationError, "pool_size at least 1"),
    ],
)
def test_settings_are_checked_where_they_are_written(
    settings: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    """Before anything is connected."""
    for store in (RuvVectorStore, AsyncRuvVectorStore):
        with pytest.raises(kind, match=sentence):
            store(DSN, **settings)


async def test_types_are_exact_in_both_colours(postgres_dsn: str, schema: str) -> None:
    """What a type checker believes is what comes."""
    with RuvVectorStore(postgres_dsn, schema=schema) as store:
        assert_type(store.search([1.0]), Results[Match])
        assert_type(store.search_many([[1.0]]), list[Results[Match]])
        assert_type(store.hybrid_search("a", [1.0]), Results[HybridMatch])
        assert_type(store.count(), int)
        assert [len(batch) for batch in store.scan()] == []
    async with AsyncRuvVectorStore(postgres_dsn, schema=schema) as other:
        assert_type(await other.search([1.0]), Results[Match])
        assert_type(await other.hybrid_search("a", [1.0]), Results[HybridMatch])
        assert [len(batch) async for batch in other.scan()] == []
