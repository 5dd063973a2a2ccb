"""Embeddings remembered in PostgreSQL: the second tier of a client's cache, shared by processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector.keyed import KeyedStore


class EmbeddingCache:
    """Vectors by key in one table; pass it to a client as `embedding_cache_store=`.

    Keys say everything a vector depends on (server, model, parameters, text), so that nothing in
    it is ever wrong, only old. Texts are not stored.

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra.
        store: a ready `KeyedStore`, instead of all settings; never closed here.
        **settings: those of `KeyedStore`, such as `name` ("embedding_cache") and `schema`.

    Raises:
        ConfigurationError: the store is none, or comes with settings, or these cannot work.
    """

    def __init__(
        self, dsn: str | None = None, *, store: KeyedStore | None = None, **settings: Any
    ) -> None:
        if store is None:
            self._store = KeyedStore(dsn, **{"name": "embedding_cache"} | settings)
        elif not isinstance(store, KeyedStore):
            kind = type(store).__name__
            raise ConfigurationError(f"store is a {kind}; give a KeyedStore, or a dsn= instead")
        elif dsn is not None or settings:
            raise ConfigurationError("a ready store brings its own settings; leave the others out")
        else:
            self._store = store
        self._own = store is None

    def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """What is kept under n keys, in their order; None where there is nothing."""
        return self._store.get(keys)

    def put(self, entries: Sequence[tuple[str, bytes]], model: str) -> None:
        """Keep vectors of one model."""
        values = dict(entries)
        self._store.put(values, labels=dict.fromkeys(values, model))

    def clear(self, model: str | None = None) -> None:
        """Forget the vectors of one model, or all."""
        if model is None:
            self._store.clear()
        else:
            self._delete(labels=[model])

    def prune(self, seconds: float) -> int:
        """Forget what is older than so many seconds; how many vectors that were."""
        return self._delete(before=self._store.now() - seconds)

    def count(self) -> int:
        """How many vectors are kept."""
        return self._store.count()

    def close(self) -> None:
        """Close the store that was made here."""
        if self._own:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _delete(self, **wanted: Any) -> int:
        pages = self._store.scan(include_values=False, **wanted)
        return sum(self._store.delete([entry.key for entry in page]) for page in pages)
