"""The search methods of `RuvVectorStore`, plain and in asyncio."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.matches import diverse, documents, relevance, scored

if TYPE_CHECKING:
    from hf_integrations.ruvvector import AsyncRuvVectorStore
    from hf_integrations.ruvvector import RuvVectorStore as CoreStore
    from hf_integrations.ruvvector.filters import FilterLike

Scored = list[tuple[Document, float]]


class Searching(VectorStore):
    """Search in a collection.

    Everywhere, `k` is how many documents to find, and `filter` a dict in the Mongo manner or a
    `hf_integrations.ruvvector.Filter`: all that pass it are found when they are fewer than k.
    """

    @property
    @abstractmethod
    def embeddings(self) -> Embeddings:
        """What makes vectors of documents and queries."""

    @property
    @abstractmethod
    def store(self) -> CoreStore:
        """The store behind the plain methods."""

    @property
    @abstractmethod
    def async_store(self) -> AsyncRuvVectorStore:
        """The store behind the asyncio methods."""

    def similarity_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents nearest to a query, best first."""
        vector = self.embeddings.embed_query(query)
        return self.similarity_search_by_vector(vector, k, filter=filter, **kwargs)

    async def asimilarity_search(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents nearest to a query, best first."""
        vector = await self.embeddings.aembed_query(query)
        return await self.asimilarity_search_by_vector(vector, k, filter=filter, **kwargs)

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents nearest to a vector, best first."""
        nothing_else(kwargs)
        return documents(self.store.search(embedding, k, filter))

    async def asimilarity_search_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> list[Document]:
        """The k documents nearest to a vector, best first."""
        nothing_else(kwargs)
        return documents(await self.async_store.search(embedding, k, filter))

    def similarity_search_with_score(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k documents nearest to a query, best first, with scores: greater is nearer."""
        vector = self.embeddings.embed_query(query)
        return self.similarity_search_with_score_by_vector(vector, k, filter=filter, **kwargs)

    async def asimilarity_search_with_score(
        self, query: str, k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k documents nearest to a query, best first, with scores: greater is nearer."""
        vector = await self.embeddings.aembed_query(query)
        return await self.asimilarity_search_with_score_by_vector(
            vector, k, filter=filter, **kwargs
        )

    def similarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k documents nearest to a vector, best first, with scores: greater is nearer."""
        nothing_else(kwargs)
        return scored(self.store.search(embedding, k, filter))

    async def asimilarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: FilterLike = None, **kwargs: Any
    ) -> Scored:
        """The k documents nearest to a vector, best first, with scores: greater is nearer."""
        nothing_else(kwargs)
        return scored(await self.async_store.search(embedding, k, filter))

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: FilterLike = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Of the `fetch_k` documents nearest to a query, k that are unlike each other.

        Args:
            lambda_mult: from 0, as different as can be, to 1, as near as can be.
        """
        vector = self.embeddings.embed_query(query)
        return self.max_marginal_relevance_search_by_vector(
            vector, k, fetch_k, lambda_mult, filter=filter, **kwargs
        )

    async def amax_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: FilterLike = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Of the `fetch_k` documents nearest to a query, k that are unlike each other."""
        vector = await self.embeddings.aembed_query(query)
        return await self.amax_marginal_relevance_search_by_vector(
            vector, k, fetch_k, lambda_mult, filter=filter, **kwargs
        )

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: FilterLike = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Of the `fetch_k` documents nearest to a vector, k that are unlike each other."""
        nothing_else(kwargs)
        found = self.store.search(embedding, max(k, fetch_k), filter, include_vectors=True)
        return diverse(embedding, found, k=k, lambda_mult=lambda_mult)

    async def amax_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: FilterLike = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Of the `fetch_k` documents nearest to a vector, k that are unlike each other."""
        nothing_else(kwargs)
        found = await self.async_store.search(
            embedding, max(k, fetch_k), filter, include_vectors=True
        )
        return diverse(embedding, found, k=k, lambda_mult=lambda_mult)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return relevance


def nothing_else(arguments: dict[str, Any]) -> None:
    """Refuse arguments that would be ignored."""
    if arguments:
        raise ValidationError(f"{', '.join(arguments)}: there is no such argument.")
