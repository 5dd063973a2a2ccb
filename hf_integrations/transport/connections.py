"""The engines of a client and of its views: one in plain Python, one for each event loop."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import AsyncEngine, Engine
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


class Connections:
    """Makes engines when they are first needed; the last holder to let go closes them.

    Nothing is made before it is needed, so a client that was never used has nothing to close.
    """

    def __init__(self, settings: EngineSettings, http_client: object = None) -> None:
        self._settings = settings
        self._http_client = http_client
        self._lock = threading.Lock()
        self._holders = 1
        self._engine: Engine | None = None
        self._engines: weakref.WeakKeyDictionary[AbstractEventLoop, AsyncEngine] = (
            weakref.WeakKeyDictionary()
        )

    def hold(self) -> Connections:
        """One more holder."""
        with self._lock:
            self._holders += 1
        return self

    def engine(self) -> Engine:
        """The plain engine, for any thread."""
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    self._check_open()
                    self._engine = make_engine(self._settings, http_client=self._http_client)
        return self._engine

    def async_engine(self) -> AsyncEngine:
        """The engine of the running event loop; those of loops that are gone are let go."""
        import asyncio

        loop = asyncio.get_running_loop()
        engine = self._engines.get(loop)
        if engine is None:
            with self._lock:
                self._check_open()
                self._drop_closed_loops()
                engine = make_async_engine(self._settings, http_client=self._http_client)
                self._engines[loop] = engine
        return engine

    def release(self) -> None:
        """One holder less; the last closes every connection."""
        if self._let_go():
            engine, self._engine = self._engine, None
            for other in list(self._engines.values()):
                other.abandon()
            self._engines.clear()
            if engine is not None:
                engine.close()

    async def arelease(self) -> None:
        """One holder less; the last closes every connection, those of this loop in good order."""
        import asyncio

        if self._holders == 1:
            engine = self._engines.pop(asyncio.get_running_loop(), None)
            if engine is not None:
                await engine.close()
        self.release()

    def _let_go(self) -> bool:
        with self._lock:
            self._holders -= 1
            return self._holders == 0

    def _check_open(self) -> None:
        if self._holders <= 0:
            raise ConfigurationError("This client is closed; make a new one.")

    def _drop_closed_loops(self) -> None:
        for loop in [loop for loop in self._engines if loop.is_closed()]:
            self._engines.pop(loop).abandon()
