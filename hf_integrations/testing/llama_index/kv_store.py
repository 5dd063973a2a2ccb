"""What LlamaIndex expects of a key-value store, as a suite to subclass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from llama_index.core.storage.kvstore.types import BaseKVStore

from hf_integrations.testing.llama_index.colours import Face


class KVStoreSuite:
    """Every `BaseKVStore`; each test runs in both colours."""

    @pytest.fixture
    def store(self) -> BaseKVStore:
        """An empty store."""
        raise NotImplementedError

    @pytest.fixture(params=["plain", "awaited"])
    def face(self, request: pytest.FixtureRequest, store: BaseKVStore) -> Iterator[Face]:
        """The store's methods in one colour."""
        face = Face(store, awaited=request.param == "awaited")
        yield face
        face.end()

    def test_an_empty_store_has_nothing(self, face: Face) -> None:
        """Reading and deleting before anything was stored is no error."""
        assert face.call("get", "key") is None
        assert face.call("get_all") == {}
        assert face.call("delete", "key") is False

    def test_a_value_comes_back(self, face: Face) -> None:
        """With all that JSON can say."""
        value = {"text": "caf\u00e9 \U0001f600", "n": [1, 2.5, None, True], "deep": {"": {}}}
        face.call("put", "key", value)
        assert face.call("get", "key") == value

    def test_a_value_is_replaced(self, face: Face) -> None:
        """By its key."""
        for number in (1, 2):
            face.call("put", "key", {"n": number})
        assert face.call("get_all") == {"key": {"n": 2}}

    def test_collections_are_apart(self, face: Face) -> None:
        """The same key in each."""
        face.call("put", "key", {"n": 1}, collection="one")
        face.call("put", "key", {"n": 2}, collection="two")
        assert face.call("get", "key", collection="one") == {"n": 1}
        assert face.call("delete", "key", collection="one") is True
        assert face.call("get", "key", collection="one") is None
        assert face.call("get", "key", collection="two") == {"n": 2}
        assert face.call("get", "key") is None

    def test_many_at_a_time(self, face: Face) -> None:
        """In one call, whatever the batch size."""
        pairs = [(f"key {number}", {"n": number}) for number in range(250)]
        face.call("put_all", pairs, batch_size=100)
        assert face.call("get_all") == dict(pairs)

    def test_odd_keys(self, face: Face) -> None:
        """Are taken as they are."""
        keys = ["a/b", "it's", '"', "%", " ", "\u00fc", "; DROP TABLE x; --"]
        face.call("put_all", [(key, {"key": key}) for key in keys])
        assert [face.call("get", key) for key in keys] == [{"key": key} for key in keys]

    async def test_the_plain_methods_in_a_running_loop(self, store: BaseKVStore) -> None:
        """As in a notebook."""
        store.put("key", {"n": 1})
        assert store.get("key") == {"n": 1}

    def test_several_loops_one_after_the_other(self, store: BaseKVStore) -> None:
        """As scripts do that call `asyncio.run` for each step."""
        asyncio.run(store.aput("key", {"n": 1}))
        for _ in range(2):
            assert asyncio.run(store.aget("key")) == {"n": 1}
