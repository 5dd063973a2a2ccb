"""What LlamaIndex expects of a chat store, as a suite to subclass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_index.core.base.llms.types import (
    ChatMessage,
    ImageBlock,
    MessageRole,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
)
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.storage.chat_store.base import BaseChatStore

from hf_integrations.testing.llama_index.colours import Face
from hf_integrations.testing.llama_index.llm import DOT


def said(*texts: str) -> list[ChatMessage]:
    """Messages of a user."""
    return [ChatMessage(role=MessageRole.USER, content=text) for text in texts]


class ChatStoreSuite:
    """Every `BaseChatStore`; each test runs in both colours."""

    @pytest.fixture
    def store(self) -> BaseChatStore:
        """An empty store."""
        raise NotImplementedError

    @pytest.fixture(params=["plain", "awaited"])
    def face(self, request: pytest.FixtureRequest, store: BaseChatStore) -> Iterator[Face]:
        """The store's methods in one colour."""
        face = Face(store, awaited=request.param == "awaited")
        yield face
        face.end()

    def test_an_empty_store_has_nothing(self, face: Face) -> None:
        """Reading and deleting before anything was said is no error."""
        assert face.call("get_messages", "me") == []
        assert face.call("get_keys") == []
        assert not face.call("delete_messages", "me")
        assert face.call("delete_last_message", "me") is None
        assert face.call("delete_message", "me", 3) is None

    def test_messages_come_back_as_they_were(self, face: Face) -> None:
        """With every kind of block."""
        messages = [
            *said("What is it?"),
            ChatMessage(
                role=MessageRole.USER, blocks=[TextBlock(text="Look"), ImageBlock(image=DOT)]
            ),
            ChatMessage(
                role=MessageRole.ASSISTANT,
                blocks=[
                    ThinkingBlock(content="hm"),
                    ToolCallBlock(tool_call_id="1", tool_name="look", tool_kwargs={"at": "it"}),
                ],
            ),
            ChatMessage(
                role=MessageRole.TOOL, content="a dot", additional_kwargs={"tool_call_id": "1"}
            ),
        ]
        face.call("set_messages", "me", messages)
        assert face.call("get_messages", "me") == messages

    def test_messages_are_added_in_order(self, face: Face) -> None:
        """Each conversation for itself."""
        for text in ("one", "two"):
            for key in ("me", "you"):
                face.call("add_message", key, *said(f"{key} {text}"), awaited="async_add_message")
        assert face.call("get_messages", "me") == said("me one", "me two")
        assert sorted(face.call("get_keys")) == ["me", "you"]

    def test_messages_are_replaced(self, face: Face) -> None:
        """All of a conversation's."""
        face.call("set_messages", "me", said("one", "two"))
        face.call("set_messages", "me", said("three"))
        assert face.call("get_messages", "me") == said("three")

    def test_messages_are_taken_out(self, face: Face) -> None:
        """By index, the last one, all."""
        face.call("set_messages", "me", said("one", "two", "three"))
        assert face.call("delete_message", "me", 1) == said("two")[0]
        assert face.call("delete_last_message", "me") == said("three")[0]
        assert face.call("get_messages", "me") == said("one")
        assert face.call("delete_messages", "me") == said("one")
        assert face.call("get_messages", "me") == []

    def test_a_memory_remembers(self, store: BaseChatStore) -> None:
        """After the process that talked is gone."""
        for text in ("one", "two"):
            memory = ChatMemoryBuffer.from_defaults(chat_store=store, chat_store_key="me")
            memory.put(*said(text))
        assert ChatMemoryBuffer.from_defaults(
            chat_store=store, chat_store_key="me"
        ).get_all() == said("one", "two")
