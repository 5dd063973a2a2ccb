"""Conversations in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.runnables.history import RunnableWithMessageHistory

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from hf_integrations.langchain import ChatHfInference, RuvChatMessageHistory
from hf_integrations.ruvvector import LogStore

CALL: Any = {"name": "add", "args": {"a": 1}, "id": "c1", "type": "tool_call"}
TURNS: list[BaseMessage] = [
    SystemMessage("Be kind."),
    HumanMessage([{"type": "text", "text": "What is 1 + 1?"}], id="h1"),
    AIMessage(
        "",
        tool_calls=[CALL],
        additional_kwargs={"reasoning_content": "hm"},
        response_metadata={"model_provider": "huggingface"},
        usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
    ),
    ToolMessage("2", tool_call_id="c1", artifact={"kept": [1, None]}, status="error"),
    AIMessage("Zwei \x00 \ud800"),
]


@pytest.fixture
async def history(postgres_dsn: str, schema: str) -> AsyncIterator[RuvChatMessageHistory]:
    """An empty conversation."""
    made = RuvChatMessageHistory("one", postgres_dsn, schema=schema)
    yield made
    await made.aclose()


async def test_messages_come_back_as_they_were(history: RuvChatMessageHistory) -> None:
    """In both colours, with all that is in them."""
    assert history.messages == await history.aget_messages() == []
    history.add_messages(TURNS[:2])
    await history.aadd_messages(TURNS[2:])

    assert history.messages == await history.aget_messages() == TURNS
    history.add_user_message("more")
    assert history.messages[-1].text == "more"
    history.clear()
    assert await history.aget_messages() == []
    await history.aadd_messages(TURNS)
    await history.aclear()
    assert history.messages == []


async def test_conversations_share_a_table_and_nothing_else(postgres_dsn: str, schema: str) -> None:
    """And of a long one the last messages may do."""
    with LogStore(postgres_dsn, schema=schema) as store:
        one = RuvChatMessageHistory("one", store=store)
        other = RuvChatMessageHistory("other", store=store, last=2)
        one.add_messages([HumanMessage("a")])
        other.add_messages([HumanMessage(text) for text in "bcd"])
        one.close()

        assert [message.text for message in one.messages] == ["a"]
        assert [message.text for message in other.messages] == ["c", "d"]
        assert store.names() == ["one", "other"]
        with pytest.raises(ConfigurationError, match="async_store="):
            await one.aget_messages()


@pytest.mark.filterwarnings(
    "ignore::langchain_core._api.deprecation.LangChainDeprecationWarning"
)  # of the wrapper, which many chains still use
async def test_a_chain_remembers(
    postgres_dsn: str, schema: str, chat: ChatHfInference, fresh: Emulator
) -> None:
    """As LangChain's wrapper has it, in both colours."""
    kept: dict[str, RuvChatMessageHistory] = {}

    def of(session_id: str) -> RuvChatMessageHistory:
        new = RuvChatMessageHistory(session_id, postgres_dsn, schema=schema)
        return kept.setdefault(session_id, new)

    chain = RunnableWithMessageHistory(chat, of)
    config: Any = {"configurable": {"session_id": "s1"}}
    chain.invoke([HumanMessage("My name is Ada.")], config)
    await chain.ainvoke([HumanMessage("Who am I?")], config)

    sent = [message["content"] for message in fresh.requests[-1].json["messages"]]
    assert sent[0] == "My name is Ada."
    assert sent[-1] == "Who am I?"
    assert len(kept["s1"].messages) == 4
    await kept["s1"].aclose()
