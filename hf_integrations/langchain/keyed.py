"""A keyed store as components use it: how it is made and closed, in both colours."""

from __future__ import annotations

from typing import Any

from hf_integrations.closing import Closing
from hf_integrations.ruvvector.pair import Pair


class Keyed(Closing):
    """A keyed store in both colours, and how it is made and closed."""

    _DEFAULT = "keys"

    def __init__(
        self,
        dsn: str | None = None,
        *,
        name: str | None = None,
        namespace: str | None = None,
        store: Any = None,
        async_store: Any = None,
        **settings: Any,
    ) -> None:
        """Connects to nothing; the table is made by the first write.

        Args:
            dsn: a connection string; without one DATABASE_URL, and without that the embedded
                PostgreSQL of the `local` extra.
            name: the name of the table, after `ruvkeyed_`.
            namespace: whose keys these are, in a table that several share.
            store: a ready `KeyedStore`, instead of all this; never closed here.
            async_store: a ready `AsyncKeyedStore` for the asyncio methods.
            **settings: any other argument of `hf_integrations.ruvvector.KeyedStore`.

        Raises:
            ConfigurationError: psycopg is not installed, or the settings cannot work.
        """
        given = store is not None or async_store is not None
        self._pair = Pair(
            "KeyedStore", type(self).__name__, store=store, async_store=async_store, dsn=dsn,
            name=name or (None if given else self._DEFAULT), namespace=namespace, **settings,
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections of the plain methods that were made here."""
        self._pair.close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        await self._pair.aclose()
