"""A server on a real socket that does, byte by byte, what a test tells it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"

# No test waits for so long unless it fails.
PATIENCE = 10.0


def answer(body: bytes = b"", *, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole answer; `headers` are complete lines."""
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def chunk(data: bytes) -> bytes:
    """Data as one HTTP chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Gone(Exception):
    """The client closed the connection."""


class Peer:
    """One connection, seen from the server."""

    def __init__(self, link: socket.socket, server: Server) -> None:
        self._link = link
        self._server = server
        self._buffer = b""

    def hear(self) -> Heard:
        """The next request."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self._buffer = rest
        length = int(headers.get("content-length", 0))
        while len(self._buffer) < length:
            self._more()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        method, target, _ = first.split(" ")
        heard = Heard(method, target, headers, body)
        self._server.heard.append(heard)
        return heard

    def begin_to_hear(self) -> None:
        """The beginning of a request, of which the rest is left unread."""
        self._more()

    def say(self, data: bytes) -> None:
        """Write to the client."""
        self._link.sendall(data)

    def relay(self, address: tuple[str, int]) -> None:
        """From now on only carry bytes, both ways, as a proxy does after CONNECT."""
        with socket.create_connection(address, PATIENCE) as other:
            back = threading.Thread(target=_carry, args=(other, self._link))
            back.start()
            _carry(self._link, other)
            back.join()

    def wait_until_gone(self) -> None:
        """Return when the client has closed; time out, and fail the test, if it does not."""
        with suppress(Gone):
            while True:
                self._more()

    def reset(self) -> None:
        """Cut the connection the hard way, so that the client sees a reset."""
        self._link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def _more(self) -> None:
        try:
            data = self._link.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Gone
        self._buffer += data


Script = Callable[[Peer], None]


class Server:
    """Runs a script for every connection, each in a thread; what fails there fails the test."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self.heard: list[Heard] = []
        self.connections = 0
        self.failures: list[BaseException] = []
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.settimeout(PATIENCE)
        self.threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if context else 'http'}://{self.host}"
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()

    def close(self) -> None:
        """End, and raise the first failure of a script."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(link,))
            self.threads.append(thread)  # before it runs, and does what a test waits for
            thread.start()

    def _serve(self, link: socket.socket) -> None:
        link.settimeout(PATIENCE)
        try:
            if self._context is not None:
                link = self._context.wrap_socket(link, server_side=True)
            self._script(Peer(link, self))
        except (Gone, ssl.SSLError, ConnectionError):
            pass
        except BaseException as error:  # noqa: BLE001  (it is raised again in close)
            self.failures.append(error)
        finally:
            link.close()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
