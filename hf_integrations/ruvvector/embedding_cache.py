"""Embeddings remembered in PostgreSQL: the second tier of a client's cache, shared by processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hf_integrations.ruvvector.keyed import KeyedStore


class EmbeddingCache:
    """Vectors by key in one table; pass it to a client as `embedding_cache_store=`.

    Keys say everything a vector depends on (server, model, parameters, text), so that nothing in
    it is ever wrong, only old. Texts are not stored.

    Args:
        store: where; without one, `KeyedStore(**settings)`, which is closed with this.
        **settings: those of `KeyedStore`, such as `dsn` and `schema`.
    """

    def __init__(self, store: KeyedStore | None = None, **settings: Any) -> None:
        self._own = store is None
        self._store = store or KeyedStore(**{"name": "embedding_cache"} | settings)

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

    def _delete(self, **wanted: Any) -> int:
        pages = self._store.scan(include_values=False, **wanted)
        return sum(self._store.delete([entry.key for entry in page]) for page in pages)
