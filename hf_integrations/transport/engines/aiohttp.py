"""The engine on aiohttp, asyncio only; the only door to it.

It hands over everything that has arrived in one piece, which makes it the fastest for streams.
It keeps unused connections until `pool_idle_timeout`, however many they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import cached_property, lru_cache
from io import BytesIO
from ssl import SSLContext

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.flow import AsyncBody, Request, Response, Timeout
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.gathering import agathered
from hf_integrations.transport.engines.headers import joined
from hf_integrations.transport.engines.loop_end import LoopEnd
from hf_integrations.transport.engines.proxies import Proxies
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.trust import ssl_context

# What asking may raise; ValueError stands for a malformed URL or proxy, RuntimeError for a
# session that is closed, TimeoutError for the total.
FAILURES = (aiohttp.ClientError, TimeoutError, ValueError, RuntimeError, OSError)


class AsyncAiohttpEngine:
    """In asyncio, within one event loop, which must be running when it is made."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        # Not `trust_env`: with it aiohttp would also send passwords found in ~/.netrc.
        self._proxies = Proxies(settings)
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=settings.pool_idle_timeout)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Content-Type",),
        )
        self._end = LoopEnd(self._session.close)

    async def send(self, request: Request) -> Response:
        """One whole exchange."""
        return await _whole(request, await self._asked(request))

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        answer = await self._asked(request)
        if 200 <= answer.status < 300:
            return _AsyncBody(request, answer)
        return await _whole(request, answer)

    async def close(self) -> None:
        """Close every connection; a second call does nothing."""
        await self._end.now()

    def abandon(self) -> None:
        """Let every connection go from outside the loop, which may be closed already."""
        self._end.later()

    async def _asked(self, request: Request) -> aiohttp.ClientResponse:
        if self._session.closed:
            raise faults.closed(request)
        if faults.illegal_header(request) is not None:
            raise faults.malformed(request)
        await self._end.watch()
        try:
            url = _url(request.url)
            return await self._session.request(
                request.method,
                url,
                headers=request.headers,
                data=_data(request.body),
                allow_redirects=False,
                timeout=_timeout(request.timeout),
                proxy=self._proxy(url),
                ssl=self._context if url.scheme == "https" else True,
            )
        except FAILURES as error:
            _raise_translated(error, request)
            raise

    @cached_property
    def _context(self) -> SSLContext:
        return ssl_context(self._settings)

    def _proxy(self, url: URL) -> str | None:
        proxy = self._proxies.to(url.scheme, url.host or "", url.authority)
        if proxy is not None and not proxy.startswith("http"):
            raise ConfigurationError(
                f"a proxy of kind {proxy.partition(':')[0]!r} is not served by engine 'aiohttp'.",
                hint="Name one like http://host:port, or use engine 'httpx' with httpx[socks].",
            )
        return proxy


class _AsyncBody:
    """An open response; hands over all that has arrived, at once."""

    __slots__ = ("_answer", "_loop", "_request", "headers", "status")

    def __init__(self, request: Request, answer: aiohttp.ClientResponse) -> None:
        self.status = answer.status
        self.headers = joined(answer.headers.items())
        self._answer = answer
        self._loop = asyncio.get_running_loop()
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = self._answer.content.readany
        try:
            while chunk := await read():
                yield chunk
        except RuntimeError as error:  # how aiohttp says that the session was closed meanwhile
            raise faults.closed(self._request) from error
        except FAILURES as error:
            _raise_translated(error, self._request)
            raise

    async def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        self._answer.close()

    def abandon(self) -> None:
        """Cut the connection from where nothing can be awaited; a second call does nothing."""
        if self._loop.is_closed():
            self._answer.release()  # `close` would do nothing, and a warning would follow
        else:
            self._loop.call_soon_threadsafe(self._answer.close)


async def _whole(request: Request, answer: aiohttp.ClientResponse) -> Response:
    try:
        head = Response(answer.status, joined(answer.headers.items()))
        body = await agathered(request, head, answer.content.iter_any())
        return Response(head.status, head.headers, body)
    except FAILURES as error:
        _raise_translated(error, request)
        raise
    finally:
        answer.close()


def _data(body: bytes) -> bytes | BytesIO | None:
    """Up to 1 MB as it is; aiohttp wants more as a file, which it writes piece by piece."""
    if len(body) > 1 << 20:
        return BytesIO(body)
    return body or None


@lru_cache(maxsize=256)
def _url(url: str) -> URL:
    return URL(url, encoded=True)


@lru_cache(maxsize=256)
def _timeout(timeout: Timeout) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=timeout.total, connect=timeout.connect, sock_read=timeout.silence
    )


def _raise_translated(error: Exception, request: Request) -> None:
    """Raise what aiohttp raises by contract as ours; the rest is left to fly as it is."""
    fault = _translated(error, request)
    if fault is not None:
        raise fault from error


def _translated(error: Exception, request: Request) -> HfError | None:
    if isinstance(error, aiohttp.ClientResponseError):
        _without_secrets(error)
        return faults.no_answer(request, f"{error.status} {error.message}".strip())
    if isinstance(error, TimeoutError):
        return faults.too_late(request, _phase(error, request.timeout))
    if isinstance(error, aiohttp.InvalidURL):
        return faults.malformed(request)
    if isinstance(error, aiohttp.ClientPayloadError):
        return faults.cut_off(request, str(error) or type(error).__name__)
    if isinstance(error, aiohttp.ClientError | OSError):
        return faults.no_answer(request, str(error) or type(error).__name__)
    # After ClientError, as a certificate's error is a ValueError, too.
    return faults.malformed(request) if isinstance(error, ValueError) else None


def _phase(error: TimeoutError, timeout: Timeout) -> faults.Phase:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "connect"
    return "silence" if isinstance(error, aiohttp.SocketTimeoutError) else "total"


def _without_secrets(error: aiohttp.ClientResponseError) -> None:
    """Its repr would show the headers that were sent, and the whole URL."""
    origin = error.request_info.url.origin()
    none: CIMultiDictProxy[str] = CIMultiDictProxy(CIMultiDict())
    info = error.request_info._replace(url=origin, real_url=origin, headers=none)
    error.request_info = info
    error.args = (info, error.history)
