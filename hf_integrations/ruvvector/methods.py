"""An operation as a method: plain on a plain store, awaitable on one for asyncio."""

from __future__ import annotations

import functools
import types
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector.reach import AsyncLeftBehind, LeftBehind, Reach
from hf_integrations.ruvvector.series import Series, each_awaited, each_in_turn
from hf_integrations.ruvvector.work import Operation

if TYPE_CHECKING:
    from hf_integrations.ruvvector.async_sessions import AsyncSessions
    from hf_integrations.ruvvector.pools import AsyncPool as AsyncPool
    from hf_integrations.ruvvector.pools import Pool as Pool
    from hf_integrations.ruvvector.server import Server
    from hf_integrations.ruvvector.sessions import Sessions
    from hf_integrations.ruvvector.state import EmbedFunction
else:
    Pool = AsyncPool = Any  # what psycopg_pool knows; it is needed by the first store only

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
INSTALL = "pip install 'hf-integrations[ruvvector]'"


class Store(ABC):
    """What has settings, and sessions that perform.

    A deep copy has connections of its own to the same server; a pickle neither these nor the DSN:
    where it is read, DATABASE_URL is asked.
    """

    _state: Any
    _sessions: Any
    _reach: Reach

    def _connect(
        self,
        dsn: str | None,
        pool: Any,
        embed: EmbedFunction | None = None,
        *,
        connect_timeout: float,
        pool_size: int,
        prepared_statements: bool | None,
    ) -> None:
        """Make the sessions of this colour; nothing is connected yet."""
        with psycopg_needed():
            server = _server_of(
                dsn, pool, connect_timeout=connect_timeout, pool_size=pool_size,
                prepared_statements=prepared_statements,
            )  # fmt: skip
        self._reach = Reach(server, pool, embed, at_home=dsn is None)
        self._open(self._reach)

    @abstractmethod
    def _open(self, reach: Reach) -> None:
        """Make the sessions of this colour."""

    def _beside(self) -> Self:
        """A view over the same connections."""
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        return view

    def __copy__(self) -> Self:
        return self._beside()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made = self._beside()
        made._state = replace(self._state)
        made._open(self._reach)
        return made

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.__dict__.items() if name != "_sessions"}
        return kept | {"_state": replace(self._state), "_reach": self._reach.pickled()}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        with psycopg_needed():
            self.__dict__.update(kept, _reach=kept["_reach"].found())
        self._open(self._reach)


class Plain(Store):
    """A store whose methods are plain."""

    _sessions: Sessions | LeftBehind

    def _open(self, reach: Reach) -> None:
        if reach.server is None:
            self._sessions = LeftBehind()
            return
        from hf_integrations.ruvvector.sessions import Sessions

        self._sessions = Sessions(reach.server, reach.pool, reach.embed)

    def close(self) -> None:
        """Close the own connections; a second call does nothing."""
        self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Awaited(Store):
    """A store whose methods are awaited."""

    _sessions: AsyncSessions | AsyncLeftBehind

    def _open(self, reach: Reach) -> None:
        if reach.server is None:
            self._sessions = AsyncLeftBehind()
            return
        from hf_integrations.ruvvector.async_sessions import AsyncSessions

        self._sessions = AsyncSessions(reach.server, reach.pool, reach.embed)

    async def close(self) -> None:
        """Close the own connections; a second call does nothing."""
        await self._sessions.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class method(Generic[P, T]):
    """An operation as a method: plain on a `Plain` store, awaitable on an `Awaited` one."""

    def __init__(self, operation: Callable[Concatenate[S, P], Operation[T]]) -> None:
        @functools.wraps(operation)
        def call(store: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return store._sessions.perform(operation(store._state, *args, **kwargs))

        self._call = call

    @overload
    def __get__(self, store: None, owner: Any = None) -> Callable[..., Any]: ...
    @overload
    def __get__(self, store: Plain, owner: Any = None) -> Callable[P, T]: ...
    @overload
    def __get__(self, store: Awaited, owner: Any = None) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, store: Any, owner: Any = None) -> Any:
        """The method of one store."""
        return self._call if store is None else types.MethodType(self._call, store)


class series(Generic[P, T]):
    """A pass over what is stored as a method: an iterator, asynchronous on an `Awaited` store."""

    def __init__(self, start: Callable[Concatenate[S, P], Series[T]]) -> None:
        @functools.wraps(start)
        def call(store: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            each = each_awaited if isinstance(store, Awaited) else each_in_turn
            return each(store._sessions.perform, start(store._state, *args, **kwargs))

        self._call = call

    @overload
    def __get__(self, store: None, owner: Any = None) -> Callable[..., Any]: ...
    @overload
    def __get__(self, store: Plain, owner: Any = None) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, store: Awaited, owner: Any = None) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, store: Any, owner: Any = None) -> Any:
        """The method of one store."""
        return self._call if store is None else types.MethodType(self._call, store)


class psycopg_needed:
    """Turns a missing psycopg into a sentence that says what to install."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, ImportError):
            raise ConfigurationError(f"the store needs psycopg: {INSTALL}") from error


def _server_of(dsn: str | None, pool: Any, **settings: Any) -> Server:
    """The `Server` behind a DSN or a caller's pool.

    Raises:
        ConfigurationError: both were given, or what was given cannot work.
    """
    from hf_integrations.ruvvector.server import Server, server_for

    if pool is not None and dsn is not None:
        raise ConfigurationError("dsn and pool were both given; a pool brings its own server")
    if pool is not None:
        conninfo = getattr(pool, "conninfo", "")  # or a function that makes one
        return Server(conninfo if isinstance(conninfo, str) else "", **settings)
    return server_for(dsn, **settings)
