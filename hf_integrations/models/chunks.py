"""The pieces of a streamed chat, with all that servers leave out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import field

from hf_integrations.models.parts import text_of, told
from hf_integrations.models.shapes import Received
from hf_integrations.models.usage import TokenUsage


class FunctionDelta(Received):
    """A piece of a function call."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.arguments, dict):
            self.arguments = msgspec.json.encode(self.arguments).decode()


class ToolCallDelta(Received):
    """A piece of a tool call.

    As a stream hands it out, `index` counts the calls of one choice from 0, and the first piece of
    a call, and no other, has its id and its name.
    """

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None
    type: str | None = None


class Delta(Received):
    """What a chunk adds to the message.

    Mistral's servers write text and thoughts as a list of parts; here they are texts like others.
    """

    role: str | None = None
    if TYPE_CHECKING:
        content: str | None = None
    else:  # as it is read; whoever looks at it finds a text
        content: str | list[Any] | None = None
    tool_calls: list[ToolCallDelta] | ToolCallDelta | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.tool_calls, ToolCallDelta):
            self.tool_calls = [self.tool_calls]
        if self.reasoning is None:
            self.reasoning = self.reasoning_content
        if isinstance(self.content, list):
            self._join(self.content)

    def _join(self, parts: list[Any]) -> None:
        self.content = text_of(parts)
        if thought := told(parts).thoughts:
            self.reasoning = (self.reasoning or "") + thought


class ChunkChoice(Received):
    """What a chunk adds to one of the `n` answers."""

    delta: Delta = field(default_factory=Delta)
    index: int = 0
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None


class ChatChunk(Received):
    """One piece of a streamed answer; the last one may have usage and no choices."""

    choices: list[ChunkChoice] = field(default_factory=list)
    id: str | None = None
    created: float | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    usage: TokenUsage | None = None
    error: Any = None

    @property
    def text(self) -> str:
        """The text this chunk adds to the first choice."""
        return "".join(part.delta.content or "" for part in self.choices if part.index == 0)

    @property
    def silent(self) -> bool:
        """Whether it says nothing at all."""
        return not self.choices and self.usage is None

    @property
    def reasoning(self) -> str:
        """What this chunk adds to the thoughts of the first choice."""
        return "".join(part.delta.reasoning or "" for part in self.choices if part.index == 0)

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ended, in the chunk that ends it."""
        reasons = (part.finish_reason for part in self.choices if part.index == 0)
        return next(filter(None, reasons), None)
