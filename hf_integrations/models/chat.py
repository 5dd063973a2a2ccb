"""The shapes of a chat.

Source: the OpenAI chat completions API as the router, TGI, vLLM and llama.cpp speak it; where their
words differ, the shapes here take each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias, TypedDict

import msgspec
from msgspec import Meta, Struct, field

from hf_integrations.errors import ValidationError
from hf_integrations.models.shapes import Answer, Received, Sent

Content: TypeAlias = str | list[dict[str, Any]] | None


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
    """One call a model asks for."""

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


class ChatMessage(Struct, omit_defaults=True):
    """One message of a conversation; the same shape goes out and comes in."""

    role: str
    content: Content = None
    name: str | None = None
    tool_calls: list[ToolCall] | ToolCall | None = None
    tool_call_id: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.tool_calls, ToolCall):  # old TGI sends the one call itself
            self.tool_calls = [self.tool_calls]
        if self.reasoning is None:  # DeepSeek's and older vLLM's word for it
            self.reasoning = self.reasoning_content

    @property
    def text(self) -> str:
        """The text of the message, whatever its form."""
        if isinstance(self.content, list):
            return "".join(part.get("text") or "" for part in self.content)
        return self.content or ""


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


class TokenUsage(Received):
    """What a call used, in tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_tokens_details: dict[str, Any] | None = None
    completion_tokens_details: dict[str, Any] | None = None

    @property
    def cached_tokens(self) -> int:
        """How much of the prompt came from a cache."""
        return int((self.prompt_tokens_details or {}).get("cached_tokens") or 0)

    @property
    def reasoning_tokens(self) -> int:
        """How much of the completion was reasoning."""
        return int((self.completion_tokens_details or {}).get("reasoning_tokens") or 0)


class ChatChoice(Received):
    """One of the `n` answers."""

    message: ChatMessage
    index: int = 0
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None


class ChatResponse(Answer):
    """A whole answer."""

    choices: list[ChatChoice]
    id: str | None = None
    created: float | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    usage: TokenUsage | None = None

    @property
    def message(self) -> ChatMessage:
        """The message of the first choice; an empty one if the server gave none."""
        return self.choices[0].message if self.choices else ChatMessage("assistant")

    @property
    def text(self) -> str:
        """The text of the first choice."""
        return self.message.text

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls the first choice asks for."""
        calls = self.message.tool_calls
        return calls if isinstance(calls, list) else []

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ended."""
        return self.choices[0].finish_reason if self.choices else None


class FunctionDelta(Received):
    """A piece of a function call."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.arguments, dict):
            self.arguments = msgspec.json.encode(self.arguments).decode()


class ToolCallDelta(Received):
    """A piece of a tool call; servers leave out any part of it."""

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None
    type: str | None = None


class Delta(Received):
    """What a chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    tool_calls: list[ToolCallDelta] | ToolCallDelta | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.tool_calls, ToolCallDelta):
            self.tool_calls = [self.tool_calls]
        if self.reasoning is None:
            self.reasoning = self.reasoning_content


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
    def finish_reason(self) -> str | None:
        """Why the first choice ended, in the chunk that ends it."""
        reasons = (part.finish_reason for part in self.choices if part.index == 0)
        return next(filter(None, reasons), None)


class ChatParameters(TypedDict, total=False):
    """The parameters of a chat besides its messages; `ChatRequest` says what each takes."""

    frequency_penalty: float | None
    logit_bias: dict[str, float] | None
    logprobs: bool | None
    max_completion_tokens: int | None
    max_tokens: int | None
    n: int | None
    parallel_tool_calls: bool | None
    presence_penalty: float | None
    reasoning_effort: str | None
    response_format: dict[str, Any] | None
    seed: int | None
    stop: str | list[str] | None
    stream_options: dict[str, Any] | None
    temperature: float | None
    tool_choice: str | dict[str, Any] | None
    tools: list[Any] | None
    top_logprobs: int | None
    top_p: float | None


class ChatRequest(Sent, frozen=True, kw_only=True):
    """A whole chat request. `model` comes first: routers read only so far to pick a provider.

    Source: huggingface_hub, `inference/_providers/_common.py`, on the order of the body.
    """

    model: str | None = None
    messages: list[Any]  # `ChatMessage`s or dicts; `as_messages` sees to it
    frequency_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    n: Annotated[int, Meta(ge=1)] | None = None
    parallel_tool_calls: bool | None = None
    presence_penalty: float | None = None
    reasoning_effort: str | None = None
    response_format: dict[str, Any] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    tool_choice: str | dict[str, Any] | None = None
    tools: list[Any] | None = None  # `Tool`s or dicts
    top_logprobs: Annotated[int, Meta(ge=0)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: nothing that was said."""
        return [("model", self.model), ("messages", f"{len(self.messages)} of them")]

    def __repr__(self) -> str:
        return f"ChatRequest(model={self.model!r}, {len(self.messages)} messages)"


ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})


def as_messages(messages: Any) -> list[ChatMessage | dict[str, Any]]:
    """A conversation in the form it travels in.

    Args:
        messages: a string (one user message), a message, or a list of them; a message is a dict
            or a `ChatMessage`.

    Raises:
        ValidationError: there is no message, or one has no known role or no content.
    """
    if isinstance(messages, str):
        messages = [ChatMessage("user", messages)]
    elif isinstance(messages, (ChatMessage, dict)):
        messages = [messages]
    if not isinstance(messages, Iterable) or not (found := list(messages)):
        raise ValidationError("messages: give a string or a list of at least one message.")
    return [_as_message(message, index) for index, message in enumerate(found)]


def _as_message(message: Any, index: int) -> ChatMessage | dict[str, Any]:
    if isinstance(message, ChatMessage):
        _check_message(index, message.role, message.content, message.tool_calls)
        # What a model thought is not part of what is said to it.
        return msgspec.structs.replace(message, reasoning=None, reasoning_content=None)
    if isinstance(message, dict):
        get = message.get
        _check_message(index, get("role"), get("content"), get("tool_calls"))
        return message
    raise ValidationError(
        f"messages[{index}] must be a dict or a ChatMessage, not {type(message).__name__}."
    )


def _check_message(index: int, role: Any, content: Any, calls: Any) -> None:
    if not isinstance(role, str) or role not in ROLES:
        raise ValidationError(f"messages[{index}].role must be one of {', '.join(sorted(ROLES))}.")
    if content is None and not (role == "assistant" and calls):
        raise ValidationError(f"messages[{index}] has no content.")
    if content is not None and not isinstance(content, (str, list)):
        raise ValidationError(f"messages[{index}].content must be a string or a list of parts.")
    for place, part in enumerate(content if isinstance(content, list) else ()):
        if not isinstance(part, dict):
            kind = type(part).__name__
            raise ValidationError(f"messages[{index}].content[{place}] must be a dict, not {kind}.")
