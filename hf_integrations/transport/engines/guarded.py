"""Fetching from an address that a stranger may have chosen; on httpcore, which comes with httpx.

A name is looked up once, every address it has must be public, and the connection goes to one of
just those; the name itself goes into `Host` and TLS. Each fetch has a connection of its own, no
cookies and no proxy: a proxy would look the name up itself, where nobody sees what it finds.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from ssl import SSLContext
from typing import Any, TypeAlias

import httpcore
import httpx

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.addresses import is_public
from hf_integrations.transport.engines.errands import GUARDED, Fetch
from hf_integrations.transport.engines.headers import joined
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.trust import ssl_context

Found: TypeAlias = Iterable[tuple[Any, ...]]
LookUp: TypeAlias = Callable[[str, int], Found]

# Addresses that are tried; a name with more is not worth the wait.
MOST_ADDRESSES = 4


class Guarded:
    """Plain, from any number of threads."""

    def __init__(self, settings: EngineSettings, look_up: LookUp | None = None) -> None:
        self._trust = _Trust(settings)
        self._look_up = look_up or _looked_up

    def send(self, request: Fetch) -> Response:
        """One whole exchange."""
        clock = _Clock(request)
        url = _target(request)
        with (
            _translated(request),
            httpcore.ConnectionPool(
                self._trust.context, network_backend=_Network(request, clock, self._look_up)
            ) as pool,
            pool.stream(request.method, _as_asked(url), headers=_headers(request, url)) as answer,
        ):
            body = _Body(request, answer)
            if body.is_wanted:
                for part in answer.iter_stream():
                    body.take(part)
            return body.whole()


class AsyncGuarded:
    """In asyncio, in any event loop: nothing is kept between fetches."""

    def __init__(self, settings: EngineSettings, look_up: LookUp | None = None) -> None:
        self._trust = _Trust(settings)
        self._look_up = look_up or _looked_up

    async def send(self, request: Fetch) -> Response:
        """One whole exchange."""
        url = _target(request)
        try:
            async with asyncio.timeout(request.timeout.total):
                return await self._sent(request, url)
        except TimeoutError as error:
            raise faults.too_late(request, "total") from error

    async def _sent(self, request: Fetch, url: httpx.URL) -> Response:
        async with (
            _atranslated(request),
            httpcore.AsyncConnectionPool(
                self._trust.context, network_backend=_AsyncNetwork(request, self._look_up)
            ) as pool,
            pool.stream(request.method, _as_asked(url), headers=_headers(request, url)) as answer,
        ):
            body = _Body(request, answer)
            if body.is_wanted:
                async for part in answer.aiter_stream():
                    body.take(part)
            return body.whole()


class _Trust:
    """The certificates that are trusted; the client's own is shown to no stranger."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = EngineSettings(ca_file=settings.ca_file)

    @cached_property
    def context(self) -> SSLContext:
        return ssl_context(self._settings)


class _Body:
    """A body as far as it was read, which is never further than allowed."""

    def __init__(self, request: Fetch, answer: httpcore.Response) -> None:
        self._request = request
        self._status = answer.status
        self._headers = joined(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
        )
        self._parts: list[bytes] = []
        self._left = request.max_bytes
        self.is_wanted = 200 <= answer.status < 300
        if self.is_wanted:
            self._check_head()

    def take(self, part: bytes) -> None:
        """One more piece."""
        self._left -= len(part)
        if self._left < 0:
            raise self._too_large()
        self._parts.append(part)

    def whole(self) -> Response:
        """All of it."""
        return Response(self._status, self._headers, b"".join(self._parts))

    def _check_head(self) -> None:
        length = self._headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._request.max_bytes:
            raise self._too_large()
        if self._headers.get("content-encoding", "identity").lower() != "identity":
            host = faults.host_of(self._request)
            raise ValidationError(f"{host} sends its file compressed, which was not asked for.")

    def _too_large(self) -> ValidationError:
        return ValidationError(
            f"{faults.host_of(self._request)} sends more than {self._request.max_bytes:,} bytes."
        )


class _Clock:
    """What is left of the time for a whole exchange."""

    def __init__(self, request: Fetch) -> None:
        self._request = request
        total = request.timeout.total
        self._end = None if total is None else time.monotonic() + total

    def left(self, longest: float | None = None) -> float | None:
        """Seconds, at most `longest`; raises when there are none."""
        if self._end is None:
            return longest
        left = self._end - time.monotonic()
        if left <= 0:
            raise faults.too_late(self._request, "total")
        return left if longest is None else min(left, longest)


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that were checked, by the clock."""

    def __init__(self, request: Fetch, clock: _Clock, look_up: LookUp) -> None:
        self._request = request
        self._clock = clock
        self._look_up = look_up
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one."""
        failure: Exception | None = None
        for address in _checked(self._request, _resolved(self._request, self._look_up, host, port)):
            wait = self._clock.left(self._request.timeout.connect)
            try:
                stream = self._sockets.connect_tcp(address, port, wait)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._clock)
        raise failure or httpcore.ConnectError("the name has no address")


class _Stream(httpcore.NetworkStream):
    """A connection on which no single step outlasts the whole exchange."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock
        self.close = stream.close  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, when something has."""
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it all."""
        self._stream.write(buffer, self._clock.left())

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same, encrypted; the name is the one of the URL."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.left())
        return _Stream(stream, self._clock)


class _AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked; the clock is around the whole."""

    def __init__(self, request: Fetch, look_up: LookUp) -> None:
        self._request = request
        self._look_up = look_up
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that takes one."""
        found = await asyncio.to_thread(_resolved, self._request, self._look_up, host, port)
        failure: Exception | None = None
        for address in _checked(self._request, found):
            try:
                return await self._sockets.connect_tcp(address, port, self._request.timeout.connect)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("the name has no address")


def _looked_up(host: str, port: int) -> Found:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _resolved(request: Fetch, look_up: LookUp, host: str, port: int) -> list[str]:
    """The addresses of a name, each once, in the resolver's order."""
    try:
        found = look_up(host, port)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label no name may have
        reason = getattr(error, "strerror", None) or "no such name"
        raise faults.no_answer(request, reason) from error
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def _checked(request: Fetch, addresses: list[str]) -> list[str]:
    """Those addresses, if all may be connected to: one that may not makes the name suspect."""
    if not request.allow_private and not all(is_public(address) for address in addresses):
        raise ValidationError(
            f"{faults.host_of(request)} is not on the public Internet, so it is not fetched from.",
            hint="Pass the bytes themselves; or, if you trust where the URL comes from, set "
            "allow_private_urls.",
        )
    return addresses[:MOST_ADDRESSES]


def _target(request: Fetch) -> httpx.URL:
    """The URL to ask, its name in ASCII and its path quoted."""
    try:
        url = httpx.URL(request.url.removeprefix(GUARDED))
    except httpx.InvalidURL as error:
        raise faults.malformed(request) from error
    if url.scheme not in ("http", "https") or not url.raw_host or url.userinfo:
        raise faults.malformed(request)
    return url


def _as_asked(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _headers(request: Fetch, url: httpx.URL) -> list[tuple[bytes, bytes]]:
    """Those of the request and no others; compressed, a small body could become a large one."""
    if faults.illegal_header(request) is not None:
        raise faults.malformed(request)
    own = [(b"host", url.netloc), (b"accept-encoding", b"identity"), (b"connection", b"close")]
    return own + [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers
    ]


@contextmanager
def _translated(request: Fetch) -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise _fault(request, error) from error


@asynccontextmanager
async def _atranslated(request: Fetch) -> AsyncIterator[None]:
    with _translated(request):
        yield


def _fault(request: Fetch, error: Exception) -> HfError:
    if isinstance(error, httpcore.ConnectTimeout):
        return faults.too_late(request, "connect")
    if isinstance(error, httpcore.TimeoutException):
        return faults.too_late(request, "total")
    return faults.no_answer(request, str(error) or type(error).__name__)
