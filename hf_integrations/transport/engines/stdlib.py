"""The engine on Python's standard library, plain; `async_stdlib.py` is its other colour.

It is the fastest here for one caller, needs nothing installed, and Ctrl-C ends its waiting at once
(docs/engines.md). Both colours share how a request looks (`heads.py`), where it goes (`routes.py`)
and how an answer is read (`answers.py`).
"""

from __future__ import annotations

import socket
import time
import weakref
import zlib
from collections.abc import Hashable, Iterator

from hf_integrations.errors import HfError
from hf_integrations.flow import Request, Response, SyncBody, Timeout
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.answers import Answer, AnswerError
from hf_integrations.transport.engines.heads import Heads
from hf_integrations.transport.engines.kept import Kept, Pool
from hf_integrations.transport.engines.reaching import left_until, reached
from hf_integrations.transport.engines.routes import Route
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.unpacking import TooLargeError

READ = 65536

# TimeoutError and what TLS raises are OSErrors; zlib.error is a body that is not what it says, and
# UnicodeError a host that can have no such name.
FAILURES = (OSError, AnswerError, TooLargeError, zlib.error, UnicodeError)


class StdlibEngine:
    """Plain, from any number of threads; each request in flight has its own connection."""

    def __init__(self, settings: EngineSettings) -> None:
        self._heads = Heads(settings)
        self._kept = Kept(settings.pool_size_per_host, settings.pool_idle_timeout)
        weakref.finalize(self, self._kept.close)

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        answer = Answer(request.method, request.most)
        line, first = self._begun(request, answer)
        if answer.over:  # it came with its head, as most do
            line.release(answer)
            return Response(answer.status, answer.headers, first)
        return _Body(request, answer, line, first).whole()

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        answer = Answer(request.method, request.most, flows=True)
        body = _Body(request, answer, *self._begun(request, answer))
        return body if 200 <= body.status < 300 else body.whole()

    def pool(self) -> Pool:
        """Its connections."""
        return self._kept.pool()

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._kept.close()

    def _begun(self, request: Request, answer: Answer) -> tuple[_Line, bytes]:
        """Ask, and wait for the head of the answer; where more will come, and what came with it."""
        if not self._kept.open:
            raise faults.closed(request)
        clock = _Clock(request.timeout)
        head = self._heads.of(request)
        link = self._kept.take(head.route.key)
        first = b""
        try:
            if link is None:
                link = _connected(head.route, clock.to_connect())
            line = _Line(link, head.route.key, self._kept, clock)
            line.say(head.before(request.body), request.body)
            while not answer.status:
                first = line.hear(answer)
        except BaseException as error:
            if link is not None:
                self._kept.in_use.discard(link)
                link.close()
            if isinstance(error, FAILURES):
                raise translated(error, request, answer, clock.phase) from error
            raise
        return line, first


class _Body:
    """An open response; every chunk is handed over as it arrives."""

    __slots__ = ("_answer", "_first", "_line", "_request", "headers", "status")

    def __init__(self, request: Request, answer: Answer, line: _Line, first: bytes) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self._request = request
        self._answer = answer
        self._line = line
        self._first = first  # what came with the head

    def __iter__(self) -> Iterator[bytes]:
        data, self._first = self._first, b""
        while True:
            if data:
                yield data
            if not self._line.used:
                return
            if self._answer.over:
                self._line.release(self._answer)
                return
            data = self._more()

    def whole(self) -> Response:
        """Read to the end and close."""
        try:
            return Response(self.status, self.headers, b"".join(self))
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back, or cut it when the body is not at its end."""
        self._line.release(self._answer)

    def _more(self) -> bytes:
        try:
            return self._line.hear(self._answer)
        except FAILURES as error:
            self._line.cut()
            phase = self._line.clock.phase
            raise translated(error, self._request, self._answer, phase) from error


class _Line:
    """A connection in use, until it is given back or cut."""

    __slots__ = ("_cut_off", "_kept", "_key", "_link", "clock", "used")

    def __init__(self, link: socket.socket, key: Hashable, kept: Kept, clock: _Clock) -> None:
        self._link = link
        self._key = key
        self._kept = kept
        self._cut_off = False  # before all of a request was written
        self.clock = clock
        self.used = True
        kept.in_use.add(link)

    def say(self, head: bytes, body: bytes) -> None:
        """Write a request, in one piece where it is small: a second costs a call and a packet."""
        self.clock.start(self._link)
        if len(body) <= READ:
            self._link.sendall(head + body)
        else:
            self._link.sendall(head)
            self.clock.start(self._link)
            try:
                self._link.sendall(body)
            except ConnectionError:  # whoever says that it is too much need not read all of it
                self._cut_off = True

    def hear(self, answer: Answer) -> bytes:
        """Wait for something, within the time there is, and feed it; what content it is."""
        self.clock.go_on(self._link)
        data = self._link.recv(READ)
        if data:
            return answer.feed(data)
        answer.end()
        return b""

    def release(self, answer: Answer) -> None:
        """Give it back for the next request, or cut it; a second call does nothing."""
        if self.used and answer.keeps and not self._cut_off:
            self.used = False
            self._kept.in_use.discard(self._link)
            self._kept.give(self._key, self._link)
        else:
            self.cut()

    def cut(self) -> None:
        """Close it, if it was not given back; a second call does nothing."""
        if self.used:
            self.used = False
            self._kept.in_use.discard(self._link)
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

    def start(self, link: socket.socket) -> None:
        """Connected: let the first operation take as long as it may."""
        self.phase = "silence" if self._end is None else "total"
        if self._end is None:
            link.settimeout(self._timeout.silence)
        else:
            self.go_on(link)

    def go_on(self, link: socket.socket) -> None:
        """Let the next operation take what is left of the total, to within a hundredth.

        To say it anew costs a system call; and a silence is the same as before.
        """
        if self._end is None:
            return
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        known = link.gettimeout()
        if known is None or abs(known - left) * 100 > left:
            link.settimeout(left)


def _connected(route: Route, seconds: float) -> socket.socket:
    """A connection that is ready to be used: through the proxy, and with TLS, if so it is to be."""
    end = time.monotonic() + seconds
    link = reached(*route.first, end)
    try:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if route.tunnel:
            link.settimeout(left_until(end))
            link.sendall(route.tunnel)
            answer = Answer("CONNECT")
            while not answer.status:
                link.settimeout(left_until(end))
                answer.feed(link.recv(READ) or _hung_up())
            check_tunnel(answer)
        if route.context is not None:
            link.settimeout(left_until(end))
            link = route.context.wrap_socket(link, server_hostname=route.host)
    except BaseException:
        link.close()
        raise
    return link


def check_tunnel(answer: Answer) -> None:
    """Whether a proxy opened the way."""
    if not 200 <= answer.status < 300:
        raise AnswerError(f"the proxy refused it with status {answer.status}")


def _hung_up() -> bytes:
    raise AnswerError("the proxy closed the connection")


def translated(
    error: BaseException, request: Request, answer: Answer, phase: faults.Phase
) -> HfError:
    """What went wrong in either colour, as ours."""
    if isinstance(error, TimeoutError):
        return faults.too_late(request, phase)
    if isinstance(error, TooLargeError):
        return faults.too_large(request, answer.status)
    reason = str(error) or type(error).__name__
    fault = faults.cut_off if answer.status else faults.no_answer
    return fault(request, reason)
