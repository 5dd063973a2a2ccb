"""The shapes of text generation, in TGI's native format and in that of `/v1/completions`.

Source: text-generation-inference, `router/src/lib.rs`; the hf-inference pipeline server answers
with a list of one; OpenAI-compatible servers with `choices`.
"""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from msgspec import Meta, field

from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.shapes import Answer, Received, Sent


class TextGenerationParameters(TypedDict, total=False):
    """The parameters of text generation; `GenerationSettings` says what each takes."""

    adapter_id: str | None
    best_of: int | None
    decoder_input_details: bool | None
    details: bool | None
    do_sample: bool | None
    frequency_penalty: float | None
    grammar: dict[str, Any] | None
    max_new_tokens: int | None
    repetition_penalty: float | None
    return_full_text: bool | None
    seed: int | None
    stop: list[str] | None
    temperature: float | None
    top_k: int | None
    top_n_tokens: int | None
    top_p: float | None
    truncate: int | None
    typical_p: float | None
    watermark: bool | None


class GenerationSettings(Sent, frozen=True, kw_only=True):
    """What a generation may be told, checked."""

    adapter_id: str | None = None
    best_of: Annotated[int, Meta(ge=1)] | None = None
    decoder_input_details: bool | None = None
    details: bool | None = None
    do_sample: bool | None = None
    frequency_penalty: float | None = None
    grammar: dict[str, Any] | None = None
    max_new_tokens: Annotated[int, Meta(ge=1)] | None = None
    repetition_penalty: Annotated[float, Meta(gt=0)] | None = None
    return_full_text: bool | None = None
    seed: Annotated[int, Meta(ge=0)] | None = None
    stop: list[str] | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    top_k: Annotated[int, Meta(ge=1)] | None = None
    top_n_tokens: Annotated[int, Meta(ge=0)] | None = None
    top_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    truncate: Annotated[int, Meta(ge=1)] | None = None
    typical_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    watermark: bool | None = None


class TextGenerationRequest(Sent, frozen=True, kw_only=True):
    """A whole generation request in the native format."""

    inputs: str
    parameters: GenerationSettings | dict[str, Any] | None = None
    stream: bool = False

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: not the prompt."""
        return [("inputs", f"{len(self.inputs)} characters"), ("parameters", self.parameters)]

    def __repr__(self) -> str:
        return f"TextGenerationRequest({len(self.inputs)} characters, {self.parameters!r})"


class GeneratedToken(Received):
    """One token as it was generated."""

    id: int = 0
    text: str = ""
    logprob: float | None = None
    special: bool = False


class GenerationDetails(Received):
    """How a generation went; what is here depends on the server."""

    finish_reason: str | None = None
    generated_tokens: int | None = None
    input_length: int | None = None
    seed: int | None = None
    prefill: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[GeneratedToken] = field(default_factory=list)
    top_tokens: list[Any] | None = None
    best_of_sequences: list[dict[str, Any]] | None = None


class TextGenerationResponse(Answer):
    """A whole generation."""

    generated_text: str
    details: GenerationDetails | None = None
    usage: TokenUsage | None = None

    @property
    def text(self) -> str:
        """The generated text."""
        return self.generated_text

    @property
    def finish_reason(self) -> str | None:
        """Why it ended, when the server says so."""
        return self.details.finish_reason if self.details else None

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said

        count = self.details.generated_tokens if self.details else None
        return said(
            self.text, notes=[f"{count:,} tokens" if count else "", self.finish_reason or ""]
        )


class TextGenerationChunk(Received):
    """One piece of a streamed generation; the last one has the whole text and the details."""

    index: int | None = None
    token: GeneratedToken | None = None
    generated_text: str | None = None
    details: GenerationDetails | None = None
    usage: TokenUsage | None = None
    error: Any = None

    @property
    def text(self) -> str:
        """The text this chunk adds; nothing for a special token such as end-of-text."""
        return "" if self.token is None or self.token.special else self.token.text

    @property
    def silent(self) -> bool:
        """Whether it says nothing at all."""
        return self.token is None and self.details is None and self.usage is None

    @property
    def finish_reason(self) -> str | None:
        """Why it ended, in the chunk that ends it."""
        return self.details.finish_reason if self.details else None


class CompletionChoice(Received):
    """One of the answers of `/v1/completions`."""

    text: str = ""
    index: int = 0
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None


class Completion(Received):
    """An answer of `/v1/completions`, whole or a piece of a stream."""

    choices: list[CompletionChoice] = field(default_factory=list)
    usage: TokenUsage | None = None
    error: Any = None
