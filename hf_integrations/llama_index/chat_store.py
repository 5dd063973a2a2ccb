"""`RuvChatStore`: the messages of conversations, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import ChatMessage
from llama_index.core.storage.chat_store.base import BaseChatStore

from hf_integrations.closing import Closing
from hf_integrations.ruvvector.pair import Pair


class RuvChatStore(Closing, BaseChatStore):
    """The messages of conversations in PostgreSQL, plain and in asyncio; needs no pgvector.

    Making it connects to nothing; the table is made by the first message. Messages come back as
    they were, with all their blocks. For `ChatMemoryBuffer` and `Memory`.

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        name: the name of the table, after `ruvlog_`; all conversations share it.
        store: a ready `hf_integrations.ruvvector.LogStore`, instead of all this; never closed here.
        async_store: a ready `AsyncLogStore` for the awaited methods.
        **settings: any other argument of `hf_integrations.ruvvector.LogStore`.

    Raises:
        ConfigurationError: psycopg is not installed, or the settings cannot work.
    """

    _pair: Pair = PrivateAttr()

    def __init__(
        self,
        dsn: str | None = None,
        name: str | None = None,
        *,
        store: Any = None,
        async_store: Any = None,
        **settings: Any,
    ) -> None:
        super().__init__()
        self._pair = Pair(
            "LogStore", "RuvChatStore", store=store, async_store=async_store, dsn=dsn, name=name,
            **settings,
        )  # fmt: skip

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex knows it."""
        return "RuvChatStore"

    def set_messages(self, key: str, messages: list[ChatMessage]) -> None:
        """Put messages in place of all that a conversation has."""
        self._pair.plain.replace(key, _items(messages))

    async def aset_messages(self, key: str, messages: list[ChatMessage]) -> None:
        """`set_messages`, awaited."""
        await self._pair.waiting.replace(key, _items(messages))

    def get_messages(self, key: str) -> list[ChatMessage]:
        """The messages of a conversation, oldest first."""
        return _messages(self._pair.plain.read(key))

    async def aget_messages(self, key: str) -> list[ChatMessage]:
        """`get_messages`, awaited."""
        return _messages(await self._pair.waiting.read(key))

    def add_message(self, key: str, message: ChatMessage) -> None:
        """Add a message to the end."""
        self._pair.plain.append(key, _items([message]))

    async def async_add_message(self, key: str, message: ChatMessage) -> None:
        """`add_message`, awaited."""
        await self._pair.waiting.append(key, _items([message]))

    def delete_messages(self, key: str) -> list[ChatMessage] | None:
        """Forget a conversation; the messages it had, or None where there was none."""
        messages = self.get_messages(key)
        self._pair.plain.delete(key)
        return messages or None

    async def adelete_messages(self, key: str) -> list[ChatMessage] | None:
        """`delete_messages`, awaited."""
        messages = await self.aget_messages(key)
        await self._pair.waiting.delete(key)
        return messages or None

    def delete_message(self, key: str, idx: int) -> ChatMessage | None:
        """Take out the message at an index, as in a list; None where there is none."""
        return _message(self._pair.plain.pop(key, idx))

    async def adelete_message(self, key: str, idx: int) -> ChatMessage | None:
        """`delete_message`, awaited."""
        return _message(await self._pair.waiting.pop(key, idx))

    def delete_last_message(self, key: str) -> ChatMessage | None:
        """Take out the last message; None where there is none."""
        return self.delete_message(key, -1)

    async def adelete_last_message(self, key: str) -> ChatMessage | None:
        """`delete_last_message`, awaited."""
        return await self.adelete_message(key, -1)

    def get_keys(self) -> list[str]:
        """The conversations there are, in order."""
        keys: list[str] = self._pair.plain.names()
        return keys

    async def aget_keys(self) -> list[str]:
        """`get_keys`, awaited."""
        keys: list[str] = await self._pair.waiting.names()
        return keys

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self._pair.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self._pair.aclose()


def _items(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    return [message.model_dump(mode="json") for message in messages]


def _messages(items: Sequence[Any]) -> list[ChatMessage]:
    return [ChatMessage.model_validate(item) for item in items]


def _message(item: Any) -> ChatMessage | None:
    return None if item is None else ChatMessage.model_validate(item)
