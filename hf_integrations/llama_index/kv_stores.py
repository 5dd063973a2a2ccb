"""LlamaIndex's key-value, document and index stores, in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from llama_index.core.storage.docstore.keyval_docstore import KVDocumentStore
from llama_index.core.storage.index_store.keyval_index_store import KVIndexStore
from llama_index.core.storage.kvstore.types import (
    DEFAULT_BATCH_SIZE,
    DEFAULT_COLLECTION,
    BaseKVStore,
)

from hf_integrations.closing import Closing
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector.keyed import Entry
from hf_integrations.ruvvector.pair import Pair

NAME = "llama_index"  # of the table, after `ruvkeyed_`
BATCH = 1_000  # documents that are stored in one transaction


class RuvKVStore(Closing, BaseKVStore):
    """JSON objects by key in PostgreSQL, plain and in asyncio; needs no pgvector.

    Making it connects to nothing; the table is made by the first write, and holds any number of
    collections.

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        name: the name of the table, after `ruvkeyed_`.
        store: a ready `hf_integrations.ruvvector.KeyedStore`, instead of all this; never closed
            here.
        async_store: a ready `AsyncKeyedStore` for the awaited methods.
        **settings: any other argument of `hf_integrations.ruvvector.KeyedStore` but `namespace`:
            each collection is one.

    Raises:
        ConfigurationError: psycopg is not installed, or the settings cannot work.
    """

    def __init__(
        self,
        dsn: str | None = None,
        name: str | None = None,
        *,
        store: Any = None,
        async_store: Any = None,
        **settings: Any,
    ) -> None:
        if store is None and async_store is None:
            name = name or NAME
        ready = [one._state.namespace for one in (store, async_store) if one is not None]
        if any([*ready, settings.get("namespace")]):
            raise ConfigurationError(
                "namespace: each collection is a namespace of its own here, so none is above them.",
                hint="Keep tenants apart by name=, schema= or their collections' names.",
            )
        self._pair = Pair(
            "KeyedStore", type(self).__name__, store=store, async_store=async_store, dsn=dsn,
            name=name, **settings,
        )  # fmt: skip

    def put(self, key: str, val: dict[str, Any], collection: str = DEFAULT_COLLECTION) -> None:
        """Store an object under a key; what is there is replaced."""
        self.put_all([(key, val)], collection)

    async def aput(
        self, key: str, val: dict[str, Any], collection: str = DEFAULT_COLLECTION
    ) -> None:
        """`put`, awaited."""
        await self.aput_all([(key, val)], collection)

    def put_all(
        self,
        kv_pairs: Sequence[tuple[str, dict[str, Any]]],
        collection: str = DEFAULT_COLLECTION,
        batch_size: int = DEFAULT_BATCH_SIZE,
    ) -> None:
        """Store objects under their keys, all or none; a batch size is not needed for that."""
        self._pair.plain.within(collection).put(_encoded(kv_pairs))

    async def aput_all(
        self,
        kv_pairs: Sequence[tuple[str, dict[str, Any]]],
        collection: str = DEFAULT_COLLECTION,
        batch_size: int = DEFAULT_BATCH_SIZE,
    ) -> None:
        """`put_all`, awaited."""
        await self._pair.waiting.within(collection).put(_encoded(kv_pairs))

    def get(self, key: str, collection: str = DEFAULT_COLLECTION) -> dict[str, Any] | None:
        """The object under a key, or None."""
        return _decoded(self._pair.plain.within(collection).get([key]))

    async def aget(self, key: str, collection: str = DEFAULT_COLLECTION) -> dict[str, Any] | None:
        """`get`, awaited."""
        return _decoded(await self._pair.waiting.within(collection).get([key]))

    def get_all(self, collection: str = DEFAULT_COLLECTION) -> dict[str, dict[str, Any]]:
        """Everything in a collection, in the order of keys."""
        pages = self._pair.plain.within(collection).scan()
        return {key: val for page in pages for key, val in _items(page)}

    async def aget_all(self, collection: str = DEFAULT_COLLECTION) -> dict[str, dict[str, Any]]:
        """`get_all`, awaited."""
        pages = self._pair.waiting.within(collection).scan()
        return {key: val async for page in pages for key, val in _items(page)}

    def delete(self, key: str, collection: str = DEFAULT_COLLECTION) -> bool:
        """Delete a key; whether it was there."""
        return bool(self._pair.plain.within(collection).delete([key]))

    async def adelete(self, key: str, collection: str = DEFAULT_COLLECTION) -> bool:
        """`delete`, awaited."""
        return bool(await self._pair.waiting.within(collection).delete([key]))

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self._pair.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self._pair.aclose()


class _Kept(Closing):
    """A store of LlamaIndex's over a `RuvKVStore` of its own."""

    kv_store: RuvKVStore

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self.kv_store.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self.kv_store.aclose()


class RuvDocumentStore(_Kept, KVDocumentStore):
    """Nodes and documents in PostgreSQL, as LlamaIndex's document store.

    For `StorageContext`, and for `IngestionPipeline`, which by it embeds only what has changed.

    Args:
        dsn, name, store, async_store, **settings: as for `RuvKVStore`.
        namespace: keeps several document stores in one table apart.
    """

    def __init__(
        self, dsn: str | None = None, name: str | None = None, *, namespace: str | None = None,
        **settings: Any,
    ) -> None:  # fmt: skip
        self.kv_store = RuvKVStore(dsn, name, **settings)
        super().__init__(self.kv_store, namespace, batch_size=BATCH)


class RuvIndexStore(_Kept, KVIndexStore):
    """What LlamaIndex knows of its indices, in PostgreSQL.

    Args:
        dsn, name, store, async_store, **settings: as for `RuvKVStore`.
        namespace: keeps several index stores in one table apart; a document store may have the
            same.
    """

    def __init__(
        self, dsn: str | None = None, name: str | None = None, *, namespace: str | None = None,
        **settings: Any,
    ) -> None:  # fmt: skip
        self.kv_store = RuvKVStore(dsn, name, **settings)
        # LlamaIndex's own suffix is that of documents, too, which would then be read as indices.
        super().__init__(self.kv_store, namespace, collection_suffix="/indices")


def _encoded(pairs: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, bytes]:
    return {key: _json(key, value) for key, value in pairs}


def _json(key: str, value: dict[str, Any]) -> bytes:
    try:
        return json.dumps(value).encode()
    except (TypeError, ValueError) as error:
        raise ValidationError(f"the value of {key!r:.60} is no JSON object: {error}") from error


def _decoded(values: Sequence[bytes | None]) -> dict[str, Any] | None:
    (value,) = values
    return None if value is None else json.loads(value)


def _items(page: Sequence[Entry]) -> Iterable[tuple[str, dict[str, Any]]]:
    return ((entry.key, json.loads(entry.value)) for entry in page)
