"""`RuvChatStore` as LlamaIndex expects it, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_index.core.storage.chat_store.base import BaseChatStore

from hf_integrations import ruvvector
from hf_integrations.llama_index import RuvChatStore
from hf_integrations.testing.llama_index import ChatStoreSuite
from hf_integrations.testing.llama_index.chat_store import said


class TestOnPostgres(ChatStoreSuite):
    """By a connection string."""

    @pytest.fixture
    def store(self, postgres_dsn: str, schema: str) -> Iterator[BaseChatStore]:
        """An empty store."""
        store = RuvChatStore(postgres_dsn, schema=schema)
        yield store
        store.close()


def test_a_store_of_the_callers_own(postgres_dsn: str, schema: str) -> None:
    """Is used, and left open."""
    with ruvvector.LogStore(postgres_dsn, schema=schema) as logs:
        store = RuvChatStore(store=logs)
        store.add_message("me", *said("hello"))
        store.close()
        assert logs.count("me") == 1


def test_the_connection_string_stays_behind() -> None:
    """It may hold a password."""
    store = RuvChatStore("postgresql://me:open_sesame@localhost:1/none")
    assert not [text for text in (repr(store), str(store), store.to_json()) if "sesame" in text]
