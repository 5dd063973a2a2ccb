"""What a store's sessions are made of, and what becomes of it in a copy or a pickle."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import ConfigurationError

if TYPE_CHECKING:
    from hf_integrations.ruvvector.server import Server
    from hf_integrations.ruvvector.state import EmbedFunction
    from hf_integrations.ruvvector.work import Operation


@dataclass(frozen=True, slots=True)
class Reach:
    """How a store gets at its database.

    Attributes:
        server: where it is; None when that stayed behind in another process.
        pool: one of the caller's.
        embed: what turns texts into vectors.
        at_home: the server was found in the surroundings, and is looked for there again.
    """

    server: Server | None
    pool: Any
    embed: EmbedFunction | None
    at_home: bool

    def pickled(self) -> Reach:
        """What a pickle may hold of it: no DSN, as that may have a password.

        Raises:
            ConfigurationError: a pool cannot go elsewhere.
        """
        if self.pool is not None:
            raise ConfigurationError(
                "a store with a pool= of its own cannot be pickled; give it a dsn=, or make it "
                "where it is used"
            )
        return self if self.server is None else replace(self, server=replace(self.server, dsn=None))

    def found(self) -> Reach:
        """The same where a pickle is read; another database is never taken for the one it had."""
        from hf_integrations.ruvvector.server import server_for

        had = self.server
        if had is None or not (self.at_home or os.environ.get("DATABASE_URL")):
            return replace(self, server=None)
        server = server_for(
            None,
            connect_timeout=had.connect_timeout,
            pool_size=had.pool_size,
            prepared_statements=had.prepared_statements,
        )
        return replace(self, server=server)


class LeftBehind:
    """The sessions of a store whose DSN stayed behind: they say so."""

    def perform(self, operation: Operation[Any]) -> Any:
        """Refuse an operation."""
        operation.close()
        raise _left_behind()

    def close(self) -> None:
        """Nothing is open."""


class AsyncLeftBehind:
    """The same for asyncio."""

    async def perform(self, operation: Operation[Any]) -> Any:
        """Refuse an operation."""
        operation.close()
        raise _left_behind()

    async def close(self) -> None:
        """Nothing is open."""


def _left_behind() -> ConfigurationError:
    return ConfigurationError(
        "the dsn stayed behind when this store was pickled; set DATABASE_URL where it is used"
    )
