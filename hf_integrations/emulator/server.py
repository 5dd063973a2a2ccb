"""The server under the application: in a thread of this process, or as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from hf_integrations.errors import ConfigurationError

BACKLOG = 2_048  # connections that may wait to be taken


class Server(uvicorn.Server):
    """A server that tells when it is ready and ends quietly on a signal."""

    def __init__(self, app: ASGIApp) -> None:
        async def within(scope: Scope, receive: Receive, send: Send) -> None:
            scope["emulator.hang_up"] = lambda: self._hang_up(scope)
            await app(scope, receive, send)

        config = uvicorn.Config(
            within,
            log_config=None, log_level="critical", access_log=False, server_header=False,
            lifespan="off", ws="none", timeout_keep_alive=75, timeout_graceful_shutdown=1,
            backlog=BACKLOG,
        )  # fmt: skip
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, then tell."""
        await super().startup(sockets=sockets)
        self.ready.set()

    def _hang_up(self, scope: Scope) -> None:
        """Close the connection over which a request came, without an answer."""
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and transport.get_extra_info("peername") == tuple(
                scope["client"]
            ):
                transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM; unlike its parent, do not raise them again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True


class Background:
    """A server in a daemon thread; it takes connections from the moment it exists."""

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        self._socket = listen(host, port)
        self.url = url_of(self._socket)
        self._server = Server(app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]},
            name="hf-integrations-emulator", daemon=True,
        )  # fmt: skip
        self._thread.start()
        self._server.ready.wait(timeout=10)

    def close(self) -> None:
        """End the server and wait until its port is free."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


def run(
    app: ASGIApp, *, host: str, port: int, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is told the URL."""
    with listen(host, port) as listening:
        if on_ready is not None:
            on_ready(url_of(listening))
        Server(app).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        ConfigurationError: the port is taken, or the host is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's wait of 40 ms off for every connection.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere this would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise ConfigurationError(
            f"The emulator cannot listen on {host}, port {port}: {error}.",
            hint="Pass another host= or port=; port 0 takes a free one.",
        ) from error
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the URL of a listening socket, without a slash at its end."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - a name for it, not a place to listen
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
