"""The engine on httpx, which always works, and on a client the caller gives; its only door.

httpx slows down with what a client has in flight, so its own clients are small and many
(`Shards`). A client that was given, httpx's or httpx2's, is used as it is, for a bounded number of
whole exchanges at a time, and never closed.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from functools import cached_property, partial
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLContext
from typing import Any, TypeAlias

import httpx

from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.flow import AsyncBody, Request, Response, SyncBody, Timeout
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.gathering import agathered, gathered
from hf_integrations.transport.engines.headers import joined
from hf_integrations.transport.engines.loop_end import LoopEnd, soon
from hf_integrations.transport.engines.proxies import past_proxies
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.shards import Lent, Place, Shards
from hf_integrations.transport.engines.trust import ssl_context

# Measured in docs/engines.md: what a httpx client does per second falls from 8 in flight on.
PLACES = 8

# Exchanges at a time in a client that was given. More would queue in its pool (100 connections
# unless its owner said otherwise), which is what makes httpx collapse; fewer would make calls
# to a slow model wait for each other. Streams take no place, as they may stay open for long.
GIVEN_PLACES = 64

# An object of httpx or httpx2: the two have the same names and no common class.
Either: TypeAlias = Any
Pools: TypeAlias = Shards[Either] | Lent[Either]


class HttpxEngine:
    """Plain, from any number of threads."""

    def __init__(self, settings: EngineSettings, http_client: object | None = None) -> None:
        if http_client is None:
            parts = _Parts(settings)
            self._library = _Library(httpx)
            self._pools: Pools = Shards(lambda n: parts.into(httpx.Client, n), places=PLACES)
        else:
            self._library = _Library(_module_of(http_client, "Client"))
            self._pools = Lent(http_client)
        self._gate = nullcontext() if http_client is None else threading.Semaphore(GIVEN_PLACES)

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        with self._gate:
            return self._opened(request).whole()

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        body = self._opened(request)
        return body if 200 <= body.status < 300 else body.whole()

    def close(self) -> None:
        """Close every connection of its own; a second call does nothing."""
        for client in self._pools.drain():
            client.close()

    def _opened(self, request: Request) -> _Body:
        deadline = _Deadline(request.timeout)
        use = _Use(self._library, self._pools, request)
        try:
            message = self._library.message(use.client, request)
            answer = use.client.send(message, stream=True, follow_redirects=False)
        except BaseException as error:
            use.end()
            use.raise_translated(error)
            raise
        deadline.shorten(message)
        return _Body(use, answer, deadline)


class AsyncHttpxEngine:
    """In asyncio, within one event loop."""

    def __init__(self, settings: EngineSettings, http_client: object | None = None) -> None:
        if http_client is None:
            parts = _Parts(settings)
            self._library = _Library(httpx)
            self._pools: Pools = Shards(lambda n: parts.into(httpx.AsyncClient, n), places=PLACES)
        else:
            self._library = _Library(_module_of(http_client, "AsyncClient"))
            self._pools = Lent(http_client)
        self._gate = nullcontext() if http_client is None else asyncio.Semaphore(GIVEN_PLACES)
        self._end = LoopEnd(partial(_close_all, self._pools))

    async def send(self, request: Request) -> Response:
        """One whole exchange."""
        async with self._gate:
            try:
                async with asyncio.timeout(request.timeout.total):
                    return await (await self._opened(request)).whole()
            except TimeoutError as error:
                raise faults.too_late(request, "total") from error

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        body = await self._opened(request)
        return body if 200 <= body.status < 300 else await body.whole()

    async def close(self) -> None:
        """Close every connection of its own; a second call does nothing."""
        await self._end.now()

    def abandon(self) -> None:
        """Let every connection go from outside the loop, which may be closed already."""
        self._end.later()

    async def _opened(self, request: Request) -> _AsyncBody:
        await self._end.watch()
        use = _Use(self._library, self._pools, request)
        try:
            message = self._library.message(use.client, request)
            answer = await use.client.send(message, stream=True, follow_redirects=False)
        except BaseException as error:
            use.end()
            use.raise_translated(error)
            raise
        return _AsyncBody(use, answer)


class _Body:
    """An open response."""

    __slots__ = ("_answer", "_deadline", "_use", "headers", "status")

    def __init__(self, use: _Use, answer: Either, deadline: _Deadline) -> None:
        self.status: int = answer.status_code
        self.headers = joined(answer.headers.multi_items())
        self._answer, self._deadline, self._use = answer, deadline, use

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._answer.iter_bytes():
                yield chunk
                if self._deadline.over():
                    raise faults.too_late(self._use.request, "total")
        except self._use.failures as error:
            self._use.raise_translated(error, body=True)
            raise

    def whole(self) -> Response:
        """Read to the end and close."""
        try:
            body = gathered(self._use.request, self, self)
            return Response(self.status, self.headers, body)
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        self._answer.close()
        self._use.end()


class _AsyncBody:
    """An open response in asyncio."""

    __slots__ = ("_answer", "_loop", "_use", "headers", "status")

    def __init__(self, use: _Use, answer: Either) -> None:
        self.status: int = answer.status_code
        self.headers = joined(answer.headers.multi_items())
        self._answer = answer
        self._loop = asyncio.get_running_loop()
        self._use = use

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.aiter_bytes():
                yield chunk
        except self._use.failures as error:
            self._use.raise_translated(error, body=True)
            raise

    async def whole(self) -> Response:
        """Read to the end and close."""
        try:
            body = await agathered(self._use.request, self, self)
            return Response(self.status, self.headers, body)
        finally:
            await self.close()

    async def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        try:
            await self._answer.aclose()
        finally:
            self._use.end()

    def abandon(self) -> None:
        """Cut the connection from where nothing can be awaited; a second call does nothing."""
        soon(self._loop, self.close)


async def _close_all(pools: Pools) -> None:
    for client in pools.drain():
        await client.aclose()


class _Parts:
    """What all clients of an engine have in common."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    @cached_property
    def _context(self) -> SSLContext:
        return ssl_context(self._settings)

    def into(self, make: type[Either], number: int) -> Either:
        """A client; only the first few keep unused connections, so that the sum is as asked."""
        settings = self._settings
        kept = min(max(settings.pool_size_per_host - number * PLACES, 0), PLACES)
        limits = httpx.Limits(
            max_connections=None,
            max_keepalive_connections=kept,
            keepalive_expiry=settings.pool_idle_timeout,
        )
        try:
            client = make(verify=self._context, limits=limits, mounts=past_proxies(settings))
        except (ImportError, ValueError) as error:
            hint = "Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; SOCKS needs `pip install socksio`."
            raise ConfigurationError("a proxy of the environment is unusable", hint=hint) from error
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


class _Library:
    """httpx or httpx2: how one speaks to it, and what it raises."""

    def __init__(self, module: Either) -> None:
        self.module = module
        # RuntimeError stands for a client that is closed; OSError for what anyio lets through
        # of TLS, such as a server that wants a client's certificate.
        self.failures = (module.HTTPError, module.InvalidURL, RuntimeError, OSError)

    def message(self, client: Either, request: Request) -> Either:
        """The request in the library's own type."""
        if faults.illegal_header(request) is not None:
            raise faults.malformed(request)
        return client.build_request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body or None,
            timeout=self._timeout(request.timeout),
        )

    def _timeout(self, timeout: Timeout) -> Either:
        silence = timeout.total if timeout.silence is None else timeout.silence
        return self.module.Timeout(silence, connect=timeout.connect)

    def phase(self, error: BaseException, timeout: Timeout) -> faults.Phase:
        """Which clock ran out."""
        if isinstance(error, self.module.ConnectTimeout):
            return "connect"
        if isinstance(error, self.module.PoolTimeout):
            return "place"
        return "total" if timeout.silence is None else "silence"


class _Use:
    """A request's use of a client, from taking a place in it to giving that back."""

    __slots__ = ("_library", "_place", "_pools", "client", "failures", "request")

    def __init__(self, library: _Library, pools: Pools, request: Request) -> None:
        place = pools.take()
        if place is None:
            raise faults.closed(request)
        self._library = library
        self._place: Place[Either] | None = place
        self._pools = pools
        self.client = place.pool
        self.failures = library.failures
        self.request = request

    def end(self) -> None:
        """Give the place back; a second call does nothing."""
        place, self._place = self._place, None
        if place is not None:
            self._pools.give(place)

    def raise_translated(self, error: BaseException, *, body: bool = False) -> None:
        """Raise what the library raises by contract as ours; the rest is left to fly as it is."""
        fault = self._translated(error, body)
        if fault is not None:
            raise fault from error

    def _translated(self, error: BaseException, body: bool) -> HfError | None:
        module = self._library.module
        if isinstance(error, RuntimeError) and self.client.is_closed:
            return faults.closed(self.request)
        if isinstance(error, module.TimeoutException):
            return faults.too_late(self.request, self._library.phase(error, self.request.timeout))
        if isinstance(error, module.InvalidURL | module.UnsupportedProtocol):
            return faults.malformed(self.request)
        if isinstance(error, module.HTTPError | OSError):
            reason = str(error) or type(error).__name__
            fault = faults.cut_off if body else faults.no_answer
            return fault(self.request, reason)
        return None


class _Deadline:
    """The end of a whole exchange, for a library that has only a timeout per read."""

    __slots__ = ("_end",)

    def __init__(self, timeout: Timeout) -> None:
        self._end = None if timeout.total is None else time.monotonic() + timeout.total

    def over(self) -> bool:
        """Whether it has passed."""
        return self._end is not None and time.monotonic() > self._end

    def shorten(self, message: Either) -> None:
        """Give the reads of the body what is left; httpcore looks here when the body begins."""
        if self._end is not None:
            message.extensions["timeout"]["read"] = max(self._end - time.monotonic(), 0.001)


def _module_of(client: object, name: str) -> Either:
    """The library, httpx or httpx2, a client's class comes from; neither is imported for it."""
    for cls in type(client).__mro__:
        library = cls.__module__.partition(".")[0]
        if library in {"httpx", "httpx2"} and cls.__name__ == name:
            return sys.modules[library]
    raise ConfigurationError(
        f"http_client is a {type(client).__name__}, not a httpx.{name}.",
        hint=f"Give a `httpx.{name}` or `httpx2.{name}`, or leave http_client out.",
    )
