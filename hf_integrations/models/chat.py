"""A chat: what is asked, and the whole answer.

Source: the OpenAI chat completions API as the router, TGI, vLLM and llama.cpp speak it; where their
words differ, the shapes here take each of them.
"""

from __future__ import annotations

from typing import Annotated, Any, TypedDict, TypeVar, cast

from msgspec import Meta

from hf_integrations.errors import DecodeError
from hf_integrations.models.chunks import (
    ChatChunk,
    ChunkChoice,
    Delta,
    FunctionDelta,
    ToolCallDelta,
)
from hf_integrations.models.forms import Form, reader
from hf_integrations.models.logprobs import TokenLogprob, token_logprobs
from hf_integrations.models.messages import ROLES, ChatMessage, Content, as_messages
from hf_integrations.models.parts import told
from hf_integrations.models.shapes import Answer, Received, Sent
from hf_integrations.models.tools import (
    FunctionCall,
    FunctionSpec,
    Tool,
    ToolCall,
    ToolChoice,
    identified,
)
from hf_integrations.models.usage import TokenUsage

__all__ = [
    "ROLES",
    "ChatChoice",
    "ChatChunk",
    "ChatMessage",
    "ChatParameters",
    "ChatRequest",
    "ChatResponse",
    "ChunkChoice",
    "Content",
    "Delta",
    "FunctionCall",
    "FunctionDelta",
    "FunctionSpec",
    "TokenUsage",
    "Tool",
    "ToolCall",
    "ToolCallDelta",
    "as_messages",
]

T = TypeVar("T")


class ChatChoice(Received):
    """One of the `n` answers."""

    message: ChatMessage
    index: int = 0
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if calls := self.message.tool_calls:
            identified(cast(list[ToolCall], calls))
        if isinstance(parts := self.message.content, list):  # as Mistral's servers write it
            self.message.content, thoughts = told(parts)
            self.message.reasoning = (self.message.reasoning or "") + thoughts or None

    @property
    def tokens(self) -> list[TokenLogprob]:
        """The tokens with their log probabilities; empty unless `logprobs=True` asked for them."""
        return token_logprobs(self.logprobs)

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said, things

        calls = [call.function for call in cast(list[ToolCall], self.message.tool_calls or [])]
        called = things(calls) if calls else ""
        return said(self.message.text, thoughts=self.message.reasoning, below=called)


class ChatResponse(Answer):
    """A whole answer."""

    choices: list[ChatChoice]
    id: str | None = None
    created: float | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    usage: TokenUsage | None = None

    def __post_init__(self) -> None:
        if len(self.choices) > 1:  # some servers give them as they are finished
            self.choices.sort(key=lambda choice: choice.index)

    @property
    def message(self) -> ChatMessage:
        """The message of the first choice; an empty one if the server gave none."""
        return self.choices[0].message if self.choices else ChatMessage("assistant")

    @property
    def text(self) -> str:
        """The text of the first choice."""
        return self.message.text

    @property
    def reasoning(self) -> str | None:
        """What the model thought before the first choice, where the server tells it."""
        return self.message.reasoning

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls the first choice asks for."""
        calls = self.message.tool_calls
        return calls if isinstance(calls, list) else []

    @property
    def finish_reason(self) -> str | None:
        """Why the first choice ended."""
        return self.choices[0].finish_reason if self.choices else None

    @property
    def parsed(self) -> Any:
        """The text as what `response_format` asked for: an object of the class, or JSON.

        None where nothing was asked for, and where the model called a tool instead.

        Raises:
            DecodeError: the text is something else, or was cut off.
        """
        form: Form | None = self.__dict__.get("_form")
        if form is None or self.tool_calls:
            return None
        if "_parsed" not in self.__dict__:
            self.__dict__["_parsed"] = self._read(form.read)
        return self.__dict__["_parsed"]

    def parse(self, shape: type[T]) -> T:
        """The text as an object of a class, as `parsed` is, and as type checkers like it.

        Raises:
            DecodeError: the text is something else, or was cut off.
        """
        return cast(T, self._read(reader(shape)))

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said

        used = f"{self.usage.total_tokens:,} tokens" if self.usage else ""
        by = f"served by {self.served_by}" if self.served_by else ""
        notes = said("", notes=[self.model or "", used, self.finish_reason or "", by])
        return "<hr>".join(choice._repr_html_() for choice in self.choices) + notes

    def _read(self, read: Any) -> Any:
        try:
            return read(self.text)
        except DecodeError as error:
            error.request_id = self.request_id
            if self.finish_reason == "length":
                error.hint = "The answer was cut off; raise max_tokens."
            elif not self.text:
                error.hint = "The model said nothing."
            raise


class ChatParameters(TypedDict, total=False):
    """The parameters of a chat besides its messages; `ChatRequest` says what each takes.

    Attributes:
        response_format: a class whose object the answer shall be (`answer.parsed`), or a dict.
        tool_choice: `auto`, `none`, `required` or `any`, or the name of a tool, or a dict.
        tool_prompt: what text-generation-inference says to the model before the tools.
        tools: `Tool`s, dicts in OpenAI's form, or classes whose fields are the arguments.
    """

    frequency_penalty: float | None
    logit_bias: dict[str, float] | None
    logprobs: bool | None
    max_completion_tokens: int | None
    max_tokens: int | None
    n: int | None
    parallel_tool_calls: bool | None
    presence_penalty: float | None
    reasoning_effort: str | None
    response_format: dict[str, Any] | type | None
    seed: int | None
    stop: str | list[str] | None
    stream_options: dict[str, Any] | None
    temperature: float | None
    tool_choice: ToolChoice | None
    tool_prompt: str | None
    tools: list[Any] | None
    top_logprobs: int | None
    top_p: float | None


class ChatRequest(Sent, frozen=True, kw_only=True):
    """A whole chat request. `model` comes first: routers read only so far to pick a provider.

    Source: huggingface_hub, `inference/_providers/_common.py`, on the order of the body.
    """

    model: str | None = None
    messages: list[Any]  # `ChatMessage`s or dicts; `as_messages` sees to it
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    logit_bias: dict[str, Annotated[float, Meta(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    n: Annotated[int, Meta(ge=1)] | None = None
    parallel_tool_calls: bool | None = None
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    reasoning_effort: str | None = None
    response_format: Any = None  # a dict once `Form.of` has read it
    seed: int | None = None
    stop: str | list[Annotated[str, Meta(min_length=1)]] | None = None
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    tool_choice: Any = None  # what `as_tool_choice` takes
    tool_prompt: str | None = None
    tools: list[Any] | None = None  # what `as_tools` takes
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: nothing that was said."""
        return [("model", self.model), ("messages", f"{len(self.messages)} of them")]

    def __repr__(self) -> str:
        return f"ChatRequest(model={self.model!r}, {len(self.messages)} messages)"
