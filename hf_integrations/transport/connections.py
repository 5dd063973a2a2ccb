"""The engines of a client and of its views: one in plain Python, one for each event loop."""

from __future__ import annotations

import os
import threading
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import AsyncEngine, Engine
from hf_integrations.transport.engines import (
    EngineKind,
    EngineSettings,
    make_async_engine,
    make_engine,
)

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from hf_integrations.transport.engines.kept import Pool


class Connections:
    """One holder's share in engines that others may share; the last to let go closes them.

    A client and each of its views is a holder. One that is gone without having let go no longer
    counts. Nothing is made before it is needed.
    """

    def __init__(self, settings: EngineSettings, http_client: object = None) -> None:
        self._open = True
        self._engines = _Engines(settings, http_client)
        self._engines.join(self)

    @property
    def http_client(self) -> object:
        """The caller's own client, if one is to be sent with."""
        return self._engines.http_client

    def hold(self) -> Connections:
        """One more holder of the same engines."""
        self._check_open()
        other = object.__new__(Connections)
        other._open = True
        other._engines = self._engines
        self._engines.join(other)
        return other

    def engine(self) -> Engine:
        """The plain engine, for any thread."""
        self._check_open()
        return self._engines.plain()

    def async_engine(self) -> AsyncEngine:
        """The engine of the running event loop; those of loops that are gone are let go."""
        self._check_open()
        return self._engines.of_running_loop()

    def pool(self) -> Pool:
        """The connections of all engines that say so: those on Python's own library do."""
        return self._engines.pool()

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._leave():
            self._engines.close()

    async def arelease(self) -> None:
        """Let go; what belongs to the running loop is closed when this returns."""
        if self._leave():
            await self._engines.aclose()

    def _leave(self) -> bool:
        """Whether this was the last holder, now that it leaves."""
        was_open, self._open = self._open, False
        return was_open and self._engines.leave(self)

    def _check_open(self) -> None:
        if not self._open:
            raise _closed()


class _Engines:
    """The engines themselves."""

    def __init__(self, settings: EngineSettings, http_client: object) -> None:
        self._settings = settings
        self.http_client = http_client
        self._lock = threading.Lock()
        self._holders: weakref.WeakSet[Connections] = weakref.WeakSet()
        self._forks = _Forks.count
        self._plain: Engine | None = None
        self._of_loops: dict[AbstractEventLoop, AsyncEngine] = {}
        self._closed = False

    def join(self, holder: Connections) -> None:
        with self._lock:
            self._holders.add(holder)

    def leave(self, holder: Connections) -> bool:
        """Whether nobody is left."""
        with self._lock:
            self._holders.discard(holder)
            return not self._holders

    def plain(self) -> Engine:
        if self._forks != _Forks.count:
            self._begin_anew()
        engine = self._plain
        if engine is None:
            with self._lock:
                self._check_open()
                engine = self._plain or self._new_plain()
                self._plain = engine
        return engine

    def of_running_loop(self) -> AsyncEngine:
        import asyncio

        if self._forks != _Forks.count:
            self._begin_anew()
        loop = asyncio.get_running_loop()
        engine = self._of_loops.get(loop)
        if engine is None:
            with self._lock:
                self._check_open()
                self._drop_closed_loops()
                engine = self._new_of_loop()
                self._of_loops[loop] = engine
        return engine

    def pool(self) -> Pool:
        from hf_integrations.transport.engines.kept import Pool

        if self._forks != _Forks.count:
            return Pool()  # the connections of the process that this one was forked from
        with self._lock:
            engines: list[Any] = [self._plain, *self._of_loops.values()]
        return sum((one.pool() for one in engines if one is not None), Pool())

    def _new_plain(self) -> Engine:
        from hf_integrations.transport.engines.errands import ErrandEngine

        engine = make_engine(self._usable("httpx"), http_client=self.http_client)
        return ErrandEngine(engine, self._settings)

    def _new_of_loop(self) -> AsyncEngine:
        from hf_integrations.transport.engines.errands import AsyncErrandEngine

        engine = make_async_engine(self._usable("auto"), http_client=self.http_client)
        return AsyncErrandEngine(engine, self._settings)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            plain, self._plain = self._plain, None
            others, self._of_loops = self._of_loops, {}
        for engine in others.values():
            engine.abandon()
        if plain is not None:
            plain.close()

    async def aclose(self) -> None:
        import asyncio

        with self._lock:
            mine = self._of_loops.pop(asyncio.get_running_loop(), None)
        try:
            if mine is not None:
                await mine.close()
        finally:
            self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise _closed()

    def _drop_closed_loops(self) -> None:
        for loop in [loop for loop in self._of_loops if loop.is_closed()]:
            self._of_loops.pop(loop).abandon()

    def _begin_anew(self) -> None:
        """Leave to the parent of this forked process what is the parent's, locks included."""
        _Forks.left_behind.append((self._plain, self._of_loops))
        self._plain, self._of_loops = None, {}
        self._lock = threading.Lock()
        self._forks = _Forks.count

    def _usable(self, auto: EngineKind) -> EngineSettings:
        """The settings; in a forked process with an engine that works there, `auto` by choice."""
        _Forks.matter = True
        if not _Forks.count or self.http_client is not None:
            return self._settings
        if self._settings.kind == "pyreqwest":
            raise ConfigurationError(
                "http_engine: pyreqwest does not work in a process that was forked after it had "
                "been used.",
                hint="Start processes by 'spawn', or choose http_engine='auto'.",
            )
        return (
            replace(self._settings, kind=auto) if self._settings.kind == "auto" else self._settings
        )


class _Forks:
    """What this process is to know about having been forked.

    Attributes:
        matter: an engine has been made; connections and threads do not survive a fork.
        count: how often this process or an ancestor was forked when that mattered.
        left_behind: what belongs to the parent; kept, as even to delete it would disturb that.
    """

    matter = False
    count = 0
    left_behind: list[object] = []  # noqa: RUF012 - one for the process

    @classmethod
    def after_in_child(cls) -> None:
        cls.count += cls.matter


# Windows, which does not fork, lacks the function.
getattr(os, "register_at_fork", dict)(after_in_child=_Forks.after_in_child)


def _closed() -> ConfigurationError:
    return ConfigurationError("This client is closed; make a new one.")
