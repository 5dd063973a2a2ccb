"""Embeddings in PostgreSQL: what one process has asked for, the next one has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector import EmbeddingCache, KeyedStore

MODEL = "org/name"


@pytest.fixture
def kept(postgres_dsn: str, schema: str) -> Iterator[EmbeddingCache]:
    """A cache whose table is not there yet."""
    with EmbeddingCache(postgres_dsn, schema=schema) as cache:
        yield cache


async def test_vectors_outlive_their_client_in_both_colours(
    kept: EmbeddingCache, emulator: Emulator
) -> None:
    """The second client sends only the text that is new."""
    settings: dict[str, Any] = {
        "base_url": emulator.url,
        "token": "hf_test",
        "embedding_cache_store": kept,
    }
    with HfInferenceClient(**settings) as client:
        first = client.embeddings.create(["a", "b"], model=MODEL)
    async with AsyncHfInferenceClient(**settings) as awaited:
        second = await awaited.embeddings.create(["b", "c", "a"], model=MODEL)
        third = await awaited.embeddings.create(["c", "a"], model=MODEL)

    assert kept.count() == 3
    np.testing.assert_array_equal(second.vectors[[2, 0]], first.vectors)
    np.testing.assert_array_equal(third.vectors, second.vectors[[1, 2]])
    assert (second.requests, third.requests) == (1, 0)


def test_vectors_are_forgotten_by_model_and_by_age(kept: EmbeddingCache) -> None:
    """Or all."""
    kept.put([("a", b"1234"), ("b", b"1234")], "one")
    kept.put([("c", b"1234")], "other")
    assert kept.get(["c", "x"]) == [b"1234", None]
    kept.clear("one")
    assert kept.count() == 1
    assert kept.prune(3600) == 0
    assert kept.prune(-1) == 1
    kept.put([("a", b"1234")], "one")
    kept.clear()
    assert kept.count() == 0


def test_a_ready_store_stays_open(postgres_dsn: str, schema: str) -> None:
    """And brings its own settings; what is no store is refused at once, and not passed by."""
    with KeyedStore(postgres_dsn, schema=schema) as ready:
        with EmbeddingCache(store=ready) as cache:
            cache.put([("a", b"1234")], "one")
        assert ready.count() == 1
        with pytest.raises(ConfigurationError, match="a ready store brings its own settings"):
            EmbeddingCache(postgres_dsn, store=ready)
    wrong: Any = postgres_dsn
    with pytest.raises(ConfigurationError, match="store is a str; give a KeyedStore, or a dsn="):
        EmbeddingCache(store=wrong)
