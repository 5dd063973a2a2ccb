"""Which tools are called, and with what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hf_integrations.emulator import tools
from hf_integrations.emulator.conversation import Call, Turn
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tools import Offer, Tool, chosen, read

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}


def tool(name: str, description: str = "", **properties: Any) -> Tool:
    """Return a tool whose fields are all required."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name, description, schema)


WEATHER = tool("get_weather", "Get the weather at a location.", location=TEXT)
TIME = tool("get_time", "Get the time in a city.", city=TEXT)
ADD = tool("my_adder_tool", "Adds two numbers.", a=INTEGER, b=INTEGER)
DOUBLE = tool("double", "Doubles its input.", input=INTEGER)
DOUBLE_ALL = tool("double_all", "Doubles everything.")


def names(offer: Offer, question: str, *after: Turn) -> list[str]:
    """Return the names of the tools that are called."""
    return [one.name for one in chosen(offer, [Turn("user", question), *after])]


def arguments(one: Tool, question: str, *, alone: bool = True) -> Any:
    """Return the arguments of a call."""
    turns = [Turn("user", question)]
    made = tools.call(one, turns, ident="call_1", answer=lambda: "Reply.", alone=alone)
    assert (made.id, made.name) == ("call_1", one.name)
    return json.loads(made.arguments)


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("What is the weather in Oslo?", ["get_weather"]),
        ("Call get_time for Oslo", ["get_time"]),
        ("What is the value of double(4)?", ["double"]),
        ("Please run double_all", ["double_all"]),
        ("The weather in Oslo and the time in Rome?", ["get_weather", "get_time"]),
        ("Use a tool to add 3 and 4.", ["my_adder_tool"]),
        ("Who are you?", []),
        ("", []),
    ],
)
def test_a_tool_is_called_when_it_is_plainly_asked_for(question: str, called: list[str]) -> None:
    """By its name, by the words of its name, or by the word tool."""
    assert names(Offer((WEATHER, TIME, ADD, DOUBLE, DOUBLE_ALL)), question) == called


def test_a_description_can_tell_what_a_tool_is_for() -> None:
    """When the question has most of its words."""
    finder = tool("kb", "Search the company handbook.", query=TEXT)
    assert names(Offer((finder,)), "What does the company handbook say?") == ["kb"]
    assert names(Offer((finder,)), "What does the company do?") == []


def test_two_tools_for_the_same_words_give_one_call() -> None:
    """A schema named like a tool is not called along with it."""
    report = tool("Weather", "A report.", sky=TEXT)
    assert names(Offer((WEATHER, report)), "What is the weather in Oslo?") == ["get_weather"]


def test_choices_are_obeyed() -> None:
    """None, required, and one by name."""
    both = (WEATHER, TIME)
    assert names(Offer(both, "none"), "What is the weather in Oslo?") == []
    assert names(Offer(both, "required"), "Hello!") == ["get_weather"]
    assert names(Offer(both, "named", "get_time"), "What is the weather?") == ["get_time"]


def test_a_tool_that_has_answered_is_not_called_again() -> None:
    """After a result the reply is words, unless another tool was named or a call is demanded."""
    after = (
        Turn("assistant", "", calls=(Call("1", "get_weather", "{}"),)),
        Turn("tool", "Sunny", answers="1"),
    )
    both = (WEATHER, TIME)
    assert names(Offer(both), "What is the weather in Oslo?", *after) == []
    assert names(Offer(both), "Use get_weather, then get_time", *after) == ["get_time"]
    assert names(Offer(both, "required"), "What is the weather?", *after) == ["get_time"]
    assert names(Offer((WEATHER,), "required"), "What is the weather?", *after) == ["get_weather"]


def test_arguments_come_from_the_words() -> None:
    """Numbers, names and quotations."""
    assert arguments(WEATHER, "What is the weather in San Francisco, CA?") == {
        "location": "San Francisco, CA"
    }
    assert arguments(ADD, "What is 3 + 4") == {"a": 3, "b": 4}
    assert arguments(DOUBLE, "What is double(4)?") == {"input": 4}
    assert arguments(DOUBLE_ALL, "Go") == {}


def test_calls_side_by_side_read_their_own_clause() -> None:
    """Each gets the words that are about it."""
    question = "What is the weather in Oslo and what is the time in Rome?"
    assert arguments(WEATHER, question, alone=False) == {"location": "Oslo"}
    assert arguments(TIME, question, alone=False) == {"city": "Rome"}
    assert arguments(ADD, question, alone=False) == {"a": 0, "b": 0}


def test_results_that_are_objects_are_facts() -> None:
    """They fill the fields of the next call."""
    turns = [Turn("user", "?"), Turn("tool", '{"sky": "blue"}'), Turn("tool", "text")]
    assert tools.facts(turns) == [{"sky": "blue"}]


def function(**fields: Any) -> dict[str, Any]:
    """Return a tool as the wire has it."""
    return {"type": "function", "function": fields}


def test_tools_are_read_off_the_wire() -> None:
    """With and without a choice."""
    wire = function(name="f", description="d", parameters={"type": "object"})
    assert read({}) == Offer()
    assert read({"tools": None, "tool_choice": None}) == Offer()
    assert read({"tools": [wire]}) == Offer((Tool("f", "d", {"type": "object"}),))
    named = read({"tools": [wire], "tool_choice": function(name="f")})
    assert named.named == "f"
    assert named.forced
    assert not read({"tools": [wire], "tool_choice": "auto"}).forced
    assert read({"tools": [wire], "tool_choice": {"function": {"name": "f"}}}).named == "f"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"tools": {}}, "tools"),
        ({"tools": ["f"]}, "tools[0]"),
        ({"tools": [{"type": "web", "function": {"name": "f"}}]}, "tools[0]"),
        ({"tools": [function(name="has space")]}, "tools[0]"),
        ({"tools": [function(name=None)]}, "tools[0]"),
        ({"tools": [function(name="f", parameters=[1])]}, "tools[0]"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [function(name="f")], "tool_choice": "any"}, "tool_choice"),
        ({"tools": [function(name="f")], "tool_choice": function(name="g")}, "tool_choice"),
        ({"tools": [function(name="f")], "tool_choice": {"function": {}}}, "tool_choice"),
    ],
)
def test_what_the_wire_does_not_allow_is_refused(body: dict[str, Any], param: str) -> None:
    """The refusal names the place."""
    with pytest.raises(Refusal) as caught:
        read(body)
    assert caught.value.body["error"]["param"] == param
