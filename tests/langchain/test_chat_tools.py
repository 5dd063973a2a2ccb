"""Tools and answer formats of `ChatHfInference`, over a real socket."""

from __future__ import annotations

from functools import reduce
from operator import add as plus
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference
from tests.langchain.conftest import last_body
from tests.langchain.scripts import event_stream


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool
def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


@tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"It is sunny in {city}."


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


async def test_parallel_calls_are_streamed_apart(chat: ChatHfInference, fresh: Emulator) -> None:
    """However their pieces alternate, in both colours; each keeps its id."""

    def piece(index: int, arguments: str, **begins: Any) -> dict[str, Any]:
        function = {"arguments": arguments, **({"name": begins.pop("name")} if begins else {})}
        call = {"index": index, "type": "function", "function": function, **begins}
        return {"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}

    events = [
        piece(0, '{"a": 1', id="c1", name="add"), piece(1, '{"a"', id="c2", name="multiply"),
        piece(0, ', "b": 2}'), piece(1, ': 3, "b": 4}'),
    ]  # fmt: skip
    wanted = [("add", {"a": 1, "b": 2}, "c1"), ("multiply", {"a": 3, "b": 4}, "c2")]
    model = chat.bind_tools([add, multiply])
    for _ in range(2):
        fresh.fail_next(**event_stream(events))
    plain: Any = reduce(plus, model.stream("Hi"))
    awaited: Any = reduce(plus, [chunk async for chunk in model.astream("Hi")])
    for message in (plain, awaited):
        calls = [(call["name"], call["args"], call["id"]) for call in message.tool_calls]
        assert calls == wanted
        assert message.invalid_tool_calls == []


async def test_output_version_1_has_blocks_as_its_content(whom: dict[str, Any]) -> None:
    """Thoughts, text and calls, whole and streamed; and they go back to the model."""
    question = "What is the weather in the city of Paris?"
    with Emulator(reasoning="reasoning") as emulator:
        told = {**whom, "base_url": emulator.url, "model": "org/model-thinking"}
        chat = ChatHfInference(**told, output_version="v1").bind_tools([get_weather])
        streamed: Any = reduce(plus, chat.stream(question))
        for message in (chat.invoke(question), await chat.ainvoke(question), streamed):
            kinds = [block["type"] for block in message.content_blocks]
            assert (kinds[0], kinds[-1]) == ("reasoning", "tool_call")
            assert message.content == message.content_blocks
            result = get_weather.invoke(message.tool_calls[0])
            end = chat.invoke([HumanMessage(question), message, result])
            assert "sunny" in end.text
            assert isinstance(end.content, list)
            assert [block["type"] for block in end.content_blocks][-1] == "text"


@pytest.mark.filterwarnings("ignore::langchain_core._api.beta_decorator.LangChainBetaWarning")
async def test_events_of_version_3_tell_thoughts_and_calls_apart(whom: dict[str, Any]) -> None:
    """Though both are the first of their kind."""
    with Emulator(reasoning="reasoning") as emulator:
        told = {**whom, "base_url": emulator.url, "model": "org/model-thinking"}
        chat = ChatHfInference(**told).bind_tools([get_weather])
        stream: Any = await chat.astream_events("What is the weather in Paris?", version="v3")
        ended = [
            event["content"]["type"]
            async for event in stream
            if event["event"] == "content-block-finish"
        ]
    assert ended == ["reasoning", "tool_call"]
