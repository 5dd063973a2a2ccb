"""Tools a model may use, and the calls it asks for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, field

from hf_integrations.errors import ValidationError
from hf_integrations.models.forms import is_form, schema_of

_NAME = re.compile(r"[\w.-]{1,128}", re.ASCII)
ToolChoice: TypeAlias = str | bool | dict[str, Any]


class FunctionCall(Struct):
    """Which function a model wants called, and its arguments as JSON text."""

    name: str = ""
    arguments: str | dict[str, Any] | None = ""

    def __post_init__(self) -> None:
        if isinstance(self.arguments, dict):  # TGI before 3.0 sends an object
            self.arguments = msgspec.json.encode(self.arguments).decode()
        elif self.arguments is None:  # some servers' word for a call without arguments
            self.arguments = ""


class ToolCall(Struct):
    """One call a model asks for; calls in an answer always have an id of their own."""

    id: str | None = None
    function: FunctionCall = field(default_factory=FunctionCall)
    type: str = "function"

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.name

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments; an empty dict when the model wrote what is not a JSON object."""
        try:
            return msgspec.json.decode(str(self.function.arguments), type=dict[str, Any])
        except msgspec.DecodeError:
            return {}


class FunctionSpec(Struct, omit_defaults=True):
    """A function a model may call; `parameters` is a JSON schema."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Struct):
    """A tool a model may use."""

    function: FunctionSpec
    type: str = "function"

    @classmethod
    def of(cls, shape: Any) -> Tool:
        """A tool whose arguments are the fields of a class; its docstring says what it does.

        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Weather:
        ...     city: str
        >>> made = Tool.of(Weather).function
        >>> made.name, made.parameters["required"]
        ('Weather', ['city'])

        Args:
            shape: a dataclass, a TypedDict, a msgspec Struct or a pydantic model.
        """
        schema = schema_of(shape, "tools")
        description = schema.pop("description", None)
        return cls(FunctionSpec(schema.pop("title", shape.__name__), description, schema))


def new_call_id() -> str:
    """An id for a call that came without one; no two are the same."""
    return f"call_{os.urandom(12).hex()}"


def identified(calls: Iterable[ToolCall]) -> None:
    """Give an id to each call that has none, or one that another call before it has too."""
    seen = set()
    for call in calls:
        if not call.id or call.id in seen:
            call.id = new_call_id()
        seen.add(call.id)


def as_tools(given: Any) -> list[Any]:
    """Tools in the form they travel in.

    Args:
        given: a list of `Tool`s, of dicts in OpenAI's form, and of classes, as `Tool.of` takes.

    Raises:
        ValidationError: one is none of these, or two have the same name.
    """
    if not isinstance(given, Sequence) or isinstance(given, (str, bytes)):
        raise ValidationError(f"tools must be a list, not {type(given).__name__}.")
    tools = [Tool.of(tool) if is_form(tool) else tool for tool in given]
    names = [_name(tool, f"tools[{place}]") for place, tool in enumerate(tools)]
    for place, name in enumerate(names):
        if name is not None and name in names[:place]:
            raise ValidationError(f"tools[{place}] has the name {name!r}, as one before it has.")
    return tools


def as_tool_choice(given: Any, tools: Sequence[Any]) -> str | dict[str, Any]:
    """How far a model must use tools, in OpenAI's words.

    Args:
        given: `auto`, `none`, `required` or `any`, True for `required`, False for `none`, the name
            of a tool, a tool, or a dict in OpenAI's form.
        tools: what `as_tools` gave.

    Raises:
        ValidationError: there is no such tool, or there are none at all.
    """
    choice = _choice(given)
    if choice == "none":
        return choice
    if not tools:
        raise ValidationError("tool_choice: there are no tools to choose; pass tools=.")
    if choice in ("auto", "required"):
        return choice
    if isinstance(choice, str):
        choice = {"type": "function", "function": {"name": choice}}
    name = chosen_name(choice)
    names = [_name(tool, "tools") for tool in tools]
    if name is not None and name not in names:
        told = ", ".join(str(one) for one in names)
        raise ValidationError(f"tool_choice: there is no tool {name!r}; there are {told}.")
    return choice


def chosen_name(choice: Any) -> str | None:
    """The name of the one tool a choice demands; None where it demands no certain one."""
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else None


_WORDS = {"any": "required", True: "required", False: "none"}


def _choice(given: Any) -> str | dict[str, Any]:
    if isinstance(given, bool):
        return _WORDS[given]
    if isinstance(given, str) and given:
        return _WORDS.get(given, given)
    if isinstance(given, dict) and given:
        return _choice_of(given)
    if is_form(given) and not isinstance(given, Tool):
        given = Tool.of(given)
    if isinstance(given, Tool):
        return given.function.name
    raise ValidationError(
        "tool_choice must be 'auto', 'none', 'required', the name of a tool, or a dict, not "
        f"{type(given).__name__}."
    )


def _choice_of(given: dict[str, Any]) -> dict[str, Any]:
    """A choice in OpenAI's form, without `type`, as text-generation-inference has it, or a name."""
    if isinstance(given.get("name"), str) and "function" not in given:
        given = {"function": {"name": given["name"]}}
    return {"type": "function", **given} if isinstance(given.get("function"), dict) else given


def _name(tool: Any, where: str) -> str | None:
    """The name of a tool; None for a dict that is of another type than a function."""
    if isinstance(tool, Tool):
        return _checked_name(tool.function.name, where)
    if not isinstance(tool, dict):
        raise ValidationError(
            f"{where} must be a Tool, a dict or a class, not {type(tool).__name__}.",
            hint="Tool(FunctionSpec('name', 'what it does', {…JSON schema…})) makes one.",
        )
    return _function_name(tool, where) if tool.get("type", "function") == "function" else None


def _function_name(tool: dict[str, Any], where: str) -> str:
    function = tool.get("function")
    if not isinstance(function, dict):
        raise ValidationError(
            f"{where}.function is missing.", hint='It looks like {"name": …, "parameters": {…}}.'
        )
    parameters = function.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise ValidationError(f"{where}.function.parameters must be a JSON schema, a dict.")
    return _checked_name(function.get("name"), where)


def _checked_name(name: Any, where: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValidationError(
            f"{where}.function.name must be of letters, digits, '_', '-' and '.', at most 128."
        )
    return name
