"""`RuvVectorStore`: the pgvector store of `hf_integrations.ruvvector` for LangChain."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from hf_integrations.closing import Closing
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.langchain.kinds import Kinds
from hf_integrations.langchain.matches import stored_documents
from hf_integrations.langchain.searching import nothing_else
from hf_integrations.langchain.vectors import adocument_vectors, document_vectors, labels
from hf_integrations.ruvvector.pair import Pair

if TYPE_CHECKING:
    from hf_integrations.ruvvector import AsyncRuvVectorStore
    from hf_integrations.ruvvector import RuvVectorStore as CoreStore
    from hf_integrations.ruvvector.filters import FilterLike


class RuvVectorStore(Closing, Kinds):
    """Documents and their vectors in PostgreSQL with pgvector, plain and in asyncio.

    Making it connects to nothing. Texts are embedded first and then stored in one transaction, so
    nothing is ever half stored; what has an id that is there takes its place. A score is greater
    for what is nearer (docs/ruvvector.md has it for each metric), a relevance from 0 to 1.

    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.langchain import HfInferenceEmbeddings
    >>> with Emulator() as emulator:
    ...     model = HfInferenceEmbeddings(model="org/name", base_url=emulator.url, token="hf_test")
    ...     store = RuvVectorStore(model, collection="from_langchain")
    ...     _ = store.add_texts(["Honey is made by bees.", "A truck needs diesel."])
    ...     store.similarity_search("Who makes honey?", k=1)[0].page_content
    ...     store.close(), model.close()
    'Honey is made by bees.'
    (None, None)

    Args:
        embedding: what makes vectors of documents and queries.
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        collection: the name of the collection, one table for each; "docs" if left out.
        store: a ready store for the plain methods, instead of all settings.
        async_store: a ready one for the asyncio methods.
        **settings: any other argument of `hf_integrations.ruvvector.RuvVectorStore`: dimensions,
            metric, type, namespace, schema, language, index_after, ef_search, pool_size, ….

    Raises:
        ConfigurationError: psycopg is not installed, or the settings cannot work.
    """

    def __init__(
        self,
        embedding: Embeddings,
        *,
        dsn: str | None = None,
        collection: str | None = None,
        store: CoreStore | None = None,
        async_store: AsyncRuvVectorStore | None = None,
        **settings: Any,
    ) -> None:
        if not isinstance(embedding, Embeddings):
            raise ConfigurationError(
                f"embedding is a {type(embedding).__name__}; give an embedding model of "
                "LangChain's, such as HfInferenceEmbeddings."
            )
        self._embedding = embedding
        if store is None and async_store is None:
            collection = "docs" if collection is None else collection
        self._pair = Pair(
            "RuvVectorStore", "RuvVectorStore", store=store, async_store=async_store, dsn=dsn,
            collection=collection, **settings,
        )  # fmt: skip
        ready = store or async_store
        self._collection = collection if ready is None else ready._state.names.collection

    @property
    def embeddings(self) -> Embeddings:
        """What makes vectors of documents and queries."""
        return self._embedding

    @property
    def store(self) -> CoreStore:
        """The store behind the plain methods."""
        made: CoreStore = self._pair.plain
        return made

    @property
    def async_store(self) -> AsyncRuvVectorStore:
        """The store behind the asyncio methods."""
        made: AsyncRuvVectorStore = self._pair.waiting
        return made

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self._pair.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self._pair.aclose()

    def __repr__(self) -> str:
        return f"RuvVectorStore({self._collection!r})"

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> Self:
        """A store with these texts in it; further arguments are those of the class."""
        made = cls(embedding, **kwargs)
        made.add_texts(texts, metadatas, ids=ids)
        return made

    @classmethod
    async def afrom_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> Self:
        """A store with these texts in it; further arguments are those of the class."""
        made = cls(embedding, **kwargs)
        await made.aadd_texts(texts, metadatas, ids=ids)
        return made

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: Sequence[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        index: Literal["auto", "defer"] = "auto",
        batch_size: int | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Embed texts and store them, all or none; returns their ids, in order.

        Args:
            texts: n strings.
            metadatas: n dicts of JSON values.
            ids: n ids; None makes one.
            index: `defer` leaves the index to a later `store.ensure_index()`.
            batch_size: how many are handed to the embedding model at a time; None hands over all,
                which ours splits by itself. They are stored in one go in any case.
            **kwargs: nothing else is taken.
        """
        nothing_else(kwargs)
        given = _texts(texts)
        vectors = document_vectors(self._embedding, given, batch_size) if given else None
        who = labels(self._embedding)
        return self.store.add(
            given, vectors, metadata=metadatas or None, ids=ids, index=index, **who
        )

    async def aadd_texts(
        self,
        texts: Iterable[str],
        metadatas: Sequence[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        index: Literal["auto", "defer"] = "auto",
        batch_size: int | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Embed texts and store them, all or none; see `add_texts`."""
        nothing_else(kwargs)
        given = _texts(texts)
        vectors = await adocument_vectors(self._embedding, given, batch_size) if given else None
        who = labels(self._embedding)
        return await self.async_store.add(
            given, vectors, metadata=metadatas or None, ids=ids, index=index, **who
        )

    def add_documents(self, documents: list[Document], **kwargs: Any) -> list[str]:
        """Embed documents and store them, all or none; see `add_texts` for further arguments.

        An id of a document is kept; where none has one, they are made.
        """
        return super().add_documents(_documents(documents), **kwargs)

    async def aadd_documents(self, documents: list[Document], **kwargs: Any) -> list[str]:
        """Embed documents and store them, all or none; see `add_documents`."""
        return await super().aadd_documents(_documents(documents), **kwargs)

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of these ids that are there."""
        return stored_documents(self.store.get(ids))

    async def aget_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of these ids that are there."""
        return stored_documents(await self.async_store.get(ids))

    def delete(
        self, ids: list[str] | None = None, *, filter: FilterLike = None, **kwargs: Any
    ) -> bool:
        """Delete by id, by filter, or what fits both; an id that is not there is no error.

        Raises:
            ValidationError: neither was given; `delete_all` deletes everything.
        """
        nothing_else(kwargs)
        self.store.delete(ids, filter=filter)
        return True

    async def adelete(
        self, ids: list[str] | None = None, *, filter: FilterLike = None, **kwargs: Any
    ) -> bool:
        """Delete by id, by filter, or what fits both; see `delete`."""
        nothing_else(kwargs)
        await self.async_store.delete(ids, filter=filter)
        return True

    def delete_all(self) -> int:
        """Delete every document; returns how many there were."""
        return self.store.delete_all()

    async def adelete_all(self) -> int:
        """Delete every document; returns how many there were."""
        return await self.async_store.delete_all()


def _documents(documents: Any) -> list[Document]:
    if isinstance(documents, str | Document) or not isinstance(documents, Iterable):
        raise ValidationError(f"documents is a {type(documents).__name__}; give a list of them.")
    found = list(documents)
    for place, one in enumerate(found):
        if not isinstance(one, Document):
            hint = "; add_texts takes strings" if isinstance(one, str) else ""
            raise ValidationError(
                f"documents[{place}] is a {type(one).__name__}; give a Document{hint}."
            )
    return found


def _texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise ValidationError("texts is a string; give a list of strings.")
    return list(texts)
