"""The engine on pyreqwest (Rust's reqwest), plain only; the only door to it.

The one to choose for many threads, and for SOCKS proxies. It waits outside of Python, so that
Ctrl-C is heard only when the answer is there. Its asyncio side is no engine of ours: it does not
tell the server of a cancelled request, and can abort the interpreter at its end (docs/engines.md).

Connect and silence timeouts belong to a pyreqwest client, so there is one client, and one pool,
for each pair of them that is asked for; another where proxies are spared. Proxies come from the
environment and trust from the system's store when a client is built; both are reqwest's own doing.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from pyreqwest import exceptions
from pyreqwest.client import SyncClient, SyncClientBuilder
from pyreqwest.http import HeaderMap
from pyreqwest.request import SyncRequestBuilder, SyncStreamRequest
from pyreqwest.response import SyncResponse

from hf_integrations.errors import ConfigurationError, HfError
from hf_integrations.flow import Request, Response, SyncBody, Timeout
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.gathering import gathered
from hf_integrations.transport.engines.headers import joined
from hf_integrations.transport.engines.proxies import Proxies
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.trust import pem, unusable

# A caller who invents a new timeout for every call would else make a pool for every call.
KEPT_CLIENTS = 16

# A whole exchange uses a client that allows at least so many seconds of silence, as its total ends
# it sooner; so it shares connections with streams that have this, the usual `stream_timeout`.
USUAL_SILENCE = 300.0

# What building and sending may raise; ValueError stands for a malformed URL or header.
FAILURES = (exceptions.PyreqwestError, ValueError)

_URL = re.compile(r" for url \(.*\)")


class PyreqwestEngine:
    """Plain, from any number of threads."""

    def __init__(self, settings: EngineSettings) -> None:
        self._clients = _Clients(settings)

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        try:
            builder = self._clients.get(request).request(request.method, request.url)
            with _filled(builder, request).build_streamed() as answer:
                return _whole(request, answer)
        except FAILURES as error:
            raise _translated(error, request) from error

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        try:
            builder = self._clients.get(request).request(request.method, request.url)
            # The default of 64 KB would hold events back until so much has arrived.
            stream = _filled(builder, request).streamed_read_buffer_limit(0).build_streamed()
            answer = stream.__enter__()
            if 200 <= answer.status < 300:
                return _Body(request, stream, answer)
            try:
                return _whole(request, answer)
            finally:
                stream.__exit__(None, None, None)
        except FAILURES as error:
            raise _translated(error, request) from error

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        for client in self._clients.drain():
            client.close()


class _Body:
    """An open response; every chunk is handed over as it arrives."""

    __slots__ = ("_read", "_request", "_stream", "headers", "status")

    def __init__(self, request: Request, stream: SyncStreamRequest, answer: SyncResponse) -> None:
        self.status = answer.status
        self.headers = _headers(answer.headers)
        self._request = request
        self._stream: SyncStreamRequest | None = stream
        # Not `read`: that one waits until the amount it was given is complete.
        self._read = answer.body_reader.read_chunk

    def __iter__(self) -> Iterator[bytes]:
        read = self._read
        try:
            while self._stream is not None and (chunk := read()) is not None:
                yield chunk.to_bytes()
        except exceptions.PyreqwestError as error:
            raise _translated(error, self._request) from error

    def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.__exit__(None, None, None)


class _Clients:
    """One client for each pair of connect and silence timeout, with proxies and without."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        # Read once, and early: a wrong path is a mistake of the settings.
        self._ca = pem("ca_file", settings.ca_file) if settings.ca_file else None
        self._own = pem("client_cert", settings.client_cert) if settings.client_cert else None
        self._proxies = Proxies(settings)
        self._clients: dict[tuple[float, float, bool], SyncClient] = {}
        self._lock = threading.Lock()
        self._open = True

    def get(self, request: Request) -> SyncClient:
        """The client that has the request's timeouts."""
        timeout = request.timeout
        silence = timeout.silence or max(timeout.total or 0.0, USUAL_SILENCE)
        key = (timeout.connect, silence, bool(self._proxies) and self._spared(request.url))
        client = self._clients.get(key)
        return client if client is not None else self._made(request, key)

    def drain(self) -> list[SyncClient]:
        """All clients, for the last time."""
        with self._lock:
            self._open = False
            clients = list(self._clients.values())
            self._clients.clear()
            return clients

    def _spared(self, url: str) -> bool:
        return self._proxies.spares(_host(url))

    def _made(self, request: Request, key: tuple[float, float, bool]) -> SyncClient:
        with self._lock:
            if not self._open:
                raise faults.closed(request)
            if key not in self._clients:
                if len(self._clients) >= KEPT_CLIENTS:
                    # Forgotten, not closed: it may be in use, and ends with its last request.
                    del self._clients[next(iter(self._clients))]
                self._clients[key] = self._built(*key)
            return self._clients[key]

    def _built(self, connect: float, silence: float, direct: bool) -> SyncClient:
        settings = self._settings
        try:
            builder = self._builder(connect, silence)
            return (builder.no_proxy() if direct or _no_proxies() else builder).build()
        except exceptions.BuilderError as error:
            if settings.ca_file is not None:
                raise unusable("ca_file", settings.ca_file) from error
            hint = "Check SSL_CERT_FILE and SSL_CERT_DIR."
            raise ConfigurationError(
                "the system's certificates are unusable.", hint=hint
            ) from error
        except ValueError as error:  # the one other thing that is parsed
            raise unusable("client_cert", settings.client_cert) from error

    def _builder(self, connect: float, silence: float) -> SyncClientBuilder:
        settings = self._settings
        builder = (
            SyncClientBuilder()
            .follow_redirects(False)
            .referer(False)
            .connect_timeout(timedelta(seconds=connect))
            .read_timeout(timedelta(seconds=silence))
            .pool_idle_timeout(timedelta(seconds=settings.pool_idle_timeout))
            .pool_max_idle_per_host(settings.pool_size_per_host)
        )
        if self._ca is not None:
            builder = builder.add_root_certificate_pem(self._ca)
        return builder if self._own is None else builder.identity_pem(self._own)


@lru_cache(maxsize=256)
def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # malformed, which is pyreqwest's to say
        return ""


def _no_proxies() -> bool:
    """Whether NO_PROXY spares every host; reqwest takes `*` for names only, not for addresses."""
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return "*" in {name.strip() for name in spared.split(",")}


def _filled(builder: SyncRequestBuilder, request: Request) -> SyncRequestBuilder:
    if faults.illegal_header(request) is not None:
        raise faults.malformed(request)
    for name, value in request.headers:
        builder = builder.header(name, value)
    if request.timeout.total is not None:
        builder = builder.timeout(timedelta(seconds=request.timeout.total))
    return builder.body_bytes(request.body) if request.body else builder


def _whole(request: Request, answer: SyncResponse) -> Response:
    head = Response(answer.status, _headers(answer.headers))
    return Response(head.status, head.headers, gathered(request, head, _parts(answer)))


def _parts(answer: SyncResponse) -> Iterator[bytes]:
    """What has arrived, as it arrives; its `read` waits until the amount it was given is there."""
    read = answer.body_reader.read_chunk
    while (part := read()) is not None:
        yield part.to_bytes()


def _headers(headers: HeaderMap) -> dict[str, str]:
    try:
        return joined(headers.items())
    except ValueError:  # a value that is not ASCII: all but that one
        return joined(_readable(headers))


def _readable(headers: HeaderMap) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(headers.keys()):  # a repeated name comes as often as it is there
        try:
            values = headers.getall(name)
        except ValueError:
            continue
        yield name, ", ".join(values)


def _translated(error: exceptions.PyreqwestError | ValueError, request: Request) -> HfError:
    if not isinstance(error, exceptions.PyreqwestError) or isinstance(
        error, exceptions.BuilderError
    ):
        return faults.malformed(request)
    if isinstance(error, exceptions.ClientClosedError):
        return faults.closed(request)
    reasons = _reasons(error)
    if isinstance(error, exceptions.RequestTimeoutError):
        return faults.too_late(request, _phase(reasons, request.timeout))
    reason = reasons[-1] if reasons else error.message
    if reasons and "body" in reasons[0]:
        return faults.cut_off(request, reason)
    return faults.no_answer(request, reason)


def _reasons(error: exceptions.PyreqwestError) -> list[str]:
    """From the outside in; the URL, whose query is nobody's business, is taken out of the error."""
    details = getattr(error, "details", None) or {}
    causes = details.get("causes") or []
    for cause in causes:
        cause["message"] = _URL.sub("", cause["message"])
    return [cause["message"] for cause in causes]


def _phase(reasons: list[str], timeout: Timeout) -> faults.Phase:
    """Every timeout before the body is called ConnectTimeoutError: the causes know better."""
    if any("(Connect)" in reason for reason in reasons):
        return "connect"
    return "silence" if timeout.silence is not None else "total"
