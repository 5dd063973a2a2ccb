"""Tools, the choice among them and response formats, as they travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from langchain_core.tools import tool
from pydantic import BaseModel
from typing_extensions import TypedDict

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.tools import (
    wire_offer,
    wire_response_format,
    wire_tool_choice,
    wire_tools,
)


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool
def shout(text: str) -> str:
    """Say it loud."""
    return text.upper()


class Place(BaseModel):
    """A place."""

    name: str


class Point(TypedDict):
    """A point."""

    x: int


@dataclass
class Person:
    """A person."""

    name: str
    age: int = 0


class Tree(BaseModel):
    """A tree."""

    leaves: list[Tree] = []


class TreeDict(TypedDict):
    """A tree."""

    leaves: list[TreeDict]


@dataclass
class TreeData:
    """A tree."""

    leaves: list[TreeData]


class Grove(BaseModel):
    """Trees."""

    first: Tree


TOOLS = wire_tools([add, shout])


def names(tools: list[dict[str, Any]]) -> list[str]:
    """Which functions these are."""
    return [one["function"]["name"] for one in tools]


def test_everything_that_describes_a_function_is_a_tool() -> None:
    """Functions, LangChain tools, classes of all kinds, and dicts of three kinds."""
    schema = {**Place.model_json_schema(), "title": "Schema"}
    anthropic = {"name": "pick", "description": "Pick.", "input_schema": {"type": "object"}}
    tools = wire_tools([add, shout, Place, Point, Person, schema, anthropic, TOOLS[0]])

    assert names(tools) == ["add", "shout", "Place", "Point", "Person", "Schema", "pick", "add"]
    assert all(one["type"] == "function" for one in tools)
    person = tools[4]["function"]
    assert person["parameters"]["required"] == ["name"]
    assert person["parameters"]["properties"]["age"]["type"] == "integer"


@pytest.mark.parametrize("kind", [Tree, TreeDict, TreeData, Grove])
def test_what_holds_itself_keeps_what_is_inside(kind: Any) -> None:
    """The schema refers to itself where writing it out would never end."""
    (function,) = [one["function"] for one in wire_tools([kind])]
    parameters = function["parameters"]

    assert function["name"] == kind.__name__
    assert set(parameters["properties"]) == {"first" if kind is Grove else "leaves"}
    ((name, inner),) = parameters["$defs"].items()
    assert inner["properties"]["leaves"]["items"] == {"$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize(
    ("schema", "parameters"),
    [
        ({"title": "T", "type": "object"}, {"type": "object"}),
        ({"title": "T", "anyOf": [{"type": "null"}]}, {"anyOf": [{"type": "null"}]}),
        (
            {"$ref": "#/$defs/T", "$defs": {"T": {"title": "T", "type": "object"}}},
            {"type": "object", "$defs": {"T": {"title": "T", "type": "object"}}},
        ),
    ],
)
def test_a_json_schema_need_not_have_properties(schema: Any, parameters: Any) -> None:
    """Nothing of it is lost, as a tool and as a format."""
    assert wire_tools([schema])[0]["function"] == {"name": "T", "parameters": parameters}
    if "type" not in schema:
        assert wire_response_format(schema)["json_schema"] == {"name": "T", "schema": parameters}


def test_strict_tools_say_so() -> None:
    """And their schemas are closed, as OpenAI's API wants them."""
    (function,) = [one["function"] for one in wire_tools([add], strict=True)]

    assert function["strict"] is True
    assert function["parameters"]["additionalProperties"] is False


@pytest.mark.parametrize("tools", [3, "sum", {"name": "add"}, add])
def test_what_is_no_list_of_tools_is_an_error(tools: Any) -> None:
    """Which says what to give."""
    with pytest.raises(ValidationError, match=r"tools is a .*; give a list of tools"):
        wire_tools(tools)


@pytest.mark.parametrize("thing", [3, {"no": "name"}, {"type": "object", "properties": {}}])
def test_what_is_no_tool_is_named_by_its_place(thing: Any) -> None:
    """One clear error, before anything is sent."""
    with pytest.raises(ValidationError, match=r"tools\[1\]"):
        wire_tools([add, thing])


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, None),
        (False, None),
        (True, "required"),
        ("any", "required"),
        ("required", "required"),
        ("auto", "auto"),
        ("none", "none"),
        ({"type": "any"}, "required"),
        ({"type": "auto"}, "auto"),
        ("shout", {"type": "function", "function": {"name": "shout"}}),
        ({"name": "shout"}, {"type": "function", "function": {"name": "shout"}}),
        (
            {"type": "tool", "name": "shout"},
            {"type": "function", "function": {"name": "shout"}},
        ),
        (
            {"type": "function", "function": {"name": "add"}},
            {"type": "function", "function": {"name": "add"}},
        ),
    ],
)
def test_every_word_for_a_choice_is_understood(choice: Any, sent: Any) -> None:
    """With any number of tools."""
    assert wire_tool_choice(choice, TOOLS) == sent


@pytest.mark.parametrize("choice", ["sing", {"type": "function", "function": {"name": "sing"}}, 3])
def test_a_tool_that_is_not_there_is_no_choice(choice: Any) -> None:
    """The error names those that are."""
    with pytest.raises(ValidationError, match="add, shout"):
        wire_tool_choice(choice, TOOLS)


@pytest.mark.parametrize("choice", [True, "any", "required"])
def test_a_call_cannot_be_forced_without_tools(choice: Any) -> None:
    """Servers refuse it; it is refused before."""
    with pytest.raises(ValidationError, match="at least one tool"):
        wire_tool_choice(choice, [])
    with pytest.raises(ValidationError, match="there is none"):
        wire_tool_choice("add", [])


def test_what_goes_with_tools_is_left_out_without() -> None:
    """Servers refuse it alone."""
    assert wire_offer({"tool_choice": "auto", "parallel_tool_calls": False}) == {
        "tools": None,
        "tool_choice": None,
        "parallel_tool_calls": None,
    }
    offer = wire_offer({"tools": [add], "tool_choice": "auto"})
    assert (names(offer["tools"]), offer["tool_choice"]) == (["add"], "auto")


@pytest.mark.parametrize("schema", [Place, Point, Person, Place.model_json_schema()])
def test_a_class_becomes_a_json_schema_format(schema: Any) -> None:
    """In OpenAI's form, with name, description and schema."""
    given = wire_response_format(schema, strict=True)

    assert given["type"] == "json_schema"
    assert given["json_schema"]["name"] in ("Place", "Point", "Person")
    assert given["json_schema"]["description"]
    assert given["json_schema"]["strict"] is True
    assert given["json_schema"]["schema"]["additionalProperties"] is False


@pytest.mark.parametrize("given", [None, {"type": "json_object"}, {"type": "json", "value": {}}])
def test_a_format_in_a_servers_own_words_stays(given: Any) -> None:
    """The caller knows the server."""
    assert wire_response_format(given) == given


def test_a_format_without_a_description_has_none() -> None:
    """Nothing is made up."""
    schema = {"title": "Bare", "type": "object", "properties": {"a": {"type": "string"}}}

    assert set(wire_response_format(schema)["json_schema"]) == {"name", "schema"}


def test_what_is_no_format_is_an_error() -> None:
    """Named as what it was given for."""
    with pytest.raises(ValidationError, match="response_format"):
        wire_response_format({"no": "name"})
