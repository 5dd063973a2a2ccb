"""`RuvChatMessageHistory`: the turns of conversations, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import BaseMessage, messages_from_dict, messages_to_dict

from hf_integrations.closing import Closing
from hf_integrations.ruvvector.pair import Pair


class RuvChatMessageHistory(Closing, BaseChatMessageHistory):
    """The messages of one conversation, kept in PostgreSQL, plain and in asyncio.

    Making it connects to nothing; the table is made by the first message. Messages come back as
    they were, with their calls, thoughts and metadata. For `RunnableWithMessageHistory`.

    Args:
        session_id: which conversation it is.
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        name: the name of the table, after `ruvlog_`; many conversations share it.
        last: how many of the latest messages are read; None for all of them.
        store: a ready `LogStore`, instead of all this; never closed here.
        async_store: a ready `AsyncLogStore` for the asyncio methods.
        **settings: any other argument of `hf_integrations.ruvvector.LogStore`.

    Raises:
        ConfigurationError: psycopg is not installed, or the settings cannot work.
    """

    def __init__(
        self,
        session_id: str,
        dsn: str | None = None,
        *,
        name: str | None = None,
        last: int | None = None,
        store: Any = None,
        async_store: Any = None,
        **settings: Any,
    ) -> None:
        self.session_id = session_id
        self._last = last
        self._pair = Pair(
            "LogStore", "RuvChatMessageHistory", store=store, async_store=async_store,
            dsn=dsn, name=name, **settings,
        )  # fmt: skip

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]
        """The messages, oldest first."""
        return messages_from_dict(self._pair.plain.read(self.session_id, last=self._last))

    async def aget_messages(self) -> list[BaseMessage]:
        """The messages, oldest first."""
        return messages_from_dict(await self._pair.waiting.read(self.session_id, last=self._last))

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Add messages to the end, all or none."""
        self._pair.plain.append(self.session_id, messages_to_dict(messages))

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Add messages to the end, all or none."""
        await self._pair.waiting.append(self.session_id, messages_to_dict(messages))

    def clear(self) -> None:
        """Forget the conversation."""
        self._pair.plain.delete(self.session_id)

    async def aclear(self) -> None:
        """Forget the conversation."""
        await self._pair.waiting.delete(self.session_id)

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self._pair.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self._pair.aclose()
