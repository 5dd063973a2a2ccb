"""The pieces of a stream become the whole answer, each put in order on its way; pure."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from hf_integrations.config.content import ThinkTags
from hf_integrations.flow import Response
from hf_integrations.models.chat import ChatChoice, ChatMessage, ChatResponse
from hf_integrations.models.chunks import ChatChunk, ChunkChoice, Delta
from hf_integrations.models.forms import Form
from hf_integrations.models.text_generation import (
    GeneratedToken,
    GenerationDetails,
    TextGenerationChunk,
    TextGenerationResponse,
)
from hf_integrations.models.usage import TokenUsage
from hf_integrations.transport.calls import CallTracker
from hf_integrations.transport.thinking import (
    Parted,
    ThinkSplitter,
    begins_with_thoughts,
    parted,
)


class _Choice(Struct):
    """One of the `n` answers, as far as it has come."""

    splitter: ThinkSplitter | None
    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    tokens: list[Any] = field(default_factory=list)
    named: bool = False  # the server calls thoughts `reasoning_content`
    calls: CallTracker | None = None
    finish_reason: str | None = None


class ChatAssembly:
    """Takes the chunks of one chat.

    Args:
        think_tags: what to do with thoughts between `<think>` tags, as the setting says.
        form: how the text of the answer is read.
    """

    def __init__(self, think_tags: ThinkTags = "keep", form: Form | None = None) -> None:
        self.ended = False
        self._think_tags = think_tags
        self._form = form
        self._choices: dict[int, _Choice] = {}
        self._usage: TokenUsage | None = None
        self._facts: ChatChunk | None = None

    @property
    def text(self) -> str:
        """The text of the first choice so far."""
        first = self._choices.get(0)
        return "".join(first.texts) if first else ""

    def add(self, chunk: ChatChunk) -> ChatChunk:
        """Take a chunk in; its calls get their index and id, and thoughts leave its text."""
        self._facts = self._facts or chunk
        self._usage = chunk.usage or self._usage
        for part in chunk.choices:
            choice = self._choices.get(part.index) or self._begun(part.index)
            if choice.splitter is not None:
                _split(choice, part)
            if text := part.delta.content:
                choice.texts.append(text)
            if part.delta.reasoning:
                _think(choice, part.delta)
            if part.delta.tool_calls or part.finish_reason or part.logprobs:
                _rest(choice, part)
                self.ended = self.ended or choice.finish_reason is not None
        return chunk

    def rest(self) -> ChatChunk | None:
        """What was kept back when the stream ended; None for nothing."""
        parts = []
        for index, choice in self._choices.items():
            part = ChunkChoice(index=index)
            if choice.splitter is not None:
                _give(part.delta, choice.splitter.finish())
                choice.splitter = None
            if part.delta.content or part.delta.reasoning:
                parts.append(part)
        return self.add(ChatChunk(parts)) if parts else None

    def whole(self, http: Response | None = None) -> ChatResponse:
        """The answer as if it had come whole; so far, when the stream was left early."""
        facts = self._facts or ChatChunk()
        choices = [_whole(index, choice) for index, choice in sorted(self._choices.items())]
        answer = ChatResponse(
            choices, facts.id, facts.created, facts.model, facts.system_fingerprint, self._usage
        )
        answer.__dict__["_http"], answer.__dict__["_form"] = http, self._form
        return answer

    def _begun(self, index: int) -> _Choice:
        keep = self._think_tags == "keep"
        splitter = None if keep else ThinkSplitter(opened=self._think_tags == "opened")
        return self._choices.setdefault(index, _Choice(splitter))


def _split(choice: _Choice, part: ChunkChoice) -> None:
    """Take thoughts out of a piece of text; a server that tells them apart needs no splitter."""
    splitter, delta = choice.splitter, part.delta
    if splitter is None:
        return
    if delta.content:
        found = splitter.feed(delta.content)
        delta.content = ""
        _give(delta, found)
    if part.finish_reason:
        _give(delta, splitter.finish())
    if splitter.over or part.finish_reason:
        choice.splitter = None


def _give(delta: Delta, found: Parted) -> None:
    if found.answer:
        delta.content = (delta.content or "") + found.answer
    if found.thought:
        delta.reasoning = (delta.reasoning or "") + found.thought


def _think(choice: _Choice, delta: Delta) -> None:
    choice.thoughts.append(delta.reasoning or "")
    choice.named = choice.named or delta.reasoning_content is not None


def _rest(choice: _Choice, part: ChunkChoice) -> None:
    """Take in what is not in every chunk."""
    calls = part.delta.tool_calls
    if isinstance(calls, list) and calls:
        choice.calls = choice.calls or CallTracker()
        choice.calls.take(calls)
    choice.finish_reason = part.finish_reason or choice.finish_reason
    content = part.logprobs.get("content") if part.logprobs else None
    if isinstance(content, list):
        choice.tokens += content


def _whole(index: int, choice: _Choice) -> ChatChoice:
    calls = choice.calls.whole() if choice.calls else None
    text = "".join(choice.texts)
    message = ChatMessage("assistant", None if calls and not text else text, tool_calls=calls)
    if choice.thoughts:
        message.reasoning = "".join(choice.thoughts)
        message.reasoning_content = message.reasoning if choice.named else None
    logprobs = {"content": choice.tokens} if choice.tokens else None
    return ChatChoice(message, index, choice.finish_reason, logprobs)


def without_tags(answer: ChatResponse, think_tags: ThinkTags) -> None:
    """Take thoughts out of the texts of a whole answer."""
    if think_tags == "keep":
        return
    opened = think_tags == "opened"
    for choice in answer.choices:
        message = choice.message
        if not isinstance(message.content, str) or not message.content:
            continue
        if not opened and not begins_with_thoughts(message.content):
            continue
        found = parted(message.content, opened=opened)
        message.content = found.answer
        if found.thought:
            message.reasoning = (message.reasoning or "") + found.thought


class GenerationAssembly:
    """Takes the chunks of one generation."""

    def __init__(self) -> None:
        self.ended = False
        self._texts: list[str] = []
        self._tokens: list[GeneratedToken] = []
        self._whole: str | None = None
        self._details: GenerationDetails | None = None
        self._usage: TokenUsage | None = None

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._texts)

    def add(self, chunk: TextGenerationChunk) -> TextGenerationChunk:
        """Take a chunk in."""
        token = chunk.token
        if token is not None:
            self._tokens.append(token)
            if not token.special:
                self._texts.append(token.text)
        if chunk.details is not None:
            self._details = chunk.details
            self.ended = self.ended or chunk.details.finish_reason is not None
        if chunk.generated_text is not None:
            self._whole = chunk.generated_text
        if chunk.usage is not None:
            self._usage = chunk.usage
        return chunk

    def rest(self) -> None:
        """Nothing is kept back."""

    def whole(self, http: Response | None = None) -> TextGenerationResponse:
        """The generation as if it had come whole."""
        details, usage = self._details or GenerationDetails(), self._usage
        if not details.tokens:
            details.tokens = self._tokens
        if usage is not None and details.generated_tokens is None:
            details.generated_tokens = usage.completion_tokens
            details.input_length = usage.prompt_tokens
        text = self.text if self._whole is None else self._whole
        answer = TextGenerationResponse(text, details, usage)
        answer.__dict__["_http"] = http
        return answer
