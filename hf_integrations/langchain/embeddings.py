"""`HfInferenceEmbeddings`: texts as vectors for LangChain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from langchain_core.embeddings import Embeddings
from pydantic import AliasChoices, Field

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.connection import CONFIG, HfConnection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hf_integrations.services.truncation import Truncated

PARAMETERS = ("dimensions", "extra_body", "normalize", "truncate", "truncation_direction")


class HfInferenceEmbeddings(HfConnection, Embeddings):
    """An embedding model, plain and in asyncio.

    Whom to ask is described at `HfConnection`. Texts travel as they are, in batches, several at a
    time; what the server finds too large is halved.

    Attributes:
        batch_size: the most texts in one request; left out, the server is asked, else 32.
        concurrency: the most requests of one call at a time.
        dimensions: the length of the vectors, where the model has a choice.
        document_prompt: a text put before each document, such as `passage: `; also as
            `passage_prompt=`.
        document_prompt_name: the name of a prompt that the model defines, for documents.
        extra_body: fields for the body that are not listed here; they win.
        normalize: whether to scale each vector to length 1.
        query_prompt: a text put before each query, such as `query: `.
        query_prompt_name: the name of a prompt that the model defines, for queries.
        truncate: whether to cut what is too long instead of refusing it.
        truncation_direction: on which side to cut.

    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     model = HfInferenceEmbeddings(model="org/name", base_url=emulator.url, token="hf_test")
    ...     len(model.embed_query("a text"))
    384
    """

    batch_size: int | None = None
    concurrency: int | None = None
    dimensions: int | None = None
    document_prompt: str | None = Field(
        default=None, validation_alias=AliasChoices("document_prompt", "passage_prompt")
    )
    document_prompt_name: str | None = None
    extra_body: dict[str, Any] | None = None
    normalize: bool | None = None
    query_prompt: str | None = None
    query_prompt_name: str | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right"] | None = None

    model_config = CONFIG

    _SETTINGS: ClassVar[dict[str, str]] = {
        **HfConnection._SETTINGS,
        "batch_size": "embedding_batch_size",
        "concurrency": "embedding_concurrency",
    }

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of n documents, in their order; none for none, without a request."""
        vectors: list[list[float]] = self.vectors(texts).tolist()
        return vectors

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of n documents, in their order; none for none, without a request."""
        vectors: list[list[float]] = (await self.avectors(texts)).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one query."""
        vector: list[float] = self.query_vector(text).tolist()
        return vector

    async def aembed_query(self, text: str) -> list[float]:
        """The vector of one query."""
        vector: list[float] = (await self.aquery_vector(text)).tolist()
        return vector

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of n documents, n × d, without the way through lists."""
        if not (inputs := self._documents(texts)):
            return _nothing()
        return self.plain_client().embeddings.create(inputs, **self._told_documents()).vectors

    async def avectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of n documents, n × d, without the way through lists."""
        if not (inputs := self._documents(texts)):
            return _nothing()
        found = await self.asyncio_client().embeddings.create(inputs, **self._told_documents())
        return found.vectors

    def query_vector(self, text: str) -> NDArray[np.float32]:
        """The vector of one query, d numbers."""
        inputs = [_before(self.query_prompt, text)]
        return self.plain_client().embeddings.create(inputs, **self._told_queries())[0]

    async def aquery_vector(self, text: str) -> NDArray[np.float32]:
        """The vector of one query, d numbers."""
        inputs = [_before(self.query_prompt, text)]
        return (await self.asyncio_client().embeddings.create(inputs, **self._told_queries()))[0]

    def truncated(self, texts: Sequence[str]) -> list[Truncated]:
        """Which of n documents are longer than the model reads, as the server counts.

        It is asked on purpose only; `Truncated` has index, tokens and limit. The router does not
        tell: this is for a server of your own.
        """
        service = self.plain_client().embeddings
        return service.truncated(self._documents(texts), model=self.model)

    async def atruncated(self, texts: Sequence[str]) -> list[Truncated]:
        """Which of n documents are longer than the model reads; see `truncated`."""
        service = self.asyncio_client().embeddings
        return await service.truncated(self._documents(texts), model=self.model)

    def _documents(self, texts: Sequence[str]) -> list[str]:
        if isinstance(texts, str):
            raise ValidationError("texts is a string; give a list of strings.")
        return [_before(self.document_prompt, text) for text in texts]

    def _told_documents(self) -> dict[str, Any]:
        return self._told(self.document_prompt_name)

    def _told_queries(self) -> dict[str, Any]:
        return self._told(self.query_prompt_name)

    def _told(self, prompt_name: str | None) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in PARAMETERS} | {"prompt_name": prompt_name}
        return self._whom() | {name: value for name, value in given.items() if value is not None}


def _before(prompt: str | None, text: str) -> str:
    return prompt + text if prompt and isinstance(text, str) else text


def _nothing() -> NDArray[np.float32]:
    import numpy as np

    return np.zeros((0, 0), np.float32)
