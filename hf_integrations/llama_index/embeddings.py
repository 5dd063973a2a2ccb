"""`HfInferenceEmbedding`: texts as vectors, as LlamaIndex's embedding model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import Field

from hf_integrations.llama_index.connected import Connected

if TYPE_CHECKING:
    from hf_integrations.services.truncation import Truncated

# One call of the client splits itself into the requests a server takes, several at a time; large
# batches leave that to it, and small ones would wait for each other.
BATCH_SIZE = 1_024
WORKERS = 2


class HfInferenceEmbedding(Connected, BaseEmbedding):
    """An embedding model through Hugging Face's router or a server of one's own.

    Nothing is sent until the first call. A batch is one call of the client, which splits it into
    the requests the server takes, keeps the order and names a text that is refused by its index.

    Args:
        model_name: `organisation/name`, or the URL of a server. `model` says the same.
        provider: who serves it; at the router, hf-inference does.
        query_prompt, text_prompt: what is put before a query, and before a text to be stored, such
            as `query: `.
        query_prompt_name, text_prompt_name: the name of a prompt that the model defines, such as
            `query`, for the server to put there.
        dimensions: how many numbers a vector shall have, where the model can choose.
        normalize: whether vectors are scaled to length 1.
        truncate: whether what is too long is cut, instead of refused.
        truncation_direction: the end that is cut, "left" or "right".
        extra_body: fields for the body that are not listed here; they win.
        embed_batch_size: how many texts go into one call, at most 2,048.
        num_workers: how many such calls are under way at a time in the awaited methods.
        timeout: seconds for a request.
        client, async_client: ready clients, instead of settings; they are never closed here.
        config: settings; those named beside it win.
        **given: any setting of `HfInferenceConfig` (`base_url`, `token`, `max_retries`, …), and any
            field of LlamaIndex's `BaseEmbedding`.

    Raises:
        ConfigurationError: an argument is not known, or cannot be so.

    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.llama_index import HfInferenceEmbedding
    >>> with Emulator() as emulator:
    ...     model = HfInferenceEmbedding(model="org/e", base_url=emulator.url, token="hf_test")
    ...     len(model.get_text_embedding("a text"))
    384
    """

    model_name: str = Field(default="", description="The model, or a server's URL.")
    query_prompt: str = ""
    text_prompt: str = ""
    query_prompt_name: str | None = None
    text_prompt_name: str | None = None
    dimensions: int | None = Field(default=None, ge=1)
    normalize: bool | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right"] | None = None
    extra_body: dict[str, Any] | None = None
    embed_batch_size: int = Field(default=BATCH_SIZE, gt=0, le=2_048)
    num_workers: int | None = WORKERS

    def __init__(self, model_name: str = "", *, model: str = "", **given: Any) -> None:
        super().__init__(model_name=model_name or model, **given)

    @classmethod
    def class_name(cls) -> str:
        """The name under which it is serialised."""
        return "HfInferenceEmbedding"

    @property
    def model(self) -> str:
        """The model."""
        return self.model_name

    def truncated(self, texts: list[str]) -> list[Truncated]:
        """Which of n texts are longer than the model reads, as the server counts.

        It is asked on purpose only; `Truncated` has index, tokens and limit. The router does not
        tell: this is for a server of your own.
        """
        service = self._clients.plain.embeddings
        return service.truncated(self._prompted(texts), model=self.model_name or None)

    async def atruncated(self, texts: list[str]) -> list[Truncated]:
        """`truncated`, awaited."""
        service = self._clients.asynchronous.embeddings
        return await service.truncated(self._prompted(texts), model=self.model_name or None)

    def _get_query_embedding(self, query: str) -> Embedding:
        return self._embed([self.query_prompt + query], self.query_prompt_name)[0]

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return (await self._aembed([self.query_prompt + query], self.query_prompt_name))[0]

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    async def _aget_text_embedding(self, text: str) -> Embedding:
        return (await self._aget_text_embeddings([text]))[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return self._embed(self._prompted(texts), self.text_prompt_name)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return await self._aembed(self._prompted(texts), self.text_prompt_name)

    def _prompted(self, texts: list[str]) -> list[str]:
        return [self.text_prompt + text for text in texts] if self.text_prompt else texts

    def _embed(self, texts: list[str], prompt_name: str | None) -> list[Embedding]:
        service = self._clients.plain.embeddings
        return service.create(texts, **self._parameters(prompt_name)).tolist()

    async def _aembed(self, texts: list[str], prompt_name: str | None) -> list[Embedding]:
        service = self._clients.asynchronous.embeddings
        return (await service.create(texts, **self._parameters(prompt_name))).tolist()

    def _parameters(self, prompt_name: str | None) -> dict[str, Any]:
        return {
            "model": self.model_name or None,
            "provider": self.provider,
            "timeout": self.timeout,
            "prompt_name": prompt_name,
            "dimensions": self.dimensions,
            "normalize": self.normalize,
            "truncate": self.truncate,
            "truncation_direction": self.truncation_direction,
            "extra_body": self.extra_body,
        }
