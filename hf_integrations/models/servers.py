"""What a server says about itself."""

from __future__ import annotations

from typing import Any

from msgspec import field

from hf_integrations.models.shapes import Received


class ServerInfo(Received):
    """What is known of a server, as far as it matters here; None is what it does not say.

    Attributes:
        engine: `tei`, `tgi`, `vllm`, `sglang`, `llama.cpp`, `endpoint` (one model behind `/`), or
            `openai` for another that speaks as OpenAI does; empty while that is not known.
        model_id: the model it serves.
        model_type: of text-embeddings-inference: an embedding, a reranker or a classifier.
        max_client_batch_size: the most texts in one request.
        max_input_length: the most tokens in one text, of text-embeddings-inference.
        max_input_tokens: the most tokens in a prompt, of text-generation-inference.
        max_total_tokens: the most tokens of a prompt and its answer together.
        max_best_of: the most answers to choose the best of.
        max_stop_sequences: the most stop sequences.
        max_batch_tokens: the most tokens the server works on at a time.
        version: of the engine.

    Source: `router/src/lib.rs`, struct Info, of text-embeddings-inference and of
    text-generation-inference; the documentation of vLLM, SGLang and llama.cpp.
    """

    engine: str = field(default="", name="-")  # no server's word, but what was concluded
    model_id: str | None = None
    model_type: Any = None
    max_client_batch_size: int | None = None
    max_input_length: int | None = None
    max_input_tokens: int | None = None
    max_total_tokens: int | None = None
    max_best_of: int | None = None
    max_stop_sequences: int | None = None
    max_batch_tokens: int | None = None
    version: str | None = None

    @property
    def context(self) -> int | None:
        """The most tokens that fit in: those read, and those written after them."""
        return self.max_total_tokens or self.max_input_length


class ListedModel(Received):
    """One model of `/v1/models`."""

    id: str | None = None
    owned_by: str | None = None
    max_model_len: int | None = None


class ListedModels(Received):
    """What `/v1/models` says."""

    data: list[ListedModel] = field(default_factory=list)

    def about(self, model: str | None) -> ListedModel | None:
        """The entry of a model; the first where there is none of that name."""
        named = (one for one in self.data if one.id == model)
        return next(named, self.data[0] if self.data else None)


class LlamaSettings(Received):
    """Of llama.cpp's `/props`, the settings a request begins with."""

    n_ctx: int | None = None


class LlamaProps(Received):
    """What llama.cpp's `/props` says; `n_ctx` is of one slot, so of one request."""

    settings: LlamaSettings = field(
        default_factory=LlamaSettings, name="default_generation_settings"
    )
    build_info: str | None = None
    model_path: str | None = None
