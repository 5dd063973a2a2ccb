"""Tools and the calls of them, between LlamaIndex and the wire: pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from llama_index.core.base.llms.types import ChatMessage, ToolCallBlock
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.llms.utils import parse_partial_json
from llama_index.core.tools.types import BaseTool

from hf_integrations.errors import ValidationError
from hf_integrations.models import chat as wire
from hf_integrations.models.decoders import converted
from hf_integrations.models.shapes import as_dict, encode

# The words a server knows; "any" is what other vendors, and so users, say for "required".
_CHOICES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}


def specs(tools: Iterable[BaseTool]) -> list[dict[str, Any]]:
    """Tools as a server is told of them.

    Raises:
        ValidationError: something is no tool; it is named by its place.
    """
    # LlamaIndex refuses descriptions over 1,024 characters for OpenAI's sake; servers here differ.
    if not isinstance(tools, Iterable):
        raise ValidationError(f"tools is a {type(tools).__name__}; give a list of tools")
    return [_spec(index, tool) for index, tool in enumerate(tools)]


def _spec(index: int, tool: BaseTool) -> dict[str, Any]:
    metadata = getattr(tool, "metadata", None)
    if metadata is None:
        raise ValidationError(
            f"tools[{index}] is a {type(tool).__name__}; give a tool of LlamaIndex's, such as "
            "FunctionTool.from_defaults(function)"
        )
    told: dict[str, Any] = metadata.to_openai_tool(skip_length_check=True)
    return told


def choice(
    given: str | Mapping[str, Any] | None, *, required: bool, names: Sequence[str]
) -> str | dict[str, Any] | None:
    """How far the model is bound to call a tool, as the wire spells it; None is not sent.

    Args:
        given: auto, none, required, any, a tool's name, or the wire's own object.
        required: whether some tool must be called, where `given` says nothing.
        names: the tools there are.

    Raises:
        ValidationError: `given` names a tool that is not among them.
    """
    if given is None:
        return "required" if required and names else None
    if isinstance(given, Mapping):
        return dict(given)
    if given in names:
        return {"type": "function", "function": {"name": given}}
    if given in _CHOICES:
        return _CHOICES[given]
    raise ValidationError(
        f"tool_choice: there is no tool {given!r}; give {', '.join(_CHOICES)}, or one of: "
        f"{', '.join(names) or 'no tool is offered'}."
    )


def new_id() -> str:
    """An id for a call to which the server gave none; the result must be able to name it."""
    return f"call_{uuid.uuid4().hex[:24]}"


def as_block(call: wire.ToolCall) -> ToolCallBlock:
    """A call as a block; arguments that are no JSON object stay as the text they are."""
    text = str(call.function.arguments)
    arguments = _object(text or "{}")
    return ToolCallBlock(
        tool_call_id=call.id or new_id(),
        tool_name=call.name,
        tool_kwargs=text if arguments is None else arguments,
    )


def as_call(block: ToolCallBlock) -> wire.ToolCall:
    """A block as a call."""
    given = block.tool_kwargs
    text = given if isinstance(given, str) else encode(given).decode()
    return wire.ToolCall(block.tool_call_id, wire.FunctionCall(block.tool_name, text))


def calls_of(message: ChatMessage) -> list[ToolCallBlock]:
    """The calls in a message: its blocks, else what older code left in `additional_kwargs`."""
    blocks = [block for block in message.blocks if isinstance(block, ToolCallBlock)]
    if blocks:
        return blocks
    return [as_block(_legacy(call)) for call in message.additional_kwargs.get("tool_calls") or ()]


def selections(message: ChatMessage) -> list[ToolSelection]:
    """The tools a message asks for; arguments still arriving, as far as they can be read."""
    return [
        ToolSelection(
            tool_id=block.tool_call_id or "",
            tool_name=block.tool_name,
            tool_kwargs=_arguments(block.tool_kwargs),
        )
        for block in calls_of(message)
    ]


def with_one_call(message: ChatMessage) -> ChatMessage:
    """The message with the first of its calls alone."""
    calls = calls_of(message)
    if len(calls) < 2:
        return message
    rest = [block for block in message.blocks if not isinstance(block, ToolCallBlock)]
    extra = message.additional_kwargs | {"tool_calls": [as_dict(as_call(calls[0]))]}
    return message.model_copy(update={"blocks": [*rest, calls[0]], "additional_kwargs": extra})


class ToolCallMerger:
    """Puts streamed tool calls together from their pieces.

    Servers differ in what they leave out of a piece. A piece belongs to the call of its index, or
    else of its id, or else to the last one. It begins a new call when it brings a name and another
    id, or a name and arguments where those of the call are complete.
    """

    def __init__(self) -> None:
        self._calls: list[wire.ToolCall] = []
        self._places: dict[int, wire.ToolCall] = {}

    def add(self, pieces: Iterable[wire.ToolCallDelta]) -> None:
        """Take the pieces of one chunk."""
        for piece in pieces:
            function = piece.function or wire.FunctionDelta()
            call = self._place(piece, function)
            if call is None or _begins_another(call, piece, function):
                call = self._begin(piece)
            call.function.name = call.function.name or function.name or ""
            call.function.arguments = f"{call.function.arguments}{function.arguments or ''}"

    def blocks(self) -> list[ToolCallBlock]:
        """The calls as far as they have come, in the order in which they began."""
        return [as_block(call) for call in self._calls]

    def _place(
        self, piece: wire.ToolCallDelta, function: wire.FunctionDelta
    ) -> wire.ToolCall | None:
        if piece.index is not None:
            return self._places.get(piece.index)
        if piece.id:
            return next((call for call in self._calls if call.id == piece.id), None)
        return self._calls[-1] if self._calls else None

    def _begin(self, piece: wire.ToolCallDelta) -> wire.ToolCall:
        call = wire.ToolCall(piece.id or new_id(), wire.FunctionCall())
        self._calls.append(call)
        if piece.index is not None:
            self._places[piece.index] = call
        return call


def _begins_another(
    call: wire.ToolCall, piece: wire.ToolCallDelta, function: wire.FunctionDelta
) -> bool:
    if not (function.name and call.name):
        return False
    if piece.id:
        return piece.id != call.id
    return bool(function.arguments) and _object(str(call.function.arguments)) is not None


def _arguments(given: dict[str, Any] | str) -> dict[str, Any]:
    if isinstance(given, dict):
        return given
    try:
        found: Any = parse_partial_json(given)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _object(text: str) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def _legacy(call: Any) -> wire.ToolCall:
    """A call in the words of the wire: a dict, or the object of another vendor's client."""
    fields = call.model_dump() if hasattr(call, "model_dump") else call
    try:
        found = converted(fields, wire.ToolCall)
    except msgspec.ValidationError as error:
        raise ValidationError(f"additional_kwargs['tool_calls']: {error}.") from None
    if not found.name:
        raise ValidationError("additional_kwargs['tool_calls']: a call names no function.")
    return found
