"""The suites judge what is not ours: LlamaIndex's own simple stores."""

from __future__ import annotations

import subprocess
import sys

import pytest
from llama_index.core.storage.chat_store import SimpleChatStore
from llama_index.core.storage.chat_store.base import BaseChatStore
from llama_index.core.storage.kvstore import SimpleKVStore
from llama_index.core.storage.kvstore.types import BaseKVStore

from hf_integrations.testing.llama_index import ChatStoreSuite, KVStoreSuite
from tests.interrupting import unmeasured


class TestSimpleKVStore(KVStoreSuite):
    """LlamaIndex's own, in memory."""

    @pytest.fixture
    def store(self) -> BaseKVStore:
        """An empty store."""
        return SimpleKVStore()

    @pytest.mark.xfail(strict=True, raises=NotImplementedError, reason="takes one at a time")
    def test_many_at_a_time(self, face: object) -> None:
        """It takes a batch size of one only."""
        super().test_many_at_a_time(face)  # type: ignore[arg-type]


class TestSimpleChatStore(ChatStoreSuite):
    """LlamaIndex's own, in memory."""

    @pytest.fixture
    def store(self) -> BaseChatStore:
        """An empty store."""
        return SimpleChatStore()


def test_nothing_of_ours_comes_with_the_suites() -> None:
    """No adapter, no client and no store is loaded by them."""
    program = (
        "import sys, hf_integrations.testing.llama_index\n"
        "print([n for n in sys.modules if n.startswith('hf_integrations.') and "
        "not n.startswith(('hf_integrations.testing', 'hf_integrations._'))])"
    )
    found = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", program], capture_output=True, check=True, env=unmeasured()
    )
    assert found.stdout.decode().strip() == "[]"
