"""The further kinds of search of `RuvVectorStore`: by words, by both, and whichever is named."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.vectorstores import VectorStoreRetriever

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.matches import documents, scored
from hf_integrations.langchain.searching import Scored, Searching

if TYPE_CHECKING:
    from hf_integrations.ruvvector.filters import FilterLike

KINDS: Mapping[str, str] = {
    "similarity": "similarity_search",
    "similarity_score_threshold": "similarity_search_with_relevance_scores",
    "mmr": "max_marginal_relevance_search",
    "hybrid": "hybrid_search",
    "text": "text_search",
}


class Kinds(Searching):
    """Search by words, by vector and words together, or as `search_type` says."""

    def text_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents whose words fit a query best, by BM25; needs no embedding model."""
        return documents(self.store.text_search(query, k, filter, **kwargs))

    async def atext_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents whose words fit a query best, by BM25; needs no embedding model."""
        return documents(await self.async_store.text_search(query, k, filter, **kwargs))

    def hybrid_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k best documents by vector and words together; see `hybrid_search_with_score`."""
        found = self.hybrid_search_with_score(query, k, filter=filter, **kwargs)
        return [document for document, _ in found]

    async def ahybrid_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k best documents by vector and words together; see `hybrid_search_with_score`."""
        found = await self.ahybrid_search_with_score(query, k, filter=filter, **kwargs)
        return [document for document, _ in found]

    def hybrid_search_with_score(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k best documents by vector and words together, with scores from 0 to 1.

        Args:
            query: a text.
            k: how many.
            filter: a dict in the Mongo manner, or a `Filter`.
            **kwargs: text_weight, fusion and candidates, as the store's `hybrid_search` has them.
        """
        vector = self.embeddings.embed_query(query)
        return scored(self.store.hybrid_search(query, vector, k, filter, **kwargs))

    async def ahybrid_search_with_score(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k best documents by vector and words together, with scores from 0 to 1."""
        vector = await self.embeddings.aembed_query(query)
        return scored(await self.async_store.hybrid_search(query, vector, k, filter, **kwargs))

    def search(self, query: str, search_type: str, **kwargs: Any) -> list[Document]:
        """The documents that a kind of search finds: one of `KINDS`."""
        return _alone(getattr(self, _method(search_type))(query, **kwargs))

    async def asearch(self, query: str, search_type: str, **kwargs: Any) -> list[Document]:
        """The documents that a kind of search finds: one of `KINDS`."""
        return _alone(await getattr(self, f"a{_method(search_type)}")(query, **kwargs))

    def as_retriever(self, **kwargs: Any) -> VectorStoreRetriever:
        """A retriever over this store.

        Args:
            **kwargs: search_type, one of `KINDS`; search_kwargs, what the search is told; tags.
        """
        tags = [*(kwargs.pop("tags", None) or []), *self._get_retriever_tags()]
        return RuvRetriever(vectorstore=self, tags=tags, **kwargs)


class RuvRetriever(VectorStoreRetriever):
    """LangChain's retriever, with every kind of search that the store has."""

    allowed_search_types: ClassVar[tuple[str, ...]] = tuple(KINDS)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        told = {**self.search_kwargs, **kwargs}
        return self.vectorstore.search(query, self.search_type, **told)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        told = {**self.search_kwargs, **kwargs}
        return await self.vectorstore.asearch(query, self.search_type, **told)


def _method(search_type: str) -> str:
    if search_type not in KINDS:
        raise ValidationError(f"search_type must be one of {', '.join(KINDS)}.")
    return KINDS[search_type]


def _alone(found: list[Any]) -> list[Document]:
    """Documents, without the scores that a threshold was held to."""
    return [one[0] if isinstance(one, tuple) else one for one in found]
