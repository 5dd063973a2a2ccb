"""Texts in, texts out: a store that embeds what it is given, by a function or by a client.

No client is imported here: anything with `embeddings.create(texts, model=…)` that answers with
`.vectors` will do, as `HfInferenceClient` and `AsyncHfInferenceClient` have it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector import reading, writing
from hf_integrations.ruvvector.arguments import listed
from hf_integrations.ruvvector.documents import content_hash, documents_of
from hf_integrations.ruvvector.indexing import ensure_index
from hf_integrations.ruvvector.state import EmbedFunction, State, embedded
from hf_integrations.ruvvector.store import AsyncRuvVectorStore, RuvVectorStore
from hf_integrations.ruvvector.work import Operation

BATCH = 256  # texts that are embedded and stored together
ID_DIGITS = 32


class HfEmbeddingStorage(RuvVectorStore):
    """A `RuvVectorStore` that takes and finds texts.

    `store(texts)` embeds and stores; `search("a text")`, `hybrid_search("a text")` and all else are
    those of the store.

    >>> from hf_integrations import HfInferenceClient
    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     client = HfInferenceClient(base_url=emulator.url, token="hf_test")
    ...     with client, HfEmbeddingStorage(client, collection="e", model="org/name") as storage:
    ...         stored = storage.store(["Honey is made by bees.", "A truck needs diesel."])
    ...         storage.search("Who makes honey?", k=1)[0].text
    'Honey is made by bees.'

    Args:
        embedder: turns n strings into n × d numbers: a function, or a client with `embeddings`.
        dsn, collection, **settings: as for `RuvVectorStore`.
        model: what embeds; needed with a client, kept with each row, and part of what makes a text
            count as changed.
        provider: who embeds; kept with each row.

    Raises:
        ConfigurationError: the embedder is neither, or a client without a model.
    """

    def __init__(
        self,
        embedder: Any,
        dsn: str | None = None,
        collection: str = "docs",
        *,
        model: str | None = None,
        provider: str | None = None,
        **settings: Any,
    ) -> None:
        self.model, self.provider = model, provider
        super().__init__(dsn, collection, embed=_embedding(embedder, model), **settings)

    def store(
        self,
        texts: Sequence[str],
        *,
        metadata: Sequence[Mapping[str, Any] | None] | None = None,
        ids: Sequence[str | None] | None = None,
    ) -> list[str]:
        """Embed and store texts; what is there unchanged is left alone, and not embedded again.

        Texts are embedded and stored 256 at a time, each time whole or not at all: what an error
        broke off, the same call completes.

        Args:
            texts: n strings.
            metadata: n dicts of JSON values, or None for none.
            ids: n ids; None makes one of text and model, so that a text is stored once.

        Returns:
            n ids, in the order of the texts.
        """
        rows = _Texts(texts, metadata, ids, self.model, self.provider)
        return self._sessions.perform(_store(self._state, rows))


class AsyncHfEmbeddingStorage(AsyncRuvVectorStore):
    """`HfEmbeddingStorage` for asyncio; the embedder may be asynchronous."""

    def __init__(
        self,
        embedder: Any,
        dsn: str | None = None,
        collection: str = "docs",
        *,
        model: str | None = None,
        provider: str | None = None,
        **settings: Any,
    ) -> None:
        self.model, self.provider = model, provider
        super().__init__(dsn, collection, embed=_async_embedding(embedder, model), **settings)

    async def store(
        self,
        texts: Sequence[str],
        *,
        metadata: Sequence[Mapping[str, Any] | None] | None = None,
        ids: Sequence[str | None] | None = None,
    ) -> list[str]:
        """Embed and store texts; see `HfEmbeddingStorage.store`."""
        rows = _Texts(texts, metadata, ids, self.model, self.provider)
        return await self._sessions.perform(_store(self._state, rows))


class _Texts:
    """What is to be stored, checked; of equal ids the last counts."""

    def __init__(
        self,
        texts: Sequence[str],
        metadata: Sequence[Mapping[str, Any] | None] | None,
        ids: Sequence[str | None] | None,
        model: str | None,
        provider: str | None,
    ) -> None:
        texts = listed("texts", texts)
        if metadata is not None:
            metadata = listed("metadata", metadata, "list, one per text")
        if ids is not None:
            ids = listed("ids", ids, "list, one per text")
        documents = documents_of(texts, metadata, ids, model)
        given = ids if ids is not None else [None] * len(documents.ids)
        self.ids = [
            content_hash(text, None, model or "")[:ID_DIGITS] if name is None else name
            for text, name in zip(texts, given, strict=True)
        ]
        self._texts, self._hashes = texts, documents.hashes()
        self._metadata = metadata if metadata is not None else [None] * len(self.ids)
        self._labels: dict[str, Any] = {"model": model, "provider": provider}

    def changed(self, stored: Mapping[str, str]) -> list[int]:
        """The rows that are not stored as they are."""
        last = {name: row for row, name in enumerate(self.ids)}
        return [row for name, row in last.items() if stored.get(name) != self._hashes[row]]

    def texts(self, rows: Sequence[int]) -> list[str]:
        """The texts of some rows."""
        return [self._texts[row] for row in rows]

    def add(self, state: State, rows: Sequence[int], vectors: Any) -> Operation[list[str]]:
        """Store some rows."""
        return writing.add(
            state,
            self.texts(rows),
            vectors,
            metadata=[self._metadata[row] for row in rows],
            ids=[self.ids[row] for row in rows],
            index="defer",
            **self._labels,
        )


def _store(state: State, rows: _Texts) -> Operation[list[str]]:
    stored = yield from reading.hashes(state, rows.ids)
    changed = rows.changed(stored)
    for start in range(0, len(changed), BATCH):
        some = changed[start : start + BATCH]
        vectors = yield from embedded(state, rows.texts(some))
        yield from rows.add(state, some, vectors)
    if changed:
        yield from ensure_index(state)
    return rows.ids


def _embedding(embedder: Any, model: str | None) -> EmbedFunction:
    is_client = _is_client(embedder, model)
    return partial(_vectors, embedder, model or "") if is_client else embedder


def _async_embedding(embedder: Any, model: str | None) -> EmbedFunction:
    is_client = _is_client(embedder, model)
    return partial(_awaited_vectors, embedder, model or "") if is_client else embedder


def _is_client(embedder: Any, model: str | None) -> bool:
    """Whether it is a client; a function is taken as it is."""
    create = getattr(getattr(embedder, "embeddings", None), "create", None)
    if create is None and not callable(embedder):
        raise ConfigurationError(
            f"embedder is a {type(embedder).__name__}; give a client, or a function from n strings "
            "to n × d numbers"
        )
    if create is not None and not model:
        raise ConfigurationError("model is missing; name the model that the client embeds with")
    return create is not None


def _vectors(client: Any, model: str, texts: list[str]) -> Any:
    answer = client.embeddings.create(texts, model=model)
    if inspect.iscoroutine(answer):
        answer.close()
        raise ValidationError("the client is asynchronous; AsyncHfEmbeddingStorage takes it")
    return answer.vectors


async def _awaited_vectors(client: Any, model: str, texts: list[str]) -> Any:
    import asyncio  # not for those who only import the package

    create = client.embeddings.create
    answer = await asyncio.to_thread(create, texts, model=model)  # a plain client would block
    return (await answer if inspect.isawaitable(answer) else answer).vectors
