"""The engine on Python's standard library, plain only.

It is the fastest here for one caller, needs nothing installed, and Ctrl-C ends its waiting at once
(docs/engines.md). http.client connects and begins TLS; `answers.py` reads answers; what a client
needs around that is here and in `routes.py` and `kept.py`: proxies, kept connections, compression,
clocks.
"""

from __future__ import annotations

import time
import weakref
import zlib
from collections.abc import Hashable, Iterator
from http.client import HTTPException
from socket import socket

from hf_integrations.errors import HfError
from hf_integrations.flow import Request, Response, SyncBody, Timeout
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.answers import READ, Answer
from hf_integrations.transport.engines.kept import Kept
from hf_integrations.transport.engines.routes import Route, Routes
from hf_integrations.transport.engines.settings import EngineSettings

# TimeoutError and what TLS raises are OSErrors; zlib.error is a body that is not what it says.
FAILURES = (OSError, HTTPException, zlib.error)


class StdlibEngine:
    """Plain, from any number of threads; each request in flight has its own connection."""

    def __init__(self, settings: EngineSettings) -> None:
        self._routes = Routes(settings)
        self._kept = Kept(settings.pool_size_per_host, settings.pool_idle_timeout)
        weakref.finalize(self, self._kept.close)

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        return self._opened(request).whole()

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        body = self._opened(request)
        return body if 200 <= body.status < 300 else body.whole()

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._kept.close()

    def _opened(self, request: Request) -> _Body:
        if not self._kept.open:
            raise faults.closed(request)
        clock = _Clock(request.timeout)
        route = self._routes.to(request)
        link = self._kept.take(route.key)
        try:
            if link is None:
                link = route.connect(clock.to_connect())
            line = _Line(link, route.key, self._kept, clock)
            line.start()
            _say(link, route, request)
            answer = Answer(link, request.method)
        except BaseException as error:
            if link is not None:
                link.close()
            if isinstance(error, FAILURES):
                raise _translated(error, request, clock.phase) from error
            raise
        return _Body(request, answer, line)


class _Body:
    """An open response; every chunk is handed over as it arrives."""

    __slots__ = ("_answer", "_line", "_request", "_unpack", "headers", "status")

    def __init__(self, request: Request, answer: Answer, line: _Line) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self._request = request
        self._answer = answer
        self._line = line
        packed = self.headers.get("content-encoding", "") in {"gzip", "x-gzip"}
        self._unpack = zlib.decompressobj(wbits=31) if packed and answer.length != 0 else None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for data in self._packed():
                if self._unpack is None:
                    yield data
                elif text := self._unpack.decompress(data):
                    yield text
        except FAILURES as error:
            self._line.cut()
            phase = self._line.clock.phase
            raise _translated(error, self._request, phase, body=True) from error

    def whole(self) -> Response:
        """Read to the end and close."""
        try:
            return Response(self.status, self.headers, b"".join(self))
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        self._line.cut()

    def _packed(self) -> Iterator[bytes]:
        answer, line = self._answer, self._line
        some = False
        while line.used:
            line.tick()
            data = answer.read()
            if not data:
                self._check_end(some)
                if answer.spent and not answer.will_close:
                    line.give_back()
                return
            some = True
            yield data

    def _check_end(self, some: bool) -> None:
        """Where the end of a connection may not be the end of an answer."""
        # Without a length and without a body, the head may have been cut.
        headless = not self._answer.measured and not some and self.status < 300
        packed = self._unpack is not None and not self._unpack.eof
        if headless or packed:
            raise HTTPException("it ended before its end")


class _Line:
    """A connection in use, until it is given back or cut."""

    __slots__ = ("_kept", "_key", "_link", "clock", "used")

    def __init__(self, link: socket, key: Hashable, kept: Kept, clock: _Clock) -> None:
        self._link = link
        self._key = key
        self._kept = kept
        self.clock = clock
        self.used = True

    def start(self) -> None:
        """Connected: from now on the other limits hold."""
        self._link.settimeout(self.clock.start())

    def tick(self) -> None:
        """Before each read: what is left of the total."""
        left = self.clock.left()
        if left is not None:
            self._link.settimeout(left)

    def give_back(self) -> None:
        """For the next request."""
        self.used = False
        self._kept.give(self._key, self._link)

    def cut(self) -> None:
        """Close it, if it was not given back; a second call does nothing."""
        if self.used:
            self.used = False
            self._link.close()


class _Clock:
    """One request's time: a limit to connect, then an end of all, or of each silence."""

    __slots__ = ("_end", "_timeout", "phase")

    def __init__(self, timeout: Timeout) -> None:
        self._timeout = timeout
        self._end = None if timeout.total is None else time.monotonic() + timeout.total
        self.phase: faults.Phase = "connect"

    def to_connect(self) -> float:
        """Seconds there are to connect."""
        return min(self._timeout.connect, self._timeout.total or self._timeout.connect)

    def start(self) -> float | None:
        """Connected: the seconds that the first operation may take."""
        self.phase = "silence" if self._end is None else "total"
        return self._timeout.silence if self._end is None else self.left()

    def left(self) -> float | None:
        """Seconds that are left of the total; none are an error."""
        if self._end is None:
            return None
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _say(link: socket, route: Route, request: Request) -> None:
    """Write a request, in one piece where it is small: a second one costs a call and a packet."""
    lines = [f"{request.method} {route.target} HTTP/1.1", *route.lines]
    names = set()
    for name, value in request.headers:
        lines.append(f"{name}: {value}")
        names.add(name.lower())
    if "accept-encoding" not in names:
        lines.append("Accept-Encoding: gzip")
    body = request.body
    if body or request.method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([*lines, "\r\n"]).encode("latin-1")
    if len(body) <= READ:
        link.sendall(head + body)
    else:
        link.sendall(head)
        link.sendall(body)


def _translated(
    error: BaseException, request: Request, phase: faults.Phase, *, body: bool = False
) -> HfError:
    if isinstance(error, TimeoutError):
        return faults.too_late(request, phase)
    reason = str(error) or type(error).__name__
    return faults.cut_off(request, reason) if body else faults.no_answer(request, reason)
