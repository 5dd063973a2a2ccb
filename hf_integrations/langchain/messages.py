"""LangChain's messages on the wire, and the answers as LangChain's messages: pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    InvalidToolCall,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.messages.tool import invalid_tool_call, tool_call

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.blocks import thoughts
from hf_integrations.langchain.content import Content, joined_text, wire_content
from hf_integrations.models import chat as wire
from hf_integrations.models.decoders import converted
from hf_integrations.models.tools import new_call_id

# Under which name of its own the server told thoughts; those that say `reasoning_content` want
# them back, and by that name.
REASONING_FIELD = "reasoning_field"

Wired = dict[str, Any] | wire.ChatMessage


def wire_messages(messages: Sequence[BaseMessage]) -> list[Wired]:
    """A conversation in the form it travels in.

    A message with thoughts is a `ChatMessage`, so that the setting `return_reasoning` says
    whether they go back.

    Raises:
        ValidationError: a message or a part of it cannot travel; it is named by its place.
    """
    return [_wire_message(message, f"messages[{index}]") for index, message in enumerate(messages)]


def ai_message(message: wire.ChatMessage, **facts: Any) -> AIMessage:
    """An answer as LangChain's message; `facts` are further fields of it."""
    calls, invalid = tool_calls(message.tool_calls)
    reasoning = {"reasoning_content": message.reasoning} if message.reasoning else {}
    return AIMessage(
        content=message.text,
        additional_kwargs=reasoning,
        tool_calls=calls,
        invalid_tool_calls=invalid,
        **facts,
    )


def tool_calls(given: Any) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    """The calls a model asks for: those that can be made, and those whose arguments cannot be read.

    A call without an id gets one, because its result must name it.
    """
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    for call in given if isinstance(given, list) else []:
        ident, text = call.id or new_call_id(), str(call.function.arguments)
        try:
            arguments = json.loads(text or "{}", strict=False)
        except ValueError:
            arguments = None
        if isinstance(arguments, dict):
            calls.append(tool_call(name=call.function.name, args=arguments, id=ident))
        else:
            fault = "The arguments are not a JSON object."
            invalid.append(
                invalid_tool_call(name=call.function.name, args=text, id=ident, error=fault)
            )
    return calls, invalid


def _wire_message(message: BaseMessage, where: str) -> Wired:
    content = wire_content(message.content, where=f"{where}.content")
    match message:
        case AIMessage():
            spoken = _assistant(message, joined_text(content), where)
            thought = thoughts(message)
            return _thoughtful(spoken, message, thought) if thought else spoken
        case ToolMessage():
            result = joined_text(content)
            return {"role": "tool", "tool_call_id": message.tool_call_id, "content": result}
        case FunctionMessage():
            return {"role": "function", "name": message.name, "content": joined_text(content)}
    said: dict[str, Any] = {"role": _role(message, where), "content": content}
    return {**said, "name": message.name} if message.name else said


def _role(message: BaseMessage, where: str) -> str:
    match message:
        case HumanMessage():
            return "user"
        case SystemMessage():
            # As LangChain's own converters mark it.
            return str(message.additional_kwargs.get("__openai_role__", "system"))
        case ChatMessage():
            return message.role
    raise ValidationError(f"{where}: a {type(message).__name__} cannot be sent to a chat model.")


def _assistant(message: AIMessage, content: Content, where: str) -> dict[str, Any]:
    calls = [
        _wire_call(
            call["id"], call["name"], _arguments(call["args"], f"{where}.tool_calls[{place}]")
        )
        for place, call in enumerate(message.tool_calls)
    ]
    calls += [
        _wire_call(call["id"], call["name"], call["args"]) for call in message.invalid_tool_calls
    ]
    said: dict[str, Any] = {"role": "assistant", "content": content}
    if message.name:
        said["name"] = message.name
    if calls:
        said["content"] = content or None
        said["tool_calls"] = calls
    return said


def _thoughtful(said: dict[str, Any], message: AIMessage, thought: str) -> wire.ChatMessage:
    word = message.response_metadata.get(REASONING_FIELD, "reasoning")
    return converted({**said, "reasoning": thought, word: thought}, wire.ChatMessage)


def _arguments(given: dict[str, Any], where: str) -> str:
    try:
        return json.dumps(given, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise ValidationError(f"{where}.args cannot be written as JSON: {error}.") from None


def _wire_call(ident: str | None, name: str | None, arguments: str | None) -> dict[str, Any]:
    function = {"name": name or "", "arguments": arguments or ""}
    return {"id": ident or "", "type": "function", "function": function}
