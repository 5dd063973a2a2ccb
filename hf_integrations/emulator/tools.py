"""Tools: which of them a conversation asks for, and the calls with their arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hf_integrations.emulator.conversation import (
    Call,
    Turn,
    arguments_of,
    last_question,
    since_question,
)
from hf_integrations.emulator.evidence import Evidence
from hf_integrations.emulator.forms import Form, field_names
from hf_integrations.emulator.problems import openai_problem
from hf_integrations.emulator.words import content_stems, stem, word_set, words

# Words of a tool's name that say that it does something, and not what.
_LIGHT = frozenset(
    stem(word)
    for word in word_set(
        """get find fetch run do make call use compute calculate look lookup retrieve query
    search show give list my tool function current new"""
    )
)
_USE_TOOL = re.compile(
    r"\b(?:use|using|call|with)\b[^.?!]*\b(?:tools?|functions?)\b", re.IGNORECASE
)
_NAME = re.compile(r"[\w.-]{1,128}")
_CHOICES = ("none", "auto", "required")


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the caller offers."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools of a request and how far it insists: `none`, `auto`, `required` or a name."""

    tools: tuple[Tool, ...] = ()
    choice: str = "auto"
    named: str = ""

    @property
    def forced(self) -> bool:
        """Whether the reply must be a call."""
        return self.choice == "required" or bool(self.named)


def read(body: dict[str, Any]) -> Offer:
    """Read `tools` and `tool_choice` of a chat request; refuse what the wire does not allow."""
    given = body.get("tools")
    if given is not None and not isinstance(given, list):
        raise openai_problem(400, "'tools' must be a list", param="tools")
    tools = tuple(_tool(tool, f"tools[{at}]") for at, tool in enumerate(given or ()))
    choice, named = _choice(body.get("tool_choice"))
    if (choice == "required" or named) and not tools:
        message = "'tool_choice' is only allowed when 'tools' are specified"
        raise openai_problem(400, message, param="tool_choice")
    if named and named not in {tool.name for tool in tools}:
        message = f"Tool choice '{named}' not found in 'tools'"
        raise openai_problem(400, message, param="tool_choice")
    return Offer(tools, choice, named)


def chosen(offer: Offer, turns: Sequence[Turn]) -> list[Tool]:
    """Return the tools to call now; several when the user asks for several."""
    if offer.choice == "none" or not offer.tools:
        return []
    if offer.named:
        return [tool for tool in offer.tools if tool.name == offer.named][:1]
    after = since_question(list(turns))
    done = {call.name for turn in after for call in turn.calls}
    question = last_question(list(turns))
    left = [tool for tool in offer.tools if tool.name not in done]
    asked = _asked(left, question, named_only=bool(done))
    if asked or not (offer.forced or (not done and _USE_TOOL.search(question))):
        return asked
    return [max(left or offer.tools, key=lambda tool: _likeness(tool, question))]


def call(
    tool: Tool, turns: Sequence[Turn], *, ident: str, answer: Callable[[], str], alone: bool
) -> Call:
    """Make the call of `tool`, its arguments taken from the user's words and earlier results."""
    question = last_question(list(turns))
    text = question if alone else _clause(tool, question)
    fields = field_names(tool.parameters) | {tool.name}
    evidence = Evidence(_without_name(tool, text), answer, facts=facts(turns), beyond=fields)
    value = Form({"type": "object", **tool.parameters}, evidence).fill()
    return Call(ident, tool.name, json.dumps(value, ensure_ascii=False))


def facts(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return the tool results since the question that are JSON objects."""
    found = (
        arguments_of(Call("", "", turn.text))
        for turn in since_question(list(turns))
        if turn.role == "tool"
    )
    return [value for value in found if isinstance(value, dict)]


def _tool(tool: Any, where: str) -> Tool:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or tool.get("type", "function") != "function":
        message = f"{where} must be of type 'function' with a 'function'"
        raise openai_problem(400, message, param=where)
    name, parameters = function.get("name"), function.get("parameters") or {}
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = f"{where}.function.name must be of letters, digits, '_' and '-'"
        raise openai_problem(400, message, param=where)
    if not isinstance(parameters, dict) or not isinstance(parameters.get("properties", {}), dict):
        message = f"{where}.function.parameters must be a JSON schema"
        raise openai_problem(400, message, param=where)
    return Tool(name, str(function.get("description") or ""), parameters)


def _choice(choice: Any) -> tuple[str, str]:
    if choice is None:
        return "auto", ""
    if choice in _CHOICES:
        return choice, ""
    function = choice.get("function") if isinstance(choice, dict) else None
    if isinstance(function, dict) and isinstance(function.get("name"), str):
        return "named", function["name"]
    message = f"'tool_choice' must be one of {', '.join(_CHOICES)} or name a function"
    raise openai_problem(400, message, param="tool_choice")


def _asked(tools: Sequence[Tool], question: str, *, named_only: bool) -> list[Tool]:
    """Return the tools that the question names, else those it asks for by words of their own."""
    named = [tool for tool in tools if _names(question, tool)]
    if named or named_only:
        return named
    found, covered = [], set[str]()
    for tool in tools:
        reasons = _reasons(tool, question)
        if reasons - covered:
            found.append(tool)
            covered |= reasons
    return found


def _names(question: str, tool: Tool) -> bool:
    return re.search(rf"(?<!\w){re.escape(tool.name)}(?!\w)", question) is not None


def _reasons(tool: Tool, question: str) -> set[str]:
    """Return the words of the question that ask for `tool`."""
    asked, name = content_stems(question), _subject(tool.name)
    if name and name <= asked:
        return name
    told = content_stems(tool.description) - _LIGHT
    shared = told & asked
    return shared if len(shared) >= 2 and len(shared) >= 0.5 * len(told) else set()


def _subject(name: str) -> set[str]:
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    found = {stem(word) for word in words(spelled)}
    return found - _LIGHT or found


def _likeness(tool: Tool, question: str) -> float:
    """Weigh how much `tool` fits; its name counts twice."""
    asked = content_stems(question)
    fields = " ".join(tool.parameters.get("properties") or {})
    told = content_stems(f"{tool.description} {fields}")
    return 2 * len(_subject(tool.name) & asked) + len(told & asked)


def _clause(tool: Tool, question: str) -> str:
    """Return the part of the question that speaks of `tool`."""
    parts = re.split(r"[;.?!](?:\s|$)|,?\s+(?:and|then)\s+", question)
    best = max(parts, key=lambda part: _likeness(tool, part) + 9 * (tool.name in part))
    return best if _likeness(tool, best) or tool.name in best else question


def _without_name(tool: Tool, text: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(tool.name)}(?=\()", "", text)
