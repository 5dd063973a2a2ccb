"""What is kept by key before langchain-tests' own judges, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langchain_core.caches import BaseCache
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration
from langchain_core.stores import BaseStore
from langchain_tests.integration_tests import (
    AsyncCacheTestSuite,
    BaseStoreAsyncTests,
    BaseStoreSyncTests,
    SyncCacheTestSuite,
)

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference, RuvByteStore, RuvCache

VALUES = (b"foo", b"\x00\xff", b"")


class TestByteStore(BaseStoreSyncTests[bytes]):
    """Plain."""

    @pytest.fixture
    def kv_store(self, postgres_dsn: str, schema: str) -> Iterator[BaseStore[str, bytes]]:
        """An empty store."""
        store = RuvByteStore(postgres_dsn, schema=schema)
        yield store
        store.close()

    @pytest.fixture
    def three_values(self) -> tuple[bytes, bytes, bytes]:
        """Three that differ."""
        return VALUES


class TestByteStoreInAsyncio(BaseStoreAsyncTests[bytes]):
    """In asyncio."""

    @pytest.fixture
    async def kv_store(
        self, postgres_dsn: str, schema: str
    ) -> AsyncIterator[BaseStore[str, bytes]]:
        """An empty store."""
        store = RuvByteStore(postgres_dsn, schema=schema)
        yield store
        await store.aclose()

    @pytest.fixture
    def three_values(self) -> tuple[bytes, bytes, bytes]:
        """Three that differ."""
        return VALUES


class TestCache(SyncCacheTestSuite):
    """Plain."""

    @pytest.fixture
    def cache(self, postgres_dsn: str, schema: str) -> Iterator[BaseCache]:
        """An empty cache."""
        made: Any = RuvCache(postgres_dsn, schema=schema)
        yield made
        made.close()


class TestCacheInAsyncio(AsyncCacheTestSuite):
    """In asyncio."""

    @pytest.fixture
    async def cache(self, postgres_dsn: str, schema: str) -> AsyncIterator[BaseCache]:
        """An empty cache."""
        made: Any = RuvCache(postgres_dsn, schema=schema)
        yield made
        await made.aclose()


def test_answers_of_chat_models_come_back_whole(postgres_dsn: str, schema: str) -> None:
    """With calls, thoughts, usage and metadata, and through a model's own use of the cache."""
    cache: Any = RuvCache(postgres_dsn, schema=schema)
    message = AIMessage(
        "Yes",
        tool_calls=[{"name": "add", "args": {"a": 1}, "id": "c1", "type": "tool_call"}],
        additional_kwargs={"reasoning_content": "hm"},
        response_metadata={"model_provider": "huggingface", "logprobs": {"content": []}},
        usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
    )
    kept = [ChatGeneration(message=message, generation_info={"finish_reason": "stop"})]
    cache.update("a", "bc", kept)

    assert cache.lookup("a", "bc") == kept
    assert cache.lookup("ab", "c") is None
    cache.close()


def test_a_model_is_asked_once_by_all_who_share_a_cache(
    postgres_dsn: str, schema: str, whom: dict[str, Any], fresh: Emulator
) -> None:
    """Two models, as two processes would have them."""
    replies = []
    for _ in range(2):
        cache: Any = RuvCache(postgres_dsn, schema=schema)
        replies.append(ChatHfInference(**whom, cache=cache).invoke("Hello!"))
        cache.close()

    assert replies[0].text == replies[1].text
    assert len(fresh.requests) == 1
