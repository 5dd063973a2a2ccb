"""Logs on a real PostgreSQL, in both colours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import AsyncLogStore, LogStore


@pytest.fixture
def store(postgres_dsn: str, schema: str) -> Iterator[LogStore]:
    """A store whose table is not there yet."""
    with LogStore(postgres_dsn, schema=schema) as made:
        yield made


def test_items_come_back_in_order(store: LogStore) -> None:
    """Each log its own."""
    store.append("one", ["a", {"b": 1}])
    store.append("other", [None])
    store.append("one", [3, 2])

    assert store.read("one") == ["a", {"b": 1}, 3, 2]
    assert store.read("one", last=2) == [3, 2]
    assert store.read("one", last=0) == []
    assert (store.count("one"), store.names()) == (4, ["one", "other"])


def test_before_the_first_write_there_is_nothing(store: LogStore) -> None:
    """And nothing is an error."""
    assert (store.read("x"), store.count("x"), store.names(), store.delete("x")) == ([], 0, [], 0)
    assert store.pop("x") is None


def test_items_can_be_replaced_and_taken_out(store: LogStore) -> None:
    """By their index, as in a list."""
    store.append("x", [0, 1, 2, 3])

    assert (store.pop("x"), store.pop("x", 0), store.pop("x", -2), store.pop("x", 7)) == (
        3, 0, 1, None,
    )  # fmt: skip
    store.replace("x", ["new", "newer"])
    assert store.read("x") == ["new", "newer"]
    assert (store.delete("x"), store.read("x")) == (2, [])


async def test_asyncio_is_the_same(postgres_dsn: str, schema: str) -> None:
    """Every operation, and many writers at once."""
    async with AsyncLogStore(postgres_dsn, schema=schema) as store:
        await asyncio.gather(*(store.append("x", [n, n]) for n in range(12)))
        items = await store.read("x")
        assert sorted(items) == sorted([*range(12)] * 2)
        assert all(a == b for a, b in zip(items[::2], items[1::2], strict=True))
        assert (await store.count("x"), await store.names()) == (24, ["x"])
        await store.replace("x", [1])
        assert (await store.pop("x"), await store.delete("x")) == (1, 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(JSON, max_size=5))
def test_any_json_comes_back(store: LogStore, items: list[Any]) -> None:
    """With NULs, lone surrogates, and the order of its keys."""
    store.replace("x", items)

    assert store.read("x") == items


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: s.append("", [1]), "log"),
        (lambda s: s.append("x", [object()]), "no JSON value"),
        (lambda s: s.append("x", [float("nan")]), "JSON compliant"),
        (lambda s: s.read("x", last=-1), "last"),
    ],
)
def test_what_cannot_be_is_refused(call: Callable[[Any], Any], words: str, store: LogStore) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError, match=words):
        call(store)


def test_a_repr_shows_no_password(postgres_dsn: str) -> None:
    """Nor any DSN."""
    assert repr(LogStore(postgres_dsn)) == "<LogStore 'messages' in schema 'public'>"
