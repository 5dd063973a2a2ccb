"""A relay before a PostgreSQL, which cuts a connection when its last word has been carried out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo


class Relay:
    """Passes bytes on, both ways.

    Attributes:
        dsn: the way through it.
        cut_at: bytes of a client's; the server carries out what they are in, and its answer is
            lost with the connection. Once: then nothing is cut any more.
    """

    def __init__(self, dsn: str) -> None:
        with psycopg.connect(dsn) as connection:
            self._host, self._port = connection.info.host, connection.info.port
        self.cut_at: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.dsn = make_conninfo(
            dsn, host="127.0.0.1", hostaddr="127.0.0.1", port=port,
            sslmode="disable", gssencmode="disable",
        )  # fmt: skip
        self._sockets = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut what there is, and take no more."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connected()
                self._sockets += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _connected(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._host}/.s.PGSQL.{self._port}")
        return server

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        before = b""
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if self.cut_at is not None and self.cut_at in before + data:
                    self.cut_at = None
                    source.shutdown(socket.SHUT_RDWR)  # nobody hears the answer
                before = data[-100:]
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(dsn: str) -> Iterator[Relay]:
    """A relay before a server, for a while."""
    made = Relay(dsn)
    try:
        yield made
    finally:
        made.close()
