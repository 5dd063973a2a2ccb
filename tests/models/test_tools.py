"""Tools and choices in every form callers have, and calls in every form servers have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
import pydantic
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.messages import ChatMessage
from hf_integrations.models.shapes import as_dict
from hf_integrations.models.tools import (
    FunctionCall,
    FunctionSpec,
    Tool,
    ToolCall,
    as_tool_choice,
    as_tools,
    chosen_name,
    identified,
    new_call_id,
)

WEATHER = Tool(FunctionSpec("weather"))
TIME = {"type": "function", "function": {"name": "time"}}
FORCED = {"type": "function", "function": {"name": "weather"}}


@dataclass
class Add:
    """Adds two numbers."""

    a: int
    b: int


class Sub(TypedDict):
    """Takes a number from another."""

    a: int


class Mul(msgspec.Struct):
    """Multiplies."""

    a: int


class Div(pydantic.BaseModel):
    """Divides."""

    a: int


def test_a_call_goes_back_whole() -> None:
    """A server needs `arguments` even when there are none."""
    message = ChatMessage("assistant", tool_calls=[ToolCall("1", FunctionCall("f"))])

    assert as_dict(message) == {
        "role": "assistant",
        "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": ""}, "type": "function"}],
    }


def test_a_tool_is_written_as_servers_read_it() -> None:
    """What was not said is not sent."""
    tool = Tool(FunctionSpec("f", parameters={"type": "object"}))

    assert as_dict(tool) == {
        "type": "function",
        "function": {"name": "f", "parameters": {"type": "object"}},
    }


@pytest.mark.parametrize("shape", [Add, Sub, Mul, Div])
def test_a_class_is_a_tool(shape: Any) -> None:
    """Its fields are the arguments, its docstring says what it does."""
    tool = Tool.of(shape)

    assert tool.function.name == shape.__name__
    assert tool.function.description == shape.__doc__
    assert tool.function.parameters is not None
    assert tool.function.parameters["properties"]["a"]["type"] == "integer"
    assert tool.function.parameters["additionalProperties"] is False
    assert as_tools([shape, WEATHER]) == [tool, WEATHER]


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ("weather", "tools must be a list, not str."),
        ({"a": 1}, "tools must be a list, not dict."),
        ([5], "tools[0] must be a Tool, a dict or a class, not int."),
        ([WEATHER, {"type": "function"}], "tools[1].function is missing."),
        ([{"function": {}}], "tools[0].function.name must be of letters"),
        ([{"function": {"name": "a b"}}], "tools[0].function.name must be of letters"),
        ([{"function": {"name": "a", "parameters": 5}}], "tools[0].function.parameters must be"),
        ([WEATHER, TIME, WEATHER], "tools[2] has the name 'weather', as one before it"),
        ([int], "tools[0] must be a Tool, a dict or a class, not type."),
    ],
)
def test_a_tool_that_cannot_be_one_is_named(tools: Any, said: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        as_tools(tools)
    assert str(caught.value).startswith(said)


def test_a_tool_of_another_type_is_left_as_it_is() -> None:
    """Some servers have tools of their own."""
    own = {"type": "web_search"}

    assert as_tools([own, TIME]) == [own, TIME]
    assert as_tool_choice(own, [own]) == own


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("required", "required"),
        ("any", "required"),
        (True, "required"),
        (False, "none"),
        ("weather", FORCED),
        (WEATHER, FORCED),
        (FORCED, FORCED),
        ({"function": {"name": "weather"}}, FORCED),
        ({"name": "weather"}, FORCED),
        (Add, {"type": "function", "function": {"name": "Add"}}),
    ],
)
def test_a_choice_is_said_in_openais_words(given: Any, sent: Any) -> None:
    """Whichever framework's words it came in."""
    assert as_tool_choice(given, [WEATHER, TIME, Tool.of(Add)]) == sent
    assert chosen_name(sent) == (sent["function"]["name"] if isinstance(sent, dict) else None)


@pytest.mark.parametrize(
    ("given", "tools", "said"),
    [
        ("rain", [WEATHER], "tool_choice: there is no tool 'rain'; there are weather."),
        ({"name": "rain"}, [WEATHER], "tool_choice: there is no tool 'rain'"),
        ("auto", [], "tool_choice: there are no tools to choose; pass tools=."),
        ("weather", [], "tool_choice: there are no tools"),
        ("", [WEATHER], "tool_choice must be 'auto', 'none'"),
        (5, [WEATHER], "tool_choice must be 'auto', 'none'"),
        ({}, [WEATHER], "tool_choice must be 'auto', 'none'"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(given: Any, tools: Any, said: str) -> None:
    """With what to change."""
    with pytest.raises(ValidationError) as caught:
        as_tool_choice(given, tools)
    assert str(caught.value).startswith(said)


def test_none_may_be_chosen_of_no_tools() -> None:
    """As some frameworks always say it."""
    assert as_tool_choice("none", []) == "none"


def test_every_call_gets_an_id_of_its_own() -> None:
    """One that has one keeps it; a repeated one is changed in the later call."""
    calls = [ToolCall("a"), ToolCall(""), ToolCall(None), ToolCall("a"), ToolCall("b")]
    identified(calls)
    ids = [call.id for call in calls]

    assert (ids[0], ids[4]) == ("a", "b")
    assert len(set(ids)) == 5
    assert new_call_id() != new_call_id()
