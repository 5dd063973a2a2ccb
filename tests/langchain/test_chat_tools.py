"""Tools and answer formats of `ChatHfInference`, over a real socket."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.tools import tool
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference
from tests.langchain.conftest import last_body


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool
def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


async def test_tools_are_called_whole_and_streamed(chat: ChatHfInference) -> None:
    """Several at once, with the same names and arguments on each path."""
    model = chat.bind_tools([add, multiply])
    question = "Use the tools: add(2, 3) and multiply(4, 5)."
    whole = model.invoke(question)
    first, *rest = [chunk async for chunk in model.astream(question)]
    streamed: Any = sum(rest, start=first)

    assert [call["name"] for call in whole.tool_calls] == ["add", "multiply"]
    assert [(call["name"], call["args"]) for call in streamed.tool_calls] == [
        (call["name"], call["args"]) for call in whole.tool_calls
    ]
    assert isinstance(streamed, AIMessageChunk)
    assert whole.response_metadata["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("any", "required"),
        (True, "required"),
        ("auto", "auto"),
        ("none", "none"),
        ("add", {"type": "function", "function": {"name": "add"}}),
        (None, None),
        (False, None),
    ],
)
def test_every_choice_among_several_tools_reaches_the_wire(
    choice: Any, sent: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """In the server's words."""
    chat.bind_tools([add, multiply], tool_choice=choice, parallel_tool_calls=False).invoke("Hi")
    body = last_body(fresh)

    assert body.get("tool_choice") == sent
    assert body["parallel_tool_calls"] is False
    assert len(body["tools"]) == 2


def test_binding_no_tools_sends_none(chat: ChatHfInference, fresh: Emulator) -> None:
    """As agents without tools do, with a form for the answer."""

    class Answer(BaseModel):
        """An answer."""

        text: str

    chat.bind_tools([], response_format=Answer, strict=True).invoke("Hello!")
    body = last_body(fresh)

    assert "tools" not in body
    assert body["response_format"]["json_schema"]["name"] == "Answer"
    assert body["response_format"]["json_schema"]["strict"] is True


def test_a_class_can_be_the_response_format(whom: dict[str, Any], fresh: Emulator) -> None:
    """Given to the constructor or to a call."""

    class Answer(BaseModel):
        """An answer."""

        text: str

    ChatHfInference(**whom, response_format=Answer).invoke("Hello!")
    assert last_body(fresh)["response_format"]["json_schema"]["name"] == "Answer"
