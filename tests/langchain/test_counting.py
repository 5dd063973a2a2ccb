"""Token counts by LangChain's own names."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, trim_messages

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference, HfInferenceLLM
from tests.langchain.conftest import MODEL

TALK = [
    SystemMessage("Be kind."),
    HumanMessage("word " * 40),
    AIMessage("Yes."),
    HumanMessage("Why?"),
]
TOOL = {"name": "f", "description": "Find it.", "parameters": {"type": "object", "properties": {}}}


@pytest.mark.parametrize("kind", [ChatHfInference, HfInferenceLLM])
def test_tokens_are_estimated_without_a_request(
    kind: Any, fresh: Emulator, whom: dict[str, Any]
) -> None:
    """Of a text, of a conversation, and more of one with calls and tools."""
    model = kind(**whom)
    assert model.get_num_tokens("") == 0
    assert 5 <= model.get_num_tokens("the quick brown fox jumps") <= 10
    alone = model.get_num_tokens_from_messages(TALK)
    assert alone > model.get_num_tokens("word " * 40)
    assert model.get_num_tokens_from_messages(TALK, [TOOL]) > alone
    call = AIMessage("", tool_calls=[{"id": "1", "name": "f", "args": {"x": "y" * 99}}])
    assert model.get_num_tokens_from_messages([call]) > 25
    assert fresh.requests == []


def test_a_conversation_is_trimmed_by_the_model() -> None:
    """LangChain's own idiom; the long message is too long."""
    kept = trim_messages(
        TALK, max_tokens=40, token_counter=ChatHfInference(model=MODEL), include_system=True
    )
    assert kept == [TALK[0], *TALK[2:]]


def test_a_tokenizer_that_is_here_counts() -> None:
    """By LangChain's own setting."""
    model = ChatHfInference(model=MODEL, custom_get_token_ids=lambda text: [0] * len(text))
    assert model.get_num_tokens("12345") == 5
