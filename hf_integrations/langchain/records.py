"""`RuvRecordManager`: what was indexed when, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.indexing import RecordManager

from hf_integrations.errors import StoreError
from hf_integrations.langchain.keyed import Keyed


class RuvRecordManager(Keyed, RecordManager):
    """What was indexed when, in PostgreSQL, for LangChain's `index` and `aindex`.

    Args:
        namespace: which index the records are of, such as `ruvvector/docs`; also within the
            table of a ready store, whatever that store's own namespace is.
        dsn: and all the rest: as for `RuvByteStore`.
    """

    _DEFAULT = "records"

    def __init__(self, namespace: str, dsn: str | None = None, **settings: Any) -> None:
        ready = {
            name: settings[name].within(namespace)
            for name in ("store", "async_store")
            if settings.get(name) is not None
        }
        super().__init__(dsn, namespace=None if ready else namespace, **{**settings, **ready})
        RecordManager.__init__(self, namespace)

    def create_schema(self) -> None:
        """Nothing: the table is made by the first write."""

    async def acreate_schema(self) -> None:
        """Nothing: the table is made by the first write."""

    def get_time(self) -> float:
        """The time of the server, in seconds since 1970."""
        now: float = self._pair.plain.now()
        return now

    async def aget_time(self) -> float:
        """The time of the server, in seconds since 1970."""
        now: float = await self._pair.waiting.now()
        return now

    def update(
        self,
        keys: Sequence[str],
        *,
        group_ids: Sequence[str | None] | None = None,
        time_at_least: float | None = None,
    ) -> None:
        """Note that these were indexed now.

        Raises:
            ValueError: there is not one group for each key.
            StoreError: the clock of the server is behind `time_at_least`.
        """
        labels = _labels(keys, group_ids)
        if time_at_least is not None:
            _check_clock(self.get_time(), time_at_least)
        self._pair.plain.put(dict.fromkeys(keys, b""), labels=labels)

    async def aupdate(
        self,
        keys: Sequence[str],
        *,
        group_ids: Sequence[str | None] | None = None,
        time_at_least: float | None = None,
    ) -> None:
        """Note that these were indexed now; see `update`."""
        labels = _labels(keys, group_ids)
        if time_at_least is not None:
            _check_clock(await self.aget_time(), time_at_least)
        await self._pair.waiting.put(dict.fromkeys(keys, b""), labels=labels)

    def exists(self, keys: Sequence[str]) -> list[bool]:
        """Whether each was indexed."""
        found: list[bool] = self._pair.plain.has(keys)
        return found

    async def aexists(self, keys: Sequence[str]) -> list[bool]:
        """Whether each was indexed."""
        found: list[bool] = await self._pair.waiting.has(keys)
        return found

    def list_keys(
        self,
        *,
        before: float | None = None,
        after: float | None = None,
        group_ids: Sequence[str | None] | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """What was indexed in a time or of some groups, at most `limit` of it."""
        keys: list[str] = []
        for batch in self._pair.plain.scan(**_wanted(before, after, group_ids, limit)):
            keys += [entry.key for entry in batch]
            if limit is not None and len(keys) >= limit:
                break
        return keys[:limit]

    async def alist_keys(
        self,
        *,
        before: float | None = None,
        after: float | None = None,
        group_ids: Sequence[str | None] | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """What was indexed in a time or of some groups, at most `limit` of it."""
        keys: list[str] = []
        async for batch in self._pair.waiting.scan(**_wanted(before, after, group_ids, limit)):
            keys += [entry.key for entry in batch]
            if limit is not None and len(keys) >= limit:
                break
        return keys[:limit]

    def delete_keys(self, keys: Sequence[str]) -> None:
        """Forget that these were indexed."""
        self._pair.plain.delete(keys)

    async def adelete_keys(self, keys: Sequence[str]) -> None:
        """Forget that these were indexed."""
        await self._pair.waiting.delete(keys)


def _labels(
    keys: Sequence[str], groups: Sequence[str | None] | None
) -> dict[str, str | None] | None:
    if groups is not None and len(groups) != len(keys):
        raise ValueError(f"{len(keys)} keys and {len(groups)} group_ids; give one for each key.")
    return None if groups is None else dict(zip(keys, groups, strict=True))


def _check_clock(now: float, least: float) -> None:
    if now < least:
        raise StoreError("The clock of the server went back; index again when it is right.")


def _wanted(
    before: float | None,
    after: float | None,
    groups: Sequence[str | None] | None,
    limit: int | None,
) -> dict[str, Any]:
    wanted = {"before": before, "after": after, "labels": groups, "include_values": False}
    return wanted if limit is None else {**wanted, "batch_size": max(1, min(limit, 1_000))}
