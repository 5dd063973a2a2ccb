"""`RuvDocumentIndex`: a collection as LangChain's document index, which is a retriever as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.indexing import DeleteResponse, UpsertResponse
from langchain_core.indexing.base import DocumentIndex
from pydantic import ConfigDict, Field, ValidationError

from hf_integrations.errors import ConfigurationError
from hf_integrations.langchain.connection import in_words
from hf_integrations.langchain.vectorstore import RuvVectorStore


class RuvDocumentIndex(DocumentIndex):
    """Documents in a `RuvVectorStore`, by LangChain's indexing interface, plain and in asyncio.

    Attributes:
        vectorstore: where they are.
        search_type: how it is searched: `similarity`, `hybrid`, `text`, `mmr`.
        search_kwargs: what a search is told, such as `k` and `filter`.
    """

    vectorstore: RuvVectorStore
    search_type: str = "similarity"
    search_kwargs: dict[str, Any] = Field(default_factory=dict)

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    def __init__(self, **arguments: Any) -> None:
        try:
            super().__init__(**arguments)
        except ValidationError as error:
            raise ConfigurationError(in_words(type(self), error)) from None

    def upsert(self, items: Sequence[Document], /, **kwargs: Any) -> UpsertResponse:
        """Store documents, all or none; what has an id that is there takes its place."""
        ids = self.vectorstore.add_documents(list(items), **kwargs)
        return UpsertResponse(succeeded=ids, failed=[])

    async def aupsert(self, items: Sequence[Document], /, **kwargs: Any) -> UpsertResponse:
        """Store documents, all or none; what has an id that is there takes its place."""
        ids = await self.vectorstore.aadd_documents(list(items), **kwargs)
        return UpsertResponse(succeeded=ids, failed=[])

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> DeleteResponse:
        """Delete by id or `filter=`; an id that is not there is no error.

        Raises:
            ValueError: neither was given.
        """
        _check_some(ids, kwargs)
        return _deleted(self.vectorstore.store.delete(ids, **kwargs))

    async def adelete(self, ids: list[str] | None = None, **kwargs: Any) -> DeleteResponse:
        """Delete by id or `filter=`; see `delete`."""
        _check_some(ids, kwargs)
        return _deleted(await self.vectorstore.async_store.delete(ids, **kwargs))

    def get(self, ids: Sequence[str], /, **kwargs: Any) -> list[Document]:
        """The documents of these ids that are there."""
        return self.vectorstore.get_by_ids(ids, **kwargs)

    async def aget(self, ids: Sequence[str], /, **kwargs: Any) -> list[Document]:
        """The documents of these ids that are there."""
        return await self.vectorstore.aget_by_ids(ids, **kwargs)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        return self.vectorstore.search(query, self.search_type, **{**self.search_kwargs, **kwargs})

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        told = {**self.search_kwargs, **kwargs}
        return await self.vectorstore.asearch(query, self.search_type, **told)


def _check_some(ids: list[str] | None, given: dict[str, Any]) -> None:
    if ids is None and given.get("filter") is None:
        raise ValueError("Give ids or a filter; vectorstore.delete_all() deletes everything.")


def _deleted(count: int) -> DeleteResponse:
    return DeleteResponse(num_deleted=count, num_failed=0, failed=[])
