"""`RuvByteStore`: bytes by key, in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from langchain_core.stores import ByteStore

from hf_integrations.langchain.keyed import Keyed


class RuvByteStore(Keyed, ByteStore):
    """Bytes by key in PostgreSQL, for `CacheBackedEmbeddings`, document stores and the like."""

    def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values of n keys, None for what is not there."""
        found: list[bytes | None] = self._pair.plain.get(keys)
        return found

    async def amget(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values of n keys, None for what is not there."""
        found: list[bytes | None] = await self._pair.waiting.get(keys)
        return found

    def mset(self, key_value_pairs: Sequence[tuple[str, bytes]]) -> None:
        """Store values, all or none."""
        self._pair.plain.put(dict(key_value_pairs))

    async def amset(self, key_value_pairs: Sequence[tuple[str, bytes]]) -> None:
        """Store values, all or none."""
        await self._pair.waiting.put(dict(key_value_pairs))

    def mdelete(self, keys: Sequence[str]) -> None:
        """Delete keys; what is not there is no error."""
        self._pair.plain.delete(keys)

    async def amdelete(self, keys: Sequence[str]) -> None:
        """Delete keys; what is not there is no error."""
        await self._pair.waiting.delete(keys)

    def yield_keys(self, *, prefix: str | None = None) -> Iterator[str]:
        """All keys in order, or those with a prefix; they are read as they are wanted."""
        for batch in self._pair.plain.scan(prefix=prefix or "", include_values=False):
            yield from (entry.key for entry in batch)

    async def ayield_keys(self, *, prefix: str | None = None) -> AsyncIterator[str]:
        """All keys in order, or those with a prefix; they are read as they are wanted."""
        async for batch in self._pair.waiting.scan(prefix=prefix or "", include_values=False):
            for entry in batch:
                yield entry.key
