"""What a model answered, whoever served it: whole, or a piece of it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from hf_integrations.models.chunks import ToolCallDelta
from hf_integrations.models.tools import ToolCall
from hf_integrations.models.usage import TokenUsage

T = TypeVar("T")


class UnifiedModelResponse(Struct, Generic[T], frozen=True, kw_only=True, eq=False):
    """A whole answer.

    Attributes:
        output: what the request asked for: a `ChatMessage`, a text, vectors, a picture, ….
        provider: the id of the adapter that answered.
        model: which model, as the server calls it.
        seconds: how long it took.
        usage: tokens, as far as the server counted them.
        finish_reason: why the model ended, where the server says so.
        request_id: the server's id of the request.
    """

    output: T
    provider: str
    model: str = ""
    seconds: float = 0.0
    usage: TokenUsage | None = None
    finish_reason: str | None = None
    request_id: str | None = None

    @property
    def text(self) -> str:
        """The text of the output; empty where it is none."""
        if isinstance(self.output, str):
            return self.output
        found = getattr(self.output, "text", "")
        return found if isinstance(found, str) else ""

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls that the model asks for."""
        calls = getattr(self.output, "tool_calls", None)
        return calls if isinstance(calls, list) else []

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"UnifiedModelResponse({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: not the output."""
        return [
            ("output", type(self.output)), ("provider", self.provider), ("model", self.model),
            ("seconds", round(self.seconds, 3)), ("finish_reason", self.finish_reason),
        ]  # fmt: skip


class UnifiedModelChunk(Struct, Generic[T], frozen=True, kw_only=True, eq=False):
    """One piece of a streamed answer.

    Attributes:
        text: what it adds to the text.
        reasoning: what it adds to the thoughts.
        tool_calls: pieces of calls; the first of a call has its id and name.
        response: in the last piece, and in no other, the whole answer.
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCallDelta] = []
    response: UnifiedModelResponse[T] | None = None

    def __repr__(self) -> str:
        last = ", the last" if self.response is not None else ""
        return f"UnifiedModelChunk({len(self.text)} characters{last})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: not the text."""
        return [("characters", len(self.text)), ("response", self.response)]
