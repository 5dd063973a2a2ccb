"""Tools, the choice among them, and response formats, as they travel: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from json import dumps
from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticUserError
from typing_extensions import is_typeddict

from hf_integrations.errors import ValidationError

# LangChain's word, OpenAI's and Anthropic's for the same.
_CHOICES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}
_REFERENCE = re.compile(r'"\$ref": "#/\$defs/([^"]+)"')


def wire_offer(given: Mapping[str, Any], *, strict: bool | None = None) -> dict[str, Any]:
    """What a call says about tools, as it travels; what goes with tools is left out without."""
    tools = wire_tools(given.get("tools") or (), strict=strict)
    choice = wire_tool_choice(given.get("tool_choice"), tools)
    if not tools:
        return {"tools": None, "tool_choice": None, "parallel_tool_calls": None}
    return {"tools": tools, "tool_choice": choice}


def wire_tools(tools: Any, *, strict: bool | None = None) -> list[dict[str, Any]]:
    """Tools of any kind that LangChain knows, as functions with a JSON schema.

    Raises:
        ValidationError: something is no tool, which is named by its place; or there is no list.
    """
    if not isinstance(tools, Iterable) or isinstance(tools, str | Mapping):
        raise ValidationError(f"tools is a {type(tools).__name__}; give a list of tools.")
    return [_wire_tool(tool, f"tools[{index}]", strict) for index, tool in enumerate(tools)]


def wire_tool_choice(choice: Any, tools: Sequence[dict[str, Any]]) -> str | dict[str, Any] | None:
    """Which tool the model shall call, in OpenAI's words.

    Args:
        choice: `auto`, `none`, `required` or `any`; True for `required`; the name of a tool; a
            dict in OpenAI's or Anthropic's form; None or False to leave it to the server.
        tools: as they travel.

    Raises:
        ValidationError: there is no such tool, or none at all.
    """
    if choice is None or choice is False:
        return None
    if choice is True:
        choice = "required"
    word = choice.get("type") if isinstance(choice, dict) and len(choice) == 1 else choice
    if isinstance(word, str) and word in _CHOICES:
        chosen = _CHOICES[word]
        if chosen == "required" and not tools:
            raise ValidationError(f"tool_choice={choice!r} needs at least one tool.")
        return chosen
    return {"type": "function", "function": {"name": _name(choice, tools)}}


def wire_response_format(given: Any, *, strict: bool | None = None) -> Any:
    """A response format: a dict as it is, or made from a class that describes the answer."""
    if given is None or (isinstance(given, dict) and "type" in given and given["type"] != "object"):
        return given
    function = _wire_tool(given, "response_format", strict)["function"]
    schema = {"name": function["name"], "schema": function.get("parameters", {})}
    if function.get("description"):
        schema["description"] = function["description"]
    if strict is not None:
        schema["strict"] = strict
    return {"type": "json_schema", "json_schema": schema}


def _wire_tool(tool: Any, where: str, strict: bool | None) -> dict[str, Any]:
    try:
        return convert_to_openai_tool(jsonable(tool), strict=strict)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValidationError(
            f"{where}: this {type(tool).__name__} is no tool.",
            hint="Give a function with a docstring, a LangChain tool, a class that describes "
            "arguments, or a JSON schema with a title.",
        ) from error


def jsonable(schema: Any) -> Any:
    """A schema as it is, or as JSON schema where LangChain would lose some of it.

    It takes a dataclass for a function, leaves out what is inside of a class that holds itself,
    and of a JSON schema all that is not `properties`.
    """
    if isinstance(schema, dict):
        return _as_function(schema)
    if not isinstance(schema, type):
        return schema
    data = is_dataclass(schema)
    if not (data or is_typeddict(schema) or issubclass(schema, BaseModel)):
        return schema
    try:
        found = TypeAdapter(schema).json_schema()
    except PydanticUserError:  # not everything that LangChain understands is pydantic's
        return schema
    return _rooted(schema.__name__, found) if data or _holds_itself(found) else schema


def _as_function(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema with a title as a function, where it has no properties to be known by."""
    schema = _rooted(schema.get("title"), schema) if "$ref" in schema else schema
    if "title" not in schema or schema.keys() & {"name", "toolSpec", "properties"}:
        return schema
    said = {name: schema[name] for name in ("description",) if name in schema}
    rest = {name: schema[name] for name in schema if name not in ("title", "description")}
    return {"name": schema["title"], **said, "parameters": rest}


def _rooted(name: str | None, found: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema with the class itself at the top, where it may only be referred to."""
    own = found.get("$defs", {}).get(str(found.get("$ref")).rpartition("/")[2], {})
    whole = {**own, **{key: value for key, value in found.items() if key != "$ref"}}
    return whole if name is None else {"title": name, **whole}


def _holds_itself(found: dict[str, Any]) -> bool:
    """Whether a definition leads back to itself, so that writing it out would never end."""
    left = {
        name: set(_REFERENCE.findall(dumps(one))) for name, one in found.get("$defs", {}).items()
    }
    while free := [name for name, named in left.items() if not named & left.keys()]:
        for name in free:
            del left[name]
    return bool(left)


def _name(choice: Any, tools: Sequence[dict[str, Any]]) -> str:
    """The name of the chosen tool, if there is such a tool."""
    name = choice
    if isinstance(choice, dict):
        function = choice.get("function")
        name = function.get("name") if isinstance(function, dict) else choice.get("name")
    known = [tool["function"]["name"] for tool in tools if "function" in tool]
    if name not in known:
        raise ValidationError(
            "tool_choice must be auto, none, any, required, True, or the name of a bound tool: "
            f"{', '.join(known) or 'there is none'}."
        )
    return str(name)
