"""`HfInferenceReranker`: the best of some documents, by a model that reads query and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import Field

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.connection import CONFIG, HfConnection

PARAMETERS = ("extra_body", "raw_scores", "truncate", "truncation_direction")


class HfInferenceReranker(HfConnection, BaseDocumentCompressor):
    """A ranking model as document compressor, plain and in asyncio.

    Whom to ask is described at `HfConnection`: TEI's `/rerank`, `/v1/rerank` of vLLM and llama.cpp,
    or the task text-ranking of hf-inference. Documents travel in as many requests as the server
    wants. For `ContextualCompressionRetriever`, or by itself with `rerank`.

    Attributes:
        top_n: how many of the best are given; None gives all, in order.
        min_score: leaves out what has a lower score.
        extra_body: fields for the body that are not listed here; they win.
        raw_scores: scores as the model gives them, and not from 0 to 1; a word of TEI.
        truncate: whether to cut what is too long instead of refusing it; a word of TEI.
        truncation_direction: on which side to cut.

    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     reranker = HfInferenceReranker(base_url=emulator.url, model="org/name", token="hf_test")
    ...     reranker.rerank(["a stone", "honey from bees"], "Who makes honey?", top_n=1)[0]["index"]
    1
    """

    top_n: int | None = Field(default=None, ge=1)
    min_score: float | None = None
    extra_body: dict[str, Any] | None = None
    raw_scores: bool | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right"] | None = None

    model_config = CONFIG

    METADATA: ClassVar[str] = "relevance_score"

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """The best of the documents, best first, with `relevance_score` in their metadata.

        The given documents stay as they are.
        """
        return _chosen(documents, self.rerank(documents, query))

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """The best of the documents, best first, with `relevance_score` in their metadata."""
        return _chosen(documents, await self.arerank(documents, query))

    def rerank(
        self, documents: Sequence[Document | str], query: str, *, top_n: int | None = None
    ) -> list[dict[str, Any]]:
        """The best of n texts as dicts of `index` and `relevance_score`, best first.

        Args:
            documents: texts, or documents with one.
            query: what is asked.
            top_n: how many; left out, as the model is set.
        """
        if not (texts := _texts(documents)):
            return []
        ranked = self.plain_client().text.rank(query, texts, **self._told(top_n))
        return self._scores(ranked)

    async def arerank(
        self, documents: Sequence[Document | str], query: str, *, top_n: int | None = None
    ) -> list[dict[str, Any]]:
        """The best of n texts as dicts of `index` and `relevance_score`; see `rerank`."""
        if not (texts := _texts(documents)):
            return []
        ranked = await self.asyncio_client().text.rank(query, texts, **self._told(top_n))
        return self._scores(ranked)

    def _told(self, top_n: int | None) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in PARAMETERS}
        given["top_k"] = self.top_n if top_n is None else top_n
        return self._whom() | {name: value for name, value in given.items() if value is not None}

    def _scores(self, ranked: Sequence[Any]) -> list[dict[str, Any]]:
        least = float("-inf") if self.min_score is None else self.min_score
        return [
            {"index": one.index, self.METADATA: one.score} for one in ranked if one.score >= least
        ]


def _texts(documents: Sequence[Document | str]) -> list[str]:
    if isinstance(documents, str):
        raise ValidationError("documents is a string; give a list.")
    for place, one in enumerate(documents):
        if not isinstance(one, str | Document):
            kind = type(one).__name__
            raise ValidationError(f"documents[{place}] is a {kind}; give a Document or a string.")
    return [one if isinstance(one, str) else one.page_content for one in documents]


def _chosen(
    documents: Sequence[Document | str], scores: Sequence[dict[str, Any]]
) -> list[Document]:
    return [_scored(documents[one["index"]], one[HfInferenceReranker.METADATA]) for one in scores]


def _scored(document: Document | str, score: float) -> Document:
    if isinstance(document, str):
        document = Document(document)
    metadata = {**document.metadata, HfInferenceReranker.METADATA: score}
    return document.model_copy(update={"metadata": metadata})
